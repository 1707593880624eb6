//! Which file is at a path in a container, and which containers see a file of the project.
//!
//! Mounts come first, the deepest of them; then what was copied into the image, the last copy first; then the image
//! itself. Where everything comes from is worked out once, for every service.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::Project;
use crate::model::Known;
use crate::model::compose::{Form, Granted, Mount, MountKind, Service, ServiceId};
use crate::model::image::{Copy, CopyFrom, Dockerfile, Ignore, Image, Stage, Step};
use crate::source::{Answer, FileId, NamePattern, Presence, Span, Spanned, Why, below, directory, join, normalize};

/// What is at a path in a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Located {
    /// This path of the project.
    Project(String),
    /// A path of the host outside the project.
    Host(String),
    /// A volume or memory: filled when it runs.
    Volume,
    /// It comes with the image, or is made when it runs.
    Image,
}

/// A container that sees a file of the project.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    /// Whose container it is.
    pub service: &'a Service,
    /// The path in the container.
    pub path: String,
    /// Whether it is mounted, not copied into the image.
    pub mounted: bool,
    /// Whether it is there only because everything around the Compose file is.
    pub whole: bool,
}

/// What is at a place in a container, and below it.
#[derive(Clone, Debug)]
struct Entry {
    /// Where it comes from, or why that is not known.
    from: Result<Located, Why>,
    /// Absolute and normalised.
    target: String,
    /// Whether there is nothing below it.
    file: bool,
    /// The mount; copies have none.
    mount: Option<Span>,
}

impl Entry {
    /// What of a path lies below it: `""` for the place itself.
    fn rest<'p>(&self, path: &'p str) -> Option<&'p str> {
        below(path, &self.target).filter(|rest| rest.is_empty() || !self.file)
    }

    /// Where a path below it leads.
    fn located(&self, rest: &str) -> Result<Located, Why> {
        let inside = |dir: &String| if rest.is_empty() { dir.clone() } else { join(dir, rest) };
        Ok(match self.from.as_ref().map_err(Clone::clone)? {
            Located::Project(dir) => Located::Project(inside(dir)),
            Located::Host(dir) => Located::Host(inside(dir)),
            other => other.clone(),
        })
    }
}

/// What is in an image besides its base.
#[derive(Debug, Default)]
struct Layers {
    copies: Vec<Entry>,
    /// The directory of the build context and what is not sent of it.
    ignore: Option<(String, Ignore)>,
    /// Whether commands ran, which may have made any file.
    runs: bool,
    /// `VOLUME`s.
    volumes: Vec<String>,
    /// The `WORKDIR` at the end.
    workdir: Option<String>,
}

/// Where the files of one container come from.
#[derive(Debug)]
struct Container {
    /// Its service: index of the Compose file, index in that.
    service: (usize, usize),
    mounts: Vec<Entry>,
    layers: usize,
    /// Why there may be mounts nobody knows of.
    open: Option<Why>,
    /// Why the image is not known.
    unknown: Option<Why>,
}

/// The containers of all services.
#[derive(Debug, Default)]
pub(super) struct Containers {
    list: Vec<Container>,
    /// By the services.
    by_service: HashMap<ServiceId, usize>,
    layers: Vec<Layers>,
    /// What the containers that may run a web server see of the project: by its path, the container and the entry.
    web: HashMap<String, Vec<(usize, Entry)>>,
}

/// Where paths of containers lead, once what is asked for them all is agreed on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Agreed {
    /// All that know lead to this path of the project.
    Project(String),
    /// At least one leads out of the project, or they differ.
    Elsewhere,
    /// None of them has anything mounted or copied there.
    Image,
}

impl Containers {
    pub(super) fn new(project: &Project) -> Self {
        let mut all = Containers::default();
        let mut known: HashMap<(FileId, usize, &str), usize> = HashMap::new();
        // Images that are named have nothing of the project in them.
        all.layers.push(Layers::default());
        for (index, file) in project.compose.iter().enumerate() {
            let grants = file.grants();
            for (at, service) in file.services.iter().enumerate() {
                if !project.look(1 + service.mounts.len() + service.secrets.len() + service.configs.len()) {
                    return all;
                }
                let image = project.image_of(service);
                let context = service.build.as_ref().and_then(|build| build.context.get());
                let layers = match (&image, context) {
                    (Image::Built(file, stage), Some(context)) => {
                        *known.entry((file.file, *stage, context.as_str())).or_insert_with(|| {
                            all.layers.push(Layers::of(project, file, *stage, context));
                            all.layers.len() - 1
                        })
                    }
                    _ => 0,
                };
                let unknown = match image {
                    Image::Unknown(why) => Some(why),
                    _ => None,
                };
                let (mounts, open) = mounts(service, grants.of(service));
                all.by_service.insert(service.id, all.list.len());
                all.list.push(Container { service: (index, at), mounts, layers, open, unknown });
            }
        }
        all.index(project);
        all
    }

    /// Fills [`Containers::web`].
    fn index(&mut self, project: &Project) {
        for (number, container) in self.list.iter().enumerate() {
            let (file, at) = container.service;
            let service = &project.compose[file].services[at];
            let entries = || container.mounts.iter().chain(&self.layers[container.layers].copies);
            if !project.may_be_proxy(service) && !entries().any(|entry| may_hold_nginx(&entry.target)) {
                continue;
            }
            for entry in entries() {
                if let Ok(Located::Project(path)) = &entry.from {
                    let path = project.files.resolve(path).into_owned();
                    self.web.entry(path).or_default().push((number, entry.clone()));
                }
            }
        }
    }

    /// The index of a service's Compose file, and its own in that.
    pub(super) fn index_of(&self, service: &Service) -> Option<(usize, usize)> {
        self.of(service).map(|container| container.service)
    }

    fn of(&self, service: &Service) -> Option<&Container> {
        self.list.get(*self.by_service.get(&service.id)?)
    }
}

impl Layers {
    fn of(project: &Project, file: &Dockerfile, stage: usize, context: &str) -> Self {
        let chain = file.chain(stage);
        Layers {
            copies: copies(project, file, stage, context),
            ignore: project.dockerignore(&file.path, context).map(|ignore| (context.to_owned(), ignore.clone())),
            runs: chain.iter().flat_map(|stage| &stage.steps).any(|step| matches!(step, Step::Run(_))),
            volumes: chain.iter().flat_map(|stage| &stage.volumes).map(|volume| normalize(volume)).collect(),
            workdir: chain.first().and_then(|stage| stage.workdir.clone()),
        }
    }

    fn leaves_out(&self, path: &str) -> bool {
        let inside = self.ignore.as_ref().and_then(|(context, ignore)| Some((below(path, context)?, ignore)));
        inside.is_some_and(|(path, ignore)| !path.is_empty() && ignore.leaves_out(path))
    }
}

impl Project {
    /// Which file is at a path in the container of a service. A relative path counts from the working directory. No: the
    /// project has nothing where the path leads.
    pub fn locate(&self, service: &Service, path: &str) -> Answer<Located> {
        let (located, mount) = match self.lead(service, path) {
            Ok(found) => found,
            Err(why) => return Answer::Unknown(why),
        };
        let Located::Project(own) = &located else { return Answer::Yes(located) };
        match self.files.presence(own) {
            Presence::Missing if !self.git.ignored(own).is_no() => {
                Answer::Unknown(Why::new(format!("git ignores `{own}`: what is there on the server is not known")))
            }
            Presence::Missing => Answer::No(Why { text: format!("`{own}` is missing"), at: mount }),
            _ => Answer::Yes(located),
        }
    }

    /// The path of the project that a path in the container of a service leads to, whether anything is there or not.
    pub fn leads_to(&self, service: &Service, path: &str) -> Option<String> {
        match self.lead(service, path) {
            Ok((Located::Project(path), _)) => Some(path),
            _ => None,
        }
    }

    /// Whether what a service writes to a path outlives its container: a volume, or a directory of the host.
    pub fn persists(&self, service: &Service, path: &str) -> Answer<()> {
        let Some(full) = self.full_path(service, path) else { return Answer::Unknown(no_directory()) };
        let volumes = self.layers_of(service).map_or(&[][..], |layers| &layers.volumes);
        if volumes.iter().any(|volume| below(&full, volume).is_some_and(|rest| !rest.is_empty())) {
            return Answer::Yes(());
        }
        match self.lead(service, &full) {
            Err(why) => Answer::Unknown(why),
            Ok((_, Some(_))) => Answer::Yes(()),
            Ok((_, None)) => Answer::No(Why::new("nothing is mounted there")),
        }
    }

    /// A path of a service's program as an absolute one; `None`: its working directory is not known.
    pub fn full_path(&self, service: &Service, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(normalize(path));
        }
        let own = service.working_dir.get().filter(|dir| dir.starts_with('/'));
        let directory = own.or_else(|| self.layers_of(service)?.workdir.as_ref())?;
        Some(join(directory, path))
    }

    /// The containers that may run a web server and see a file of the project.
    pub fn web_containers(&self, path: &str) -> Vec<Seen<'_>> {
        let path = self.files.resolve(path);
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let above = ends.filter_map(|end| path.get(..end)).chain([""]);
        let placed = above.filter_map(|above| Some((above, self.containers.web.get(above)?)));
        let mut found = Vec::new();
        for (above, (number, entry)) in placed.flat_map(|(above, entries)| entries.iter().map(move |e| (above, e))) {
            let Some(rest) = below(&path, above).filter(|rest| rest.is_empty() || !entry.file) else { continue };
            let target = if rest.is_empty() { entry.target.clone() } else { join(&entry.target, rest) };
            let container = &self.containers.list[*number];
            let service = &self.compose[container.service.0].services[container.service.1];
            // Something else may be mounted over it.
            let seen = self.lead_in(container, &target);
            if matches!(seen, Ok((Located::Project(own), _)) if self.files.resolve(&own) == path) {
                let whole = below(directory(&self.source(service.file).path), above).is_some();
                found.push(Seen { service, path: target, mounted: entry.mount.is_some(), whole });
            }
        }
        found
    }

    /// The single files of the project that are put into a container: where each is named, and its path in the container.
    pub(super) fn placed(&self, service: &Service) -> Vec<(Spanned<String>, String)> {
        let Some(container) = self.containers.of(service) else { return Vec::new() };
        let copies = &self.containers.layers[container.layers].copies;
        let placed = container.mounts.iter().chain(copies.iter().filter(|entry| entry.file));
        let named = placed.filter_map(|entry| match &entry.from {
            Ok(Located::Project(path)) => {
                let path = Spanned::new(path.clone(), entry.mount.unwrap_or(service.span));
                Some((path, entry.target.clone()))
            }
            _ => None,
        });
        named.collect()
    }

    /// Where a service sees a file of the project that is mounted, alone or in a folder, or copied by its name.
    pub(super) fn sees(&self, service: &Service, path: &str) -> Option<String> {
        let placed = self.placed(service).into_iter().filter(|_| self.look(1));
        placed.filter_map(|(own, target)| Some(join(&target, below(path, own.as_str())?))).next()
    }

    /// Whether the image of a service may have a file of the project, by whatever copies it.
    pub(super) fn may_copy(&self, service: &Service, path: &str) -> bool {
        let copies = self.layers_of(service).map_or(&[][..], |layers| &layers.copies);
        copies.iter().filter(|_| self.look(1)).any(|entry| match &entry.from {
            Ok(Located::Project(own)) => below(path, own).is_some(),
            Ok(_) => false,
            Err(_) => true,
        })
    }

    /// Where a path, or a pattern of names in a folder, leads in containers that are all asked.
    pub(super) fn agreed<'a>(&self, services: impl Iterator<Item = &'a Service>, path: &str) -> Agreed {
        let pattern = path.rsplit_once('/').filter(|(_, name)| name.contains(['*', '?', '[']));
        let mut agreed = Agreed::Image;
        for service in services.filter(|_| self.look(1)) {
            let led = match pattern {
                Some((folder, name)) => self.lead(service, folder).map(|(located, _)| match located {
                    Located::Project(own) => Located::Project(join(&own, name)),
                    other => other,
                }),
                None => self.lead(service, path).map(|(located, _)| located),
            };
            let next = match led {
                Ok(Located::Image) => continue,
                Err(_) if self.containers.of(service).is_some_and(|own| own.open.is_none()) => continue,
                Ok(Located::Project(own)) => Agreed::Project(own),
                _ => Agreed::Elsewhere,
            };
            if agreed != Agreed::Image && agreed != next {
                return Agreed::Elsewhere;
            }
            agreed = next;
        }
        agreed
    }

    fn layers_of(&self, service: &Service) -> Option<&Layers> {
        self.containers.layers.get(self.containers.of(service)?.layers)
    }

    /// Where a path leads, and the mount it leads through.
    fn lead(&self, service: &Service, path: &str) -> Result<(Located, Option<Span>), Why> {
        let full = self.full_path(service, path).ok_or_else(no_directory)?;
        if service.form != Form::Service {
            // The image of a `docker run` is one that is named.
            let (mounts, open) = mounts(service, Vec::new());
            return self.lead_in(&Container { service: (0, 0), mounts, layers: 0, open, unknown: None }, &full);
        }
        let container = self.containers.of(service).ok_or_else(|| Why::new("there are too many services"))?;
        self.lead_in(container, &full)
    }

    fn lead_in(&self, container: &Container, path: &str) -> Result<(Located, Option<Span>), Why> {
        if let Some(why) = &container.open {
            return Err(why.clone());
        }
        for entry in &container.mounts {
            let Some(rest) = entry.rest(path) else { continue };
            return Ok((entry.located(rest)?, entry.mount));
        }
        if let Some(why) = &container.unknown {
            return Err(why.clone());
        }
        // Folders that are copied to one place are one folder there: what one does not have, another may.
        let layers = &self.containers.layers[container.layers];
        let mut missing = None;
        for (entry, rest) in layers.copies.iter().rev().filter_map(|entry| Some((entry, entry.rest(path)?))) {
            match entry.located(rest)? {
                Located::Project(own) if layers.leaves_out(&own) => {}
                Located::Project(own) if self.files.presence(&own) == Presence::Missing => {
                    missing = missing.or(Some(own));
                }
                located => return Ok((located, None)),
            }
        }
        // A command of the Dockerfile may have made what was not copied.
        let located = missing.filter(|_| !layers.runs).map_or(Located::Image, Located::Project);
        Ok((located, None))
    }

    /// The names of the files in a folder of the project, sorted.
    pub(super) fn folder(&self, path: &str) -> &[String] {
        let folders = self.folders.get_or_init(|| {
            let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for path in self.files.files() {
                let name = path.rsplit('/').next().unwrap_or(path);
                folders.entry(directory(path).to_owned()).or_default().push(name.to_owned());
            }
            folders.values_mut().for_each(|names| names.sort_unstable());
            folders
        });
        folders.get(path).map_or(&[], Vec::as_slice)
    }
}

fn no_directory() -> Why {
    Why::new("the working directory of the container is not known")
}

/// What is mounted into a container, and why there may be more than that.
fn mounts(service: &Service, granted_to: Vec<Granted>) -> (Vec<Entry>, Option<Why>) {
    let mut mounts: Vec<Entry> = service.mounts.iter().filter_map(mounted).collect();
    mounts.extend(granted_to.into_iter().map(granted));
    // The deepest first; of several at one place the last, as in Compose.
    mounts.reverse();
    mounts.sort_by_key(|entry| std::cmp::Reverse(entry.target.len()));
    let open = service.mounts.iter().find_map(|mount| match &mount.target {
        Known::Unresolved { why, span, .. } => {
            Some(Why { text: format!("it is not known what is mounted there: {why}"), at: Some(*span) })
        }
        _ => None,
    });
    (mounts, open)
}

/// What a mount brings; `None` when its target is not known.
fn mounted(mount: &Mount) -> Option<Entry> {
    let unknown = |why: &str| Err(Why::seen(format!("what is mounted there is not known: {why}"), mount.span));
    let from = match (mount.kind, &mount.source) {
        (MountKind::Volume | MountKind::Tmpfs, _) => Ok(Located::Volume),
        (MountKind::Other, _) => unknown("it is an image or a volume of a cluster"),
        (MountKind::Bind, Known::Unresolved { why, .. }) => unknown(why),
        (MountKind::Bind, source) => match source.get() {
            Some(path) => Ok(in_project(path)),
            None => unknown("its source is not written"),
        },
    };
    Some(Entry { from, target: normalize(mount.target.get()?), file: false, mount: Some(mount.span) })
}

/// What a secret or config puts into a container.
fn granted(granted: Granted) -> Entry {
    let (resource, by) = (granted.resource, granted.by.source.span);
    let from = match &resource.file {
        Known::Set(path) => Ok(in_project(&path.value)),
        Known::Unresolved { why, .. } => Err(Why::seen(format!("what is put there is not known: {why}"), by)),
        _ => Err(Why::seen(format!("`{}` is no file of the project", resource.name.value), by)),
    };
    Entry { from, target: granted.target(), file: true, mount: Some(by) }
}

/// Where the source of a bind mount is.
fn in_project(path: &str) -> Located {
    match path.starts_with(['/', '~']) || path.starts_with("..") {
        true => Located::Host(path.to_owned()),
        false => Located::Project(normalize(path)),
    }
}

/// What a stage and those it starts from copy from the build context, directly or from other stages, in order.
fn copies(project: &Project, file: &Dockerfile, stage: usize, context: &str) -> Vec<Entry> {
    let mut made: HashMap<usize, Rc<Vec<Entry>>> = HashMap::new();
    // A stage only takes from earlier ones.
    for index in 0..=stage {
        let Some(own) = file.stages.get(index) else { break };
        let mut found = file.parent(index).and_then(|parent| made.get(&parent)).map_or_else(Vec::new, |m| m.to_vec());
        for copy in own.steps.iter().filter_map(Step::copy) {
            if !project.look(1 + found.len()) {
                return found;
            }
            match copy.from {
                CopyFrom::Context => from_context(project, copy, context, &mut found),
                CopyFrom::Stage(other) => {
                    let earlier = made.get(&other).cloned().unwrap_or_default();
                    let base = file.stages.get(other);
                    from_stage(project, copy, base, &earlier, &mut found);
                }
                CopyFrom::Image(_) | CopyFrom::Unknown => {}
            }
        }
        made.insert(index, Rc::new(found));
    }
    made.remove(&stage).map(|found| found.to_vec()).unwrap_or_default()
}

/// A `COPY` from the build context. Patterns are looked up in their folder; URLs and variables lead nowhere.
fn from_context(project: &Project, copy: &Copy, context: &str, found: &mut Vec<Entry>) {
    let Some(to) = &copy.to else { return };
    let written = copy.sources.iter().filter(|source| !source.value.contains(['$', ':']));
    let mut sources: Vec<String> = Vec::new();
    for source in written {
        let full = join(context, source.value.trim_start_matches('/'));
        let name = full.rsplit('/').next().unwrap_or(&full);
        if name.contains(['*', '?', '[']) {
            let (pattern, folder) = (NamePattern::new(name), directory(&full));
            let names = project.folder(folder).iter().filter(|name| project.look(1) && pattern.fits(name));
            sources.extend(names.map(|name| join(folder, name)));
        } else {
            sources.push(full);
        }
    }
    let several = sources.len() > 1;
    for source in sources {
        let directory = project.files.presence(&source) == Presence::Directory;
        found.push(entry(source, to, directory, several));
    }
}

/// A `COPY --from` another stage: what that one has of the project at and below the sources.
fn from_stage(project: &Project, copy: &Copy, stage: Option<&Stage>, earlier: &[Entry], found: &mut Vec<Entry>) {
    let (Some(to), Some(_)) = (&copy.to, stage) else { return };
    for source in &copy.sources {
        let source = normalize(&format!("/{}", source.value));
        for entry in earlier.iter().filter(|_| project.look(1)) {
            let Ok(Located::Project(path)) = &entry.from else { continue };
            if let Some(rest) = below(&entry.target, &source) {
                // The source is a folder above it, or the thing itself.
                let target = if rest.is_empty() && entry.file {
                    self::entry(source.clone(), to, false, copy.sources.len() > 1).target
                } else {
                    join(to, rest)
                };
                found.push(Entry { target, ..entry.clone() });
            } else if let Some(rest) = below(&source, &entry.target).filter(|_| !entry.file) {
                let own = join(path, rest);
                match project.files.presence(&own) {
                    Presence::Directory => found.push(self::entry(own, to, true, false)),
                    Presence::File => found.push(self::entry(own, to, false, copy.sources.len() > 1)),
                    // The stage has made it.
                    _ => found.push(Entry { from: Ok(Located::Image), ..self::entry(own, to, true, false) }),
                }
            }
        }
    }
}

/// Where `COPY source to` puts the source: the content of a directory into the target, a file into a target that ends
/// with a slash, else onto it.
fn entry(source: String, to: &str, directory: bool, several: bool) -> Entry {
    let target = if !directory && (several || is_folder(to)) {
        join(to, source.rsplit('/').next().unwrap_or(&source))
    } else {
        normalize(to)
    };
    Entry { from: Ok(Located::Project(source)), target, file: !directory, mount: None }
}

/// Whether nginx may find its configuration at, below or above a path of its container.
fn may_hold_nginx(path: &str) -> bool {
    NGINX.iter().any(|place| below(path, place).is_some() || below(place, path).is_some())
}

/// Where nginx images look for configuration.
const NGINX: [&str; 8] = [
    "/etc/nginx",
    "/usr/local/nginx",
    "/usr/local/openresty",
    "/etc/openresty",
    "/opt/bitnami",
    "/opt/nginx",
    "/config/nginx",
    "/data/nginx",
];

/// Whether what is copied there lies in it: a folder as it is written, or one that nginx images bring along.
pub(super) fn is_folder(to: &str) -> bool {
    to.ends_with('/')
        || matches!(to, "/etc/nginx" | "/etc/nginx/conf.d" | "/etc/nginx/templates" | "/usr/share/nginx/html")
}

/// Whether a path is in a place where nginx images look for configuration.
pub(super) fn is_nginx_place(path: &str) -> bool {
    NGINX.iter().any(|place| below(path, place).is_some_and(|rest| !rest.is_empty()))
}
