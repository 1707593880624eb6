//! Service to the frameworks its program is written with.

use super::Project;
use crate::model::compose::Service;
use crate::model::starts::Gateway;
use crate::source::below;

impl Project {
    /// The frameworks that the manifests in the build context of a service ask for.
    pub fn frameworks(&self, service: &Service) -> Vec<(&'static str, Gateway)> {
        let context = service.build.as_ref().and_then(|build| build.context.get());
        context.map_or_else(Vec::new, |context| self.frameworks_below(context))
    }

    /// The frameworks that the manifests in a directory, and below it, ask for.
    pub fn frameworks_below(&self, directory: &str) -> Vec<(&'static str, Gateway)> {
        let inside = self.loading.iter().filter(|file| self.look(1) && below(&file.path, directory).is_some());
        inside.flat_map(|file| file.frameworks.iter().copied()).collect()
    }
}
