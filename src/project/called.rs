//! Name of a container to the service that is called otherwise.

use super::Project;
use crate::model::compose::Service;

impl Project {
    /// The service of this name, when its container has another one and nothing of the project starts a container that is called so.
    pub fn container_called_otherwise(&self, name: &str) -> Option<&Service> {
        let mut named = self.services().filter(|service| service.name.value == name && self.look(1)).peekable();
        let first = *named.peek()?;
        // What comes out of another file may be called anything.
        let open = |service: &Service| service.gap.is_some() || service.container_name.is_unresolved();
        if named.any(open) {
            return None;
        }
        let is_called = |service: &Service| service.container_name.get().is_some_and(|own| own == name);
        let said = |text: &str| {
            let says = |front: &str| text.contains(&format!("{front}{name}"));
            ["--name ", "--name=", "--name \"", "container_name: ", "container_name: \"", "container_name: '"]
                .iter()
                .any(|front| says(front))
        };
        let taken = self.services().any(is_called) || self.texts().any(said);
        (!taken).then_some(first)
    }
}
