//! Command line to container: what scripts and units start with `docker run` and leave running.

use std::collections::HashSet;

use super::Project;
use crate::model::compose::{ServiceId, Standalone};
use crate::model::guide::Passage;
use crate::model::starts::{RunCall, Step};
use crate::model::{Document, Kind, Meaning};
use crate::source::{Role, RoleWhy, Span, directory};
use crate::syntax::shell::base_name;

impl Project {
    /// Whether a command of a script or guide makes a file of this name, wherever.
    pub fn makes_file(&self, name: &str) -> bool {
        let steps = self.meanings().filter_map(|view| view.started()).flat_map(|started| &started.steps);
        steps.filter(|_| self.look(1)).any(|step| step.makes_named(name))
    }

    /// The same of what runs by itself or is called: guides are left out, as their readers type what they like.
    pub fn is_made_by_program(&self, path: &str) -> bool {
        let commands = self.commands();
        let programs = commands.iter().filter(|commands| commands.kind != Kind::Guide && !commands.are_of_image());
        let mut steps = programs.flat_map(|commands| commands.steps).filter(|_| self.look(1));
        steps.any(|step| step.makes_named(base_name(path)))
    }

    /// Whether something in the project makes databases of its own: a script, a recipe, a guide.
    pub fn makes_databases(&self) -> bool {
        let makes =
            |text: &str| ["CREATE DATABASE", "create database", "createdb "].iter().any(|own| text.contains(own));
        let written = self.documents.iter().filter(|document| document.class.kind.may_be_more());
        written.map(|document| document.source.text()).any(|text| self.look(1 + text.len() / 4096) && makes(text))
    }

    /// Whether the project has files that may make users of a database: migrations in SQL, or those of Alembic, which are
    /// programs, or guides and scripts that do.
    pub fn may_make_users(&self) -> bool {
        let of_database = |path: &str| {
            let parts = directory(path).split('/');
            let migrates = parts.clone().any(|part| matches!(part, "migrations" | "migration" | "alembic" | "sql"));
            migrates && (path.ends_with(".sql") || path.contains("alembic/versions/"))
        };
        let makes = |text: &str| ["createUser(", "CREATE USER", "CREATE ROLE"].iter().any(|word| text.contains(word));
        self.files.files().any(of_database) || self.texts().any(makes)
    }

    /// What `docker run` lines leave running, each as the service that it is, with the environment it is started in.
    pub fn standalone(&self) -> &[Standalone] {
        self.standalone.get_or_init(|| {
            let role = |call: &RunCall| match self.document(call.span.file) {
                document if call.remote || ships(document) || self.files.is_guide(&document.source.path) => {
                    self.role(call.span.file)
                }
                document if document.own_role == Role::Production => Role::Development,
                document => document.own_role,
            };
            let started = self.left_running().filter_map(|call| Some((call, Standalone::new(call)?))).enumerate();
            let numbered = started.map(|(at, (call, mut own))| {
                own.service.id = ServiceId { composition: usize::MAX, at };
                own.service.role = role(call);
                own
            });
            numbered.collect()
        })
    }

    /// The `docker run` lines of scripts, recipes, units and deployment guides whose containers go on running. What a build
    /// server starts on itself is there for a test.
    pub fn left_running(&self) -> impl Iterator<Item = &RunCall> {
        // What a guide has people type on the server, and not on their own machine.
        let typed = self.guides().filter(|guide| !guide.runs().is_empty()).flat_map(|guide| guide.steps());
        let typed: HashSet<Span> = typed.filter(|_| self.look(1)).map(|step| step.span).collect();
        let stays = move |call: &RunCall, steps: &[Step]| {
            let detached = || call.options.iter().any(|(name, _)| name == "--detach" || name == "--restart");
            match self.document(call.span.file).class.kind {
                Kind::Script | Kind::Makefile | Kind::Tasks => detached() && !self.is_tried(call, steps),
                Kind::Guide => detached() && typed.contains(&call.span) && !self.is_tried(call, steps),
                Kind::Unit => true,
                _ => call.remote && detached() && !self.is_tried(call, steps),
            }
        };
        let calls = self.meanings().flat_map(|view| view.runs().iter().map(move |call| (call, view.steps())));
        calls.filter(move |(call, steps)| self.look(1) && stays(call, steps)).map(|(call, _)| call)
    }

    /// Whether a container is only there to try something out: it is removed when it ends, or taken away later by what
    /// started it.
    fn is_tried(&self, call: &RunCall, steps: &[Step]) -> bool {
        let named = |own: &str| call.options.iter().find(|(name, _)| name == own);
        let name = named("--name").and_then(|(_, name)| name.as_ref());
        let takes_away = |step: &Step| {
            let away = ["rm", "stop", "kill"].iter().any(|verb| step.is("docker", &[verb]));
            away && name.is_some_and(|name| step.argv().iter().any(|word| word.value == name.value))
        };
        // What a trap does, a function says that stands above.
        let guide = self.document(call.span.file).class.kind == Kind::Guide;
        let anywhere = guide || steps.iter().any(|step| step.name() == "trap");
        // Where a guide is about what runs, a container is taken away to be made anew.
        let again = |step: &Step| guide && self.passage(step.span) == Passage::Running;
        let later = |step: &Step| (anywhere || step.span.start > call.span.start) && !again(step);
        named("--rm").is_some() || steps.iter().any(|step| self.look(1) && later(step) && takes_away(step))
    }
}

/// Whether a script is seen to run on a server: units do, and scripts that say so. Others may start what a developer needs.
fn ships(document: &Document) -> bool {
    const WORDS: [&str; 6] = ["deploy", "production", "prod", "provision", "release", "server"];
    let said = document.own_role == Role::Production && document.own_role_why != RoleWhy::Unnamed;
    let path = document.source.path.to_ascii_lowercase();
    let mut words = path.split(['/', '-', '_', '.']);
    let guide = document.class.kind == Kind::Guide && document.is_for_deployment();
    document.class.kind == Kind::Unit || guide || said || words.any(|word| WORDS.contains(&word))
}
