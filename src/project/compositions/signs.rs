//! What a set of Compose files shows of whom it is for.

use super::sets::{DEFAULT_NAMES, Set, Sets};
use crate::model::compose::{Made, ingredients, made, names_others};
use crate::model::image::{ImageRef, Store};
use crate::model::{Document, Kind};
use crate::source::{FileId, Role, RoleWhy, directory, role_of};
use crate::syntax::yaml;

impl Sets<'_> {
    /// Whether a set is what Compose finds by itself, by its names or by the same names written out.
    pub(super) fn is_usual(&self, set: &Set) -> bool {
        set.default || set.plan.files.iter().all(|file| self.has_usual_name(*file))
    }

    pub(super) fn has_usual_name(&self, file: FileId) -> bool {
        let name = self.path(file).rsplit('/').next();
        DEFAULT_NAMES.iter().any(|usual| name == Some(usual))
    }

    /// Whether something says that a set is for users: what it is made of, its name, or the folder it is in.
    pub(super) fn for_users(&self, set: &Set) -> bool {
        let made_of = self.made_of(set);
        let mut folders = set.plan.files.iter().map(|file| directory(self.path(*file)));
        let mut deployed = || folders.any(|folder| folder.split('/').any(is_deployed)) && !self.develops(set);
        made_of == Some(Role::Production)
            || !set.default && self.says_production(set)
            || made_of.is_none() && deployed()
    }

    /// Whether a set beside one for users shows that it is none: it loads `.env-dev` or builds the stage `dev`, or runs
    /// servers for development.
    pub(super) fn shows_development(&self, set: &Set, for_users: bool) -> bool {
        self.made_of(set) == Some(Role::Development) || !for_users && self.develops(set)
    }

    /// The strictest role that the names of env files, Dockerfiles and stages say.
    fn made_of(&self, set: &Set) -> Option<Role> {
        self.trees(set).flat_map(ingredients).filter_map(role_of).max()
    }

    /// Whether what starts a set is a script that does not say it deploys: people call it, on whatever machine.
    pub(super) fn is_started_by_people(&self, set: &Set) -> bool {
        let starter = set.plan.started_by.map(|at| self.project.document(at.file));
        starter.is_some_and(|document| {
            let scripts = matches!(document.class.kind, Kind::Script | Kind::Makefile | Kind::Tasks | Kind::Manifest);
            scripts && set.caller.is_none() && !is_deployed(&document.source.path)
        })
    }

    /// Whether it is a copy that somebody kept, `backup_compose.yaml` or `.old/compose.yaml`, and nobody starts.
    pub(super) fn is_left_over(&self, set: &Set) -> bool {
        const KEPT: [&str; 13] = [
            "bad", "broken", "unused", "backup", "bak", "old", "orig", "copy", "temp", "tmp", "skel", "skeleton",
            "archive",
        ];
        let kept = |file: &FileId| {
            let path = self.path(*file).to_ascii_lowercase();
            let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
            name.split(['.', '-', '_']).any(|word| KEPT.contains(&word))
                || folders.split('/').any(|folder| KEPT.contains(&folder.trim_start_matches(['.', '_'])))
        };
        set.plan.started_by.is_none() && set.plan.files.iter().any(kept)
    }

    /// Whether the comment at the top of a set says that it is not used any more, and names others that are: `see
    /// deploy/compose.yaml`.
    pub(super) fn is_history(&self, set: &Set) -> bool {
        const WORDS: [&str; 9] = [
            "deprecated",
            "obsolete",
            "no longer used",
            "not used any more",
            "superseded",
            "историч",
            "устарел",
            "历史",
            "弃用",
        ];
        let [file] = &set.plan.files[..] else { return false };
        if set.run {
            return false;
        }
        let text = self.project.source(*file).text();
        let skipped = |line: &&str| line.starts_with('#') || line.trim().is_empty() || line.starts_with("version:");
        let top: Vec<String> = text.lines().take_while(skipped).map(str::to_lowercase).collect();
        let own = self.path(*file).to_lowercase();
        // A name of its own stands in other names: `compose.yaml` in `deploy/compose.yaml`.
        let others = || {
            self.all.keys().map(|path| path.to_lowercase()).filter(|path| *path != own && !own.ends_with(path.as_str()))
        };
        let named = || others().any(|path| top.iter().any(|line| line.contains(&path)));
        top.iter().any(|line| WORDS.iter().any(|word| line.contains(word))) && named()
    }

    /// Whether it has no service yet, others have, and nobody starts it who deploys.
    pub(super) fn is_unfinished(&self, set: &Set) -> bool {
        let blank = |set: &Set| {
            self.trees(set).all(|tree| {
                let Some(root) = tree.root() else { return true };
                root.is_null() || root.get("services").is_some_and(|services| services.is_null())
            })
        };
        // A guide that is not about deployment starts it for developers.
        let starter = set.plan.started_by.map(|at| self.project.document(at.file));
        let deploys =
            starter.is_some_and(|document| document.class.kind != Kind::Guide || document.is_for_deployment());
        !deploys && blank(set) && self.list.iter().any(|other| !blank(other))
    }

    /// Whether a set includes a file whose name says that it is for developers, and none that says production.
    pub(super) fn includes_development(&self, set: &Set) -> bool {
        let named = self.trees(set).flat_map(names_others);
        named.filter_map(|name| role_of(&name)).max() == Some(Role::Development)
    }

    /// Whether the project has a program of its own, by what its libraries are listed in.
    pub(super) fn has_program(&self) -> bool {
        const LISTS: [&str; 10] = [
            "package.json",
            "pyproject.toml",
            "requirements.txt",
            "go.mod",
            "Cargo.toml",
            "pom.xml",
            "build.gradle",
            "composer.json",
            "Gemfile",
            "manage.py",
        ];
        // It may lie in another repository: `make dev` tells.
        const STARTS: [&str; 5] = ["npm run dev", "yarn dev", "pnpm dev", "manage.py runserver", "flask run"];
        let told = |document: &Document| {
            document.class.kind == Kind::Makefile && STARTS.iter().any(|start| document.source.text().contains(start))
        };
        self.project.files().files().any(|path| LISTS.contains(&path.rsplit('/').next().unwrap_or(path)))
            || self.project.documents.iter().any(told)
    }

    /// Whether all commands that start a set name what they start, and that is nothing but data stores.
    pub(super) fn only_stores_are_started(&self, set: &Set) -> bool {
        let is_store = |name: &String| {
            let mut made = self.trees(set).flat_map(made).filter(|made| made.name == name);
            let images = made.find_map(|made| made.image.map(ImageRef::parse));
            images.is_some_and(|image| Store::of(&image.name).is_some() || keeps_files(&image))
        };
        !set.started_whole && !set.picked.is_empty() && set.picked.iter().all(is_store)
    }

    /// What the names of all services say, or those of their containers and images: `postgres-test`.
    pub(super) fn named_services(&self, set: &Set) -> Option<Role> {
        let said =
            |made: Made| role_of(made.name).or_else(|| role_of(made.container?)).or_else(|| for_tests(made.image?));
        let mut roles = self.trees(set).flat_map(made).map(said);
        let first = roles.next()??;
        let tame = matches!(first, Role::Development | Role::Test);
        (tame && roles.all(|role| role == Some(first))).then_some(first)
    }

    fn trees(&self, set: &Set) -> impl Iterator<Item = &yaml::File> {
        set.plan.files.iter().filter_map(|file| self.tree(*file))
    }

    /// Whether people start a set and a file of it shows that it is for developers.
    fn develops(&self, set: &Set) -> bool {
        !set.run && set.plan.files.iter().any(|file| self.says_development(*file))
    }

    /// Whether a file of a set calls itself production, or the one to deploy, or a command deploys it to a Swarm.
    pub(super) fn says_production(&self, set: &Set) -> bool {
        let mut documents = set.plan.files.iter().map(|file| self.project.document(*file));
        documents.any(|document| {
            let path = &document.source.path;
            let said = || document.own_role_why != RoleWhy::Unnamed || is_deployed(path);
            let ships = || said() || self.is_of_server(document) || self.project.is_stacked(path);
            document.own_role == Role::Production && ships()
        })
    }

    /// Whether a name says on which machine it is started: `docker-compose.server.yml`, unless that is the server of a
    /// `docker-compose.client.yml`.
    fn is_of_server(&self, document: &Document) -> bool {
        let words = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
            name.split(['.', '-', '_']).map(str::to_owned).collect::<Vec<_>>()
        };
        let path = document.source.path.as_str();
        let own = words(path);
        let parts = ["client", "frontend", "agent", "worker", "node", "web"];
        let halves = || {
            let beside = self.all.keys().filter(|other| self.project.look(1) && directory(other) == directory(path));
            beside.flat_map(|other| words(other)).any(|word| parts.contains(&word.as_str()))
        };
        // `docker-compose.server-check.yml` tries at home what the server has.
        if own.iter().any(|word| matches!(word.as_str(), "check" | "verify")) {
            return false;
        }
        own.iter().any(|word| matches!(word.as_str(), "vps" | "vds" | "ec2" | "droplet"))
            || own.iter().any(|word| word == "server") && !halves()
    }
}

/// What programs that drive browsers are for.
fn for_tests(image: &str) -> Option<Role> {
    let name = ImageRef::parse(image).name;
    ["selenium/", "playwright"].iter().any(|word| name.contains(word)).then_some(Role::Test)
}

/// Whether a name says that this is the file for the server: `docker-compose.deploy.yml`.
fn is_deployed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['.', '-', '_']).any(|word| matches!(word, "deploy" | "deployment"))
}

/// Whether a folder is for what servers need, beside the sources.
pub(super) fn is_of_operations(path: &str) -> bool {
    const NAMES: [&str; 9] =
        ["infra", "infrastructure", "ops", "docker", "compose", "deployments", "prod", "production", "server"];
    is_deployed(path) || NAMES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// Whether an image keeps files for a program, as a database keeps its rows.
pub(super) fn keeps_files(image: &ImageRef) -> bool {
    image.name == "minio/minio"
}
