//! What fills in the variables of Compose files: the env files that Compose reads, and those it could have been told to
//! read.

use std::collections::HashSet;

use super::Project;
use super::loaders::{becomes, filled};
use crate::model::Kind;
use crate::model::compose::{Composition, Service};
use crate::model::env::{EnvFile, EnvVar};
use crate::model::starts::{ComposeCall, Step};
use crate::source::{Cut, Role, Span, directory, join};
use crate::syntax::shell::base_name;

/// Set by shells, Compose, CI systems and platforms.
const ELSEWHERE: [&str; 16] = [
    "HOME",
    "USER",
    "PWD",
    "PATH",
    "HOSTNAME",
    "UID",
    "GID",
    "SHELL",
    "TERM",
    "DISPLAY",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "APPDATA",
    "USERPROFILE",
    "USERNAME",
    "LANG",
];
const PREFIXES: [&str; 6] = ["COMPOSE_", "DOCKER_", "CI_", "GITHUB_", "SERVICE_", "BUILDKIT_"];

/// Where a variable comes from that none of the env files has which Compose reads.
pub enum Outside<'a> {
    /// Whoever starts Compose has it: a shell, the configuration or the command says so, or a template promises it.
    Given,
    /// It cannot be told, and why.
    Open(&'static str),
    /// It is set in a file that Compose is not told to read.
    Aside(&'a EnvFile, EnvVar<'a>),
    /// Nothing sets it.
    Nobody,
}

/// The files around a composition that say which variables there are.
pub struct Fillers<'a> {
    compose: &'a Composition,
    project: &'a Project,
    /// The last env file that Compose reads and that is there.
    pub env: Option<&'a EnvFile>,
    /// Patterns for it beside the file or above, and an `.env` above.
    templates: Vec<&'a EnvFile>,
    /// Files that services get, and those beside it that could have been named when it is started.
    aside: Vec<&'a EnvFile>,
    /// Those beside it, where a copy of one may be the `.env` of the server.
    copied: Vec<&'a EnvFile>,
    /// Patterns in a folder for them below it: `env/prod.env.example`.
    collected: Vec<&'a EnvFile>,
}

impl Project {
    /// What could fill in the variables of a composition.
    pub fn fillers<'a>(&'a self, compose: &'a Composition) -> Fillers<'a> {
        let folder = directory(&compose.path);
        let above = |path: &str| {
            let other = directory(path);
            other.is_empty() || folder == other || folder.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'))
        };
        let own = |path: &str| compose.env.iter().any(|env| env == path);
        // `--env-file .env.example config` tries whether the files fit together; it says nothing of what the server has.
        let is_pattern = |env: &&EnvFile| self.role(env.file) == Role::Template;
        let own = |path: &str| own(path) && self.env_at(path).is_none_or(|env| !is_pattern(&env));
        let template = |env: &&EnvFile| {
            let plain = env.path.rsplit('/').next() == Some(".env");
            // `.env.production.example` is what `.env.production` was made from, where that is there.
            let filled_in = env.path.rsplit_once('.').and_then(|(path, _)| self.env_at(path));
            let pattern = is_pattern(env);
            let other = pattern && filled_in.is_some_and(|env| !own(&env.path));
            above(&env.path) && !own(&env.path) && (pattern || plain) && !other
        };
        let given = || {
            let files = compose.services.iter().flat_map(|service| &service.env_files);
            files.filter_map(|file| file.path.get()).filter(|path| !own(path))
        };
        let handed = given().filter_map(|path| self.env_at(path));
        // The pattern of one that services get, which is all that people are told to make where they start Compose.
        let made_alone = |env: &&EnvFile| {
            let made = becomes(&env.path);
            made != env.path && given().any(|path| *path == made) && self.is_made_alone(compose, base_name(&made))
        };
        // What is filled in beside the file, and not named by the command that starts it.
        let beside =
            |env: &&EnvFile| directory(&env.path) == folder && self.role(env.file) >= compose.role && !own(&env.path);
        let below = ["env", "envs", ".env", ".envs", "environments", "config"].map(|name| join(folder, name));
        let collected = |env: &&EnvFile| is_pattern(env) && below.iter().any(|own| directory(&env.path) == own);
        // A copy of it on the server may be the `.env`.
        let made = self.makes_file(".env");
        let kept_out = self.git.ignored(&join(folder, ".env")).is_yes();
        let copied = |env: &&EnvFile| made || kept_out && self.git.tracked(&env.path).is_yes();
        let beside = self.env.iter().filter(|_| compose.started_by.is_some() && self.look(1)).filter(beside);
        let (copied, beside): (Vec<_>, Vec<_>) = beside.partition(copied);
        Fillers {
            compose,
            project: self,
            env: compose.env.iter().rev().find_map(|path| self.env_at(path)).filter(|env| !is_pattern(env)),
            templates: self.env.iter().filter(|_| self.look(1)).filter(template).collect(),
            aside: handed
                .filter(|_| !made)
                .chain(beside)
                .chain(self.env.iter().filter(|_| self.look(1)).filter(is_pattern).filter(made_alone))
                .collect(),
            copied,
            collected: self.env.iter().filter(|_| self.look(1)).filter(collected).collect(),
        }
    }
}

impl Project {
    /// Whether a variable of an env file gives way to what a pipeline sets where it starts what ships: what is in the `env:` of the
    /// job that runs `docker compose up` counts before the file that Compose fills in from, and the services take it from there.
    pub fn is_set_by_pipeline(&self, span: Span) -> bool {
        let Some(env) = self.env_file(span.file) else { return false };
        let holds = |var: &EnvVar| {
            var.key.span.start <= span.start && span.end <= var.value.map_or(var.key.span, |v| v.span).end
        };
        let Some(var) = env.vars().find(holds) else { return false };
        let (name, value) = (var.key.value, var.value.map(|value| value.value));
        let reads = |set: &&Composition| {
            let loads = || set.services.iter().flat_map(|service| &service.env_files);
            self.look(1 + set.variables.len() + set.services.len())
                && set.role >= Role::Staging
                && set.env.contains(&env.path)
                && (set.variables.iter().any(|own| own.name == name)
                    || loads().any(|file| file.path.get() == Some(&env.path)))
        };
        let mut sets = self.compose.iter().filter(reads).peekable();
        sets.peek().is_some()
            && sets.all(|set| self.is_set_in_start(set, name, value) && self.takes_from_start(set, env, name))
    }

    /// Whether a pipeline starts a composition with a variable set, and to something else than a value.
    fn is_set_in_start(&self, set: &Composition, name: &str, value: Option<&str>) -> bool {
        let by_pipeline =
            |call: &&ComposeCall| self.document(call.span.file).class.kind == Kind::Workflow && !call.tried;
        let mut calls = self.started_with(set).filter(by_pipeline).peekable();
        calls.peek().is_some()
            && calls.all(|call| {
                call.sets.iter().any(|(own, set)| own == name && (set.is_none() || set.as_deref() != value))
            })
    }

    /// Whether the services that an image is built for get a variable from what Compose is started with, where they get an env
    /// file as a whole, too.
    fn takes_from_start(&self, set: &Composition, env: &EnvFile, name: &str) -> bool {
        let passed = |service: &Service| {
            let own = service.environment.iter().find(|(key, _)| key.value == name);
            own.is_some_and(|(_, value)| match value.span() {
                Some(at) => {
                    let text = self.source(at.file).quote(at);
                    text.contains(&format!("${name}")) || text.contains(&format!("${{{name}"))
                }
                None => value.is_absent(),
            })
        };
        let whole = |service: &&Service| {
            service.build.is_some() && service.env_files.iter().any(|file| file.path.get() == Some(&env.path))
        };
        self.look(set.services.len());
        set.services.iter().any(passed) && set.services.iter().filter(whole).all(passed)
    }

    /// Whether a guide that is judged says the name of a variable in another line than those that use it: `NAME: ${NAME:?}`.
    fn guides_name(&self, name: &str) -> bool {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_word =
            |line: &str, at: usize| !line.cut(at + name.len()..).starts_with(part) && !line.cut(..at).ends_with(part);
        let uses =
            |line: &str| [format!("${name}"), format!("${{{name}")].iter().any(|use_| line.contains(use_.as_str()));
        let says = |text: &str| {
            let mut lines = text.lines().filter(|line| line.match_indices(name).any(|(at, _)| is_word(line, at)));
            lines.any(|line| !uses(line))
        };
        let guides = self.documents.iter().filter(|document| self.files.is_guide(&document.source.path));
        guides.into_iter().any(|guide| !self.look(1 + guide.source.text().len() / 64) || says(guide.source.text()))
    }

    /// Whether a guide that is read along shows a line that sets a variable: `DB_PASSWORD=<strong password>`.
    fn guide_sets(&self, name: &str) -> bool {
        let names = self.set_in_guides.get_or_init(|| {
            let guides = self.documents.iter().filter(|document| document.class.kind == Kind::Guide);
            let texts = guides.map(|guide| guide.source.text()).filter(|text| self.look(1 + text.len() / 4096));
            let set = |line: &str| {
                let line = line.trim_start_matches(['-', ' ', '`', '$']).trim_start_matches("export ");
                line.split_once('=').map(|(name, _)| name.to_owned())
            };
            texts.flat_map(str::lines).filter_map(set).collect()
        });
        names.contains(name)
    }

    /// Whether what is made of a pattern is another file than the `.env` wherever somebody makes something of it:
    /// `cp .env.example .env.prod`.
    fn is_copied_elsewhere(&self, pattern: &EnvFile) -> bool {
        let own = base_name(&pattern.path);
        let steps = self.meanings().filter_map(|view| view.started()).flat_map(|started| &started.steps);
        let mut targets = steps.filter(|step| step.name() == "cp" && self.look(1)).filter_map(|step| {
            let words = step.arguments().iter().filter(|word| !word.value.starts_with('-')).collect::<Vec<_>>();
            let [from, to] = words[..] else { return None };
            (base_name(&from.value) == own).then(|| base_name(&to.value))
        });
        let other = |name: &str| name != ".env" && name.contains(".env");
        targets.next().is_some_and(other) && targets.all(other) && !self.makes_file(".env")
    }

    /// Whether people or programs make a file of this name, no `.env`, and go on to start Compose, all in one go: it fills its
    /// variables from a `.env` alone.
    fn is_made_alone(&self, compose: &Composition, name: &str) -> bool {
        let mut alone = false;
        for started in self.meanings().filter_map(|view| view.started()) {
            let calls = started.compose.iter().filter(|call| compose.commands.contains(&call.span));
            for call in calls.filter(|call| call.verb.as_deref() == Some("up") && self.look(started.steps.len())) {
                let holds = |step: &&Step| step.span.start <= call.span.start && call.span.end <= step.span.end;
                let Some(at) = started.steps.iter().position(|step| holds(&step)) else { continue };
                let shell = started.steps[at].shell;
                let before = || started.steps[..at].iter().filter(|step| step.shell == shell);
                let hands_on = |step: &Step| {
                    matches!(step.name(), "source" | "." | "export" | "set")
                        || step.makes_named(".env")
                        || step.arguments().iter().any(|word| base_name(&word.value) == ".env")
                        || step.sets.iter().any(|set| set.value.0 == "COMPOSE_ENV_FILES")
                };
                let given = !call.env_files.is_empty() || !call.sets.is_empty() || hands_on(&started.steps[at]);
                if given || before().any(hands_on) {
                    return false;
                }
                alone |= before().any(|step| step.makes_named(name));
            }
        }
        alone
    }

    /// Whether a script hands a variable on to what it starts, `export IMAGE_TAG=...`, or writes it into an env file.
    fn exports(&self, name: &str) -> bool {
        let names = self.exported.get_or_init(|| {
            let name = |text: &str| text.trim_start().split_once('=').map_or(text, |(name, _)| name).to_owned();
            let mut names = HashSet::new();
            for step in self.commands().iter().flat_map(|commands| commands.steps) {
                let words = step.words.iter().skip(1);
                if step.words.first().is_some_and(|first| first.value == "export") {
                    names.extend(words.map(|word| name(&word.value)));
                } else if (!step.redirects.is_empty() || step.tool() == "tee")
                    && step.makes().iter().any(|path| path.value.contains(".env"))
                {
                    let bodies = step.redirects.iter().filter_map(|own| own.body.as_ref());
                    let lines = words.chain(bodies).flat_map(|text| text.value.lines());
                    names.extend(lines.filter(|line| line.contains('=')).map(name));
                }
            }
            names
        });
        names.contains(name)
    }
}

impl<'a> Fillers<'a> {
    /// Where a variable comes from. `optional`: nothing stops without it.
    pub fn of(&self, name: &str, optional: bool) -> Outside<'a> {
        let elsewhere = ELSEWHERE.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        if elsewhere || self.compose.supplied.contains(name) || self.project.assumed().variable(name) {
            return Outside::Given;
        }
        let aside = self.aside.iter().find_map(|env| Some((*env, env.get(name)?)));
        // A template says what the `.env` will hold; where that is there, it is what it holds that counts. The pattern of
        // `.env.staging` says nothing of the `.env` where another file of that kind is filled in, and has the value.
        let of_dot_env = |env: &EnvFile| {
            aside.is_none() || filled(base_name(&env.path)) == ".env" && !self.project.is_copied_elsewhere(env)
        };
        if self.env.is_none() && self.templates.iter().any(|env| of_dot_env(env) && env.get(name).is_some()) {
            return Outside::Given;
        }
        // A line to be uncommented: whether it is needed is not known here.
        let commented = |env: &&EnvFile| env.commented().any(|var| var.key.value == name);
        if (optional || self.env.is_none()) && self.templates.iter().any(commented) {
            return Outside::Open("a template has it as a comment, to be set where it is needed");
        }
        // A guide shows what is of interest, so there may be more; not in a `.env` that it shows, when it never says the name.
        let is_open = self.project.files().is_open() && (self.env.is_none() || self.project.guides_name(name));
        // The pattern of another folder says nothing of the `.env` that is read here.
        let beside = |env: &&EnvFile| {
            let own = |path: &String| directory(path) == directory(&env.path);
            own(&self.compose.path) || self.compose.env.iter().any(own)
        };
        match aside {
            _ if self.project.exports(name) => {
                Outside::Open("a script sets it, whether before Compose starts is not known")
            }
            Some((env, var)) => Outside::Aside(env, var),
            None if self.env.is_none() && self.copied.iter().any(|env| env.get(name).is_some()) => {
                Outside::Open("a file beside it has it, and the .env of the server may be a copy of that")
            }
            None if self.env.is_none() && self.collected.iter().any(|env| env.get(name).is_some()) => {
                Outside::Open("a template in a folder for them has it, and the .env of the server may be made of that")
            }
            None if self.project.guide_sets(name) => Outside::Open("a guide says how to set it"),
            None if self.lacks_one() => Outside::Open("one of the env files that are read before Compose is not here"),
            None if is_open || self.env.is_none() && !self.templates.iter().any(beside) => {
                Outside::Open("there is neither a .env nor a template of it beside the file")
            }
            None => Outside::Nobody,
        }
    }

    /// What the pattern of an env file gives a variable that a command names, so that Compose stops where nobody has made it:
    /// `.env.prod.example` for `--env-file .env.prod`.
    pub fn in_pattern(&self, name: &str) -> Option<&'a str> {
        let of_read = |env: &&&EnvFile| {
            let made = filled(base_name(&env.path));
            made != ".env" && self.compose.env.iter().any(|path| base_name(path) == made)
        };
        let mut patterns = self.templates.iter().filter(|_| self.env.is_none()).filter(of_read);
        patterns.find_map(|env| env.get(name)?.known()).map(|value| value.value).filter(|value| !value.is_empty())
    }

    /// Whether an env file that whoever starts Compose reads besides the `.env` is not in the project: made on the server.
    fn lacks_one(&self) -> bool {
        let usual = join(&self.compose.directories.project, ".env");
        let mut others = self.compose.env.iter().filter(|path| **path != usual);
        others.any(|path| self.project.env_at(path).is_none())
    }
}
