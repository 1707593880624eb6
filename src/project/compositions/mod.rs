//! Which Compose files are started together: by a command line that names them, by `COMPOSE_FILE`, by the names that
//! Compose looks for, and for what is left by what the files need.

mod calls;
mod leaning;
mod parts;
mod roles;
mod servers;
mod sets;
mod shelves;
mod signs;
mod twins;
mod visited;

pub(super) use leaning::{denies_production, top};
pub use roles::is_override;

use super::Project;
use crate::model::compose::{Composition, Plan, Service, emptied};
use crate::model::starts::{Brought, ComposeCall, in_comments, of_words};
use crate::model::{Meaning, Tree};
use crate::source::{Budget, FileId, Span, Why, directory, join};
use crate::syntax::yaml;
pub(super) use sets::DEFAULT_NAMES;
use sets::Sets;
pub(super) use shelves::Shelves;

impl Project {
    /// The sets of Compose files that are started together. Every Compose file is in one, or named by one that is.
    pub fn plans(&self) -> Vec<Plan> {
        let compose = self.documents.iter().filter(|document| matches!(document.tree, Tree::Compose(_)));
        let all = compose.map(|document| (document.source.path.as_str(), document.source.id)).collect();
        let mut sets = Sets::new(self, all);
        if sets.none() {
            return Vec::new();
        }
        for (file, call) in self.calls() {
            sets.call(self.document(*file), call);
        }
        sets.by_names();
        sets.rest();
        sets.leave_out_halves();
        sets.roles()
    }

    /// The Compose command lines of the project, with the files they stand in: those that programs run and guides tell, what
    /// the configuration says, and comments, which are as good as a guide.
    pub(in crate::project) fn calls(&self) -> &[(FileId, ComposeCall)] {
        self.calls.get_or_init(|| {
            let own = self.meanings().flat_map(|view| view.starts()).map(|call| (call.span.file, call.clone()));
            let assumed = self.assumed.compose().filter_map(|said| {
                let file = self.at(&said.file)?.source.id;
                Some((file, of_words(&said.name, Span { file, ..said.span })?))
            });
            let told =
                self.documents.iter().filter(|document| matches!(document.tree, Tree::Compose(_) | Tree::Env(_)));
            let comments = told.flat_map(|document| {
                in_comments(&document.source, document.comments()).into_iter().map(|call| (document.source.id, call))
            });
            own.chain(assumed).chain(comments).collect()
        })
    }

    /// Whether a command names these files and starts them with `docker compose up`, without a Swarm.
    pub fn is_started_by_compose(&self, compose: &Composition) -> bool {
        self.started_with(compose).any(|call| !call.files.is_empty())
    }

    /// The commands `docker compose up` that start exactly these files: by name, or where they are found by theirs.
    pub fn started_with<'a>(&'a self, compose: &'a Composition) -> impl Iterator<Item = &'a ComposeCall> {
        let own = |call: &&ComposeCall| call.verb.as_deref() == Some("up") && compose.commands.contains(&call.span);
        self.calls().iter().map(|(_, call)| call).filter(move |call| self.look(1) && own(call))
    }

    /// The files that Compose would find by their names too, beside the one it takes: it never reads them on its own.
    pub fn passed_over(&self, compose: &Composition) -> Vec<FileId> {
        let mut names = sets::DEFAULT_NAMES.iter().map(|name| join(directory(&compose.path), name));
        if !names.by_ref().any(|name| name == compose.path) {
            return Vec::new();
        }
        let beside: Vec<FileId> = names.filter_map(|name| Some(self.at(&name)?.source.id)).collect();
        let named = |file: &FileId| self.compose.iter().any(|set| set.started_by.is_some() && set.read.contains(file));
        beside.into_iter().filter(|file| !named(file)).collect()
    }

    /// What a script brings to where it is used under another name.
    pub(in crate::project) fn brings(&self, script: FileId) -> &[Brought] {
        let at = self.loading.binary_search_by_key(&script, |loading| loading.file);
        let started = at.ok().and_then(|at| self.loading[at].started());
        started.map_or(&[], |started| &started.brings)
    }

    /// Whether a file is copied to another machine without what lies beside it: what is around it there is not known.
    pub fn sent_alone(&self, path: &str) -> bool {
        self.meanings().flat_map(|view| view.sends()).any(|sent| self.look(1) && sent == path)
    }

    /// Makes a composition of a plan, and says what that cost.
    pub fn composition(&self, plan: Plan) -> (Composition, Budget) {
        let budget = Budget::of(plan.files.iter().map(|file| self.source(*file).text().len()).sum());
        let composition = Composition::new(plan, &Shelves { project: self }, &budget);
        (composition, budget)
    }

    /// The tree of a Compose file.
    pub fn compose_tree(&self, file: FileId) -> Option<&yaml::File> {
        match &self.document(file).tree {
            Tree::Compose(tree) => Some(tree),
            _ => None,
        }
    }

    /// Where a file on top of `file` empties a list of a service, `ports: []`, which takes nothing away: Compose adds lists up
    /// (`mergeYaml` in compose-go's `override/merge.go`).
    pub fn emptied(&self, service: &Service, key: &str, file: FileId) -> Option<Span> {
        let files = &self.compose.get(service.id.composition)?.files;
        let above = files.iter().skip_while(|own| **own != file).skip(1).filter(|_| self.look(1));
        above.filter_map(|own| emptied(self.compose_tree(*own)?, &service.name.value, key)).last()
    }

    /// Whether profiles may be switched on by a variable, `COMPOSE_PROFILES`: an env file sets it, or a command speaks of it.
    pub fn may_set_profiles(&self) -> bool {
        const NAME: &str = "COMPOSE_PROFILES";
        self.env.iter().any(|env| self.look(1) && env.get(NAME).is_some()) || self.commands_speak_of(&[NAME])
    }

    /// Why something that a composition does not define may be defined all the same: it includes what is not known, or it
    /// may be used together with another one, which has it.
    pub fn defined_elsewhere(&self, compose: &Composition, has: impl Fn(&Composition) -> bool) -> Option<Why> {
        if let Some(why) = &compose.incomplete {
            return Some(Why { text: why.leaves("it may be defined there"), at: why.at });
        }
        let open = compose.started_by.is_none();
        let mut others = self.compose.iter().filter(|other| open && !other.files.contains(&compose.file));
        if let Some(other) = others.find(|other| self.look(1 + other.services.len()) && has(other)) {
            return Some(Why::new(format!("`{}` has it; whether the two are used together is not known", other.path)));
        }
        self.started_instead(compose)
    }

    /// Why it is not known with what a composition is started: others are what is started, so it may be made to be used with
    /// them.
    pub fn started_instead(&self, compose: &Composition) -> Option<Why> {
        let weighs = |other: &Composition| other.role >= compose.role || !compose.role_said;
        let started = self.compose.iter().any(|other| !other.alone && weighs(other));
        (compose.alone && started).then(|| {
            let paths: Vec<&str> = compose.files.iter().map(|file| self.source(*file).path.as_str()).collect();
            Why::new(format!("nothing in the project starts `{}`", paths.join("` with `")))
        })
    }
}
