//! Caddyfile to deployment: who reads it, and what is behind the addresses that it passes requests to.

use super::network::From;
use super::{Located, Project};
use crate::model::caddyfile::{Caddyfile, Needed, Passed};
use crate::model::compose::Service;
use crate::source::{Answer, Role};
use crate::syntax::shell::base_name;

impl Project {
    /// The addresses that Caddy passes requests to, each with where the connection begins: in the containers that read the
    /// file, or on the host where no container has a Caddy and the file is called as its package calls it.
    pub fn passed_by_caddy(&self) -> Vec<(&Passed, From<'_>)> {
        let mut found = Vec::new();
        for file in self.caddyfiles.iter().filter(|file| !file.passed.is_empty()) {
            let readers: Vec<&Service> =
                self.services().filter(|service| self.reads_caddyfile(service, file)).collect();
            let mut froms: Vec<From> = readers.into_iter().map(|service| self.from_service(service)).collect();
            let on_host =
                || base_name(&file.path) == "Caddyfile" && !self.services().any(|own| self.look(1) && is_caddy(own));
            if froms.is_empty() && on_host() {
                froms.push(self.from_host_of(self.compose.iter().filter(|set| set.role >= Role::Staging).collect()));
            }
            for from in froms {
                found.extend(file.passed.iter().filter(|_| self.look(1)).map(|passed| (passed, from.clone())));
            }
        }
        found
    }

    /// The variables that a Caddyfile cannot do without, each with a container for users that reads the file and does not get it,
    /// where no other container does.
    pub fn caddies_without(&self) -> Vec<(&Needed, &Service)> {
        let usual = |service: &Service| {
            let words = [&service.command, &service.entrypoint];
            let mut words = words.iter().filter_map(|words| words.get()).flatten();
            !words.any(|word| word.contains("envfile") || word.contains("sh"))
        };
        let lacks = |service: &Service, name: &str| {
            let named = service.environment.iter().any(|(key, _)| key.value == name);
            !named && service.gap.is_none() && usual(service) && self.service_env(service, name).is_absent()
        };
        let for_users =
            |service: &Service| self.compose.get(service.id.composition).is_some_and(|set| set.role >= Role::Staging);
        let mut found = Vec::new();
        for file in self.caddyfiles.iter().filter(|file| !file.needed.is_empty()) {
            let readers: Vec<&Service> =
                self.services().filter(|service| self.reads_caddyfile(service, file)).collect();
            for needed in &file.needed {
                let all = readers.iter().all(|service| self.look(1) && lacks(service, &needed.name.value));
                let first = readers.iter().find(|service| for_users(service));
                found.extend(first.filter(|_| all).map(|service| (needed, *service)));
            }
        }
        found
    }

    /// Whether the Caddy of a service, which nothing has to switch on first, reads a file.
    fn reads_caddyfile(&self, service: &Service, file: &Caddyfile) -> bool {
        let on = self.compose().get(service.id.composition).is_some_and(|set| set.is_on(service));
        let built = service.build.is_some() && self.look(1);
        on && (is_caddy(service) || built)
            && matches!(self.locate(service, "/etc/caddy/Caddyfile"), Answer::Yes(Located::Project(path)) if path == file.path)
    }
}

fn is_caddy(service: &Service) -> bool {
    service.image.get().is_some_and(|image| base_name(&image.name).starts_with("caddy"))
}
