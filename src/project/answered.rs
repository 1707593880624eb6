//! What the nginx in a container answers to a request from inside of it.

use super::Project;
use super::footing::Main;
use super::locate::Agreed;
use crate::model::Host;
use crate::model::compose::Service;
use crate::model::env::Url;
use crate::model::nginx::{Effective, Location, Server, request, sockets};
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
        let level = |location: Option<&Location>| Some(location.map_or(server.level, |location| location.level));
        let directives =
            |location: Option<&Location>| tree.level(level(location)).map(|(_, node)| node.directive).collect();
        let Answer::Yes(request) = request(server, path, &directives) else { return None };
        let own = level(request.location);
        if let Some(by) = request.answered {
            let answer = tree.own(own, "return").chain(tree.own(Some(server.level), "return"));
            let status = answer.filter(|directive| directive.words() == by).find_map(|directive| directive.arg(0))?;
            let refused = status.len() == 3 && status.starts_with(['4', '5']);
            return refused.then(|| match status {
                "444" => TurnedAway { how: "closes the connection".to_owned(), by },
                _ => TurnedAway { how: format!("answers with {status}"), by },
            });
        }
        if let Some(internal) = tree.own(own, "internal").next() {
            return Some(TurnedAway { how: "answers with 404".to_owned(), by: internal.words() });
        }
        // With `satisfy any` one of the two is enough.
        if tree.value(own, "satisfy").is_some_and(|word| &*word.value != "all") {
            return None;
        }
        if let Effective::Set(found) = tree.effective(own, "auth_basic")
            && let Some(realm) = found.last().filter(|realm| realm.arg(0).is_some_and(|realm| realm != "off"))
            && !realm.args.iter().any(|word| word.has_variables())
        {
            return Some(TurnedAway { how: "wants a password and answers with 401".to_owned(), by: realm.words() });
        }
        let (_, denies) = tree.nearest(own, "deny")?;
        let allowed = tree.nearest(own, "allow").is_some_and(|(_, away)| away <= denies);
        let all = tree.effective(own, "deny");
        let Effective::Set(all) = all else { return None };
        let all = all.iter().find(|deny| deny.arg(0) == Some("all")).filter(|_| !allowed)?;
        Some(TurnedAway { how: "answers with 403".to_owned(), by: all.words() })
    }
}
