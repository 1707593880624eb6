//! Template to what `envsubst` makes of it.

use super::Project;

impl Project {
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
