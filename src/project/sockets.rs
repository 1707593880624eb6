//! Where the programs of a container listen.

use std::collections::HashMap;

use super::{Main, Process, Project};
use crate::model::Host;
use crate::model::compose::{Composition, Service, ServiceId, Transport};
use crate::model::image::Image;
use crate::model::nginx::Listen;
use crate::model::program::{Program, Told};
use crate::source::{Answer, Why};

/// A TCP port that a program listens on.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Socket {
    /// The port.
    pub port: u16,
    /// Whether only its own container reaches it.
    pub loopback: bool,
}

/// The TCP ports of a service inside its own network.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Sockets {
    /// Where its program listens, as its command, its variables or a well-known image that is run as it comes say.
    pub certain: Vec<Socket>,
    /// Ports that are published, exposed or usual: labels, which prove nothing.
    pub claimed: Vec<u16>,
    /// Ranges of published container ports.
    pub ranges: Vec<(u16, u16)>,
    /// Why it may listen elsewhere, too. `None`: the certain ones are all.
    pub gap: Option<Why>,
    /// Why other programs may run beside nginx.
    pub beside: Option<Why>,
}

impl Sockets {
    /// Whether a port is answered, as its own container sees it. What is only claimed counts where nothing is certain.
    pub fn answer(&self, port: u16) -> Answer<()> {
        let claims =
            || self.claimed.contains(&port) || self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&port));
        match &self.gap {
            _ if self.certain.iter().any(|socket| socket.port == port) => Answer::Yes(()),
            None => Answer::No(Why::new("its program listens elsewhere")),
            Some(_) if claims() => Answer::Yes(()),
            // Where a program says that it listens, it is taken at its word.
            Some(_) if !self.certain.is_empty() => Answer::No(Why::new("its program listens elsewhere")),
            Some(why) => Answer::Unknown(why.clone()),
        }
    }

    /// Whether anything says that it listens on a port.
    pub fn may_answer(&self, port: u16) -> bool {
        self.answer(port).is_yes()
    }
}

/// Who may listen on a port among the services that start together.
#[derive(Default, Debug)]
pub(super) struct Ports {
    /// By port the first service, and whether there is another one.
    single: HashMap<u16, (ServiceId, bool)>,
    ranges: Vec<(u16, u16, ServiceId)>,
}

impl Ports {
    fn of(project: &Project, compose: &Composition) -> Self {
        let mut ports = Ports::default();
        for service in &compose.services {
            let found = project.sockets(service);
            let all = found.certain.iter().map(|socket| socket.port).chain(found.claimed.iter().copied());
            for port in all.filter(|port| found.may_answer(*port)) {
                let (first, more) = ports.single.entry(port).or_insert((service.id, false));
                *more |= *first != service.id;
            }
            if found.gap.is_some() {
                ports.ranges.extend(found.ranges.iter().map(|(first, last)| (*first, *last, service.id)));
            }
        }
        ports
    }
}

impl Project {
    /// Whether a service that starts together with this one may listen on a port.
    pub fn answers_beside(&self, service: &Service, port: u16) -> bool {
        let all = self.ports.get_or_init(|| self.compose.iter().map(|compose| Ports::of(self, compose)).collect());
        let Some(ports) = all.get(service.id.composition) else { return false };
        let in_range = |(first, last, id): &(u16, u16, ServiceId)| {
            self.look(1) && *id != service.id && (*first..=*last).contains(&port)
        };
        ports.single.get(&port).is_some_and(|(first, more)| *more || *first != service.id)
            || ports.ranges.iter().any(in_range)
    }

    /// Where the programs of a service listen.
    pub fn sockets(&self, service: &Service) -> &Sockets {
        static NONE: Sockets =
            Sockets { certain: Vec::new(), claimed: Vec::new(), ranges: Vec::new(), gap: None, beside: None };
        self.sockets.get(service.id.composition).and_then(|set| set.get(service.id.at)).unwrap_or(&NONE)
    }

    /// Finds them for all services, by composition and place in it.
    pub(super) fn find_sockets(&self) -> Vec<Vec<Sockets>> {
        let of_set = |set: &Composition| set.services.iter().map(|service| self.sockets_of(service)).collect();
        self.compose.iter().map(of_set).collect()
    }

    fn sockets_of(&self, service: &Service) -> Sockets {
        self.look(1 + service.environment.len() + service.ports.len());
        let Some(process) = self.process(service) else { return Sockets::default() };
        let mut found = of_process(&process);
        self.add_nginx(service, &process, &mut found);
        let port = self.service_env(service, "PORT");
        found.claimed.extend(port.get().and_then(|value| value.parse::<u16>().ok()));
        found.claimed.extend(process.image.exposed());
        found
            .claimed
            .extend(service.expose.iter().filter_map(|port| port.value.split('/').next()?.parse::<u16>().ok()));
        for port in service.ports.iter().filter(|port| port.protocol == Transport::Tcp) {
            match port.target.get() {
                Some((first, last)) if first == last => found.claimed.push(*first),
                Some(range) => found.ranges.push(*range),
                None => {}
            }
        }
        found
    }

    /// The ports that the nginx in a container listens on: those of the configurations it reads.
    fn add_nginx(&self, service: &Service, process: &Process, found: &mut Sockets) {
        let mut configs = self.configs_of(service).peekable();
        if configs.peek().is_none() {
            return;
        }
        // An image of the project's own may run the application beside nginx.
        let image = &process.image;
        let stock = match image {
            Image::Named(image) => image.value.name.contains("nginx"),
            image => {
                let starts = process.words().is_none_or(|words| words.iter().any(|word| word.ends_with("nginx")));
                starts && image.base().is_some_and(|(base, _)| base.name.contains("nginx"))
            }
        };
        found.beside = (!stock).then(|| Why::new("what else runs in the container of nginx is not known"));
        found.gap.clone_from(&found.beside);
        // The image has a page of its own on its usual port, unless all of its configuration is another one.
        let replaced = matches!(self.main_of(service), Main::Own(config) if config.gap.is_none());
        let usual = image.facts().filter(|_| !replaced).map_or(&[][..], |facts| facts.ports);
        found.certain.extend(usual.iter().map(|&port| Socket { port, loopback: false }));
        for config in configs {
            if let Some(why) = &config.gap {
                found.gap.get_or_insert_with(|| (**why).clone());
            }
            let loopback = |listen: &Listen| listen.address.as_deref().is_some_and(Host::is_loopback);
            let own = config.servers.iter().flat_map(|server| &server.listens).chain(&config.other_listens);
            let sockets = own.filter_map(|own| Some(Socket { port: own.port?, loopback: loopback(own) }));
            found.certain.extend(sockets);
            if config.servers.iter().any(|server| server.listens.is_empty()) {
                found.certain.push(Socket { port: 80, loopback: false });
            }
        }
    }
}

/// What is known of the program that a service or image starts.
fn of_process(process: &Process) -> Sockets {
    let mut found =
        Sockets { gap: Some(Why::new("the ports this service listens on are not known")), ..Sockets::default() };
    if let Some(program) = process.program() {
        of_program(program, &mut found);
    }
    if let Some(facts) = process.image.facts() {
        // A web server's configuration, or a command of one's own, may say otherwise.
        let as_it_comes = matches!(process.image, Image::Named(_))
            && process.service().is_some_and(|service| service.command.is_absent() && service.entrypoint.is_absent());
        let web = facts.ports.iter().any(|port| matches!(port, 80 | 443 | 8080 | 9000));
        if process.program().is_some_and(|program| program.listens_on().is_some()) {
            found.claimed.extend(facts.ports);
        } else if as_it_comes && !web {
            found.certain.extend(facts.ports.iter().map(|&port| Socket { port, loopback: false }));
        } else {
            found.claimed.extend(facts.ports);
        }
    }
    found
}

fn of_program(program: &Program, found: &mut Sockets) {
    let on = |(address, port): (Option<&str>, u16)| Socket { port, loopback: address.is_some_and(Host::is_loopback) };
    match (&program.port, program.listens_on()) {
        (Told::Open, _) => {}
        // A usual port counts where nothing beside it can say otherwise.
        (Told::Usual(_), Some(port)) if !program.alone => found.claimed.push(port),
        _ => {
            found.certain.extend(program.sockets().map(on));
            if program.alone {
                found.gap = None;
            }
        }
    }
}
