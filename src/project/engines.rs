//! Programs that ask Docker's engine to the version of its API that they speak, and what is known of the engine.

use super::Project;
use crate::model::compose::{MountKind, Service};
use crate::source::Role;

/// What asks the engine in a version of its API that newer engines refuse.
pub struct OldClient {
    /// What it is called, with its version where that matters.
    pub name: String,
    /// The version of the API it speaks.
    pub speaks: &'static str,
    /// Whether the way to users ends with it.
    pub is_way_in: bool,
}

/// What a project says of the engine on its server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// It is installed from Docker's own packages, in whatever version they have.
    Newest,
    /// Its version, or the lowest version of its API, is said.
    Said,
    /// Nothing is said.
    Unknown,
}

impl Project {
    /// What a service is that Docker Engine 29 and later refuse: Traefik before 2.11.31 and 3.6.1 speaks version 1.24 of the API
    /// (`DockerAPIVersion` in `pkg/provider/docker/config.go`; traefik/traefik#12253 and #12256), Watchtower 1.25 unless it is told
    /// another one (`--api-version` in `internal/flags/flags.go`; containrrr/watchtower#2126, nobody maintains it).
    pub fn refused_by_engine(&self, service: &Service) -> Option<OldClient> {
        let image = service.image.get().filter(|_| service.build.is_none())?;
        let words = || service.command.get().into_iter().flatten();
        let names = |start: &str| service.environment.iter().any(|(name, _)| name.value.starts_with(start));
        let socket = || {
            let mut mounts = service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind);
            mounts.any(|mount| mount.target.get().is_some_and(|to| to.ends_with("/docker.sock")))
        };
        if image.official() == Some("traefik") {
            let version = before_negotiation(image.tag()?)?;
            let asks = |word: &String| {
                let word = word.to_ascii_lowercase();
                word.starts_with("--providers.docker") || word.starts_with("--providers.swarm")
            };
            let used =
                socket() || words().any(asks) || names("TRAEFIK_PROVIDERS_DOCKER") || names("TRAEFIK_PROVIDERS_SWARM");
            return used.then(|| OldClient { name: format!("Traefik {version}"), speaks: "1.24", is_way_in: true });
        }
        if image.name != "containrrr/watchtower" || !socket() || names("DOCKER_API_VERSION") {
            return None;
        }
        let told = words().any(|word| word.starts_with("--api-version") || word == "-a");
        (!told).then(|| OldClient { name: "Watchtower".to_owned(), speaks: "1.25", is_way_in: false })
    }

    /// What the project says of the engine that runs on the server.
    pub fn engine(&self) -> Engine {
        // `daemon.json`, the variable of the daemon, and what names a version when it is installed.
        const SAID: [&str; 7] = [
            "min-api-version",
            "DOCKER_MIN_API_VERSION",
            "docker-ce=",
            "docker-ce-cli=",
            "VERSION_STRING",
            "sh -s -- --version",
            "get-docker.sh --version",
        ];
        const NEWEST: [&str; 2] = ["get.docker.com", "download.docker.com"];
        let shipped = |file| !matches!(self.role(file), Role::Development | Role::Test);
        let has = |words: &[&str]| {
            let documents = self.documents.iter().filter(|document| shipped(document.source.id));
            let mut texts = documents.filter_map(|document| self.text_of(document));
            texts.any(|text| self.look(1 + text.len() / 4096) && words.iter().any(|word| text.contains(word)))
        };
        match () {
            () if has(&SAID) => Engine::Said,
            () if has(&NEWEST) => Engine::Newest,
            () => Engine::Unknown,
        }
    }
}

/// The version that a tag of Traefik names, if all that it may lead to are older than what asks the engine for its version.
fn before_negotiation(tag: &str) -> Option<&str> {
    let version = tag.split(['-', '@']).next()?;
    let version = version.strip_prefix('v').unwrap_or(version);
    let numbers: Vec<u32> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let older = match numbers[..] {
        [1, ..] => true,
        [2, minor] => minor < 11,
        [2, minor, patch, ..] => (minor, patch) < (11, 31),
        [3, minor] => minor < 6,
        [3, minor, patch, ..] => (minor, patch) < (6, 1),
        _ => false,
    };
    older.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_move_lead_to_the_newest() {
        for old in ["v3.1", "3.5.3", "v2.10", "v2.11.30", "v3.6.0", "v1.7-alpine", "v2.9"] {
            assert!(before_negotiation(old).is_some(), "{old}");
        }
        for new in ["latest", "v3", "2", "v2.11", "v2.11.31", "v3.6", "v3.6.1", "v3.7", "livarot", "v4.0"] {
            assert!(before_negotiation(new).is_none(), "{new}");
        }
    }
}
