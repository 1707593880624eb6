//! Command line to container: what scripts and units start with `docker run` and leave running.

use std::collections::HashSet;

use super::Project;
use crate::model::starts::RunCall;
use crate::model::{Kind, Meaning};
use crate::source::Span;
use crate::syntax::shell::base_name;

impl Project {
    /// Whether a command of a script or guide makes a file of this name, wherever.
    pub fn makes_file(&self, name: &str) -> bool {
        let steps = self.meanings().filter_map(|view| view.started()).flat_map(|started| &started.steps);
        steps.filter(|_| self.look(1)).flat_map(|step| step.makes()).any(|path| base_name(&path.value) == name)
    }

    /// The `docker run` lines of scripts, units and deployment guides whose containers go on running; build servers test.
    pub fn left_running(&self) -> impl Iterator<Item = &RunCall> {
        // What a guide has people type on the server, and not on their own machine.
        let steps = self.guides().filter(|guide| !guide.runs().is_empty()).flat_map(|guide| guide.steps());
        let typed: HashSet<Span> = steps.filter(|_| self.look(1)).map(|step| step.span).collect();
        let stays = move |call: &&RunCall| {
            let detached = || call.options.iter().any(|(name, _)| name == "--detach" || name == "--restart");
            match self.document(call.span.file).class.kind {
                Kind::Script => detached(),
                Kind::Guide => detached() && typed.contains(&call.span),
                Kind::Unit => true,
                _ => false,
            }
        };
        self.meanings().flat_map(|view| view.runs()).filter(move |call| self.look(1) && stays(call))
    }
}
