//! The deployment: all documents, and what they mean together.

mod appservers;
mod assembled;
mod assumed;
mod compositions;
mod environment;
mod images;
mod listeners;
mod loaders;
mod locate;
mod named;
mod nginx;
mod programs;
mod proxies;
mod resolved;
mod running;
mod served;
mod sources;
mod substituted;
mod swarm;
mod tls;
mod uploads;
mod upstreams;
mod variables;
mod worlds;

pub use appservers::{Gunicorn, Home};
pub use assumed::{Assumed, Assumption, Given, Standing};
pub use compositions::is_override;
pub use environment::{NeededEnvFile, Setter};
pub use images::{Absent, Shipped};
pub use listeners::Listeners;
pub use locate::{Located, Seen};
pub use named::Mention;
pub use programs::{Probe, Program, Purpose, Substitute};
pub use proxies::Hop;
pub use resolved::Named;
pub use sources::Lacking;
pub use tls::Target;
pub use uploads::UploadLimit;
pub use upstreams::{Inside, Lead, Nowhere, OnHost};
pub use variables::Variables;
pub use worlds::Machine;

use std::collections::{BTreeMap, HashSet};
use std::ops::Deref;
use std::sync::OnceLock;

use crate::model::compose::{Composition, Service};
use time::Date;

use crate::model::env::{EnvFile, Loader};
use crate::model::nginx::{Config, Server};
use crate::model::starts::ComposeCall;
use crate::model::tls::Chain;
use crate::model::{Document, Tree, Views};
use crate::source::{Budget, FileId, FileSet, Git, Source, Span, Spanned, Spent};
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
    /// The nginx configurations with their includes resolved.
    configs: Vec<Config>,
    /// The certificate chains as they are served.
    chains: Vec<Chain>,
    /// What the configuration says of the world outside.
    assumed: Assumed,
    /// What may be made by putting files together.
    budget: Budget,
    /// What was made of the Compose files that are started together.
    composed: Spent,
    assembled: assembled::Assemblies,
    /// The places of values that services get from the `.env` that Compose fills in.
    passed_on: HashSet<Span>,
    containers: locate::Containers,
    calls: OnceLock<Vec<(FileId, ComposeCall)>>,
    ports: OnceLock<Vec<listeners::Ports>>,
    folders: OnceLock<BTreeMap<String, Vec<String>>>,
    deployments: worlds::Deployments,
    /// The files that nginx includes and that were not taken for its own.
    unread_includes: Vec<Spanned<String>>,
    names: proxies::Names,
    served: HashSet<FileId>,
    words: OnceLock<HashSet<u64>>,
}

/// What the policy knows of files, given before they are joined: the project never asks it.
pub struct Hints<'a> {
    /// What the configuration says of the world outside.
    pub assumed: Assumed,
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
        &self.configs
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

    /// From here on, what is assumed holds for this day.
    pub fn judge_at(&mut self, day: Date) {
        self.assumed.judge_at(day);
    }

    /// Takes the paths and the facts from git out again, to read more and join anew.
    pub fn give_back(&mut self) -> (FileSet, Git) {
        (std::mem::take(&mut self.files), std::mem::take(&mut self.git))
    }

    /// Puts them back in.
    pub fn take_back(&mut self, files: FileSet, git: Git) {
        (self.files, self.git) = (files, git);
    }

    /// Gives a document up: it is too large to judge.
    pub fn give_up(&mut self, file: FileId) -> &Document {
        let document = &mut self.documents[file.index()];
        document.tree = Tree::Unread;
        document
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

    /// The env file at a path.
    pub fn env_at(&self, path: &str) -> Option<&EnvFile> {
        self.env_file(self.at(path)?.source.id)
    }

    /// A file as an env file.
    pub fn env_file(&self, file: FileId) -> Option<&EnvFile> {
        let index = self.env.binary_search_by_key(&file, |env| env.file).ok()?;
        Some(&self.env[index])
    }

    /// Takes the documents and what they mean by themselves. The edges between them are drawn by [`Project::join`].
    pub fn new(documents: Vec<Document>, mut views: Views, files: FileSet, git: Git, hints: Hints) -> Self {
        for env in &mut views.env {
            env.loaders = (hints.dialects)(&env.path).into_iter().map(|dialect| Loader { dialect, at: None }).collect();
        }
        let nginx = documents.iter().filter(|document| matches!(document.tree, Tree::Nginx(_)));
        let budget = Budget::of(nginx.map(|document| document.source.text().len()).sum());
        views.env.shrink_to_fit();
        EnvFile::pair(&mut views.env);
        Project { documents, views, files, git, budget, assumed: hints.assumed, ..Project::default() }
    }

    /// Draws comparisons; `false` when there were too many, and the answer does not matter any more.
    pub(crate) fn look(&self, count: usize) -> bool {
        self.budget.steps(count)
    }

    /// The servers of all nginx configurations.
    pub fn servers(&self) -> impl Iterator<Item = &Server> {
        self.configs.iter().flat_map(|config| &config.servers)
    }

    /// The services of all Compose files.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.compose.iter().flat_map(|file| &file.services)
    }

    /// Takes the Compose files that are started together and what was made of them, hides what must not be printed of
    /// them, and draws the edges between files, in phases that each see only the ones before. The last step; after it
    /// nothing changes.
    pub fn join(&mut self, compose: Vec<Composition>, composed: Spent) {
        (self.compose, self.composed) = (compose, composed);
        self.compose.iter_mut().enumerate().for_each(|(index, composition)| composition.number(index));
        self.assembled = assembled::assemblies(self);
        let put_in = self.assembled.values().flat_map(|assembled| assembled.put_in());
        self.passed_on = put_in.map(|part| part.place).collect();
        let mut hidden: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        let put_in = assembled::hidden(self, &self.assembled);
        for secret in self.compose.iter().flat_map(Composition::hidden).chain(put_in) {
            hidden.entry(secret.file).or_default().push(secret);
        }
        for (file, secrets) in hidden {
            self.documents[file.index()].source.hide(secrets);
        }
        self.take_roles();
        self.find_loaders();
        self.containers = locate::Containers::new(self);
        self.deployments = worlds::Deployments::new(self);
        nginx::configs(self);
        self.names = proxies::Names::new(&self.configs);
        self.chains = self.build_chains();
        let served = self.chains.iter().filter(|chain| chain.origin == crate::model::tls::Origin::Server);
        let files = |chain: &Chain| chain.keys.iter().map(|key| key.file).chain([chain.file]).collect::<Vec<_>>();
        self.served = served.flat_map(files).collect();
    }
}
