//! Composition to Swarm: whether its files are deployed as a stack.

use super::Project;
use super::compositions::DEFAULT_NAMES;
use crate::model::compose::Composition;
use crate::model::starts::{ComposeCall, StackCall};
use crate::source::{FileId, Span};
use crate::syntax::shell::base_name;

impl Project {
    /// Whether a set of files is for a Swarm: a command deploys it, or its name says so. Ports and waiting work otherwise there.
    pub fn in_swarm(&self, compose: &Composition) -> bool {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let own = name(&compose.path);
        let says = own.split(['-', '_', '.']).any(|word| matches!(word, "stack" | "swarm"));
        let mut calls = self.meanings().flat_map(|view| view.stacks());
        // A network over several machines needs one.
        let spans =
            compose.networks.iter().any(|network| network.driver.get().is_some_and(|driver| driver == "overlay"));
        says || spans || calls.any(|call| self.look(1) && call.files.iter().any(|file| name(&file.value) == own))
    }

    /// Whether a command names these files and starts them with `docker compose up`, without a Swarm.
    pub fn is_started_by_compose(&self, compose: &Composition) -> bool {
        self.started_with(compose).any(|call| !call.files.is_empty())
    }

    /// The commands `docker compose up` that start exactly these files: by name, or in their folder.
    pub fn started_with<'a>(&'a self, compose: &'a Composition) -> impl Iterator<Item = &'a ComposeCall> {
        let path = |file: &FileId| self.source(*file).path.as_str();
        let is = move |file: &FileId, call: &ComposeCall, said: &str| {
            call.place.resolve(said).iter().any(|place| place == path(file))
        };
        let usual = move |file: &FileId| base_name(path(file));
        let all = move |call: &&ComposeCall| {
            let mut named = compose.files.iter().zip(&call.files);
            let mut found = compose.files.iter().filter(|_| call.files.is_empty());
            call.verb.as_deref() == Some("up")
                && self.look(1)
                && (call.files.is_empty() && DEFAULT_NAMES.contains(&usual(&compose.file))
                    || call.files.len() == compose.files.len())
                && named.all(|(file, said)| is(file, call, &said.value))
                && found.all(|file| is(file, call, usual(file)))
        };
        self.calls().iter().map(|(_, call)| call).filter(all)
    }

    /// Whether anything is deployed as a stack.
    pub fn has_stacks(&self) -> bool {
        self.meanings().any(|view| !view.stacks().is_empty())
    }

    /// The command that deploys exactly these files as a stack.
    pub fn stack_of(&self, compose: &Composition) -> Option<Span> {
        let meant = |call: &&StackCall| {
            let files = || compose.files.iter().map(|file| &self.source(*file).path);
            let is = |file: &String, said: &str| self.look(1) && call.place.resolve(said).contains(file);
            call.files.len() == compose.files.len()
                && files().zip(&call.files).all(|(file, said)| is(file, &said.value))
        };
        self.meanings().flat_map(|view| view.stacks()).find(meant).map(|call| call.span)
    }
}
