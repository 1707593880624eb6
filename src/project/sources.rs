//! Mount to file: what a service is given that is not in the project.

use super::Project;
use super::images::is_made;
use crate::model::Kind;
use crate::source::{Answer, Presence, Role, Span, Why, below, directory, join};
use crate::syntax::shell::base_name;

/// A file that is mounted and not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lacking {
    /// A file beside it with nearly its name.
    pub slip: Option<String>,
    /// The only file of its kind in its folder.
    pub beside: Option<String>,
}

/// Endings of files that people write. Others may be made by the program that gets them.
const WRITTEN: [&str; 25] = [
    "conf",
    "cnf",
    "cfg",
    "ini",
    "yml",
    "yaml",
    "toml",
    "json",
    "xml",
    "properties",
    "sh",
    "sql",
    "py",
    "js",
    "mjs",
    "lua",
    "php",
    "html",
    "txt",
    "template",
    "tmpl",
    "rules",
    "vcl",
    "acl",
    "hcl",
];

/// Names of files that people write and that have no ending.
pub const UNENDED: [&str; 3] = ["Caddyfile", "Corefile", "Procfile"];

/// Parts of names of files that a server makes or keeps to itself.
const KEPT: [&str; 12] = [
    "secret",
    "credential",
    "password",
    "passwd",
    "token",
    "private",
    "service-account",
    "service_account",
    "key",
    "cert",
    "acme",
    "data",
];

impl Project {
    /// Whether a file that is mounted is not in the project, though it should be. `path` counts from the root, and was put
    /// together with the directory `from`.
    pub fn lacks(&self, path: &str, from: &str) -> Answer<Lacking> {
        let there = || Answer::No(Why::new("it is there"));
        if self.files.presence(path) != Presence::Missing || self.assumed.file(path) {
            return there();
        }
        let folder = directory(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or("", |(_, ending)| ending);
        let lower = path.to_ascii_lowercase();
        let unknown = |why: String| Answer::Unknown(Why::new(why));
        if !WRITTEN.contains(&ending) && !UNENDED.contains(&name) || KEPT.iter().any(|word| lower.contains(word)) {
            return unknown(format!("`{path}` is not in the project; it may be made on the server"));
        }
        // An extension that is put on top of a set further up counts from there.
        let own = below(path, from).unwrap_or(path);
        if let Some(above) = self.found_above(from, own) {
            return unknown(format!("`{}` is there: it depends on where it is started from", join(above, own)));
        }
        match self.git.ignored(path) {
            Answer::Yes(_) => {
                return unknown(format!("git ignores `{path}`: whether it is on the server is not known"));
            }
            Answer::Unknown(why) => return Answer::Unknown(why),
            Answer::No(_) => {}
        }
        let inside = |own: &String| {
            let stem = own.trim_start_matches('.').split('.').next().unwrap_or(own);
            own.contains(name) || !stem.is_empty() && name.contains(stem)
        };
        let template = self.folder(folder).iter().find(|own| {
            let lower = own.to_ascii_lowercase();
            let pattern = ["example", "sample", "template", "dist", "tmpl", "tpl", "default", "j2"];
            self.look(1) && inside(own) && pattern.iter().any(|word| lower.contains(word))
        });
        if let Some(template) = template {
            return unknown(format!("`{path}` may be made of `{template}`"));
        }
        // A script that writes it, or a guide that says how.
        let names = |text: &str| {
            // A mount that is shown says nothing new.
            text.contains(name) && text.lines().any(|line| line.contains(name) && !line.contains(":/"))
        };
        let maker = self.documents.iter().filter(|document| self.look(1 + document.source.text().len() / 4096)).find(
            |document| {
                let own = &document.source.path;
                let compose = self.compose.iter().any(|set| set.read.contains(&document.source.id));
                // Who only reads it makes nothing.
                let reads = matches!(
                    document.class.kind,
                    Kind::Prometheus | Kind::Uwsgi | Kind::Pool | Kind::Php | Kind::Redis | Kind::Postgres
                );
                !compose && !reads && !own.ends_with("ockerfile") && names(document.source.text())
            },
        );
        if let Some(maker) = maker {
            return unknown(format!("`{path}` may be made by `{}`, which names it", maker.source.path));
        }
        if self.files.presence(".gitmodules") == Presence::File {
            return unknown(format!("`{path}` may be part of a submodule"));
        }
        // What builds nothing may be put together on the server of files that lie apart here.
        let named = || self.files.files().filter(|own| self.look(1) && base_name(own) == name).min();
        if self.may_be_put_together(from)
            && let Some(own) = named()
        {
            return unknown(format!("is `{own}` put there on the server, as `{path}`? Nothing here says so"));
        }
        let slip = self.nearly(path);
        let mut alike = self.folder(folder).iter().filter(|own| {
            self.look(1) && own.rsplit_once('.').map(|(_, own)| own) == Some(ending) && !folder.is_empty()
        });
        let beside = alike.next().filter(|_| alike.next().is_none()).cloned();
        if slip.is_none() && beside.is_none() && !self.is_complete(path) {
            return unknown(format!("`{path}` is not in the project, and neither is its folder"));
        }
        Answer::Yes(Lacking { slip, beside })
    }

    /// Whether the Compose files of a folder build nothing, and no program starts them in a checkout.
    fn may_be_put_together(&self, folder: &str) -> bool {
        let mut here =
            self.compose.iter().filter(|set| set.directories.of(Span::new(set.file, 0, 0)) == folder).peekable();
        let told = |span: Span| self.document(span.file).class.kind == Kind::Guide;
        here.peek().is_some()
            && here.filter(|set| set.role >= Role::Staging).all(|set| {
                set.started_by.is_none_or(told) && set.services.iter().all(|service| service.build.is_none())
            })
    }

    /// Whether git has all there is of a deployment: its Compose files and the sources beside them.
    fn is_complete(&self, path: &str) -> bool {
        let tracked = self.compose.iter().all(|set| self.git.tracked(&set.path).is_yes());
        // What has no ending is told by its name.
        let unended = path.rsplit('/').next().is_some_and(|name| UNENDED.contains(&name));
        let made = if unended { is_made(&format!("{path}.conf")) } else { is_made(path) };
        tracked && !made && !self.compose.is_empty()
    }
}
