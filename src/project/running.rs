//! Command line to container: what scripts and units start with `docker run` and leave running.

use super::Project;
use crate::model::Kind;
use crate::model::starts::RunCall;
use crate::syntax::shell::base_name;

impl Project {
    /// Whether a command of a script or guide makes a file of this name, wherever.
    pub fn makes_file(&self, name: &str) -> bool {
        let steps = self.meanings().filter_map(|view| view.started()).flat_map(|started| &started.steps);
        steps.filter(|_| self.look(1)).flat_map(|step| step.makes()).any(|path| base_name(&path.value) == name)
    }

    /// The `docker run` lines of scripts and units whose containers go on running; guides tell, and build servers test.
    pub fn left_running(&self) -> impl Iterator<Item = &RunCall> {
        let stays = |call: &&RunCall| {
            let detached = || call.options.iter().any(|(name, _)| name == "--detach" || name == "--restart");
            match self.document(call.span.file).class.kind {
                Kind::Script => detached(),
                Kind::Unit => true,
                _ => false,
            }
        };
        self.meanings().flat_map(|view| view.runs()).filter(move |call| self.look(1) && stays(call))
    }
}
