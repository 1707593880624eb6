//! The deployment as it was seen, for people and for programs. Text of files is in it only masked.

mod graph;
mod layers;
mod marks;
mod svg;
mod text;

use serde::Serialize;

use super::safe::flat;
use super::view::within;
use crate::engine::Report;
use crate::model::compose::{Composition, Condition, MountKind, Port, Service};
use crate::model::env::urls;
use crate::model::image::{Image, RunsAs};
use crate::model::nginx::Server;
use crate::project::{Inside, Machine, Nowhere, OnHost, Process, Project, Reach, Runner};
use crate::rules::Severity;
use crate::source::{Answer, Span};
use marks::Marks;

/// All of it.
#[derive(Serialize)]
pub struct Seen {
    /// The sets of Compose files that are started together.
    sets: Vec<Set>,
    /// What the units of the host run.
    units: Vec<Program>,
    /// What `docker run` leaves running.
    containers: Vec<Container>,
    /// The servers of nginx.
    sites: Vec<Site>,
}

/// A set of Compose files.
#[derive(Serialize)]
struct Set {
    files: Vec<String>,
    role: &'static str,
    /// What shows it.
    role_why: String,
    started_by: Option<String>,
    services: Vec<Node>,
    /// The waves they are started in.
    starts: Vec<Vec<String>>,
    /// Those that are never started.
    never_starts: Vec<String>,
}

/// A service.
#[derive(Serialize)]
struct Node {
    name: String,
    at: String,
    image: String,
    user: String,
    runs: Option<String>,
    listens: Vec<String>,
    published: Vec<String>,
    networks: Vec<String>,
    mounts: Vec<String>,
    env_files: Vec<String>,
    environment: Vec<Variable>,
    /// How much memory it may have.
    memory: Option<String>,
    needs: Vec<String>,
    /// The services whose addresses its variables hold.
    uses: Vec<Used>,
    /// For the pictures: what it needs, and whether that never comes.
    #[serde(skip)]
    waits: Vec<(String, bool)>,
    restart: Option<String>,
    /// The severity of the worst finding about it, once it is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    worst: Option<&'static str>,
    /// Whether that stops the deployment.
    #[serde(skip)]
    stops: bool,
}

/// A variable of a service.
#[derive(Serialize)]
struct Variable {
    name: String,
    /// Its value, masked; none when it comes from the shell, or is not known.
    value: Option<String>,
    /// Where that is written.
    at: Option<String>,
    /// Where it is set in vain.
    hides: Vec<String>,
    /// For people: `here`, or what else sets it.
    #[serde(skip)]
    from: String,
}

/// An address among the variables of a service.
#[derive(Serialize)]
struct Used {
    variable: String,
    service: String,
}

/// A program of the host.
#[derive(Serialize)]
struct Program {
    unit: String,
    at: String,
    runs: String,
    listens: Vec<String>,
}

/// What a `docker run` leaves running.
#[derive(Serialize)]
struct Container {
    title: String,
    image: String,
    role: &'static str,
    at: String,
    published: Vec<String>,
    mounts: Vec<String>,
}

/// A server of nginx.
#[derive(Serialize)]
struct Site {
    at: String,
    names: Vec<String>,
    listens: Vec<String>,
    runs_in: String,
    certificates: Vec<String>,
    routes: Vec<Route>,
}

/// A location that passes requests on.
#[derive(Serialize)]
struct Route {
    location: String,
    to: String,
    services: Vec<String>,
    wrong: Option<String>,
}

/// Why an address leads nowhere, in a few words.
pub fn nowhere(why: &Nowhere, host: &str, port: u16) -> String {
    match why {
        Nowhere::Inside(Inside::OwnContainer { from, .. }) => {
            format!("nothing in the container of `{from}` listens on {port}")
        }
        Nowhere::Inside(Inside::NoSuchName { .. }) => format!("no service is called `{host}`"),
        Nowhere::Inside(Inside::NoSharedNetwork { from, service, .. }) => {
            format!("`{from}` and `{service}` have no network in common")
        }
        Nowhere::Inside(Inside::OnHostNetwork { service }) => format!("`{service}` uses the network of the host"),
        Nowhere::Inside(Inside::OtherPort { service, inside, .. }) => {
            format!("`{service}` listens on {inside}, not on {port}")
        }
        Nowhere::OnHost(OnHost::SpareServer { service }) => format!("only one copy of `{service}` is published"),
        Nowhere::OnHost(OnHost::PublishedElsewhere { service, host }) => format!("`{service}` is published on {host}"),
        Nowhere::OnHost(OnHost::NotPublished { service }) => format!("`{service}` publishes no port"),
        Nowhere::OnHost(OnHost::UnitElsewhere { unit, address }) => format!("`{unit}` listens on {address}"),
        Nowhere::OnHost(OnHost::ServiceName { .. }) => format!("the host does not know the name `{host}`"),
    }
}

impl Seen {
    /// Looks at a project. `place` names a place so that it can be opened.
    pub fn new(project: &Project, place: &dyn Fn(Span) -> String) -> Self {
        Look { project, place, marks: Marks::default(), fail_on: Severity::Critical }.seen()
    }

    /// Looks at what was judged: every service with the worst finding about it.
    pub fn judged(report: &Report) -> Self {
        let place = |at: Span| within(report, at);
        let marks = Marks::new(report);
        Look { project: &report.project, place: &place, marks, fail_on: report.fail_on }.seen()
    }
}

impl Look<'_> {
    fn seen(&self) -> Seen {
        let (project, look) = (self.project, self);
        Seen {
            sets: project.compose().iter().map(|set| look.set(set)).collect(),
            units: project.processes_of_host().filter_map(|process| look.unit(&process)).collect(),
            containers: project.standalone().iter().map(|own| look.container(&own.service)).collect(),
            sites: project.servers().map(|server| look.site(server)).collect(),
        }
    }
}

struct Look<'a> {
    project: &'a Project,
    place: &'a dyn Fn(Span) -> String,
    marks: Marks,
    fail_on: Severity,
}

impl Look<'_> {
    /// What stands at a place, masked, on one short line.
    fn quoted(&self, at: Span) -> String {
        let text = flat(&self.project.source(at.file).quote(at));
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        if text.chars().count() <= 100 { text } else { text.chars().take(97).chain("...".chars()).collect() }
    }

    /// A command; of a list in lines of their own only the words.
    fn command(&self, at: Span) -> String {
        let text = self.quoted(at);
        let words = text.strip_prefix("- ").map(|rest| rest.replace(" - ", " "));
        words.unwrap_or(text)
    }

    fn set(&self, set: &Composition) -> Set {
        let order = self.project.order(set);
        let names = |services: &[&Service]| services.iter().map(|service| flat(&service.name.value)).collect();
        Set {
            starts: order.waves.iter().map(|wave| names(wave)).collect(),
            never_starts: names(&order.never),
            files: set.files.iter().map(|file| flat(&self.project.source(*file).path)).collect(),
            role: set.role.name(),
            role_why: flat(&self.project.composition_reason(set)),
            started_by: set.started_by.map(self.place),
            services: set.services.iter().map(|service| self.service(service)).collect(),
        }
    }

    fn service(&self, service: &Service) -> Node {
        let process = self.project.process(service);
        let sockets = self.project.sockets(service);
        let mut listens: Vec<String> = sockets
            .certain
            .iter()
            .map(|socket| {
                format!("{}{}", socket.port, if socket.loopback { " on its loopback address alone" } else { "" })
            })
            .collect();
        listens.sort_unstable();
        listens.dedup();
        if listens.is_empty() && sockets.gap.is_some() {
            let mut claimed: Vec<u16> = sockets.claimed.clone();
            claimed.sort_unstable();
            claimed.dedup();
            listens.extend(claimed.iter().map(|port| format!("{port}, as labels say")));
        }
        let needs = service.dependencies.iter().map(|needed| {
            let what = match needed.condition {
                Condition::Healthy => ", when it is healthy",
                Condition::Completed => ", when it has ended well",
                Condition::Started | Condition::Unknown => "",
            };
            let never = self.project.never_comes(service, needed);
            let never = never.map(|why| format!(", which never comes: {}", flat(&why))).unwrap_or_default();
            format!("{}{what}{never}", flat(&needed.service.value))
        });
        let worst = self.marks.worst(service.id);
        Node {
            worst: worst.map(Severity::name),
            stops: worst.is_some_and(|worst| worst >= self.fail_on),
            name: flat(&service.name.value),
            at: (self.place)(service.name.span),
            image: self.image(process.as_ref()),
            user: user(service, process.as_ref()),
            runs: process.as_ref().and_then(|process| self.runs(service, process)),
            listens,
            published: service.ports.iter().map(|port| self.port(port)).collect(),
            networks: service.networks.iter().map(|network| flat(&network.value)).collect(),
            mounts: service
                .mounts
                .iter()
                .map(|mount| {
                    let kind = match mount.kind {
                        MountKind::Volume => "volume ",
                        _ => "",
                    };
                    format!("{kind}{}", self.quoted(mount.span))
                })
                .collect(),
            env_files: service.env_files.iter().filter_map(|file| file.path.get()).map(|path| flat(path)).collect(),
            environment: self.environment(service),
            memory: service.memory_limit.get().map(|limit| flat(limit)),
            needs: needs.collect(),
            uses: self.uses(service),
            waits: service
                .dependencies
                .iter()
                .map(|wait| (flat(&wait.service.value), self.project.never_comes(service, wait).is_some()))
                .collect(),
            restart: service.restart.get().map(|word| flat(word)),
        }
    }

    /// What a service sees, by name.
    fn environment(&self, service: &Service) -> Vec<Variable> {
        let project = self.project;
        let variable = |name: &str| {
            let value = project.service_env(service, name);
            let at = value.span();
            let from = match at {
                Some(at) if at.file == service.file => "here".to_owned(),
                Some(at) => flat(&project.source(at.file).path),
                None => "the shell".to_owned(),
            };
            Variable {
                name: flat(name),
                value: value.set().map(|value| self.quoted(value.span)),
                at: at.map(self.place),
                hides: project.hidden(service, name).into_iter().map(self.place).collect(),
                from,
            }
        };
        project.environment_of(service).into_iter().map(variable).collect()
    }

    /// The services that a service knows by their addresses: by URLs, and by names of hosts.
    fn uses(&self, service: &Service) -> Vec<Used> {
        // What is a database itself may get an env file with the addresses of others, and asks nobody.
        if service.store().is_some() {
            return Vec::new();
        }
        let from = self.project.from_service(service);
        let mut names: Vec<&str> = self.project.names_seen_by(service).collect();
        names.sort_unstable();
        names.dedup();
        let mut found = Vec::new();
        for name in names {
            let value = self.project.service_env(service, name);
            let Some(value) = value.get() else { continue };
            let hosts = urls(value).into_iter().filter_map(|url| Some((url.host.to_owned(), url.target_port()?)));
            let mut hosts: Vec<(String, u16)> = hosts.collect();
            if name.ends_with("HOST") {
                hosts.push((value.trim().to_owned(), 0));
            }
            for (host, port) in hosts {
                for (other, _) in self.project.behind(&from, &host, port) {
                    found.push(Used { variable: flat(name), service: flat(&other.name.value) });
                }
            }
        }
        found
    }

    fn unit(&self, process: &Process) -> Option<Program> {
        let Runner::Unit(unit) = process.runner else { return None };
        let listens = process.program().and_then(|program| {
            let address = program.address.get().filter(|address| !address.is_empty()).cloned();
            Some(format!("{}:{}", address.unwrap_or_else(|| "every address".to_owned()), program.listens_on()?))
        });
        Some(Program {
            unit: flat(&unit.name),
            at: (self.place)(process.line()),
            runs: self.quoted(process.line()),
            listens: listens.into_iter().map(|text| flat(&text)).collect(),
        })
    }

    fn container(&self, service: &Service) -> Container {
        Container {
            title: flat(&service.title()),
            image: self.quoted(service.name.span),
            role: service.role.name(),
            at: (self.place)(service.name.span),
            published: service.ports.iter().map(|port| self.port(port)).collect(),
            mounts: service.mounts.iter().map(|mount| self.quoted(mount.span)).collect(),
        }
    }

    /// What a service runs: as somebody wrote it, or as its image comes.
    fn runs(&self, service: &Service, process: &Process) -> Option<String> {
        if process.line() != service.name.span {
            return Some(self.command(process.line()));
        }
        let usual = process.image.inherited()?;
        let doubt = if usual.checked { "" } else { ", which was not checked" };
        Some(format!("{}, as the image comes{doubt}", usual.line))
    }

    fn image(&self, process: Option<&Process>) -> String {
        match process.map(|process| &process.image) {
            Some(Image::Named(image)) => self.quoted(image.span),
            Some(Image::Built(file, stage)) => {
                let stage = file.stages.get(*stage).and_then(|stage| stage.name.as_ref());
                let stage = stage.map(|name| format!(", stage {}", flat(&name.value))).unwrap_or_default();
                format!("built from {}{stage}", flat(self.project.source(file.file).known_as()))
            }
            Some(Image::Unknown(why)) => format!("not known: {}", flat(&why.text)),
            None => "not known".to_owned(),
        }
    }

    fn port(&self, port: &Port) -> String {
        match (port.published.get(), port.target.get()) {
            (Some((host, _)), Some((inside, _))) => {
                let address = port.host_ip.get().map_or("every address", String::as_str);
                format!("{host} of {} leads to {inside}", flat(address))
            }
            _ => self.quoted(port.span),
        }
    }

    fn site(&self, server: &Server) -> Site {
        let mut listens: Vec<String> = server
            .listens
            .iter()
            .filter_map(|listen| Some(format!("{}{}", listen.port?, if listen.tls { " tls" } else { "" })))
            .collect();
        listens.dedup();
        let runs_in = match self.project.machine(server.file) {
            Answer::Yes(Machine::Container(service)) => format!("in service {}", flat(&service.name.value)),
            Answer::Yes(Machine::Host) => "on the host".to_owned(),
            Answer::No(why) | Answer::Unknown(why) => format!("not known where: {}", flat(&why.text)),
        };
        let from = self.project.from_nginx(server.file);
        let routes = self.project.leads(server).into_iter().map(|(hop, reach)| {
            let behind = self.project.behind(&from, hop.host, hop.port);
            Route {
                location: flat(&hop.location.path.value),
                to: format!("{}:{}", flat(hop.host), hop.port),
                services: behind.iter().map(|(service, _)| flat(&service.name.value)).collect(),
                wrong: match reach {
                    Reach::Nowhere(why, _) => Some(flat(&nowhere(&why, hop.host, hop.port))),
                    Reach::Unknown(why) => Some(format!("not known: {}", flat(&why.text))),
                    Reach::Somewhere | Reach::Unclaimed => None,
                },
            }
        });
        Site {
            at: (self.place)(server.span),
            names: server.names.iter().map(|name| flat(&name.value)).collect(),
            listens,
            runs_in,
            certificates: server.certificates.iter().map(|path| flat(&path.value)).collect(),
            routes: routes.collect(),
        }
    }
}

fn user(service: &Service, process: Option<&Process>) -> String {
    if let Some(user) = service.user.get() {
        return flat(user);
    }
    match process.map(|process| process.image.runs_as()) {
        Some(RunsAs::Root(_)) => "root".to_owned(),
        Some(RunsAs::Drops) => "root, then one of its own".to_owned(),
        Some(RunsAs::Other) => "one of its own".to_owned(),
        Some(RunsAs::Unknown(_)) | None => "not known".to_owned(),
    }
}
