//! nginx to service: the addresses requests are passed to, and whom they reach.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::network::{From, Nowhere, OnHost, Reach};
use super::{Commands, Process, Project};
use crate::model::compose::Service;
use crate::model::nginx::{Config, Location, Protocol, Server, Upstream, route, sockets};
use crate::model::program::Program;
use crate::model::starts::Step;
use crate::model::{Host, Unjudged};
use crate::source::{Answer, FileId, Span, directory, join};

/// One address nginx passes requests to.
#[derive(Clone, Debug)]
pub struct Hop<'a> {
    /// The location it is passed from.
    pub location: &'a Location,
    /// Where the address is written: the `proxy_pass` value, or the `server` line of the upstream.
    pub span: Span,
    /// Host name or address.
    pub host: &'a str,
    /// The port, written or that of the scheme.
    pub port: u16,
    /// Whether the name may be that of an upstream that is defined in a file nobody sees.
    pub open: bool,
}

impl Hop<'_> {
    /// Whether it is the machine, or the container, nginx itself runs on.
    pub fn is_loopback(&self) -> bool {
        Host::is_loopback(self.host)
    }
}

/// Servers and upstreams by where and how they are written; made once when the project is joined. Of several that are
/// the same the first counts.
#[derive(Clone, Default, Debug)]
pub(super) struct Names {
    servers: HashMap<Span, usize>,
    /// The servers that stand in a file: the configuration and the number in it, in order.
    files: HashMap<FileId, Vec<(usize, usize)>>,
    /// By name: the configuration and the number in it, in order.
    upstreams: HashMap<String, BTreeMap<usize, usize>>,
}

impl Names {
    pub(super) fn new(configs: &[Config]) -> Self {
        let mut names = Names::default();
        for (index, config) in configs.iter().enumerate() {
            for (at, server) in config.servers.iter().enumerate() {
                names.servers.entry(server.span).or_insert(index);
                names.files.entry(server.block.file).or_default().push((index, at));
            }
            for (at, upstream) in config.upstreams.iter().enumerate() {
                names.upstreams.entry(upstream.name.value.clone()).or_default().entry(index).or_insert(at);
            }
        }
        names
    }
}

impl Project {
    /// Whether a command of the project puts a file where nginx on the host reads it:
    /// `cp nginx/shop.conf /etc/nginx/sites-available/`.
    pub fn is_put_on_host(&self, file: FileId) -> bool {
        let path = self.source(file).path.as_str();
        let puts = |step: &Step| {
            let copies = matches!(step.name(), "cp" | "ln" | "install" | "rsync" | "mv") && step.inside.is_none();
            copies && step.arguments().last().is_some_and(|to| to.value.starts_with("/etc/nginx/"))
        };
        let put = self.put_on_host.get_or_init(|| {
            let commands = self.commands();
            let looked = commands.iter().filter(|commands| self.look(commands.steps.len()));
            let of = |commands: &Commands| {
                let steps = commands.steps.iter().filter(|step| puts(step));
                let words = steps.flat_map(|step| step.arguments().iter().rev().skip(1));
                // `$SCRIPT_DIR/shop.conf`
                let folder = directory(commands.path);
                let beside = |word: &str| {
                    let (first, rest) = word.split_once('/').filter(|(first, _)| first.starts_with('$'))?;
                    (first.to_ascii_lowercase().contains("script")).then(|| join(folder, rest))
                };
                let path = |word: &str| beside(word).unwrap_or_else(|| word.trim_start_matches("./").to_owned());
                words.map(|word| path(&word.value)).collect::<Vec<_>>()
            };
            looked.flat_map(of).collect()
        });
        put.iter()
            .any(|word| path == word || path.ends_with(&format!("/{word}")) || word.ends_with(&format!("/{path}")))
    }

    /// The same of a file in a folder for containers, which a command for the host must name with that folder.
    pub fn is_taken_to_host(&self, file: FileId) -> bool {
        let path = self.source(file).path.as_str();
        let names = |word: &str| word == path || word.ends_with(&format!("/{path}"));
        let puts = |step: &Step| !step.contained && step.put_into_nginx().iter().any(|word| names(&word.value));
        self.is_put_on_host(file)
            && self
                .commands()
                .iter()
                .filter(|commands| !commands.are_of_image() && !commands.run_in_image())
                .any(|commands| self.look(commands.steps.len()) && commands.steps.iter().any(puts))
    }

    /// Whether nothing is seen to read an nginx file, while containers read others, or images take them: it may be left
    /// over, or for another machine.
    pub fn is_read_by_nobody(&self, file: FileId) -> bool {
        let taken = |file: FileId| self.is_put_into_image_for_users(&self.source(file).path);
        let unread = |file: FileId| self.readers(file).next().is_none() && !taken(file);
        let some_read = || self.configs().iter().any(|config| self.look(1) && !unread(config.file));
        unread(file)
            && !self.machine(file).is_yes()
            && *self.nginx_is_read.get_or_init(some_read)
            && !self.is_put_on_host(file)
    }

    /// Whether an nginx file lies in a folder of examples, and nothing reads it, copies it or speaks of it.
    pub fn is_only_an_example(&self, file: FileId) -> bool {
        let path = self.source(file).path.as_str();
        let folder = |part: &str| matches!(part, "example" | "examples" | "sample" | "samples");
        let Some(folder) = path.rsplit('/').skip(1).find(|part| folder(part)) else { return false };
        let said = format!("{folder}/");
        self.readers(file).next().is_none()
            && !self.is_put_into_image_for_users(path)
            && !self.is_put_on_host(file)
            && !self.texts().any(|text| self.look(1 + text.len() / 1024) && text.contains(&said))
    }

    /// Whether nobody comes to a server of an nginx in a container: visitors come by other ports of it, and nothing else
    /// passes requests on to this one.
    pub fn is_shut_off(&self, server: &Server) -> bool {
        let listens = |port: u16| server.listens.iter().any(|own| own.port.is_none_or(|own| own == port));
        let leads_here = |service: &Service| {
            service.ports.iter().any(|own| own.target.get().is_none_or(|&(first, last)| (first..=last).any(listens)))
        };
        let passed = |own: &Service| {
            let leads = |other: &Server| {
                let reached = self.hops(other).into_iter().flat_map(|hop| self.reached(other.file, &hop));
                reached.into_iter().any(|(service, port)| service.id == own.id && listens(port))
            };
            self.routed_by_traefik(own).is_some() || self.servers().filter(|_| self.look(1)).any(leads)
        };
        let readers: Vec<&Service> = self.readers(server.file).collect();
        !readers.is_empty()
            && readers
                .iter()
                .all(|own| !own.ports.is_empty() && self.has_own_network(own) && !leads_here(own) && !passed(own))
    }

    /// Where nginx sends everybody who asks a host for a path over plain HTTP; `None` when it does not, or that is not certain.
    pub fn redirected(&self, host: &str, path: &str) -> Option<Span> {
        let mut found = None;
        for config in self.configs().iter().filter(|config| self.look(1 + config.servers.len())) {
            for socket in sockets(config).iter().filter(|socket| socket.port == 80 && !socket.tls) {
                let server = match socket.named(host) {
                    Answer::Yes(server) => server,
                    Answer::No(_) if Host::is_loopback(host) => socket.default_server()?,
                    _ => continue,
                };
                let leads = server.redirects.as_ref()?.span;
                let returns =
                    server.returns || matches!(route(server, path), Answer::Yes(location) if location.returns);
                found = found.or(returns.then_some(leads));
                if !returns {
                    return None;
                }
            }
        }
        found
    }

    /// The configuration a server belongs to.
    pub fn config_of(&self, server: &Server) -> Option<&Config> {
        self.config_with(server.span)
    }

    /// The same, by the word `server`.
    pub(super) fn config_with(&self, server: Span) -> Option<&Config> {
        self.configs().get(*self.names.servers.get(&server)?)
    }

    /// The servers that stand in a file, in each configuration that has it.
    pub fn servers_written_in(&self, file: FileId) -> impl Iterator<Item = &Server> {
        let found = self.names.files.get(&file).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|(config, at)| self.configs().get(*config)?.servers.get(*at))
    }

    /// The upstream of a name: that of the configuration a server is in, else that of the first one that has it.
    fn upstream(&self, server: &Server, name: &str) -> Option<&Upstream> {
        let found = self.names.upstreams.get(name)?;
        let own = self.names.servers.get(&server.span).and_then(|config| found.get_key_value(config));
        let (config, at) = own.or_else(|| found.first_key_value())?;
        self.configs().get(*config)?.upstreams.get(*at)
    }

    /// Host and port that a template of an official image passes requests to, once it is filled in.
    fn filled_pass(&self, span: Span) -> Option<(&str, Option<u16>)> {
        let all = self.filled_passes.get_or_init(|| {
            let passes = self.servers().flat_map(|server| &server.locations).filter_map(|own| own.pass.as_ref());
            let open = passes.filter(|pass| pass.host.is_none() && self.look(1));
            open.filter_map(|pass| Some((pass.span, target(&self.filled_text(pass.span)?)?))).collect()
        });
        all.get(&span).map(|(host, port)| (host.as_str(), *port))
    }

    /// The addresses a server passes requests to, upstreams resolved. Targets with other variables and sockets are left out.
    pub fn hops<'a>(&'a self, server: &'a Server) -> Vec<Hop<'a>> {
        let closed = self.config_of(server).is_some_and(|config| config.gap.is_none());
        let mut hops = Vec::new();
        for location in &server.locations {
            let Some(pass) = &location.pass else { continue };
            let written = pass.host.as_deref().map(|host| (host, pass.port));
            let Some((host, written_port)) = written.or_else(|| self.filled_pass(pass.span)) else { continue };
            // An explicit port never names an upstream.
            let upstream = if written_port.is_some() { None } else { self.upstream(server, host) };
            let hop = |span, host, port, open| Hop { location, span, host, port, open };
            match upstream {
                Some(upstream) => {
                    if !self.look(upstream.servers.len()) {
                        break;
                    }
                    for server in &upstream.servers {
                        hops.extend(server.host.as_ref().map(|host| hop(server.span, host, server.port, false)));
                    }
                }
                None => {
                    let usual = if matches!(pass.protocol, Protocol::Https | Protocol::Grpcs) { 443 } else { 80 };
                    hops.push(hop(pass.span, host, written_port.unwrap_or(usual), written_port.is_none() && !closed));
                }
            }
        }
        hops
    }

    /// The services a hop is meant for, one for each Compose file of the deployment that has it, and the port inside.
    pub fn reached<'a>(&'a self, file: FileId, hop: &Hop) -> Vec<(&'a Service, u16)> {
        let (machine, mut deployment) = (self.machine(file), self.deployment_of(file));
        // What a file nobody is seen to read passes requests to, `gateway`, is not the proxy that reads it.
        if !machine.is_yes() && !deployment.is_empty() {
            let config = self.configs().iter().find(|config| self.look(1) && config.file == file);
            let hops = config.into_iter().flat_map(|config| &config.servers).flat_map(|server| self.hops(server));
            let passed: HashSet<&str> = hops.map(|hop| hop.host).collect();
            let reads = |own: &Service| !passed.contains(own.name.as_str()) && self.may_be_proxy(own);
            deployment.retain(|set| set.services.iter().any(|own| self.look(1) && reads(own)));
        }
        // Most nginx files by themselves have no neighbours.
        if deployment.is_empty() {
            return Vec::new();
        }
        self.behind(&From { machine, deployment }, hop.host, hop.port)
    }

    /// The programs a server passes requests to: those of the services behind it, else what listens on the host.
    pub fn processes_behind<'a>(&'a self, server: &'a Server) -> Vec<(Hop<'a>, Process<'a>)> {
        let mut found = Vec::new();
        for mut hop in self.hops(server) {
            let reached = self.reached(server.file, &hop);
            if reached.is_empty() && hop.is_loopback() {
                found.extend(self.process_on_port(hop.port).map(|process| (hop.clone(), process)));
            }
            for (service, inside) in reached {
                hop.port = inside;
                found.extend(self.process(service).map(|process| (hop.clone(), process)));
            }
        }
        found
    }

    /// The program on the host that is told to listen on a port.
    pub fn process_on_port(&self, port: u16) -> Option<Process<'_>> {
        let on_port = |process: &Process| process.program().and_then(Program::listens_on) == Some(port);
        self.processes_of_host().filter(|_| self.look(1)).find(on_port)
    }

    /// The addresses a server passes requests to, and what is there.
    pub fn leads<'a>(&'a self, server: &'a Server) -> Vec<(Hop<'a>, Reach<'a>)> {
        let hops = self.hops(server);
        let from = self.from_nginx(server.file);
        let reach = |hop: &Hop<'a>| match self.reach(&from, hop.host, Some(hop.port), hop.open) {
            nobody @ (Reach::Nowhere(Nowhere::OnHost(_), _) | Reach::Unclaimed) if hop.is_loopback() => {
                self.spare(&from, hop, &hops).unwrap_or(nobody)
            }
            reach => reach,
        };
        hops.iter().map(|hop| (hop.clone(), reach(hop))).collect()
    }

    /// The names that nginx looks up when it starts though no location passes requests there, and what is there: the servers of
    /// upstreams that no location names, and [`Config::looked_up`].
    pub fn spare_leads<'a>(&'a self, config: &'a Config) -> Vec<(Span, &'a str, Reach<'a>)> {
        let passes = config.servers.iter().flat_map(|server| &server.locations).filter_map(|own| own.pass.as_ref());
        let named: HashSet<&str> =
            passes.filter(|pass| pass.port.is_none() && self.look(1)).filter_map(|pass| pass.host.as_deref()).collect();
        let spare = config.upstreams.iter().filter(|upstream| !named.contains(upstream.name.as_str()));
        let servers = spare.flat_map(|upstream| &upstream.servers).filter(|server| !server.late && self.look(1));
        let servers = servers.filter_map(|own| Some((own.span, own.host.as_deref()?, Some(own.port))));
        let others = config
            .looked_up
            .iter()
            .filter(|own| self.look(1) && !Host::is_loopback(&own.value))
            .map(|own| (own.span, own.value.as_str(), None));
        let from = self.from_nginx(config.file);
        servers.chain(others).map(|(span, host, port)| (span, host, self.reach(&from, host, port, false))).collect()
    }

    /// Other servers of the same upstream lead to a service: more copies are expected than run.
    fn spare<'a>(&'a self, from: &From<'a>, hop: &Hop<'a>, hops: &[Hop<'a>]) -> Option<Reach<'a>> {
        let same = |other: &&Hop| self.look(1) && other.location.span == hop.location.span && other.port != hop.port;
        let mut behind = hops.iter().filter(same).flat_map(|other| self.behind(from, other.host, other.port));
        let (service, port) = behind.find_map(|(service, _)| Some((service, service.ports.first()?)))?;
        Some(Reach::Nowhere(Nowhere::OnHost(OnHost::SpareServer { service: &service.name.value }), Some(port.span)))
    }

    /// Whether any server of nginx passes requests to a service.
    pub fn is_behind_nginx(&self, service: &Service) -> bool {
        let all = self.behind_nginx.get_or_init(|| {
            let reached = |server: &Server| {
                let hops = self.hops(server);
                hops.iter().flat_map(|hop| self.reached(server.file, hop)).map(|(own, _)| own.id).collect::<Vec<_>>()
            };
            self.servers().flat_map(reached).collect()
        });
        all.contains(&service.id)
    }

    /// The same of an nginx that is seen to run.
    pub fn is_behind_seen_nginx(&self, service: &Service) -> bool {
        let seen = self.servers().filter(|server| self.machine(server.file).is_yes());
        let mut hops = seen.flat_map(|server| self.hops(server).into_iter().map(|hop| (server.file, hop)));
        hops.any(|(file, hop)| self.look(1) && self.reached(file, &hop).iter().any(|(own, _)| own.id == service.id))
    }

    /// Whether an nginx keeps anything from visitors that the program behind it lets through: with TLS, limits, passwords, lists
    /// of addresses, or paths that it shuts.
    pub fn keeps_anything_out(&self, server: &Server) -> bool {
        const GUARDS: [&str; 9] = [
            "allow",
            "auth_basic",
            "auth_jwt",
            "auth_request",
            "deny",
            "limit_conn",
            "limit_req",
            "modsecurity",
            "valid_referers",
        ];
        let open = server.fragment || server.inner_gap.is_some();
        // TLS may end in front of it, at a server that nobody judges here.
        let in_front = || {
            let asked = self.asked_certificates().is_none_or(|asked| !asked.is_empty());
            asked || self.files.files().any(|path| Unjudged::of(path).is_some_and(|kind| kind.serves()))
        };
        if open || self.has_tls() || in_front() || server.locations.iter().any(|location| location.denies) {
            return true;
        }
        let tree = self.config_of(server).map(|config| self.nginx_tree(config));
        tree.is_none_or(|tree| GUARDS.iter().any(|guard| self.look(1) && tree.named(guard).next().is_some()))
    }

    /// The services a server passes requests to, each once.
    pub fn services_behind(&self, server: &Server) -> Vec<&Service> {
        let mut seen = HashSet::new();
        let hops = self.hops(server);
        let reached = hops.iter().flat_map(|hop| self.reached(server.file, hop)).map(|(service, _)| service);
        reached.filter(|service| seen.insert(service.name.span)).collect()
    }
}

/// `app` and 8000 of `http://app:8000/api`.
fn target(url: &str) -> Option<(String, Option<u16>)> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next().filter(|own| !own.is_empty() && !own.contains(['$', '[', ']']))?;
    match authority.rsplit_once(':') {
        Some((host, port)) => Some((host.to_owned(), Some(port.parse().ok()?))),
        None => Some((authority.to_owned(), None)),
    }
}
