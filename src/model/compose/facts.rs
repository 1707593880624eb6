//! What can be said of a service from its fields and from what everybody knows of well-known images.

use std::collections::HashMap;

use super::{Composition, Grants, MountKind, Port, Resource, Service};
use crate::model::image::{ImageRef, Store};
use crate::model::{Host, Known};
use crate::source::{Role, below};

impl Port {
    /// Whether it is reachable from outside the host; `None`: not known.
    pub fn is_public(&self) -> Option<bool> {
        match &self.host_ip {
            Known::Unresolved { .. } => None,
            ip => Some(ip.get().is_none_or(|ip| matches!(Host::of(ip), Host::Any | Host::Public))),
        }
    }

    /// Whether it is published on every interface of the host; `None`: not known.
    pub fn on_all_interfaces(&self) -> Option<bool> {
        match &self.host_ip {
            Known::Absent => Some(true),
            Known::Set(ip) => Some(Host::of(&ip.value) == Host::Any),
            Known::Default(ip) => Some(Host::of(ip) == Host::Any),
            Known::Unresolved { .. } => None,
        }
    }

    /// The host port that leads to a container port.
    pub fn host_port_of(&self, container: u16) -> Option<u16> {
        let (first, last) = *self.target.get()?;
        let (host, _) = *self.published.get()?;
        (first..=last).contains(&container).then(|| host.checked_add(container - first)).flatten()
    }

    /// The container port a host port leads to.
    pub fn container_port_of(&self, host: u16) -> Option<u16> {
        let (first, last) = *self.published.get()?;
        let (container, _) = *self.target.get()?;
        (first..=last).contains(&host).then(|| container.checked_add(host - first)).flatten()
    }
}

impl Service {
    /// Whether its network may know it by another name, which a variable without a value makes.
    pub fn may_be_called_otherwise(&self) -> bool {
        self.container_name.is_unresolved() || self.hostname.is_unresolved()
    }

    /// Whether only its host and its neighbours reach it: it publishes no port to others.
    pub fn is_closed(&self) -> bool {
        self.ports.iter().all(|port| port.is_public() == Some(false)) && self.network_mode.is_absent()
    }

    /// Whether it runs what lies in the directory it is built from, as it is there: a developer works on it.
    pub fn runs_sources(&self) -> bool {
        let Some(context) = self.build.as_ref().and_then(|build| build.context.get()) else { return false };
        let sources = |path: &String| {
            below(path, context).is_some_and(|inner| matches!(inner.rsplit('/').next(), Some("" | "src" | "app")))
        };
        let mut bound = self.mounts.iter().filter(|mount| mount.kind == MountKind::Bind);
        bound.any(|mount| mount.source.get().is_some_and(sources))
    }

    /// What `environment:` tells it, as far as it is known.
    pub fn told(&self) -> Vec<(&str, &str)> {
        self.environment.iter().filter_map(|(key, value)| Some((key.as_str(), value.get()?.as_str()))).collect()
    }

    /// The names of users and databases that it is told.
    pub fn told_names(&self) -> impl Iterator<Item = &str> {
        let is_name = |key: &str| {
            let last = key.rsplit('_').next();
            last.is_some_and(|word| matches!(word, "USER" | "USERNAME" | "DB" | "DATABASE" | "DBNAME"))
        };
        let told = self.environment.iter().filter(move |(key, _)| is_name(&key.value));
        told.filter_map(|(_, value)| value.get().map(String::as_str))
    }

    /// The data store it runs, by its image.
    pub fn store(&self) -> Option<&'static Store> {
        Store::of(&self.image.get()?.name)
    }

    /// Whether it runs a published program that works on the host because that is what it is for.
    pub fn works_on_host(&self) -> bool {
        self.build.is_none() && self.image.get().is_some_and(ImageRef::works_on_host)
    }
}

/// Whether a variable of this name tells how to reach a database, or what else keeps data for programs.
pub fn is_of_store(name: &str) -> bool {
    const WORDS: [&str; 20] = [
        "DB",
        "DATABASE",
        "SQL",
        "POSTGRES",
        "POSTGRESQL",
        "PG",
        "MYSQL",
        "MARIADB",
        "MONGO",
        "MONGODB",
        "REDIS",
        "VALKEY",
        "MEMCACHED",
        "RABBITMQ",
        "KAFKA",
        "BROKER",
        "ELASTICSEARCH",
        "CLICKHOUSE",
        "INFLUXDB",
        "NEO4J",
    ];
    name.split('_').any(|word| WORDS.iter().any(|own| own.eq_ignore_ascii_case(word)))
}

impl Service {
    /// Whether two services are there to be started in turn: `web-dev` for `web`, one that answers to the name of the other,
    /// blue and green of one, or those of the profiles `staging` and `prod`.
    pub fn takes_turns_with(&self, other: &Service) -> bool {
        let stands_for = |own: &Service, other: &Service| {
            let (name, meant) = (own.name.as_str(), other.name.as_str());
            let role = name.strip_prefix(meant).and_then(|rest| rest.strip_prefix(['-', '_', '.']));
            let named = role.is_some_and(|role| matches!(Role::parse(role), Some(Role::Development | Role::Test)));
            named || own.hostname.get().is_some_and(|host| host == meant)
        };
        let colour = |blue: &str, green: &str| blue.contains("blue") && blue.replacen("blue", "green", 1) == green;
        let stages = |own: &Service| {
            let all: Option<Vec<Role>> = own.profiles.iter().map(|profile| Role::parse(&profile.value)).collect();
            all.unwrap_or_default()
        };
        let (own, others) = (stages(self), stages(other));
        let apart = !own.is_empty() && !others.is_empty() && !own.iter().any(|stage| others.contains(stage));
        let (name, meant) = (self.name.as_str(), other.name.as_str());
        apart || stands_for(self, other) || stands_for(other, self) || colour(name, meant) || colour(meant, name)
    }
}

/// For whom services of a profile are, where its name says that they are not for users: `dev`, `local-db`, `tools`.
pub fn profile_for_developers(name: &str) -> Option<Role> {
    let at_hand = matches!(name, "tools" | "tool" | "debug" | "debugging" | "admin-tools" | "dev-tools" | "devtools");
    let tame = |role: &Role| matches!(role, Role::Development | Role::Test);
    match Role::parse(name) {
        None if at_hand => Some(Role::Development),
        // One word says for whom.
        None => name.split(['-', '_']).filter_map(Role::parse).find(tame),
        role => role.filter(tame),
    }
}

fn by_name(all: &[Resource]) -> HashMap<&str, &Resource> {
    all.iter().map(|own| (own.name.value.as_str(), own)).collect()
}

impl Composition {
    /// Its secrets and configs, to be found by their names.
    pub fn grants(&self) -> Grants<'_> {
        Grants { secrets: by_name(&self.secrets), configs: by_name(&self.configs) }
    }

    /// Whether it has data stores, and nobody outside reaches one of them: nobody tries a password at a door that is not
    /// there.
    pub fn keeps_stores_inside(&self) -> bool {
        let mut stores = self.services.iter().filter(|service| service.store().is_some()).peekable();
        stores.peek().is_some() && stores.all(Service::is_closed)
    }

    /// Whether a service is for developers or tests where the others are for users: only a profile of theirs starts it.
    pub fn is_for_others(&self, service: &Service) -> bool {
        service.role < Role::Staging && self.role >= Role::Staging
    }

    /// Whether a service is started without being asked for: it has no profile, or one that is switched on.
    pub fn is_on(&self, service: &Service) -> bool {
        service.profiles.is_empty() || service.profiles.iter().any(|profile| self.switches_on(&profile.value))
    }

    /// Whether a profile is switched on. Where none is named, Compose has switched on the one without a name: it splits the
    /// empty `COMPOSE_PROFILES` (`WithDefaultProfiles` in compose-go's `cli/options.go`).
    pub fn switches_on(&self, profile: &str) -> bool {
        profile.is_empty() && self.profiles.is_empty()
            || self.profiles.iter().any(|name| name == profile || name == "*")
    }

    /// Whether a service does its work and ends: a migration, an initialisation, a tool of a profile.
    pub fn is_one_shot(&self, service: &Service) -> bool {
        const WORDS: [&str; 14] = [
            "migrate",
            "migration",
            "migrations",
            "init",
            "setup",
            "seed",
            "seeder",
            "bootstrap",
            "prepare",
            "build",
            "installer",
            "permissions",
            "createbuckets",
            "certs",
        ];
        let name = &service.name.value;
        service.restart.get().is_some_and(|restart| matches!(restart.as_str(), "no" | "false" | "none"))
            || !self.is_on(service)
            || name.split(['-', '_', '.']).any(|word| WORDS.contains(&word))
            || self.completed.contains(name)
    }
}
