//! Template to what `envsubst` makes of it, and what else may fill files in.

use super::Project;
use crate::model::Tree;

/// Programs that put values into files, as they stand in commands.
const REPLACING: [&str; 10] =
    ["envsubst", "sed ", "perl ", "awk ", "dockerize", "gomplate", "confd", "ansible", "j2", ".replace("];

/// Whether the path of a file says that it is filled in: `nginx-template.conf`, `templates/site.conf`.
pub(super) fn is_named_template(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["template", "tmpl", ".tpl", "skeleton"].iter().any(|word| path.contains(word))
}

impl Project {
    /// Whether anything in the project may put values into files: a script, a recipe or a command that names such a program.
    pub(super) fn replaces_text(&self) -> bool {
        let mut others = self.documents.iter().filter(|document| !matches!(document.tree, Tree::Nginx(_)));
        others.any(|document| {
            let text = document.source.text().as_bytes();
            REPLACING.iter().any(|program| memchr::memmem::find(text, program.as_bytes()).is_some())
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
