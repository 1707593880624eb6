//! Service to the services it waits for: whether what it waits for ever comes.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::Ipv4Addr;

use super::{Located, Probe, Project};
use crate::model::compose::{Composition, Condition, Dependency, Service, ServiceId};
use crate::model::env::urls;
use crate::model::image::{Os, Tool};
use crate::model::nginx::{Config, Listen};
use crate::model::program::STANDALONE;
use crate::model::starts::ComposeCall;
use crate::model::{Healthcheck, Host};
use crate::source::{Answer, Span};
use crate::syntax::shell;

/// A service that is never started, because what it waits for never comes.
#[derive(Copy, Clone, Debug)]
pub struct Kept<'a> {
    /// The service.
    pub service: &'a Service,
    /// Where it says for whom it waits.
    pub at: Span,
    /// The service it waits for, which is never started itself; none: the one that was asked about.
    pub behind: Option<&'a str>,
}

/// What acts on the health of a container, besides the services that wait for it.
#[derive(Copy, Clone, Debug)]
pub enum Watcher<'a> {
    /// Traefik, by this label: it has no route to a container that is not healthy (`keepContainer` in its
    /// `pkg/provider/docker/config.go`).
    Traefik(Span),
    /// A Swarm, which stops it and starts another one.
    Swarm,
    /// A service that starts it again.
    Restarter(&'a Service),
    /// `docker compose up --wait`, which ends with an error.
    Command(Span),
}

/// In which order the services of a set are started.
#[derive(Clone, Default, Debug)]
pub struct Order<'a> {
    /// Those of one wave wait for nobody of a later one.
    pub waves: Vec<Vec<&'a Service>>,
    /// Those that wait for ever, for somebody or in a circle.
    pub never: Vec<&'a Service>,
}

/// Why a health check fails every time. As text: what it does, a clause behind "the health check of service `web`".
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failing {
    /// It has a sign of the shell among its words, and no shell runs it: `["CMD", "curl", "...", "||", "exit", "1"]`.
    Operator {
        /// Its program.
        program: String,
        /// The sign.
        operator: String,
        /// Where the sign stands.
        at: Span,
    },
    /// A whole command line stands where the name of a program belongs: `["CMD", "pg_isready -U shop"]`.
    OneWord(Span),
    /// `CMD-SHELL` takes one text, and there are more.
    Cut {
        /// The program that runs without what follows.
        program: String,
        /// The text that is run.
        at: Span,
    },
    /// It asks localhost, and the server listens on the name of its container only.
    Name(Span),
    /// It asks `localhost` with a program that tries `::1` alone, and the server listens on IPv4.
    Family(Span),
    /// It asks a port that the program does not listen on.
    Port {
        /// The one it asks.
        asked: u16,
        /// The one its program listens on.
        own: u16,
        /// The whole check.
        at: Span,
    },
    /// A program of it is not in the image.
    Tool {
        /// The program.
        program: String,
        /// Where it is written.
        at: Span,
    },
}

impl Failing {
    /// Whether it fails whatever its program is. What is cut short may still find what it needs.
    pub fn is_certain(&self) -> bool {
        match self {
            Failing::Cut { program, .. } => matches!(program.as_str(), "curl" | "wget" | "nc" | "test"),
            // Older engines give a container no `::1`.
            Failing::Family(_) => false,
            _ => true,
        }
    }

    /// Where it is written.
    pub fn at(&self) -> Span {
        match self {
            Failing::OneWord(at) | Failing::Name(at) | Failing::Family(at) => *at,
            Failing::Operator { at, .. }
            | Failing::Cut { at, .. }
            | Failing::Port { at, .. }
            | Failing::Tool { at, .. } => *at,
        }
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failing::Operator { program, operator, .. } => {
                write!(f, "runs without a shell, so `{program}` gets `{operator}` as a word and fails")
            }
            Failing::OneWord(_) => {
                f.write_str("runs without a shell, so it looks for a program of this whole name, which there is not")
            }
            Failing::Cut { program, .. } => {
                write!(f, "runs `{program}` without what follows: `CMD-SHELL` takes one text")
            }
            Failing::Name(_) => f.write_str(
                "asks localhost, but the server of Next.js listens on the container's name: it fails every time",
            ),
            Failing::Family(_) => f.write_str(
                "asks `localhost`, for which the `wget` of Alpine tries `::1` and nothing else, and its program listens on \
                 IPv4 alone: it fails every time",
            ),
            Failing::Port { asked, own, .. } => {
                write!(f, "asks port {asked}, but its program listens on {own}: it fails every time")
            }
            Failing::Tool { program, .. } if program == "sh" => {
                f.write_str("needs a shell, but the image has none, so it fails every time")
            }
            Failing::Tool { program, .. } => {
                write!(f, "runs `{program}`, which is not in the image, so it fails every time")
            }
        }
    }
}

impl Project {
    /// Why a health check can never pass, if that is known: its form first, then its programs, then what it asks.
    pub fn failing(&self, probe: &Probe) -> Option<Failing> {
        let missing = || {
            let needed = self.needed_by(probe);
            let missing = needed.into_iter().find(|one| matches!(one.image.tool(&one.name), Tool::No { .. }));
            missing.map(|one| Failing::Tool { program: one.name, at: one.span })
        };
        let all = self.misread(probe).or_else(missing).or_else(|| self.asks_elsewhere(probe));
        all.filter(Failing::is_certain)
    }

    /// What the form of a health check makes of it.
    pub fn misread(&self, probe: &Probe) -> Option<Failing> {
        let name = |text: &str| shell::base_name(text.split_whitespace().next().unwrap_or("")).to_owned();
        let words = match &probe.check {
            Healthcheck::Exec(words) => words,
            Healthcheck::Shell(text) => {
                let lost = probe.service.is_some_and(|service| !service.lost_probe_words.is_empty());
                return lost.then(|| Failing::Cut { program: name(&text.value), at: text.span });
            }
            _ => return None,
        };
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let first = words.first().filter(|_| shell::script(&texts).is_none())?;
        let is_operator = |word: &str| matches!(word, "||" | "&&" | "|" | ";" | ">" | "2>&1" | ">/dev/null");
        let operator = words.iter().find(|word| is_operator(&word.value));
        let operator = operator.map(|word| Failing::Operator {
            program: shell::base_name(&first.value).to_owned(),
            operator: word.value.clone(),
            at: word.span,
        });
        let one = || (words.len() == 1 && first.value.trim().contains(' ')).then_some(Failing::OneWord(first.span));
        operator.or_else(one)
    }

    /// What a health check asks for where its program does not listen.
    pub fn asks_elsewhere(&self, probe: &Probe) -> Option<Failing> {
        let service = probe.service.filter(|service| service.network_mode.is_absent() && service.gap.is_none())?;
        let (text, at) = probe.command()?;
        let found = urls(&text);
        let url = found.iter().find(|url| Host::is_loopback(url.host))?;
        // The shell puts the port in, or the program that asks.
        if ["$", "{", "%", "'", "\""].iter().any(|open| text.contains(&format!("{}:{open}", url.host))) {
            return None;
        }
        let process = self.process(service)?;
        let own = process.program().filter(|program| program.server.name == STANDALONE);
        if own.is_some_and(|program| program.address.is_usual()) {
            return Some(Failing::Name(at));
        }
        let sockets = self.sockets(service);
        let (asked, own) = (url.target_port()?, sockets.certain.first()?.port);
        if sockets.gap.is_some() || found.len() != 1 {
            return None;
        }
        if matches!(sockets.answer(asked), Answer::No(_)) {
            return Some(Failing::Port { asked, own, at });
        }
        // BusyBox connects to the first address that it is given (`networking/wget.c`, `libbb/xconnect.c`), which is `::1` in Alpine;
        // containers have that since Docker 26.
        let busybox = probe.image.os() == Some(Os::Alpine) && matches!(probe.image.tool("wget"), Tool::Yes(None));
        let wget = text.split([' ', ';', '"', '\'']).any(|word| shell::base_name(word) == "wget");
        (url.host == "localhost" && wget && busybox && self.listens_on_ipv4(service, asked))
            .then_some(Failing::Family(at))
    }

    /// Whether a service listens on a port with IPv4 addresses, and with no other.
    fn listens_on_ipv4(&self, service: &Service, port: u16) -> bool {
        let configs: Vec<&Config> = self.configs_of(service).collect();
        if configs.is_empty() {
            let process = self.process(service);
            let program = process.as_ref().and_then(|process| process.program());
            let mut own = program.into_iter().flat_map(|program| program.sockets()).filter(|(_, own)| *own == port);
            let told = |address: Option<&str>| address.is_some_and(|address| address.parse::<Ipv4Addr>().is_ok());
            return own.next().is_some_and(|(address, _)| told(address)) && own.all(|(address, _)| told(address));
        }
        let listens = || configs.iter().flat_map(|config| &config.servers).flat_map(|server| &server.listens);
        let mut own = listens().filter(|listen| listen.port == Some(port)).peekable();
        let four = |listen: &Listen| listen.address.as_deref().is_none_or(|address| !address.contains(':'));
        // The page that the image brings is made to listen on both. Another one in its place is not touched
        // (`10-listen-on-ipv6-by-default.sh` of the image compares its checksum).
        let built = |path: &&str| matches!(self.locate(service, path), Answer::Yes(Located::Project(_)));
        let replaced = port != 80
            || ["/etc/nginx/conf.d/default.conf", "/etc/nginx/nginx.conf"].iter().any(built)
            || service.mounts.iter().filter_map(|mount| mount.target.get()).any(|target| {
                ["/etc/nginx/conf.d", "/etc/nginx/conf.d/default.conf", "/etc/nginx/nginx.conf", "/etc/nginx"]
                    .contains(&target.trim_end_matches('/'))
            });
        replaced && own.peek().is_some() && own.all(four) && configs.iter().all(|config| config.gap.is_none())
    }

    /// The health check of a service: its own, or that of its image.
    pub fn probe_of<'a>(&'a self, service: &'a Service) -> Option<Probe<'a>> {
        let image = self.image_of(service);
        let check = match &service.healthcheck {
            Healthcheck::Inherited => image.healthcheck(),
            own => own.clone(),
        };
        (!matches!(check, Healthcheck::Inherited | Healthcheck::Disabled)).then_some(Probe {
            service: Some(service),
            image,
            check,
        })
    }

    /// In which order the services of a set are started, as far as they say for whom they wait.
    pub fn order<'a>(&'a self, set: &'a Composition) -> Order<'a> {
        let on: Vec<&Service> = set.services.iter().filter(|service| set.is_on(service)).collect();
        let (never, mut left): (Vec<&Service>, Vec<&Service>) = on.iter().copied().partition(|service| {
            service.dependencies.iter().any(|wait| wait.required && self.never_comes(service, wait).is_some())
        });
        let mut order = Order { waves: Vec::new(), never };
        let mut missing: HashSet<&str> = on.iter().map(|service| service.name.as_str()).collect();
        while !left.is_empty() && self.look(left.len()) {
            let ready = |service: &&Service| {
                service.dependencies.iter().all(|wait| !wait.required || !missing.contains(wait.service.as_str()))
            };
            let (wave, rest): (Vec<&Service>, Vec<&Service>) = left.into_iter().partition(ready);
            left = rest;
            if wave.is_empty() {
                break;
            }
            wave.iter().for_each(|service| {
                missing.remove(service.name.as_str());
            });
            order.waves.push(wave);
        }
        order.never.extend(left);
        order
    }

    /// Who waits for a service, and on what condition.
    pub fn waiting_for<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = (&'a Service, &'a Dependency)> {
        let set = self.compose().get(service.id.composition);
        let others =
            set.into_iter().flat_map(|set| &set.services).filter(|other| self.look(1 + other.dependencies.len()));
        let waits = others.flat_map(|other| other.dependencies.iter().map(move |wait| (other, wait)));
        waits.filter(|(_, wait)| wait.service.value == service.name.value)
    }

    /// What does something when the container of a service is not healthy.
    pub fn watches<'a>(&'a self, service: &'a Service) -> Option<Watcher<'a>> {
        let set = self.compose().get(service.id.composition)?;
        let heals = |own: &&Service| own.image.get().is_some_and(|image| image.name.ends_with("autoheal"));
        let traefik = self.routed_by_traefik(service).map(|routed| Watcher::Traefik(routed.span));
        let swarm = || self.in_swarm(set).then_some(Watcher::Swarm);
        let restarter = || {
            self.look(set.services.len());
            set.services.iter().find(heals).map(Watcher::Restarter)
        };
        let waiting = || {
            let about = |call: &&ComposeCall| call.services.is_empty() || call.services.contains(&service.name.value);
            self.started_with(set).filter(about).find(|call| call.waits).map(|call| Watcher::Command(call.span))
        };
        traefik.or_else(swarm).or_else(restarter).or_else(waiting)
    }

    /// Who is never started when a service never becomes healthy: those that wait for that, then those that wait for them.
    pub fn kept_by<'a>(&'a self, service: &'a Service) -> Vec<Kept<'a>> {
        let waits = |own: &Dependency, behind: Option<&str>| {
            own.required && (behind.is_some() || own.condition == Condition::Healthy)
        };
        let mut kept: Vec<Kept> = Vec::new();
        let mut next = Some((service, None));
        let mut at = 0;
        while let Some((service, behind)) = next {
            for (other, wait) in self.waiting_for(service).filter(|(_, wait)| waits(wait, behind)) {
                if self.look(1 + kept.len()) && kept.iter().all(|own| own.service.id != other.id) {
                    kept.push(Kept { service: other, at: wait.service.span, behind });
                }
            }
            next = kept.get(at).map(|own| (own.service, Some(own.service.name.as_str())));
            at += 1;
        }
        kept
    }

    /// Why what a service waits for never comes, if that is known: a clause about the service that is waited for.
    pub fn never_comes(&self, service: &Service, wait: &Dependency) -> Option<String> {
        let other = self.waited_for(service, wait)?;
        let behind = || Some(format!("it waits for `{}` itself, for ever", self.never_started().get(&other.id)?));
        self.never_ready(other, wait.condition).or_else(behind)
    }

    /// The service that a dependency names, as far as all of it is known.
    fn waited_for<'a>(&'a self, service: &Service, wait: &Dependency) -> Option<&'a Service> {
        let set = self.compose().get(service.id.composition)?;
        set.service(&wait.service.value).filter(|other| other.gap.is_none() && !other.provider)
    }

    /// Why a service by itself never gets to what others wait for.
    fn never_ready(&self, service: &Service, condition: Condition) -> Option<String> {
        match condition {
            Condition::Healthy => match self.probe_of(service) {
                Some(probe) => Some(format!("its health check {}", self.failing(&probe)?)),
                None if self.is_checked(service).is_no() => Some("it has no health check".to_owned()),
                None => None,
            },
            Condition::Completed => {
                let again =
                    service.restart.get().filter(|word| matches!(word.as_str(), "always" | "unless-stopped"))?;
                Some(format!("with `restart: {again}` it is started again each time"))
            }
            Condition::Started | Condition::Unknown => None,
        }
    }

    /// The services that are never started, each with the name of one that it waits for in vain.
    fn never_started(&self) -> &HashMap<ServiceId, String> {
        self.never_started.get_or_init(|| {
            let mut found: HashMap<ServiceId, String> = HashMap::new();
            let mut open: Vec<&Service> = Vec::new();
            for service in self.services().filter(|service| self.look(1 + service.dependencies.len())) {
                let mut needed = service.dependencies.iter().filter(|wait| wait.required);
                let vain = |wait: &&Dependency| {
                    self.waited_for(service, wait)
                        .is_some_and(|other| self.never_ready(other, wait.condition).is_some())
                };
                if let Some(wait) = needed.find(vain) {
                    found.insert(service.id, wait.service.value.clone());
                    open.push(service);
                }
            }
            while let Some(service) = open.pop() {
                for (other, _) in self.waiting_for(service).filter(|(_, wait)| wait.required) {
                    if let Entry::Vacant(entry) = found.entry(other.id) {
                        entry.insert(service.name.value.clone());
                        open.push(other);
                    }
                }
            }
            found
        })
    }

    /// Whether a service, or its image, has a health check.
    pub fn is_checked(&self, service: &Service) -> Answer<()> {
        match &service.healthcheck {
            Healthcheck::Inherited => self.image_of(service).checks_itself(),
            Healthcheck::Disabled => Answer::No("it is switched off".into()),
            _ => Answer::Yes(()),
        }
    }
}
