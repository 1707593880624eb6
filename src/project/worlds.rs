//! nginx file to the machine that reads it: a container, or the host.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Project;
use super::locate::{Agreed, Seen, is_nginx_place};
use super::stock::Put;
use crate::model::Kind;
use crate::model::compose::{Composition, Service, ServiceId};
use crate::model::guide::chapter_around;
use crate::model::image::{CopyFrom, Image, Step};
use crate::model::nginx::{Config, NginxFile, Server};
use crate::source::{Answer, FileId, Role, RoleWhy, Why, below, directory};
use crate::syntax::shell::base_name;

/// The machine that a program runs on, as it sees itself.
#[derive(Copy, Clone, Debug)]
pub enum Machine<'a> {
    /// The container of this service.
    Container(&'a Service),
    /// The host: the deployment has no service that could be the proxy.
    Host,
}

/// The deployments of the nginx files, as indices; computed once when the project is joined.
#[derive(Clone, Default, Debug)]
pub(super) struct Deployments(HashMap<FileId, Deployment>);

#[derive(Clone, Debug)]
struct Deployment {
    /// None: not known.
    machine: Option<Spot>,
    /// The services whose container reads the file: index of the Compose file, index in that.
    readers: Vec<(usize, usize)>,
    /// The Compose files.
    files: Vec<usize>,
    /// Where official images have it: one for each kind of place.
    puts: Vec<Put>,
    /// Whether that is so for all its readers.
    all: bool,
}

/// A [`Machine`] as indices.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Spot {
    Container(usize, usize),
    Host,
}

impl Project {
    /// Where the nginx runs that reads a file.
    pub fn machine(&self, file: FileId) -> Answer<Machine<'_>> {
        match self.deployments.0.get(&file).and_then(|deployment| deployment.machine) {
            Some(Spot::Container(compose, at)) => Answer::Yes(Machine::Container(&self.compose[compose].services[at])),
            Some(Spot::Host) => Answer::Yes(Machine::Host),
            None => Answer::Unknown(Why::new("it is not known where this nginx runs")),
        }
    }

    /// The services whose container reads an nginx file.
    pub fn readers(&self, file: FileId) -> impl Iterator<Item = &Service> {
        let readers = self.deployments.0.get(&file).map_or(&[][..], |deployment| &deployment.readers);
        readers.iter().map(|(compose, at)| &self.compose[*compose].services[*at])
    }

    /// The files of nginx and Prometheus that only containers for developers, or tests, read, and the strictest role of those.
    /// Where all containers are for them, the files may be for another one.
    pub(super) fn roles_of_read(&self) -> Vec<(FileId, Role, FileId)> {
        let ships = self.compose.iter().any(|compose| compose.role >= Role::Staging);
        // Where no stack ships, one that is called for developers says whose the files are that it alone reads by its own names.
        let named = |service: &Service| {
            let set = &self.compose[service.id.composition];
            let called = set.files.iter().all(|file| self.document(*file).own_role_why == RoleWhy::Name);
            let leads = |text: &str, own: &Service| {
                let name = &own.name.value;
                text.contains(&format!("//{name}")) || text.contains(&format!("server {name}:"))
            };
            move |text: &str| called && set.services.iter().any(|own| leads(text, own))
        };
        let of = |service: &Service| {
            let set = &self.compose[service.id.composition];
            (set.role, set.file)
        };
        let nginx = self.deployments.0.keys().map(|file| (*file, self.readers(*file).map(of).max()));
        let prometheus = self.prometheus.iter().map(|conf| (conf.file, self.scrapers(conf).map(of).max()));
        let read = nginx.chain(prometheus).filter_map(|(file, own)| own.map(|(role, by)| (file, role, by)));
        read.filter(|(file, role, _)| {
            let text = || self.source(*file).text();
            *role < Role::Staging
                && self.document(*file).own_role_why == RoleWhy::Unnamed
                && self.look(1)
                && (ships || self.readers(*file).any(|service| named(service)(text())))
        })
        .collect()
    }

    /// Where nginx reads a file in the containers, or images, that have it, when all agree.
    pub fn put(&self, file: FileId) -> Option<&Put> {
        let deployment = self.deployments.0.get(&file).filter(|deployment| deployment.all)?;
        if let [put] = &deployment.puts[..] { Some(put) } else { None }
    }

    /// The same, when one has it in another kind of place than the others.
    pub fn puts(&self, file: FileId) -> &[Put] {
        self.deployments.0.get(&file).map_or(&[], |deployment| &deployment.puts)
    }

    /// The servers of the nginx that runs in a container.
    pub fn servers_in(&self, service: &Service) -> impl Iterator<Item = &Server> {
        self.configs_of(service).flat_map(|config| &config.servers)
    }

    /// The configurations that the nginx in a container reads.
    pub(super) fn configs_of(&self, service: &Service) -> impl Iterator<Item = &Config> {
        let found = self.read_by.get(&service.id).map_or(&[][..], Vec::as_slice);
        found.iter().map(|index| &self.configs()[*index])
    }

    /// Finds them for all services.
    pub(super) fn find_readers(&self) -> HashMap<ServiceId, Vec<usize>> {
        let mut found: HashMap<ServiceId, Vec<usize>> = HashMap::new();
        for (index, config) in self.configs().iter().enumerate() {
            self.readers(config.file).for_each(|service| found.entry(service.id).or_default().push(index));
        }
        found
    }

    /// Where a path, or a pattern of names in a folder, leads for the nginx that reads a file: in the containers that
    /// are known to read it, else in any.
    pub(super) fn in_world(&self, file: FileId, path: &str) -> Agreed {
        if self.readers(file).next().is_some() {
            return self.agreed(self.readers(file), path);
        }
        self.agreed(self.services().filter(|service| !service.mounts.is_empty()), path)
    }

    /// The Compose files an nginx file is deployed with: those that mount it and their neighbours, else those in the nearest
    /// directory at or above it, else those of the only directory that has any. Empty when there is no saying.
    pub fn deployment_of(&self, file: FileId) -> Vec<&Composition> {
        let found = self.deployments.0.get(&file).map_or(&[][..], |deployment| &deployment.files);
        found.iter().map(|index| &self.compose[*index]).collect()
    }

    /// Whether a service could be the reverse proxy: by its image or its name.
    pub fn may_be_proxy(&self, service: &Service) -> bool {
        const WORDS: [&str; 8] = ["nginx", "proxy", "openresty", "swag", "traefik", "caddy", "gateway", "ingress"];
        let named = |text: &str| WORDS.iter().any(|word| text.to_ascii_lowercase().contains(word));
        let base = match self.image_of(service) {
            Image::Unknown(_) => None,
            image => image.base().map(|(image, _)| image.name),
        };
        // What counts for Prometheus passes nothing on.
        let counts =
            service.name.value.contains("exporter") || base.as_ref().is_some_and(|name| name.contains("exporter"));
        !counts && (named(&service.name.value) || base.is_some_and(|name| named(&name)))
    }

    /// Whether a service is a proxy of another program, which reads no file of nginx.
    fn is_other_proxy(&self, service: &Service) -> bool {
        match self.image_of(service) {
            Image::Unknown(_) => false,
            image => {
                image.base().is_some_and(|(image, _)| matches!(base_name(&image.name), "caddy" | "traefik" | "haproxy"))
            }
        }
    }

    /// Whether clients are to meet a service themselves, whatever passes requests to it, too: a proxy that publishes the
    /// port of https.
    pub fn is_front_door(&self, service: &Service) -> bool {
        service.ports.iter().any(|port| port.host_port_of(443) == Some(443)) && self.may_be_proxy(service)
    }

    /// Whether the nginx of a server is kept out of the set of a service by a profile that nothing switches on there, while it
    /// runs in another set, or what deploys the set leaves it out and nobody speaks of the profile: visitors come to the service.
    pub fn proxy_stays_away(&self, server: &Server, service: &Service) -> bool {
        let runs = |own: &Service| self.compose[own.id.composition].is_on(own);
        let here = |own: &&Service| own.id.composition == service.id.composition;
        let (own, others): (Vec<&Service>, Vec<&Service>) = self.readers(server.file).partition(here);
        if own.is_empty() || own.iter().any(|own| runs(own)) {
            return false;
        }
        let deployed = self.compose[service.id.composition].started_by;
        let left_out = || deployed.is_some_and(|at| self.document(at.file).is_for_deployment());
        let spoken_of = |text: &str| text.contains("--profile") || text.contains("COMPOSE_PROFILES");
        others.into_iter().any(runs) || left_out() && !self.is_said(spoken_of)
    }

    /// Whether a server is only an offer: no container reads its file, nothing installs, checks or reloads an nginx on the
    /// machine, and no server has TLS. What it would add is little, and it may stand nowhere.
    pub fn is_only_offered(&self, server: &Server) -> bool {
        const SAYS: [&str; 8] = [
            "certbot",
            "sites-available",
            "sites-enabled",
            "nginx/conf.d",
            "nginx -t",
            "nginx -s",
            "load nginx",
            "start nginx",
        ];
        let runs = |text: &str| {
            let installs = |line: &str| line.contains("nginx") && line.contains("install");
            SAYS.iter().any(|words| text.contains(words)) || text.lines().any(installs)
        };
        let inside = matches!(self.machine(server.file), Answer::Yes(Machine::Container(_)));
        // A name of its own on the internet is no example.
        let named = server.names.iter().any(|name| {
            let (_, top) = name.value.rsplit_once('.').unwrap_or_default();
            !matches!(top, "" | "local" | "lan" | "internal" | "home" | "localdomain")
                && !name.value.contains("example")
        });
        !inside && !named && !self.has_tls() && !self.is_said(runs)
    }

    /// Whether any server of nginx has TLS.
    pub fn has_tls(&self) -> bool {
        self.servers().any(|server| !server.certificates.is_empty() || server.listens.iter().any(|listen| listen.tls))
    }
}

impl Deployments {
    /// Finds the deployment of every nginx file.
    pub(super) fn new(project: &Project) -> Self {
        let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, file) in project.compose.iter().enumerate() {
            let known: &mut Vec<usize> = folders.entry(directory(&file.path)).or_default();
            let strictest = known.first().map(|first| project.compose[*first].role);
            if strictest.is_none_or(|strictest| file.role > strictest) {
                *known = vec![index];
            } else if strictest == Some(file.role) {
                known.push(index);
            }
        }
        let guides = project.documents.iter().filter(|document| document.class.kind == Kind::Guide);
        let guides = guides.map(|guide| (guide.source.path.as_str(), guide.source.text())).collect();
        Deployments(project.nginx.iter().map(|nginx| (nginx.file, find(project, nginx, &folders, &guides))).collect())
    }
}

fn find(
    project: &Project,
    nginx: &NginxFile,
    folders: &BTreeMap<&str, Vec<usize>>,
    guides: &HashMap<&str, &str>,
) -> Deployment {
    let path = nginx.path.as_str();
    let embedded = project.source(nginx.file).embedded.as_ref();
    let told = embedded
        .and_then(|embedded| Some(Told::new(guides.get(embedded.path.as_str())?, embedded.excerpt.place(0..0).start)));
    // A container that gets the whole project (`COPY . /app`) does not run nginx because of it, and the official image
    // reads nothing of that.
    let by_chance = |seen: &Seen| seen.whole && project.stock(seen.service).is_some();
    let proxies = |seen: &Seen| project.may_be_proxy(seen.service) && !by_chance(seen);
    let seen = project.web_containers(path).into_iter();
    let reads = seen.filter(|seen| !prepares(seen.service) && (is_nginx_place(&seen.path) || proxies(seen)));
    let mut seen: Vec<Seen> = reads.collect();
    // What users meet counts, not the developers' variant of it.
    let strictest = seen.iter().map(|seen| seen.service.role).max();
    seen.retain(|seen| Some(seen.service.role) == strictest);
    let mut reading: Vec<&Service> = seen.iter().map(|seen| seen.service).collect();
    reading.dedup_by_key(|service| service.id);
    let readers: Vec<_> = reading.iter().filter_map(|service| project.containers.index_of(service)).collect();
    let files = compose_around(project, &nginx.path, &reading, folders, told);
    let machine = match reading.first() {
        // The same service in several Compose files (base and production) is one place.
        Some(first) if reading.iter().all(|service| service.name.value == first.name.value) => {
            readers.last().map(|(compose, at)| Spot::Container(*compose, *at))
        }
        Some(_) => None,
        // It runs in a container of that image, or of one that is gone, and nobody here says where.
        None if is_copied(project, path) || is_for_docker(path) && !project.is_taken_to_host(nginx.file) => None,
        None => {
            // Another program may stay off, and where it is on, a script that puts the file there says who reads it.
            let leaves = |set: &Composition, own: &Service| {
                project.is_other_proxy(own) && (!set.is_on(own) || project.is_put_on_host(nginx.file))
            };
            let has_proxy = files.iter().map(|index| &project.compose[*index]).any(|set| {
                let proxy = |own: &Service| project.look(1) && project.may_be_proxy(own) && !leaves(set, own);
                set.services.iter().any(proxy)
            });
            // Without containers, what runs is what units start.
            let on_host = if files.is_empty() { project.serves_on_host() } else { !has_proxy };
            on_host.then_some(Spot::Host)
        }
    };
    let mut puts: Vec<Put> = Vec::new();
    let mut all = true;
    if seen.is_empty() && machine.is_none() {
        puts.extend(project.copied_at(path));
    }
    for seen in &seen {
        match project.read_at(seen.service, &seen.path) {
            None => all = false,
            Some(place) if puts.iter().any(|put| put.place == place) => {}
            Some(place) => puts.push(Put { path: seen.path.clone(), place }),
        }
    }
    Deployment { machine, readers, files, puts, all }
}

/// Whether a Dockerfile copies a file to where nginx reads it.
fn is_copied(project: &Project, path: &str) -> bool {
    let copies =
        project.dockerfiles.iter().flat_map(|file| &file.stages).flat_map(|stage| &stage.steps).filter_map(Step::copy);
    copies.filter(|copy| project.look(1) && copy.from == CopyFrom::Context).any(|copy| {
        let to_nginx = copy.to.as_deref().is_some_and(is_nginx_place);
        let is = |source: &str| {
            let source = source.trim_start_matches("./");
            below(path, source).is_some() || path.ends_with(&format!("/{source}"))
        };
        to_nginx && copy.sources.iter().any(|source| is(source.value.trim_end_matches('/')))
    })
}

/// Whether the folders of a file say that it is for a container.
fn is_for_docker(path: &str) -> bool {
    directory(path).split('/').any(|folder| matches!(folder, "docker" | ".docker" | "containers"))
}

/// What a guide says about the file of nginx that it shows.
struct Told {
    guide: String,
    /// The chapter that the file is shown in.
    chapter: String,
}

impl Told {
    fn new(guide: &str, at: usize) -> Self {
        Told { guide: guide.to_ascii_lowercase(), chapter: chapter_around(guide, at).to_ascii_lowercase() }
    }

    /// Whether the chapter is a way to run the application without containers; others may be ways with them.
    fn starts_on_host(&self) -> bool {
        const STARTS: [&str; 5] = ["pm2 start", "pm2 startup", "supervisorctl ", "gunicorn ", "uvicorn "];
        !calls_compose(&self.chapter) && STARTS.iter().any(|start| self.chapter.contains(start))
    }

    /// Whether what it starts may be the containers of the project.
    fn starts_containers(&self) -> bool {
        let others = !self.guide.contains("docker") || self.guide.contains("docker run");
        !self.starts_on_host() && (!others || calls_compose(&self.guide))
    }
}

fn calls_compose(text: &str) -> bool {
    const CALLS: [&str; 6] =
        ["compose up", "compose -", "compose build", "compose pull", "compose run", "stack deploy"];
    CALLS.iter().any(|call| text.contains(call))
}

fn compose_around(
    project: &Project,
    path: &str,
    reading: &[&Service],
    folders: &BTreeMap<&str, Vec<usize>>,
    told: Option<Told>,
) -> Vec<usize> {
    let by_mount: BTreeSet<&str> =
        reading.iter().map(|service| directory(&project.source(service.file).path)).collect();
    if by_mount.len() > 1 {
        return Vec::new();
    }
    let mut folder = by_mount.first().and_then(|folder| folders.get(folder));
    let mut above = directory(path);
    while folder.is_none() {
        folder = folders.get(above);
        if above.is_empty() {
            break;
        }
        above = directory(above);
    }
    let only = if folders.len() == 1 { folders.values().next() } else { None };
    let mut around = folder.or(only).cloned().unwrap_or_default();
    if let Some(told) = told {
        let shown = |at: &usize| project.source(project.compose[*at].file).embedded.is_some();
        around.retain(|at| if shown(at) { !told.starts_on_host() } else { told.starts_containers() });
    }
    let own: BTreeSet<usize> = reading.iter().map(|service| service.id.composition).collect();
    if own.is_empty() {
        return around;
    }
    if around.iter().all(|at| own.contains(at)) {
        return own.into_iter().collect();
    }
    // What has services of the same names is another way to start the same ones, not a neighbour.
    let names = |at: &usize| project.compose[*at].services.iter().map(|service| service.name.as_str());
    let named: HashSet<&str> = own.iter().flat_map(names).collect();
    let neighbour = |at: &usize| !own.contains(at) && names(at).all(|name| project.look(1) && !named.contains(name));
    let neighbours: Vec<usize> = around.into_iter().filter(neighbour).collect();
    own.into_iter().chain(neighbours).collect()
}

/// Helpers that only prepare files: certbot, init containers.
fn prepares(service: &Service) -> bool {
    service.name.value.contains("certbot") || service.restart.get().is_some_and(|restart| restart == "no")
}
