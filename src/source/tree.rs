//! A directory, and reading what lies in it and nothing else.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

use super::discover::{content, failed};
use super::files::normalize;

/// A directory whose files may be read because somebody on this machine said so: the project, or the folder of a file on
/// the command line. What a file in it names leads nowhere else.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    what: &'static str,
}

impl Tree {
    /// The directory at `root`; `what` it is called in errors.
    ///
    /// # Errors
    /// When it is not there.
    pub fn new(root: &Path, what: &'static str) -> Result<Self, String> {
        let root = root.canonicalize().map_err(|error| format!("{what} cannot be read: {}", error.kind()))?;
        Ok(Tree { root, what })
    }

    /// The directory itself, without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a path, relative to the directory or absolute, lies in it by its text alone.
    pub fn holds(&self, path: &str) -> bool {
        let full = self.root.join(path);
        full.to_str().is_some_and(|full| Path::new(&normalize(full)).starts_with(&self.root))
    }

    /// Reads a regular file of at most `largest` bytes. The error is for people, and tells nothing of what is outside.
    ///
    /// # Errors
    /// When the file lies elsewhere, also through a link, is no regular file, is too large or cannot be read.
    pub fn read(&self, path: &str, largest: u64) -> Result<Vec<u8>, String> {
        if !self.holds(path) {
            return Err(format!("lies outside {}", self.what));
        }
        let full = self.root.join(path);
        let real = match full.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => real,
            // Where a link leads outside, and whether anything is there, is nobody's business.
            Err(error) if !linked(&self.root, &full) => return Err(failed(&error)),
            _ => return Err(format!("lies outside {}: a link leads out of it, or nowhere", self.what)),
        };
        let found = fs::symlink_metadata(&real).map_err(|error| failed(&error))?;
        if !found.is_file() {
            return Err("is not a regular file".into());
        }
        let file = File::open(&real).map_err(|error| failed(&error))?;
        let opened = file.metadata().map_err(|error| failed(&error))?;
        if !opened.is_file() || !same(&found, &opened) {
            return Err("is not a regular file any more".into());
        }
        content(file, opened.len(), largest)
    }
}

/// Whether a step on the way from the root to a path is a link.
fn linked(root: &Path, path: &Path) -> bool {
    let steps = path.ancestors().take_while(|step| *step != root);
    steps.into_iter().any(|step| step.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()))
}

#[cfg(unix)]
fn same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn same(one: &Metadata, other: &Metadata) -> bool {
    one.len() == other.len()
}
