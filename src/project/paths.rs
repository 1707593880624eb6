//! Paths in a container to paths of the project, and back.

use super::Project;
use crate::model::compose::{MountKind, Service};
use crate::model::image::{CopyFrom, Image, Stage, Step};
use crate::source::{Presence, Spanned, join};

/// Where a path in a container comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// This path of the project, by a bind mount. It need not exist.
    Mounted(String),
    /// This path of the project, copied into the image when it is built.
    Copied(String),
    /// A path of the host outside the project.
    Host(String),
    /// A volume or memory: filled when it runs.
    Volume,
    /// Nothing is mounted there: it comes with the image, or is made when it runs.
    Image,
    /// Not known: a mount in question depends on the outside.
    Unknown,
}

impl Origin {
    /// The path in the project, mounted or copied.
    pub fn project_path(&self) -> Option<&str> {
        match self {
            Origin::Mounted(path) | Origin::Copied(path) => Some(path),
            _ => None,
        }
    }
}

impl Project {
    /// Where an absolute path in the container of a service comes from. Of several mounts the deepest wins.
    pub fn origin(&self, service: &Service, path: &str) -> Origin {
        let path = crate::source::normalize(path);
        let mut best: Option<(usize, Origin)> = None;
        let mut open = false;
        for mount in &service.mounts {
            let Some(target) = mount.target.get() else {
                open = true;
                continue;
            };
            let Some(rest) = below(&path, target) else { continue };
            // A later mount on the same target wins, as in Compose.
            if best.as_ref().is_some_and(|(depth, _)| *depth > target.len()) {
                continue;
            }
            let origin = match (mount.kind, mount.source.get()) {
                (MountKind::Volume | MountKind::Tmpfs, _) => Origin::Volume,
                (MountKind::Bind, None) => Origin::Unknown,
                (MountKind::Bind, Some(source)) => {
                    let full = if rest.is_empty() { source.clone() } else { join(source, rest) };
                    if full.starts_with(['/', '~']) || full.starts_with("..") {
                        Origin::Host(full)
                    } else {
                        Origin::Mounted(full)
                    }
                }
            };
            best = Some((target.len(), origin));
        }
        match best {
            _ if open => Origin::Unknown,
            Some((_, origin)) => origin,
            None => self.copied(service, &path),
        }
    }

    /// The services that have a path of the project mounted or copied into them, each with the path in the container.
    pub fn containers_of(&self, path: &str) -> Vec<(&Service, String)> {
        let mut found = Vec::new();
        for service in self.compose.iter().flat_map(|file| &file.services) {
            if !self.look(1 + service.mounts.len()) {
                break;
            }
            for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
                if let (Some(source), Some(target)) = (mount.source.get(), mount.target.get())
                    && let Some(rest) = below(path, source)
                {
                    found.push((service, if rest.is_empty() { target.clone() } else { join(target, rest) }));
                }
            }
            found.extend(self.copied_to(service, path).map(|target| (service, target)));
        }
        found
    }

    /// The path of the build context that was copied to `path` in the image; the last copy wins.
    fn copied(&self, service: &Service, path: &str) -> Origin {
        for (source, target, several) in self.copies(service).into_iter().rev() {
            let directory = self.files.presence(&source) == Presence::Directory;
            let place = place(&source, &target, directory, several);
            if let Some(rest) = below(path, &place)
                && (directory || rest.is_empty())
            {
                return Origin::Copied(if rest.is_empty() { source } else { join(&source, rest) });
            }
        }
        match self.image_of(service) {
            Image::Unknown(_) => Origin::Unknown,
            _ => Origin::Image,
        }
    }

    /// Where in the image a path of the project lies.
    fn copied_to(&self, service: &Service, path: &str) -> Option<String> {
        self.copies(service).into_iter().rev().find_map(|(source, target, several)| {
            let directory = self.files.presence(&source) == Presence::Directory;
            let rest = below(path, &source)?;
            let place = place(&source, &target, directory, several);
            Some(if rest.is_empty() { place } else { join(&place, rest) })
        })
    }

    /// The single files of the project that are mounted or copied into a service: where each is named, and its path in
    /// the container.
    pub(super) fn placed(&self, service: &Service) -> Vec<(Spanned<String>, String)> {
        let mut found = Vec::new();
        for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
            if let (Some(source), Some(target)) = (mount.source.get(), mount.target.get()) {
                found.push((Spanned::new(crate::source::normalize(source), mount.span), target.clone()));
            }
        }
        for (source, target, several) in self.copies(service) {
            if self.files.presence(&source) != Presence::Directory {
                found.push((Spanned::new(source.clone(), service.span), place(&source, &target, false, several)));
            }
        }
        found
    }

    /// All copies from the build context: path in the project, target in the image, whether it is one of several.
    fn copies(&self, service: &Service) -> Vec<(String, String, bool)> {
        let Some(context) = service.build.as_ref().and_then(|build| build.context.get()) else { return Vec::new() };
        let mut found = Vec::new();
        let mut chain = self.image_of(service).chain();
        chain.reverse();
        for stage in chain {
            if !self.look(1 + stage.steps.len()) {
                break;
            }
            for step in &stage.steps {
                let Step::Copy(copy) = step else { continue };
                if copy.from != CopyFrom::Context {
                    continue;
                }
                let Some(target) = absolute(stage, &copy.target.value) else { continue };
                for source in copy.sources.iter().filter(|source| !source.value.contains(['*', '?', '[', '$', ':'])) {
                    let full = join(context, source.value.trim_start_matches('/'));
                    found.push((full, target.clone(), copy.sources.len() > 1));
                }
            }
        }
        found
    }
}

/// A target as an absolute path; a slash at its end stays.
fn absolute(stage: &Stage, target: &str) -> Option<String> {
    let slash = if target.ends_with(['/', '.']) { "/" } else { "" };
    let full = if target.starts_with('/') {
        join("", target)
    } else {
        join(&stage.workdir.as_ref().filter(|dir| dir.value.starts_with('/'))?.value, target)
    };
    (!full.contains('$')).then(|| format!("{}{slash}", full.trim_end_matches('/')))
}

/// Where `COPY source target` puts the source: a directory's content into the target, a file into a target that ends
/// with a slash, else onto it.
fn place(source: &str, target: &str, directory: bool, several: bool) -> String {
    if directory {
        return join("", target);
    }
    if target.ends_with('/') || several {
        return join(target, source.rsplit('/').next().unwrap_or(source));
    }
    target.to_owned()
}

/// What of `path` lies below `dir`: `""` when they are the same.
fn below<'a>(path: &'a str, dir: &str) -> Option<&'a str> {
    let dir = dir.trim_end_matches('/');
    if dir.is_empty() || dir == "." {
        return Some(path.trim_start_matches('/'));
    }
    let rest = path.strip_prefix(dir)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}
