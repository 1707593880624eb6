//! Host name to the servers that have it over TLS.

use crate::syntax::near::letters_apart;
use std::collections::HashSet;

use super::Project;
use crate::model::nginx::Server;

/// The names that servers of nginx have over TLS; found out once.
#[derive(Default, Debug)]
pub(super) struct Secure {
    /// Whether there are any.
    some: bool,
    /// Whether one of them takes every name.
    every: bool,
    /// Plain names, in small letters.
    plain: HashSet<String>,
    /// The folders of their certificates: certbot calls them after the first name.
    folders: HashSet<String>,
    /// The servers with names that are patterns: configuration and place in it.
    patterns: Vec<(usize, usize)>,
}

impl Secure {
    fn of(project: &Project) -> Self {
        let mut found = Secure::default();
        for (at, config) in project.configs().iter().enumerate() {
            for (index, server) in config.servers.iter().enumerate() {
                if server.listens.iter().any(|listen| listen.tls) {
                    found.add(server, (at, index));
                }
            }
        }
        found
    }

    fn add(&mut self, server: &Server, place: (usize, usize)) {
        self.some = true;
        self.every |= server.names.is_empty() || server.names.iter().any(|name| !name.value.contains('.'));
        self.plain.extend(server.names.iter().map(|name| name.value.to_ascii_lowercase()));
        let parts = server.certificates.iter().flat_map(|path| path.value.split('/'));
        self.folders.extend(parts.filter(|part| part.contains('.')).map(str::to_owned));
        let is_pattern = |name: &str| name.starts_with('.') || name.contains(['*', '~', '$', '{']);
        if server.names.iter().any(|name| is_pattern(&name.value)) {
            self.patterns.push(place);
        }
    }
}

impl Project {
    /// Whether it is known which names are served over TLS: there are some, and no server takes every name.
    pub fn knows_secure_names(&self) -> bool {
        let secure = self.secure.get_or_init(|| Secure::of(self));
        secure.some && !secure.every
    }

    /// Whether a server has a name over TLS, or a certificate that is called like it, or like it without `www.`: that is for
    /// both, nearly always.
    pub fn is_secure_name(&self, name: &str) -> bool {
        let secure = self.secure.get_or_init(|| Secure::of(self));
        let bare = name.strip_prefix("www.").unwrap_or(name);
        let pattern = |(at, index): &(usize, usize)| {
            let server = self.configs().get(*at).and_then(|config| config.servers.get(*index));
            self.look(1) && server.is_some_and(|server| server.may_take(name))
        };
        secure.plain.contains(&name.to_ascii_lowercase())
            || secure.folders.contains(name)
            || secure.folders.contains(bare)
            || secure.patterns.iter().any(pattern)
    }

    /// The name over TLS that is this one but for a letter or two.
    pub fn secure_name_near(&self, name: &str) -> Option<&str> {
        let secure = self.secure.get_or_init(|| Secure::of(self));
        let near = secure.plain.iter().filter(|own| self.look(1) && letters_apart(own, name) <= 2);
        near.min_by_key(|own| (letters_apart(own, name), own.as_str())).map(String::as_str)
    }
}
