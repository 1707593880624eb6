//! Service to the Traefik beside it: what the labels of the one may name, as the options of the other define it.

use super::Project;
use crate::model::compose::Service;
use crate::source::Span;

/// How requests come to a service that has routes in its labels.
pub struct Routed {
    /// The label of the first route, or of the first one over TLS.
    pub span: Span,
    /// Whether visitors come over TLS, which ends at Traefik.
    pub tls: bool,
    /// The port of the container that is asked, if a label says it.
    pub port: Option<u16>,
    /// What the rules of the routes say.
    rules: Vec<String>,
}

impl Routed {
    /// Whether a route is for a host.
    pub fn names(&self, host: &str) -> bool {
        self.rules.iter().any(|rule| rule.contains(&format!("`{host}`")))
    }
}

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
    /// How Traefik brings requests to a service, as its labels say; the Traefik itself may be in another project.
    pub fn routed_by_traefik(&self, service: &Service) -> Option<Routed> {
        let told = || {
            service.labels.iter().filter_map(|(key, value)| Some((key, key.value.to_ascii_lowercase(), value.get()?)))
        };
        let off = told().any(|(_, key, value)| key == "traefik.enable" && value == "false");
        let mut routed: Option<Routed> = None;
        for (key, lower, value) in told().filter(|_| !off && self.look(1)) {
            let Some(rest) = lower.strip_prefix("traefik.http.routers.") else { continue };
            let (_, what) = rest.split_once('.')?;
            let own =
                routed.get_or_insert_with(|| Routed { span: key.span, tls: false, port: None, rules: Vec::new() });
            if (what == "tls" && value == "true" || what.starts_with("tls.")) && !own.tls {
                (own.tls, own.span) = (true, key.span);
            }
            if what == "rule" {
                own.rules.push(value.clone());
            }
        }
        let port = told().find(|(_, key, _)| {
            key.starts_with("traefik.http.services.") && key.ends_with(".loadbalancer.server.port")
        });
        let mut routed = routed?;
        routed.port = port.and_then(|(_, _, value)| value.trim().parse().ok());
        Some(routed)
    }

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
