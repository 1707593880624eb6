//! Command of a package manager to the `package.json` and lock files it works with.

use super::Project;
use crate::model::starts::Step;
use crate::model::{Document, Kind, Meaning};
use crate::source::{Presence, Span, Spanned, directory, join};
use crate::syntax::shell::{self, base_name};
use crate::syntax::yaml::{self};

/// A program that a script of `package.json` runs, and that only developers get.
pub struct ForDevelopers {
    /// The program.
    pub tool: String,
    /// The package that brings it.
    pub package: String,
    /// Where the manifest lists it.
    pub at: Span,
}

/// Programs that are called otherwise than the package that brings them (their `bin` in the registry of npm, read on 2026-11-29).
const BROUGHT: [(&str, &str); 12] = [
    ("tsc", "typescript"),
    ("nest", "@nestjs/cli"),
    ("ng", "@angular/cli"),
    ("vue-cli-service", "@vue/cli-service"),
    ("webpack", "webpack-cli"),
    ("svelte-kit", "@sveltejs/kit"),
    ("remix", "@remix-run/dev"),
    ("mix", "laravel-mix"),
    ("babel", "@babel/cli"),
    ("swc", "@swc/cli"),
    ("tailwindcss", "@tailwindcss/cli"),
    ("react-router", "@react-router/dev"),
];

impl Project {
    /// The program that a script of the package needs and that an installation without those for developers leaves out.
    pub fn tool_for_developers(&self, step: &Step, script: &str) -> Option<ForDevelopers> {
        self.tool_in_folder(&self.package_folder(step)?, script)
    }

    /// The same for the package in a folder.
    pub fn tool_in_folder(&self, folder: &str, script: &str) -> Option<ForDevelopers> {
        let document = self.at(&join(folder, "package.json"))?;
        self.text_of(document)?;
        let file = yaml::parse(&document.source);
        let root = file.root()?;
        let line = root.get("scripts")?.get(script)?.as_str()?;
        let listed = |section: &str, package: &str| root.get(section).and_then(|list| list.entry(package));
        let commands = shell::commands(line);
        commands.iter().find_map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            let tool = *words.get(shell::program(&words)..)?.first()?;
            let known = BROUGHT.iter().find(|(name, _)| *name == tool).map(|(_, package)| *package);
            let package =
                known.into_iter().chain([tool]).find(|package| listed("devDependencies", package).is_some())?;
            // What others bring with them may be there all the same.
            let also = ["dependencies", "optionalDependencies", "peerDependencies"];
            if also.iter().any(|section| listed(section, package).is_some() || listed(section, tool).is_some()) {
                return None;
            }
            if self.is_kept_by_npm(folder, package) {
                return None;
            }
            let at = listed("devDependencies", package)?.span();
            Some(ForDevelopers { tool: tool.to_owned(), package: package.to_owned(), at })
        })
    }

    /// The script of the package in a folder that npm runs by itself when it installs, and that needs a program which an installation
    /// without those for developers leaves out: `"prepare": "husky"`. Nothing of npm asks whether they were left out (npm/cli,
    /// `lib/commands/ci.js` and `install.js`); husky's manual has a chapter about it ("CI server and Docker").
    pub fn hook_for_developers(&self, folder: &str) -> Option<(&'static str, ForDevelopers)> {
        const HOOKS: [&str; 5] = ["install", "postinstall", "prepublish", "preprepare", "prepare"];
        let npmrc = self.files.presence(&join(folder, ".npmrc")) == Presence::File;
        HOOKS.iter().filter(|_| !npmrc).find_map(|hook| {
            let line = self.script_in_folder(folder, hook)?;
            // Whatever asks first, or goes on without it, or brings it along.
            let plain = line.chars().all(|c| c.is_ascii_alphanumeric() || " -_./@:=&".contains(c));
            let asks =
                ["npx ", "npm ", "yarn ", "pnpm ", "is-ci", "node ", "test "].iter().any(|word| line.contains(word));
            let alone = line.replace("&&", "").contains('&');
            (plain && !asks && !alone).then(|| self.tool_in_folder(folder, hook)).flatten().map(|tool| (*hook, tool))
        })
    }

    /// The program that `npx` fetches in its newest version, where an installation without the packages for developers leaves out the
    /// one that the manifest lists, and the newest one cannot do its work.
    pub fn fetched_by_npx(&self, step: &Step, folder: Option<&str>) -> Option<ForDevelopers> {
        // Since version 7 (November 2025) Prisma refuses a schema with `url` in its datasource, which the versions before need
        // (prisma/orm#28622); `tsc` is a package of another program.
        const FETCHED: [(&str, &str, u32); 2] = [("prisma", "prisma", 7), ("tsc", "typescript", u32::MAX)];
        let words = step.argv().iter().map(|word| word.value.as_str());
        let first = words.skip(1).find(|word| !word.starts_with('-')).filter(|_| step.name() == "npx")?;
        let (tool, package, fails) = FETCHED.iter().find(|(tool, ..)| *tool == first)?;
        let folder = folder.map(str::to_owned).or_else(|| self.package_folder(step))?;
        let settled = ["ts", "js", "mjs", "mts"].map(|end| join(&folder, &format!("prisma.config.{end}")));
        if settled.iter().any(|path| self.files.presence(path) == Presence::File) {
            return None;
        }
        let document = self.at(&join(&folder, "package.json"))?;
        self.text_of(document)?;
        let file = yaml::parse(&document.source);
        let root = file.root()?;
        let listed = |section: &str| root.get(section).and_then(|list| list.entry(package));
        if ["dependencies", "optionalDependencies", "peerDependencies"].iter().any(|section| listed(section).is_some())
        {
            return None;
        }
        if self.is_kept_by_npm(&folder, package) {
            return None;
        }
        let entry = listed("devDependencies")?;
        let version = entry.value.as_str()?.trim_start_matches(|c: char| !c.is_ascii_digit());
        let major: u32 = version.split('.').next()?.parse().ok()?;
        (major < *fails).then(|| ForDevelopers {
            tool: (*tool).to_owned(),
            package: (*package).to_owned(),
            at: entry.span(),
        })
    }

    /// Whether the lock file of npm in a folder says that a package is installed without those for developers.
    fn is_kept_by_npm(&self, folder: &str, package: &str) -> bool {
        let lock = join(folder, "package-lock.json");
        self.npm_locks.iter().any(|own| own.path == lock && own.keeps(package))
    }

    /// The lock files of npm that say what an installation without the packages for developers leaves out.
    pub(super) fn locks_in_question(&self) -> Vec<(String, Span)> {
        let lists = |document: &&Document| {
            let named = document.class.kind == Kind::Manifest && base_name(&document.source.path) == "package.json";
            named && document.source.text().contains("\"devDependencies\"")
        };
        let manifests: Vec<&Document> = self.documents.iter().filter(lists).collect();
        if manifests.is_empty() {
            return Vec::new();
        }
        let leaves_out =
            |step: &Step| step.argv().first().is_some_and(|tool| tool.value == "npm") && leaves_out_tools(step);
        let mut steps =
            self.commands().into_iter().chain(self.commands_of_images()).filter(|own| self.look(own.steps.len()));
        let stages = self.dockerfiles.iter().flat_map(|file| &file.stages);
        let mut told = stages.flat_map(|stage| &stage.env).filter(|(key, _)| key.value == "NODE_ENV");
        let for_users = told.any(|(_, value)| value.get().is_some_and(|value| value == "production"));
        if !for_users && !steps.any(|own| own.steps.iter().any(leaves_out)) {
            return Vec::new();
        }
        let lock = |document: &&Document| join(directory(&document.source.path), "package-lock.json");
        manifests.iter().map(|document| (lock(document), Span::new(document.source.id, 0, 0))).collect()
    }

    /// What a script of the package in a folder runs, as written.
    pub fn script_in_folder(&self, folder: &str, script: &str) -> Option<String> {
        let document = self.at(&join(folder, "package.json"))?;
        self.text_of(document)?;
        let file = yaml::parse(&document.source);
        Some(file.root()?.get("scripts")?.get(script)?.as_str()?.to_owned())
    }

    /// The lock files of other package managers beside the package of a command that has none of npm. `None`: it has one, or nobody
    /// knows.
    pub fn lacks_npm_lock(&self, step: &Step) -> Option<Vec<String>> {
        const OWN: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];
        let folder = self.package_folder(step)?;
        let mut paths = self.files.files().filter(|_| self.look(1));
        if paths.any(|path| OWN.contains(&base_name(path)))
            || OWN.iter().any(|name| !self.is_missing(&join(&folder, name)))
        {
            return None;
        }
        let others = ["yarn.lock", "pnpm-lock.yaml", "bun.lockb", "bun.lock"].map(|name| join(&folder, name));
        Some(others.into_iter().filter(|path| self.files.presence(path) != Presence::Missing).collect())
    }

    /// The folder of the project whose `package.json` a command works with: where it runs, or on a server what of that path the
    /// project has.
    pub(super) fn package_folder(&self, step: &Step) -> Option<String> {
        let folders: Vec<String> = match &step.place.elsewhere {
            None => step.place.directories().to_vec(),
            Some(place) => {
                let parts: Vec<&str> = place.split('/').filter(|part| !part.is_empty()).collect();
                (1..=parts.len()).map(|from| parts.get(from..).unwrap_or_default().join("/")).collect()
            }
        };
        // What is here counts before what may be there: nobody knows all files of a guide that is named.
        let presence = |folder: &String| self.files.presence(&join(folder, "package.json"));
        let here = folders.iter().find(|folder| presence(folder) == Presence::File);
        here.or_else(|| folders.iter().find(|folder| presence(folder) != Presence::Missing)).cloned()
    }
}

/// Whether a command installs all packages of a manifest of Node.js.
pub fn installs_packages(step: &Step) -> bool {
    let verb = step.argv().get(1).map_or("", |word| word.value.as_str());
    let packages = step.argv().iter().skip(2).any(|word| !word.value.starts_with('-') && !is_of_option(&word.value));
    match step.name() {
        "npm" => matches!(verb, "ci" | "install" | "i") && !packages && !step.has("-g"),
        "yarn" => matches!(verb, "" | "install"),
        "pnpm" | "bun" => matches!(verb, "install" | "i") && !packages,
        _ => false,
    }
}

fn is_of_option(word: &str) -> bool {
    matches!(word, "dev" | "production" | "prod")
}

/// Whether a command installs a package by its name: `npm install -D prisma@6`.
pub fn adds_package(step: &Step, package: &str) -> bool {
    let named = |word: &str| word == package || word.strip_prefix(package).is_some_and(|rest| rest.starts_with('@'));
    let tool = matches!(step.name(), "npm" | "yarn" | "pnpm" | "bun");
    tool && step.argv().iter().skip(2).any(|word| named(&word.value))
}

/// Whether it leaves out those for developers.
pub fn leaves_out_tools(step: &Step) -> bool {
    const OPTIONS: [&str; 8] = [
        "--omit=dev",
        "--only=production",
        "--only=prod",
        "--production",
        "--prod",
        "-P",
        "--production=true",
        "--no-dev",
    ];
    let pair = |a: &str, b: &str| step.words.windows(2).any(|two| two[0].value == a && two[1].value == b);
    let told = step.sets.iter().any(|set| set.value == ("NODE_ENV".to_owned(), "production".to_owned()));
    let kept = ["--include=dev", "--production=false"].iter().any(|option| step.has(option));
    !kept
        && (told
            || OPTIONS.iter().any(|option| step.has(option))
            || pair("--omit", "dev")
            || pair("--only", "production"))
}

/// The word behind which the name of a script stands: `npm run build`, `yarn build`.
pub fn script_run(step: &Step) -> Option<&Spanned<String>> {
    let words = step.argv();
    let first = words.get(1)?;
    match (step.name(), first.value.as_str()) {
        ("npm" | "pnpm" | "yarn" | "bun", "run" | "run-script") => words.get(2),
        ("yarn" | "pnpm", _) => Some(first),
        _ => None,
    }
}

impl Project {
    /// Where poetry makes the environment of a project, when it keeps it below `~/.cache` and nothing makes one of this name
    /// (Poetry's manual, "Configuration", `virtualenvs.in-project`).
    pub fn made_by_poetry(&self, name: &str) -> Option<Span> {
        // Whatever else makes environments, moves them, or tells poetry where they are kept.
        const OTHERS: [&str; 11] = [
            "in-project",
            "IN_PROJECT",
            "POETRY_VIRTUALENVS",
            "virtualenvs.path",
            "virtualenvs.create",
            "-m venv",
            "virtualenv ",
            "uv venv",
            "uv sync",
            "pipenv",
            "conda ",
        ];
        let puts = |line: &str| {
            ["ln -s", "mkdir ", "mv ", "cp "].iter().any(|word| line.contains(word)) && line.contains(name)
        };
        let says = |text: &str| OTHERS.iter().any(|word| text.contains(word)) || text.lines().any(puts);
        let has = |name: &str| self.files.files().any(|path| path.rsplit('/').next() == Some(name));
        // What is not shown may say so.
        let hidden = self.files.is_open() && !has("pyproject.toml");
        if name != ".venv" || hidden || has("poetry.toml") || self.texts().any(says) {
            return None;
        }
        let mut steps = self.loading.iter().flat_map(|file| file.steps()).filter(|_| self.look(1));
        steps.find(|step| step.is("poetry", &["install"]) || step.is("poetry", &["sync"])).map(|step| step.span)
    }

    /// The virtual environment of Python that the project makes, when it makes one of another name only.
    pub fn only_other_environment(&self, name: &str) -> Option<(String, Span)> {
        const MAKERS: [&str; 9] =
            ["poetry", "pipenv", "uv ", "conda", "virtualenvwrapper", "mkvirtualenv", "pyenv", "VENV", "venv_"];
        if self
            .texts()
            .any(|text| MAKERS.iter().any(|word| text.contains(word)) || text.contains(&format!("venv {name}")))
        {
            return None;
        }
        let steps = self.loading.iter().flat_map(|file| file.steps()).filter(|_| self.look(1));
        let mut made = steps.filter_map(|step| {
            let words = step.argv();
            let at = match step.name() {
                "virtualenv" => 0,
                _ => {
                    words.windows(2).position(|two| {
                        two[0].value == "-m" && matches!(two[1].value.as_str(), "venv" | "virtualenv")
                    })? + 1
                }
            };
            words.iter().skip(at + 1).rfind(|word| !word.value.starts_with('-'))
        });
        let first = made.next()?;
        let own = |word: &Spanned<String>| base_name(word.value.trim_end_matches('/')).to_owned();
        let called = own(first);
        let plain = called.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && !called.is_empty();
        let same = made.all(|word| own(word) == called);
        (plain && same && called != name).then_some((called, first.span))
    }
}
