//! The deployment: all documents, and what they mean together.

mod appservers;
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
mod served;
mod sources;
mod substituted;
mod swarm;
mod tls;
mod uploads;
mod upstreams;
mod worlds;

pub use appservers::{Gunicorn, Home};
pub use assumed::{Assumed, Assumption, Given, Standing};
pub use environment::{NeededEnvFile, Setter, Variables};
pub use images::{Absent, Shipped};
pub use listeners::Listeners;
pub use locate::{Located, Seen};
pub use named::Mention;
pub use programs::{Probe, Program, Purpose, Substitute};
pub use proxies::Hop;
pub use sources::Lacking;
pub use tls::Target;
pub use uploads::UploadLimit;
pub use upstreams::{Inside, Lead, Nowhere, OnHost};
pub use worlds::Machine;

use std::collections::{BTreeMap, HashSet};
use std::ops::Deref;
use std::sync::OnceLock;

use crate::model::compose::{Composition, Service};
use crate::model::env::EnvFile;
use crate::model::nginx::{Config, Server};
use crate::model::tls::Chain;
use crate::model::{Document, Tree, Views};
use crate::source::{Budget, FileId, FileSet, Git, Source, Span, Spanned, Spent};

/// Everything that was read, joined. Built once, then read-only.
#[derive(Debug, Default)]
pub struct Project {
    /// All documents, sorted by path; a [`FileId`] is an index into them.
    pub documents: Vec<Document>,
    /// Every path below the root.
    pub files: FileSet,
    /// Facts from git.
    pub git: Git,
    /// What the files mean by themselves. `project.env` is `project.views.env`, and so on.
    pub views: Views,
    /// The Compose files that are started together.
    pub compose: Vec<Composition>,
    /// The nginx configurations with their includes resolved.
    pub configs: Vec<Config>,
    /// The certificate chains as they are served.
    pub chains: Vec<Chain>,
    /// What the configuration says of the world outside.
    pub assumed: Assumed,
    /// What may be made by putting files together.
    pub budget: Budget,
    /// What was made of the Compose files that are started together.
    pub composed: Spent,
    containers: locate::Containers,
    folders: OnceLock<BTreeMap<String, Vec<String>>>,
    deployments: worlds::Deployments,
    /// The files that nginx includes and that were not taken for its own.
    unread_includes: Vec<Spanned<String>>,
    names: proxies::Names,
    served: HashSet<FileId>,
    words: OnceLock<HashSet<u64>>,
}

impl Deref for Project {
    type Target = Views;

    /// What single files mean is part of what they mean together.
    fn deref(&self) -> &Views {
        &self.views
    }
}

impl Project {
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
        let file = self.at(path)?.source.id;
        let index = self.env.binary_search_by_key(&file, |env| env.file).ok()?;
        Some(&self.env[index])
    }

    /// Takes the documents and what they mean by themselves.
    pub fn new(documents: Vec<Document>, mut views: Views, files: FileSet, git: Git) -> Self {
        let nginx = documents.iter().filter(|document| matches!(document.tree, Tree::Nginx(_)));
        let budget = Budget::of(nginx.map(|document| document.source.text().len()).sum());
        views.env.shrink_to_fit();
        EnvFile::pair(&mut views.env);
        Project { documents, views, files, git, budget, ..Project::default() }
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

    /// Takes the Compose files, hides what must not be printed of them, and draws the edges between files. The last
    /// step; after it nothing changes.
    pub fn join(&mut self, compose: Vec<Composition>) {
        self.compose = compose;
        self.compose.iter_mut().enumerate().for_each(|(index, composition)| composition.number(index));
        let mut hidden: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for secret in self.compose.iter().flat_map(Composition::hidden) {
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
