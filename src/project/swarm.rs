//! Composition to Swarm: whether its files are deployed as a stack.

use super::Project;
use crate::model::compose::Composition;
use crate::model::starts::StackCall;
use crate::source::Span;
use crate::syntax::shell::base_name;

impl Project {
    /// Whether a set of files is for a Swarm: a command deploys it, or its name says so. Ports and waiting work otherwise there.
    pub fn in_swarm(&self, compose: &Composition) -> bool {
        // A network over several machines needs one.
        let spans =
            compose.networks.iter().any(|network| network.driver.get().is_some_and(|driver| driver == "overlay"));
        spans || self.is_stack_file(&compose.path)
    }

    /// Whether a file may be deployed as a stack: a command deploys one of its name, or its name says so.
    pub(super) fn is_stack_file(&self, path: &str) -> bool {
        let own = base_name(path).to_ascii_lowercase();
        let says = own.split(['-', '_', '.']).any(|word| matches!(word, "stack" | "swarm"));
        says || self.stack_calls(path).next().is_some()
    }

    /// Whether a command deploys a file as a stack, or as a part of one: it is where the command looks for it, or nothing is.
    pub(super) fn is_stacked(&self, path: &str) -> bool {
        self.stack_calls(path).any(|places| {
            places.iter().any(|place| place == path) || places.iter().all(|place| self.at(place).is_none())
        })
    }

    /// The commands that deploy a file of this name as a stack: the places where they look for it.
    fn stack_calls(&self, path: &str) -> impl Iterator<Item = Vec<String>> {
        let own = base_name(path).to_ascii_lowercase();
        let calls = self.meanings().flat_map(|view| view.stacks()).filter(|_| self.look(1));
        let files = calls.flat_map(|call| call.files.iter().map(move |file| (call, &file.value)));
        let called = files.filter(move |(_, said)| base_name(said).to_ascii_lowercase() == own);
        called.map(|(call, said)| call.place.resolve(said))
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
