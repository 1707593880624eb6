//! A container of the official nginx image to what it has besides its mounts.

use super::Project;
use crate::model::compose::Service;
use crate::model::image::Image;
use crate::source::{below, normalize};

/// The folders that the image brings or nginx makes (nginxinc/docker-nginx, read on 2026-11-28).
const OWN: [&str; 6] = ["/usr/share/nginx", "/etc/nginx", "/var/log/nginx", "/var/cache/nginx", "/tmp", "/dev"];

impl Project {
    /// Whether the container of an nginx has nothing at an absolute path and below it: it runs the official image as it comes, and no
    /// mount leads there.
    pub fn has_nothing_at(&self, nginx: &Service, path: &str) -> bool {
        let stock = matches!(self.image_of(nginx), Image::Named(image) if image.value.official() == Some("nginx"));
        let told = nginx.gap.is_none() && nginx.configs.is_empty() && nginx.secrets.is_empty();
        if !stock || !told || !path.starts_with('/') || path.contains('$') {
            return false;
        }
        let path = normalize(path);
        let related = |other: &str| below(&path, other).is_some() || below(other, &path).is_some();
        let mounted = nginx.mounts.iter().any(|mount| mount.target.get().is_none_or(|target| related(target)));
        !mounted && path != "/" && !OWN.iter().any(|own| related(own))
    }
}
