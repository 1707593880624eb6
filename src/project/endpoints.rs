//! Where the programs of units listen on the host, and which of these places nginx on the host passes requests to.

use std::collections::HashSet;

use super::{Machine, Process, Project};
use crate::model::nginx::Server;
use crate::model::units::UnitType;
use crate::source::{Answer, Cut, FileId, Span};

/// A place on the host where a program listens.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The name of its unit, or what supervisor calls it.
    pub unit: String,
    /// The port or socket.
    pub at: Place,
    /// The address it binds to; nothing for a socket.
    pub address: Option<String>,
    /// Where that is written: the command, or the line of a socket unit.
    pub span: Span,
}

/// A place of the host that nginx on it passes requests to.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The port or socket.
    pub to: Place,
    /// Where that is written.
    pub span: Span,
    /// The server that does.
    pub server: Span,
    /// The file of that server.
    pub file: FileId,
}

/// A port, or the path of a socket.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// A TCP port.
    Port(u16),
    /// A unix socket; `/run` for `/var/run`.
    Socket(String),
}

/// The host as a network: who listens where, and where nginx passes requests to. Worked out when it is first asked for.
#[derive(Clone, Default, Debug)]
pub(super) struct Host {
    endpoints: Vec<Endpoint>,
    /// Whether a unit may listen elsewhere: a program nobody knows, an address that is not known.
    open: bool,
    passed: Vec<Passed>,
    /// The only place where a unit listens and nobody passes anything, when all are known.
    left: Option<usize>,
}

impl Endpoint {
    /// What nginx on the host is to be given to reach it.
    pub fn for_nginx(&self) -> String {
        match &self.at {
            Place::Port(port) => format!("127.0.0.1:{port}"),
            Place::Socket(path) => format!("unix:{path}"),
        }
    }

    /// Whether every machine that reaches the host reaches it.
    pub fn is_everywhere(&self) -> bool {
        matches!(self.address.as_deref(), Some("0.0.0.0" | "::" | "[::]" | "" | "*"))
    }
}

impl Place {
    fn socket(path: &str) -> Option<Place> {
        let path = path.strip_prefix("/var/run/").map_or(path.to_owned(), |rest| format!("/run/{rest}"));
        (path.starts_with('/') && !path.contains(['$', '%'])).then_some(Place::Socket(path))
    }
}

impl Project {
    fn host(&self) -> &Host {
        self.host.get_or_init(|| {
            let mut host = Host { passed: self.find_passed(), ..Host::default() };
            self.add_endpoints(&mut host);
            let passed: HashSet<&Place> = host.passed.iter().map(|passed| &passed.to).collect();
            let mut left = (0..host.endpoints.len()).filter(|at| !passed.contains(&host.endpoints[*at].at));
            let closed = !host.open && self.units_of_host().iter().all(|unit| !unit.open);
            host.left = left.next().filter(|_| closed && left.next().is_none());
            host
        })
    }

    /// Where the units of the host listen.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.host().endpoints
    }

    /// The places of the host that nginx on it passes requests to.
    pub fn passed_to(&self) -> &[Passed] {
        &self.host().passed
    }

    /// The unit that listens where nobody passes anything, when nothing listens where requests are passed to: the only one
    /// that could be meant.
    pub fn meant_by(&self, place: &Place) -> Option<&Endpoint> {
        let host = self.host();
        let meant = host.endpoints.get(host.left?);
        meant.filter(|_| host.endpoints.iter().all(|own| self.look(1) && own.at != *place))
    }

    fn add_endpoints(&self, found: &mut Host) {
        for unit in self.units_of_host().iter().filter(|unit| unit.kind == UnitType::Socket) {
            for entry in unit.all("Socket", "ListenStream") {
                let at = match entry.value.value.rsplit(':').next().and_then(|port| port.parse().ok()) {
                    Some(port) => Some(Place::Port(port)),
                    None => unit.filled(&entry.value.value).as_deref().and_then(Place::socket),
                };
                let host = entry.value.value.rsplit_once(':').map(|(host, _)| host.to_owned());
                match at {
                    Some(at) => found.endpoints.push(Endpoint {
                        unit: unit.name.clone(),
                        at,
                        address: host.or(Some("0.0.0.0".to_owned())),
                        span: entry.value.span,
                    }),
                    None => found.open = true,
                }
            }
        }
        for process in self.processes_of_host() {
            let Some(name) = process.name_on_host() else { continue };
            let unit = process.unit();
            // What a socket unit hands over takes the place of the addresses on the command line.
            let handed = |unit| self.triggers_of(unit).any(|trigger| trigger.kind == UnitType::Socket);
            if unit.is_some_and(handed) {
                continue;
            }
            match self.listens_at(&process) {
                Some((at, address)) => {
                    found.endpoints.push(Endpoint { unit: name.to_owned(), at, address, span: process.line() })
                }
                None => {
                    found.open |= unit.is_none_or(|unit| unit.service_type() != "oneshot")
                        && !process.program().is_some_and(|program| program.server.is_worker())
                }
            }
        }
    }

    /// Where a process of a unit listens, if that is one place that is known.
    fn listens_at(&self, process: &Process) -> Option<(Place, Option<String>)> {
        let words = process.words()?;
        let sockets = words.iter().enumerate().filter_map(|(at, word)| {
            let path = word.rsplit_once("unix:").map(|(_, path)| path);
            let option = |name: &str| {
                word.strip_prefix(name)?
                    .strip_prefix('=')
                    .or_else(|| words.get(at + 1).map(String::as_str).filter(|_| word == name))
            };
            path.or_else(|| option("--uds")).or_else(|| option("--unix-socket"))
        });
        let mut sockets: Vec<&str> = sockets.collect();
        let program = process.program()?;
        let conf = self.gunicorn_of_process(process).filter(|_| program.server.name == "gunicorn");
        let bind = conf.and_then(|conf| conf.bind.get()).and_then(|bind| bind.strip_prefix("unix:"));
        sockets.extend(bind.filter(|_| sockets.is_empty()));
        if let [socket] = sockets[..] {
            return Some((Place::socket(socket)?, None));
        }
        let port = program.listens_on().filter(|_| sockets.is_empty() && program.alone && program.also.is_empty())?;
        Some((Place::Port(port), Some(program.address.get()?.clone())))
    }

    fn find_passed(&self) -> Vec<Passed> {
        let mut found = Vec::new();
        for server in self.servers() {
            if !matches!(self.machine(server.file), Answer::Yes(Machine::Host)) {
                continue;
            }
            let passed = |to, span| Passed { to, span, server: server.span, file: server.file };
            let hops = self.hops(server).into_iter().filter(|hop| hop.is_loopback());
            found.extend(hops.map(|hop| passed(Place::Port(hop.port), hop.span)));
            found.extend(self.sockets_behind(server).into_iter().map(|(path, span)| passed(Place::Socket(path), span)));
        }
        let mut seen = HashSet::new();
        found.retain(|own| self.look(1) && seen.insert((own.to.clone(), own.span, own.server)));
        found
    }

    /// The unix sockets that a server passes requests to.
    fn sockets_behind(&self, server: &Server) -> Vec<(String, Span)> {
        let mut places: Vec<Span> = Vec::new();
        for pass in server.locations.iter().filter_map(|location| location.pass.as_ref()) {
            match &pass.host {
                None => places.push(pass.span),
                Some(host) if pass.port.is_none() => {
                    let config = self.config_of(server).into_iter().flat_map(|config| &config.upstreams);
                    let named = config.filter(|upstream| upstream.name.value == *host);
                    places.extend(
                        named
                            .flat_map(|upstream| &upstream.servers)
                            .filter(|own| own.host.is_none())
                            .map(|own| own.span),
                    );
                }
                Some(_) => {}
            }
        }
        let socket = |span: Span| {
            let text = self.source(span.file).text().cut(span.range());
            let path = text.split_once("unix:")?.1.split([':', ';', ' ', '\n']).next()?;
            match Place::socket(path)? {
                Place::Socket(path) => Some((path, span)),
                Place::Port(_) => None,
            }
        };
        places.into_iter().filter_map(socket).collect()
    }
}
