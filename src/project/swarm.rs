//! Composition to Swarm: whether its files are deployed as a stack.

use super::Project;
use crate::model::compose::Composition;
use crate::model::starts::StackCall;
use crate::source::Span;

impl Project {
    /// Whether a set of files is for a Swarm: a command deploys it, or its name says so. Ports and waiting work otherwise there.
    pub fn in_swarm(&self, compose: &Composition) -> bool {
        // A network over several machines needs one.
        let spans =
            compose.networks.iter().any(|network| network.driver.get().is_some_and(|driver| driver == "overlay"));
        spans || self.is_stack_file(&compose.path)
    }

    /// Whether a file is deployed as a stack: a command deploys one of its name, or its name says so.
    pub(super) fn is_stack_file(&self, path: &str) -> bool {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let own = name(path);
        let says = own.split(['-', '_', '.']).any(|word| matches!(word, "stack" | "swarm"));
        let mut calls = self.meanings().flat_map(|view| view.stacks());
        says || calls.any(|call| self.look(1) && call.files.iter().any(|file| name(&file.value) == own))
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
