//! Keys that pipelines, scripts and builds put into the pages.

use super::Project;
use crate::model::Kind;
use crate::secret::{Audience, audience, client_prefix, is_service_role};
use crate::source::{Role, Span};

/// A key of the server that a build copies into the pages.
pub struct Published {
    /// The name of its variable.
    pub name: String,
    /// Where the name stands.
    pub at: Span,
    /// What copies it.
    pub tool: &'static str,
    /// Whether it passes by every rule of the database.
    pub is_service_role: bool,
}

impl Project {
    /// The keys, seen to be of a server by their values, that pipelines, scripts and the arguments of builds give to variables
    /// that end up in the pages.
    pub fn published_keys(&self) -> Vec<Published> {
        let mut found = Vec::new();
        let kinds = |kind| matches!(kind, Kind::Workflow | Kind::Script | Kind::Makefile | Kind::Dockerfile);
        for document in self.documents.iter().filter(|document| kinds(document.class.kind)) {
            let file = document.source.id;
            let Some(text) = self.text_of(document).filter(|_| self.role(file) != Role::Test) else { continue };
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let own = line.trim_start();
                let base = start + line.len() - own.len();
                start += line.len();
                if own.starts_with('#') || document.class.kind == Kind::Dockerfile && !own.starts_with("ARG ") {
                    continue;
                }
                found.extend(given(own).into_iter().filter_map(|(name, at, value)| {
                    let at = Span::new(file, base + at, base + at + name.len());
                    published(name, value, at)
                }));
            }
        }
        for service in self.services().filter(|service| service.role != Role::Test && self.look(1)) {
            let arguments = service.build.iter().flat_map(|build| &build.args);
            found.extend(arguments.filter_map(|(name, value)| published(&name.value, value.get()?, name.span)));
        }
        found
    }
}

fn published(name: &str, value: &str, at: Span) -> Option<Published> {
    let (_, tool) = client_prefix(name)?;
    let of_server = audience(value) == Some(Audience::Server);
    of_server.then(|| Published { name: name.to_owned(), at, tool, is_service_role: is_service_role(value) })
}

/// The variables that a line gives values to, each with where its name stands: `NAME=value`, `NAME: value`.
fn given(line: &str) -> Vec<(&str, usize, &str)> {
    let is_name = |name: &str| {
        client_prefix(name).is_some() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    let unquoted = |value: &str| -> usize { value.len() - value.trim_start_matches(['"', '\'']).len() };
    let mut found = Vec::new();
    let mut at = 0;
    for word in line.split_inclusive(char::is_whitespace) {
        let quotes = unquoted(word);
        let inner = word.get(quotes..).unwrap_or_default().trim_end().trim_end_matches(['"', '\'']);
        if let Some((name, value)) = inner.split_once('=').filter(|(name, _)| is_name(name)) {
            found.push((name, at + quotes, value.trim_matches(['"', '\''])));
        }
        at += word.len();
    }
    if let Some((name, value)) = line.split_once(": ").filter(|(name, _)| is_name(name)) {
        found.push((name, 0, value.split_whitespace().next().unwrap_or_default().trim_matches(['"', '\''])));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_give_values() {
        assert_eq!(given("VITE_KEY: 'abc' # a\n"), [("VITE_KEY", 0, "abc")]);
        assert_eq!(given("docker build --build-arg VITE_KEY=\"abc\" .\n"), [("VITE_KEY", 25, "abc")]);
        assert_eq!(given("echo \"VITE_KEY=abc\" >> .env\n"), [("VITE_KEY", 6, "abc")]);
        assert!(given("KEY=abc\n").is_empty());
    }
}
