//! What the nginx in a container answers to a request from inside of it.

use super::Project;
use super::footing::Main;
use super::locate::Agreed;
use crate::model::Host;
use crate::model::compose::Service;
use crate::model::env::Url;
use crate::model::nginx::{Onward, Server, Target, onward, refused, request, sockets};
use crate::source::{Answer, Span};

/// An error that nginx answers with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TurnedAway {
    /// What happens, as a clause behind "nginx".
    pub how: String,
    /// The directive that says so.
    pub by: Span,
}

impl Project {
    /// How the nginx in a container turns away who asks it for an address from inside, if that is certain.
    pub fn turns_away(&self, service: &Service, url: &Url) -> Option<TurnedAway> {
        let port =
            url.target_port().filter(|_| Host::is_loopback(url.host) && matches!(url.scheme, "http" | "https"))?;
        let site = self.agreed(std::iter::once(service), "/etc/nginx/conf.d/default.conf");
        let replaced = matches!(self.main_of(service), Main::Own(_)) || matches!(site, Agreed::Project(_));
        let mut configs = self.configs_of(service).filter(|config| self.look(1 + config.servers.len()));
        let config = configs.next().filter(|config| replaced && config.gap.is_none())?;
        if configs.next().is_some() {
            return None;
        }
        let loopback = |address: Option<&str>| address.is_none_or(Host::is_loopback);
        let sockets = sockets(config);
        let mut here = sockets.iter().filter(|socket| socket.port == port && loopback(socket.address));
        let socket = here.next().filter(|socket| socket.tls == (url.scheme == "https"))?;
        if here.next().is_some() {
            return None;
        }
        let server = match socket.named(url.host) {
            Answer::Yes(server) => server,
            Answer::No(_) => socket.default_server()?,
            Answer::Unknown(_) => return None,
        };
        let path = if url.path.is_empty() { "/" } else { url.path };
        self.error_for(server, path)
    }

    /// The error that a server answers with to a request for a path that comes from the machine itself.
    fn error_for(&self, server: &Server, path: &str) -> Option<TurnedAway> {
        let tree = self.nginx_tree(self.config_of(server)?);
        let Answer::Yes(request) = request(&tree, server, path) else { return None };
        let refusal = refused(&tree, &request)?;
        // An error page keeps the status, unless it says another one or sends the client elsewhere.
        let changes = |way: Onward<'_>| {
            matches!(way.to, Answer::Yes(Target::Redirect))
                || way.by.args.iter().any(|word| word.value.starts_with('='))
        };
        if onward(&tree, server, &request).into_iter().any(changes) {
            return None;
        }
        let how = match (refusal.status, refusal.by.is("auth_basic")) {
            (444, _) => "closes the connection".to_owned(),
            (_, true) => "wants a password and answers with 401".to_owned(),
            (status, false) => format!("answers with {status}"),
        };
        Some(TurnedAway { how, by: refusal.by.words() })
    }
}
