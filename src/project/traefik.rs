//! Service to the Traefik beside it: what the labels of the one may name, as the options of the other define it.

use super::Project;
use super::network::{Inside, networks_of};
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

/// A route of a label that asks nobody who he is.
pub struct OpenRoute {
    /// The label with its rule.
    pub span: Span,
    /// Whether it leads to Traefik's own pages and API.
    pub own_pages: bool,
}

/// The Traefik of a composition, told by its command line alone.
pub struct Traefik {
    /// Its options, `--` taken away, in small letters as Traefik compares them.
    options: Vec<String>,
}

/// How Traefik gets to a service that has routes in its labels.
pub enum Way<'a> {
    /// Over a network that both are in, or it is not known.
    Open,
    /// There is no network that both are in.
    Apart(&'a Service),
    /// The service is in several networks, and Traefik, which is not in all of them, takes any.
    Any {
        /// The Traefik.
        traefik: &'a Service,
        /// A network of the service that it is not in.
        lost: &'a str,
        /// The one that it is in.
        shared: &'a str,
        /// The label that names a network by the key of its file, which is not its whole name.
        label: Option<Span>,
    },
    /// No Traefik is among these files, nothing else of the stack is published, and nothing else can join a network of it.
    Elsewhere,
}

impl Traefik {
    /// The names that are defined in a section of its options: `entrypoints`, `certificatesresolvers`.
    pub fn names(&self, section: &str) -> Vec<&str> {
        let own = self.options.iter().filter_map(|option| option.strip_prefix(section)?.strip_prefix('.'));
        own.filter_map(|rest| rest.split(['.', '=']).next()).collect()
    }

    /// Whether an option says over which network it gets to what says nothing of it.
    fn names_network(&self) -> bool {
        self.options.iter().any(|option| option.starts_with("providers.") && option.contains(".network="))
    }

    /// Whether an entry point ends TLS whatever a route says: `entrypoints.websecure.http.tls=true`.
    fn has_tls(&self, entry: &str) -> bool {
        let section = format!("entrypoints.{entry}.http.tls");
        let own = self.options.iter().filter_map(|option| option.strip_prefix(section.as_str()));
        own.into_iter().any(|rest| matches!(rest, "" | "=true") || rest.starts_with('.'))
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
            let by_entry =
                |traefik: &Traefik| value.split(',').any(|entry| traefik.has_tls(&entry.trim().to_ascii_lowercase()));
            if what == "entrypoints" && !own.tls && self.traefik_of(service).is_some_and(|traefik| by_entry(&traefik)) {
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

    /// The routes of a service that everybody may take: no middleware, which might ask for a password or know addresses, and no
    /// certificate is in front of them, and visitors from outside meet them.
    pub fn open_routes(&self, service: &Service) -> Vec<OpenRoute> {
        let set = self.compose().get(service.id.composition);
        let mut traefiks = set.into_iter().flat_map(|set| &set.services).filter(|own| is_traefik(own)).peekable();
        let private = |own: &Service| {
            own.network_mode.is_absent() && own.ports.iter().all(|port| port.is_public() == Some(false))
        };
        // A middleware of an entry point is in front of all routes.
        let guards = |own: &Service| {
            let words = own.command.get().cloned().or_else(|| own.command.partly_words());
            let words = words.into_iter().flatten().map(|word| word.to_ascii_lowercase());
            words.into_iter().any(|word| word.starts_with("--entrypoints.") && word.contains(".http.middlewares"))
        };
        let met = traefiks.peek().is_none() || traefiks.any(|own| self.look(1) && !private(own) && !guards(own));
        let labels = || service.labels.iter().map(|(key, value)| (key.span, key.value.to_ascii_lowercase(), value));
        let off = labels().any(|(_, key, value)| key == "traefik.enable" && value.get().is_none_or(|on| on != "true"));
        if off || !met || service.gap.is_some() {
            return Vec::new();
        }
        let mut routes = Vec::new();
        for (span, key, rule) in labels().filter(|_| self.look(1)) {
            let name = key.strip_prefix("traefik.http.routers.").and_then(|rest| rest.strip_suffix(".rule"));
            let (Some(name), Some(rule)) = (name, rule.partly()) else { continue };
            let start = format!("traefik.http.routers.{name}.");
            let own = || labels().filter_map(|(_, key, value)| Some((key.strip_prefix(&start)?.to_owned(), value)));
            let usual =
                |list: &str| list.split(',').any(|own| matches!(own.trim(), "web" | "websecure" | "http" | "https"));
            let guarded = own().any(|(what, value)| match what.as_str() {
                "middlewares" | "tls.options" => true,
                "entrypoints" => !value.get().is_some_and(|list| usual(list)),
                _ => false,
            });
            if !guarded && is_for_visitors(&rule.value) {
                let own_pages = own().any(|(what, value)| {
                    what == "service"
                        && value
                            .get()
                            .is_some_and(|value| matches!(value.as_str(), "api@internal" | "dashboard@internal"))
                });
                routes.push(OpenRoute { span, own_pages });
            }
        }
        routes
    }

    /// The Traefik that reads the labels of a service: the only one of its composition, if no file and no variable tells it more.
    pub fn traefik_of(&self, service: &Service) -> Option<Traefik> {
        let set = self.compose().get(service.id.composition)?;
        let mut all = set.services.iter().filter(|own| self.look(1) && is_traefik(own));
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

    /// How Traefik gets to a service that it has routes to. Of several networks it takes the one that the label or its own
    /// option names, else any (`getIPAddress` in Traefik's `pkg/provider/docker/config.go`: "Defaulting to first available
    /// network").
    pub fn way_from_traefik<'a>(&'a self, service: &'a Service) -> Way<'a> {
        let Some(set) = self.compose().get(service.id.composition) else { return Way::Open };
        let known = service.gap.is_none() && set.gap.is_none() && service.network_mode.is_absent();
        if !known || !self.look(set.services.len()) || self.routed_by_traefik(service).is_none() {
            return Way::Open;
        }
        let network = |key: &str| set.networks.iter().find(|network| network.name.value == key);
        let mut all = set.services.iter().filter(|own| is_traefik(own));
        let (Some(traefik), None) = (all.next(), all.next()) else {
            let joined = |key: &&str| network(key).is_some_and(|network| network.external || network.named);
            let closed = set.services.iter().all(|own| own.ports.is_empty() && own.network_mode.is_absent());
            let none = !self.compose().iter().flat_map(|set| &set.services).any(|own| self.look(1) && is_traefik(own));
            let alone = none && closed && !networks_of(service).iter().any(joined);
            return if alone { Way::Elsewhere } else { Way::Open };
        };
        if let Some((Inside::NoSharedNetwork { .. }, _)) = self.apart(traefik, service) {
            return Way::Apart(traefik);
        }
        let (own, its) = (networks_of(service), networks_of(traefik));
        let lost = own.iter().find(|name| !its.contains(name));
        let (Some(lost), Some(shared)) = (lost, own.iter().find(|name| its.contains(name))) else { return Way::Open };
        let lower = |key: &str| key.to_ascii_lowercase();
        let mut labels = service.labels.iter().filter(|(key, _)| {
            ["traefik.docker.network", "traefik.swarm.network"].contains(&lower(&key.value).as_str())
        });
        let label = match labels.next().map(|(_, value)| value.set()) {
            // Compose puts the name of the project in front of it.
            Some(Some(told)) if network(&told.value).is_some_and(|network| !network.external && !network.named) => {
                Some(told.span)
            }
            Some(_) => return Way::Open,
            None if self.traefik_of(service).is_none_or(|traefik| traefik.names_network()) => return Way::Open,
            None => None,
        };
        let known = traefik.gap.is_none() && traefik.network_mode.is_absent() && !self.in_swarm(set);
        if known { Way::Any { traefik, lost, shared, label } } else { Way::Open }
    }
}

/// Whether the rule of a route takes visitors from outside: no name of one's own machine or house, and no list of addresses.
fn is_for_visitors(rule: &str) -> bool {
    const AT_HOME: [&str; 8] =
        ["localhost", ".local`", ".test`", ".lan`", ".home`", ".internal`", "`127.", "`192.168."];
    !rule.contains("ClientIP(") && !AT_HOME.iter().any(|own| rule.contains(own))
}

fn is_traefik(service: &Service) -> bool {
    service.image.get().is_some_and(|image| image.official() == Some("traefik"))
}
