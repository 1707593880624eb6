//! Template to what `envsubst` makes of it, and what else may fill files in.

use super::Project;
use crate::model::{Document, Tree};
use crate::source::Cut;

/// Programs that put values into files.
const REPLACING: [&str; 9] =
    ["envsubst", "sed", "perl", "awk", "dockerize", "gomplate", "confd", "ansible-playbook", "jinja2"];

/// Whether a part of a text is a word of its own.
fn is_word(text: &str, at: usize, length: usize) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '=');
    !text.cut(..at).ends_with(inside) && !text.cut(at + length..).starts_with(inside)
}

/// Whether the path of a file says that it is filled in: `nginx-template.conf`, `templates/site.conf`.
pub(super) fn is_named_template(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["template", "tmpl", ".tpl", "skeleton"].iter().any(|word| path.contains(word))
}

impl Project {
    /// Whether anything in the project may put values into files: a script, a recipe or a command that names such a program.
    pub(super) fn replaces_text(&self) -> bool {
        let commands = |document: &&Document| !matches!(document.tree, Tree::Nginx(_) | Tree::Pem(_));
        self.documents.iter().filter(commands).any(|document| {
            let text = document.source.text();
            let names = |program: &str| text.match_indices(program).any(|(at, _)| is_word(text, at, program.len()));
            REPLACING.into_iter().any(names)
        })
    }

    /// The file of a name that holds variables of nginx itself, which a substitution without a list empties.
    pub fn with_nginx_variables(&self, name: &str) -> Option<&str> {
        const OWN: [&str; 6] =
            ["$host", "$remote_addr", "$proxy_add_x_forwarded_for", "$scheme", "$uri", "$request_uri"];
        let mut named = self.documents.iter().filter(|document| {
            document.source.path.rsplit('/').next() == Some(name) && self.look(1 + document.source.text().len() / 4096)
        });
        let found = named.find(|document| OWN.iter().any(|own| document.source.text().contains(own)))?;
        Some(&found.source.path)
    }
}
