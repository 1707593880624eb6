//! Service to the frameworks its program is written with.

use super::Project;
use crate::model::compose::Service;
use crate::model::starts::Gateway;
use crate::source::below;

impl Project {
    /// The frameworks that the manifests in the build context of a service ask for.
    pub fn frameworks(&self, service: &Service) -> Vec<(&'static str, Gateway)> {
        let Some(context) = service.build.as_ref().and_then(|build| build.context.get()) else { return Vec::new() };
        let inside = self.loading.iter().filter(|file| self.look(1) && below(&file.path, context).is_some());
        inside.flat_map(|file| file.frameworks.iter().copied()).collect()
    }
}
