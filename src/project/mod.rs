//! The deployment: all documents, and what they mean together.

mod answered;
mod asked_certificates;
mod assembled;
mod assumed;
mod auth;
mod baked;
mod beside;
mod caddies;
mod called;
mod commanded;
mod commands;
mod compositions;
mod databases;
mod endpoints;
mod engines;
mod environment;
mod filled;
mod footing;
mod frameworks;
mod fronts;
mod gunicorns;
mod homes;
mod images;
mod inline;
mod kept;
mod limits;
mod loaders;
mod locate;
mod migrations;
mod named;
mod neighbours;
mod network;
mod nginx;
mod nodes;
mod outside;
mod packaged;
mod packages;
mod processes;
mod programs;
mod proxies;
mod published;
mod pushed;
mod put_away;
mod releases;
mod reloads;
mod requirements;
mod resolved;
mod roles;
mod running;
mod said;
mod schedules;
mod scrapes;
mod secure;
mod served;
mod shown;
mod sockets;
mod sources;
mod stock;
mod stores;
mod substituted;
mod swarm;
mod switches;
mod tls;
mod told;
mod told_databases;
mod told_sites;
mod traefik;
mod units;
mod uploads;
mod urls;
mod variables;
mod waits;
mod worlds;

pub use answered::TurnedAway;
pub use asked_certificates::{AskedCertificate, lineage};
pub use assumed::{Assumed, Assumption, Given, Standing};
pub use baked::{TooLate, baked_by};
pub use commanded::package_of;
pub use commands::Commands;
pub use compositions::is_override;
pub use databases::Shared;
pub use endpoints::{Endpoint, Passed, Place};
pub use engines::Engine;
pub use environment::{NeededEnvFile, Setter};
pub use filled::Filled;
pub use footing::{Main, is_of_debian, is_of_system, is_of_system_user};
pub use frameworks::Module;
pub use fronts::Front;
pub use images::{Absent, Shipped};
pub use limits::Limit;
pub use loaders::becomes;
pub use locate::Located;
pub use migrations::{Migration, migrates};
pub use network::{DESKTOP_HOST, Inside, Nowhere, OnHost, Reach, is_service_name, lacks_desktop_host};
pub use nodes::{NodeVersion, OldNode, node_of_image};
pub use outside::{Fillers, Outside};
pub use packages::{adds_package, installs_packages, leaves_out_tools, script_run};
pub use processes::{Process, Runner};
pub use programs::{Probe, Program, Substitute};
pub use proxies::Hop;
pub use releases::{Nginx, is_system};
pub use resolved::Named;
pub use scrapes::Scrape;
pub use sockets::{Socket, Sockets};
pub use sources::{Lacking, UNENDED};
pub use stock::{Put, Stock, Version};
pub use stores::Login;
pub use switches::allows_host;
pub use traefik::{Routed, Way};
pub use units::triggered;
pub use urls::GuideUrl;
pub use variables::Variables;
pub use waits::{Failing, Kept, Watcher};
pub use worlds::Machine;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::sync::OnceLock;

use crate::model::compose::{Composition, Plan, Service, ServiceId, Standalone};
use crate::model::env::{EnvFacts, EnvFile, Kin, Loader};
use crate::model::nginx::{Config, Server};
use crate::model::starts::ComposeCall;
use crate::model::tls::{Chain, Roots};
use crate::model::{Document, Kind, Tree, Views};
use crate::source::{Budget, FileId, FileSet, Git, Presence, Source, Span, Spent};
use crate::syntax::dotenv::Dialect;

/// Everything that was read, joined. Built once, then read-only.
#[derive(Debug, Default)]
pub struct Project {
    /// All documents, sorted by path; a [`FileId`] is an index into them.
    documents: Vec<Document>,
    /// Every path below the root.
    files: FileSet,
    /// Facts from git.
    git: Git,
    /// What the files mean by themselves. `project.env` is `project.views.env`, and so on.
    views: Views,
    /// The Compose files that are started together.
    compose: Vec<Composition>,
    /// The files beside the env files that have some.
    kin: HashMap<FileId, Kin>,
    /// The environment of the files that belong to another one than they say.
    roles: roles::Roles,
    /// The programs that load each env file, by its number.
    loaders: Vec<Box<[Loader]>>,
    /// The nginx configurations with their includes resolved.
    configs: nginx::Configs,
    /// The certificate chains as they are served.
    chains: Vec<Chain>,
    /// What the configuration says of the world outside.
    assumed: Assumed,
    /// The roots that clients have besides the public ones.
    roots: Roots,
    /// What may be made by putting files together.
    budget: Budget,
    /// What was made of the Compose files that are started together.
    composed: Spent,
    assembled: assembled::Assemblies,
    /// The places of values that services get from the `.env` that Compose fills in.
    passed_on: HashSet<Span>,
    containers: locate::Containers,
    /// The images that ship, without their services, as far as the phase knows.
    built: OnceLock<Vec<images::BuiltImage>>,
    calls: OnceLock<Vec<(FileId, ComposeCall)>>,
    clock: OnceLock<schedules::Clock>,
    exported: OnceLock<HashSet<String>>,
    /// Variables that a line of a guide sets.
    set_in_guides: OnceLock<HashSet<String>>,
    /// What commands replace in files.
    replaced: OnceLock<Vec<substituted::Replaced>>,
    /// What scripts and pipelines build under a name.
    pushed: OnceLock<Vec<pushed::Pushed>>,
    /// The nginx files that scripts put aside by turns.
    in_turn: OnceLock<HashSet<FileId>>,
    /// What may put values into files.
    replacing: OnceLock<Vec<FileId>>,
    file_names: OnceLock<HashSet<String>>,
    /// The names of Dockerfiles that scripts, pipelines and guides say.
    said_dockerfiles: OnceLock<HashMap<String, said::SaidName>>,
    ports: OnceLock<Vec<sockets::Ports>>,
    folders: OnceLock<BTreeMap<String, Vec<String>>>,
    deployments: worlds::Deployments,
    names: proxies::Names,
    processes: processes::Processes,
    read_by: HashMap<ServiceId, Vec<usize>>,
    sockets: Vec<Vec<Sockets>>,
    behind_nginx: OnceLock<HashSet<ServiceId>>,
    fronts: OnceLock<fronts::Fronts>,
    filled_passes: OnceLock<HashMap<Span, (String, Option<u16>)>>,
    secure: OnceLock<secure::Secure>,
    served: HashSet<FileId>,
    host_units: units::Units,
    host: OnceLock<endpoints::Host>,
    standalone: OnceLock<Vec<Standalone>>,
    never_started: OnceLock<HashMap<ServiceId, String>>,
    put_on_host: OnceLock<Vec<String>>,
    nginx_is_read: OnceLock<bool>,
    /// The passages of guides that are no first installation.
    passages: OnceLock<told::Passages>,
    left_aside: OnceLock<HashSet<FileId>>,
    platform: OnceLock<bool>,
}

/// What was read, each file by itself.
pub struct Read {
    /// All documents, sorted by path, with their place in the list as their number.
    pub documents: Vec<Document>,
    /// What they mean by themselves.
    pub views: Views,
    /// Every path below the root.
    pub files: FileSet,
    /// Facts from git.
    pub git: Git,
}

/// The Compose files that are started together, merged.
#[derive(Default)]
pub struct Composed {
    /// A composition for each plan that could be made.
    pub list: Vec<Composition>,
    /// What that cost.
    pub spent: Spent,
    /// The files in which too much was met to judge them.
    pub given_up: Vec<FileId>,
}

/// What the policy knows of files, given before they are joined: the project never asks it.
pub struct Hints<'a> {
    /// What the configuration says of the world outside.
    pub assumed: Assumed,
    /// The roots that clients have besides the public ones.
    pub roots: Roots,
    /// The programs that load an env file, by its path, where somebody says so.
    pub dialects: &'a dyn Fn(&str) -> Vec<Dialect>,
}

impl Deref for Project {
    type Target = Views;

    /// What single files mean is part of what they mean together.
    fn deref(&self) -> &Views {
        &self.views
    }
}

/// How a project is made.
impl Project {
    /// Joins what was read, in phases: each sees only the ones before it, and what it finds stays as it is. `compose` makes
    /// the compositions of their plans; the run knows how much of that it can do at once.
    pub fn build(
        read: Read,
        Hints { assumed, roots, dialects }: Hints,
        compose: impl FnOnce(&Project, Vec<Plan>) -> Composed,
    ) -> Self {
        let mut project = Project::read(read, assumed);
        project.roots = roots;
        project.kin = Kin::of_all(&project.env, |env| project.document(env.file).own_role);
        let composed = compose(&project, project.plans());
        project.take(composed);
        project.assembled = assembled::assemblies(&project);
        project.passed_on = assembled::passed_on(&project.assembled);
        project.hide();
        project.learn_from_compositions();
        let found = loaders::find(&project, dialects);
        project.loaders = found.loaders;
        project.learn_from_loaders(found.patterns);
        // What was asked for on the way did not know all roles yet.
        (project.built, project.pushed) = (OnceLock::new(), OnceLock::new());
        project.containers = locate::Containers::new(&project);
        project.host_units = units::Units::new(&project);
        project.processes = processes::Processes::new(&project);
        project.deployments = worlds::Deployments::new(&project);
        project.learn_from_readers();
        project.configs = nginx::Configs::new(&project);
        project.names = proxies::Names::new(project.configs());
        project.read_by = project.find_readers();
        project.sockets = project.find_sockets();
        project.chains = project.build_chains();
        project.served = tls::served(&project.chains);
        project.learn_from_servers();
        project.built = OnceLock::new();
        project
    }

    /// What was read and what is assumed, and nothing else.
    fn read(Read { documents, mut views, files, git }: Read, assumed: Assumed) -> Self {
        views.env.shrink_to_fit();
        let nginx = documents.iter().filter(|document| matches!(document.tree, Tree::Nginx(_)));
        let budget = Budget::of(nginx.map(|document| document.source.text().len()).sum());
        Project { documents, views, files, git, assumed, budget, ..Project::default() }
    }

    fn take(&mut self, Composed { list, spent, given_up }: Composed) {
        (self.compose, self.composed) = (list, spent);
        self.compose.iter_mut().enumerate().for_each(|(index, composition)| composition.number(index));
        for file in given_up {
            self.documents[file.index()].tree = Tree::Unread;
        }
    }

    /// Hides in the sources what is known to be secret only now.
    fn hide(&mut self) {
        let mut hidden: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        let put_in = assembled::hidden(self, &self.assembled);
        for secret in self.compose.iter().flat_map(Composition::hidden).chain(put_in) {
            hidden.entry(secret.file).or_default().push(secret);
        }
        for (file, secrets) in hidden {
            self.documents[file.index()].source.hide(secrets);
        }
        self.hide_embedded();
    }

    /// Hides in a guide what is hidden in the files it shows.
    fn hide_embedded(&mut self) {
        let shown = self.documents.iter().map(|document| &document.source).filter(|source| source.embedded.is_some());
        let hidden: Vec<Span> = shown
            .flat_map(|source| source.masked_pieces().into_iter().map(|piece| (source.id, piece)))
            .map(|(file, piece)| self.told_at(Span::new(file, piece.start, piece.end)))
            .collect();
        for span in hidden {
            self.documents[span.file.index()].source.hide([span]);
        }
    }
}

impl Project {
    /// All documents, sorted by path; a [`FileId`] is an index into them.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Every path below the root.
    pub fn files(&self) -> &FileSet {
        &self.files
    }

    /// Facts from git.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// The Compose files that are started together.
    pub fn compose(&self) -> &[Composition] {
        &self.compose
    }

    /// The nginx configurations with their includes resolved.
    pub fn configs(&self) -> &[Config] {
        &self.configs.list
    }

    /// The certificate chains as they are served.
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// What the configuration says of the world outside.
    pub fn assumed(&self) -> &Assumed {
        &self.assumed
    }

    /// What may be made by putting files together.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// What was made of the Compose files that are started together.
    pub fn composed(&self) -> Spent {
        self.composed
    }

    /// Takes the paths and the facts from git out again, to read more and join anew.
    pub fn give_back(&mut self) -> (FileSet, Git) {
        (std::mem::take(&mut self.files), std::mem::take(&mut self.git))
    }

    /// Puts them back in.
    pub fn take_back(&mut self, files: FileSet, git: Git) {
        (self.files, self.git) = (files, git);
    }

    /// The source of a file.
    pub fn source(&self, file: FileId) -> &Source {
        &self.documents[file.index()].source
    }

    /// The document of a file.
    pub fn document(&self, file: FileId) -> &Document {
        &self.documents[file.index()]
    }

    /// The document at a path (normalised, relative to the root), links resolved.
    pub fn at(&self, path: &str) -> Option<&Document> {
        let path = self.files.resolve(path);
        let index = self.documents.binary_search_by(|document| document.source.path.as_str().cmp(&path)).ok()?;
        Some(&self.documents[index])
    }

    /// The guide that shows a file.
    pub fn guide_of(&self, file: FileId) -> Option<&Document> {
        self.at(&self.source(file).embedded.as_ref()?.path).filter(|outer| outer.class.kind == Kind::Guide)
    }

    /// Whether there is nothing at a path, here or where it is deployed: git leaves nothing out there, and nobody says that
    /// it is there.
    pub fn is_missing(&self, path: &str) -> bool {
        self.files.presence(path) == Presence::Missing && self.git.ignored(path).is_no() && !self.assumed.file(path)
    }

    /// Where people see a place: in the file that its file stands in, if it stands in one.
    pub fn told_at(&self, mut span: Span) -> Span {
        while let Some(embedded) = &self.source(span.file).embedded
            && let Some(outer) = self.at(&embedded.path)
        {
            let place = embedded.excerpt.place(span.range());
            span = Span::new(outer.source.id, place.start, place.end);
        }
        span
    }

    /// The env file at a path.
    pub fn env_at(&self, path: &str) -> Option<&EnvFile> {
        self.env_file(self.at(path)?.source.id)
    }

    /// A file as an env file.
    pub fn env_file(&self, file: FileId) -> Option<&EnvFile> {
        let index = self.env.binary_search_by_key(&file, |env| env.file).ok()?;
        Some(&self.env[index])
    }

    /// All env files, each with what the deployment makes of it.
    pub fn env_files(&self) -> impl Iterator<Item = EnvFacts<'_>> {
        self.env.iter().map(|env| self.facts(env))
    }

    /// An env file with what the deployment makes of it.
    pub fn facts<'a>(&'a self, env: &'a EnvFile) -> EnvFacts<'a> {
        EnvFacts::new(env, self.role(env.file), self.loaders(env.file), self.kin(env.file))
    }

    /// The files beside an env file that are for the same program.
    pub fn kin(&self, env: FileId) -> &Kin {
        const NONE: &Kin = &Kin::NONE;
        self.kin.get(&env).unwrap_or(NONE)
    }

    /// Draws comparisons; `false` when there were too many, and the answer does not matter any more.
    pub(crate) fn look(&self, count: usize) -> bool {
        self.budget.steps(count)
    }

    /// The text of a document that is to be searched; `None` when too much was looked at.
    fn text_of<'a>(&self, document: &'a Document) -> Option<&'a str> {
        Some(document.source.text()).filter(|text| self.look(1 + text.len() / 64))
    }

    /// The texts of all documents, likewise.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().filter_map(|document| self.text_of(document))
    }

    /// The servers of all nginx configurations.
    pub fn servers(&self) -> impl Iterator<Item = &Server> {
        self.configs().iter().flat_map(|config| &config.servers)
    }

    /// The services of all Compose files.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.compose.iter().flat_map(|file| &file.services)
    }
}
