//! Programs of Node.js to the versions of it that they ask for.

use super::Project;
use super::commands::Commands;
use super::packages::script_run;
use crate::model::image::{ImageRef, Release};
use crate::model::starts::Step;
use crate::source::{Span, join};
use crate::syntax::shell;
use crate::syntax::yaml;

/// The first two numbers of a version of Node.js.
pub type NodeVersion = (u32, u32);

/// A program that ends at once under an old Node.js.
pub struct OldNode {
    /// What it is, for people: `next 16`.
    pub package: String,
    /// The first version under which it runs.
    pub asks: String,
    /// Where the manifest lists it.
    pub at: Span,
}

/// Program, package, its version from which on this is so, and the first Node.js under which it runs. Next.js compares its `engines`
/// with the version that runs it and ends (`packages/next/src/bin/next.ts`), Angular's command line likewise (`bin/ng.js` of
/// `@angular/cli`). Vite warns only: builds with Vite 4, 5 and 7 were tried under Node.js 12, 14, 16 and 18. Under 12 they end with a
/// syntax error, Vite 5 and 7 under 16 with `crypto.getRandomValues is not a function`, and the plugin of Vue with `crypto.hash is
/// not a function` under 18, which came with 20.12.
const ASKS: [(&str, &str, u32, NodeVersion); 9] = [
    ("next", "next", 16, (20, 9)),
    ("next", "next", 15, (18, 18)),
    ("next", "next", 14, (18, 17)),
    ("next", "next", 13, (14, 6)),
    ("vite", "@vitejs/plugin-vue", 6, (20, 12)),
    ("vite", "vite", 5, (18, 0)),
    ("vite", "vite", 4, (14, 0)),
    ("ng", "@angular/cli", 20, (20, 11)),
    ("ng", "@angular/cli", 18, (18, 19)),
];

/// The Node.js in the packages of releases (packages.ubuntu.com, packages.debian.org).
const PACKAGED: [(&str, NodeVersion); 7] = [
    ("Ubuntu 20.04", (10, 19)),
    ("Ubuntu 22.04", (12, 22)),
    ("Ubuntu 24.04", (18, 19)),
    ("Ubuntu 25.04", (20, 18)),
    ("Debian 11", (12, 22)),
    ("Debian 12", (18, 20)),
    ("Debian 13", (20, 19)),
];

/// The newest of a line.
const NEWEST: u32 = u32::MAX;

impl Project {
    /// What a command starts that ends under this Node.js: a script of the package in a folder, or the program itself.
    pub fn asks_for_newer_node(&self, step: &Step, folder: &str, has: NodeVersion) -> Option<OldNode> {
        let word = |at: usize| step.argv().get(at).map_or("", |word| word.value.as_str());
        let script = script_run(step).map(|word| word.value.as_str());
        let script = script.or_else(|| Some("start").filter(|_| step.name() == "npm" && word(1) == "start"));
        let line = match script {
            Some(script) => self.script_in_folder(folder, script)?,
            None => {
                let from = usize::from(step.name() == "npx");
                let words: Vec<&str> = step.argv().iter().skip(from).map(|word| word.value.as_str()).collect();
                words.join(" ")
            }
        };
        let commands = shell::commands(&line);
        let tools = commands.iter().filter_map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            let own = words.get(shell::program(&words)..)?;
            let (tool, verb) = (*own.first()?, own.get(1).copied().unwrap_or_default());
            let works = match tool {
                "next" => matches!(verb, "build" | "start"),
                "vite" | "ng" => verb == "build",
                _ => false,
            };
            works.then(|| tool.to_owned())
        });
        let tools: Vec<String> = tools.collect();
        if tools.is_empty() {
            return None;
        }
        let document = self.at(&join(folder, "package.json"))?;
        self.text_of(document)?;
        let file = yaml::parse(&document.source);
        let root = file.root()?;
        let listed = |package: &str| {
            ["dependencies", "devDependencies"].iter().find_map(|section| root.get(section)?.entry(package))
        };
        let asking = ASKS.iter().filter(|(tool, ..)| tools.iter().any(|own| own == tool));
        for (_, package, from, first) in asking {
            let Some(entry) = listed(package) else { continue };
            let Some(major) = entry.value.as_str().and_then(major) else { continue };
            if major < *from {
                continue;
            }
            if has >= *first {
                continue;
            }
            let (one, two) = first;
            let asks = if *two == 0 { one.to_string() } else { format!("{one}.{two}") };
            return Some(OldNode { package: format!("{package} {major}"), asks, at: entry.span() });
        }
        None
    }

    /// The same for a command of a script or guide, in the folder that it works in.
    pub fn asks_host_for_newer_node(&self, step: &Step, has: NodeVersion) -> Option<OldNode> {
        self.asks_for_newer_node(step, &self.package_folder(step)?, has)
    }

    /// The Node.js that a script or a guide installs, and the word that says so. `None` also where there is more than one way to it,
    /// or the newest one is taken.
    pub fn installs_node(&self, commands: &Commands, steps: &[&Step]) -> Option<(Span, NodeVersion)> {
        let text = self.text_of(self.document(commands.file))?;
        let mut found: Option<(Span, NodeVersion)> = None;
        let mut packaged = None;
        for step in steps.iter().filter(|step| self.look(1) && step.inside.is_none() && !step.contained) {
            let source = step.words.iter().find_map(|word| {
                let parts = ["nodesource.com/setup_", "nodesource.com/node_"];
                let behind = parts.iter().find_map(|part| word.value.split(part).nth(1))?;
                Some((word.span, behind.split('.').next().unwrap_or_default()))
            });
            let chosen = match step.name() {
                "nvm" if step.has("install") || step.has("use") => {
                    let version = step.argv().iter().skip(2).find(|word| !word.value.starts_with("--"));
                    Some(version.map_or((step.span, ""), |word| (word.span, word.value.trim_start_matches('v'))))
                }
                // Other ways, which have their own versions.
                "n" | "fnm" | "volta" | "asdf" | "mise" | "nodenv" | "snap" | "brew" | "dnf" | "yum" => {
                    Some((step.span, ""))
                        .filter(|_| step.words.iter().any(|word| word.value.contains("node")) || step.name() == "n")
                }
                _ => None,
            };
            if let Some((at, version)) = source.or(chosen) {
                let version = version_of(version)?;
                if found.is_none_or(|(_, own)| own < version) {
                    found = Some((at, version));
                }
            } else if matches!(step.name(), "apt" | "apt-get") && step.has("install") {
                packaged = packaged.or(step.words.iter().find(|word| word.value == "nodejs").map(|word| word.span));
            }
        }
        let others = ["nodesource", "nvm", "fnm", "volta", "nodejs.org/dist"];
        found.or_else(|| {
            let at = packaged.filter(|_| !others.iter().any(|word| text.contains(word)))?;
            let releases = Release::all_told(text);
            let of = |release: &&Release| PACKAGED.iter().find(|(name, _)| *name == release.name).map(|(_, own)| *own);
            let versions = releases.iter().map(of).collect::<Option<Vec<NodeVersion>>>()?;
            Some((at, versions.into_iter().max()?))
        })
    }
}

/// The Node.js of an image: 20 of `node:20-alpine`.
pub fn node_of_image(image: &ImageRef) -> Option<NodeVersion> {
    let tag = image.tag().filter(|_| image.official() == Some("node"))?;
    version_of(tag.split('-').next()?)
}

/// `20`, `20.11`, `v20.11.1`; not `lts` and not nothing.
fn version_of(text: &str) -> Option<NodeVersion> {
    let mut parts = text.split('.');
    let major = parts.next()?.parse().ok()?;
    match parts.next() {
        None => Some((major, NEWEST)),
        Some(minor) => Some((major, minor.parse().ok()?)),
    }
}

/// The lowest major version that a manifest asks for: 16 of `^16.0.1`. Not known of `latest`, a range of several, or an address.
fn major(text: &str) -> Option<u32> {
    let version = text.trim_start_matches(['^', '~', '=', 'v', ' ']);
    let version = version.strip_prefix(">=").unwrap_or(version).trim_start();
    let plain = version.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    version.split('.').next().filter(|_| plain)?.parse().ok()
}
