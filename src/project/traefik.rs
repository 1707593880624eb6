//! Service to the Traefik beside it: what the labels of the one may name, as the options of the other define it.

use super::Project;
use crate::model::compose::Service;

/// The Traefik of a composition, told by its command line alone.
pub struct Traefik {
    /// Its options, `--` taken away, in small letters as Traefik compares them.
    options: Vec<String>,
}

impl Traefik {
    /// The names that are defined in a section of its options: `entrypoints`, `certificatesresolvers`.
    pub fn names(&self, section: &str) -> Vec<&str> {
        let own = self.options.iter().filter_map(|option| option.strip_prefix(section)?.strip_prefix('.'));
        own.filter_map(|rest| rest.split(['.', '=']).next()).collect()
    }

    /// Whether it serves only what a label switches on.
    pub fn asks_to_be_enabled(&self) -> bool {
        self.options.iter().any(|option| option == "providers.docker.exposedbydefault=false")
    }
}

impl Project {
    /// The Traefik that reads the labels of a service: the only one of its composition, if no file and no variable tells it more.
    pub fn traefik_of(&self, service: &Service) -> Option<Traefik> {
        let set = self.compose().get(service.id.composition)?;
        let is_one = |own: &&Service| own.image.get().is_some_and(|image| image.official() == Some("traefik"));
        let mut all = set.services.iter().filter(|_| self.look(1)).filter(is_one);
        let (one, other) = (all.next()?, all.next());
        let words = one.command.get().filter(|_| other.is_none() && one.gap.is_none() && one.entrypoint.is_absent())?;
        let options: Vec<String> =
            words.iter().filter_map(|word| word.strip_prefix("--")).map(str::to_ascii_lowercase).collect();
        let by_file = options.iter().any(|option| option.starts_with("configfile"))
            || one.environment.iter().any(|(name, _)| name.value.starts_with("TRAEFIK_"))
            || one.mounts.iter().any(|mount| {
                mount.target.get().is_none_or(|to| to.starts_with("/etc/traefik") || to.ends_with("traefik.yml"))
            });
        let docker = options.iter().any(|option| option.starts_with("providers.docker"));
        (docker && !by_file && !words.iter().any(|word| word.contains('$'))).then_some(Traefik { options })
    }
}
