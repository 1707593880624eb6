//! What the next commit will hold: the content that git's index names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::index::walk;
use super::objects::{Objects, is_blob};
use crate::source::budget::LARGEST;

/// The files that the next commit will hold, by their path from the project's root.
#[derive(Debug)]
pub struct Staged {
    files: BTreeMap<String, Blob>,
    /// Directories whose files are not known: submodules, and those that a sparse index names as a whole.
    pub closed: Vec<String>,
    /// Files that a person must decide about first, and names that cannot be printed: path and what is wrong.
    pub faults: Vec<(String, String)>,
}

/// The content of a file, read when it is needed.
#[derive(Clone, Debug)]
pub struct Blob {
    objects: Arc<Objects>,
    id: Box<[u8]>,
    mode: u32,
    disk: PathBuf,
}

impl Staged {
    /// Reads the index of that name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(repository: &Path, common: &Path, name: &str, below: &[u8], root: &Path) -> Result<Self, String> {
        let objects = Arc::new(Objects::new(common));
        let mut staged = Staged { files: BTreeMap::new(), closed: Vec::new(), faults: Vec::new() };
        walk(repository, name, &mut |entry| {
            let slash = if below.is_empty() { &b""[..] } else { b"/" };
            let own = entry.name.strip_prefix(below).and_then(|rest| rest.strip_prefix(slash));
            let Some(own) = own.filter(|_| !entry.is_for_later()) else { return Ok(()) };
            let Ok(path) = std::str::from_utf8(own) else {
                let path = String::from_utf8_lossy(own).into_owned();
                staged.faults.push((path, "the name is not UTF-8, so it was not read; rename it".to_owned()));
                return Ok(());
            };
            if entry.is_directory() || entry.mode == 0o160_000 {
                staged.closed.push(path.trim_end_matches('/').to_owned());
            } else if entry.is_in_conflict() {
                let why = "is in conflict, so nobody can tell what the commit will hold; resolve it and `git add` it";
                if staged.faults.last().is_none_or(|(last, _)| last != path) {
                    staged.faults.push((path.to_owned(), why.to_owned()));
                }
            } else {
                let blob =
                    Blob { objects: objects.clone(), id: entry.id.into(), mode: entry.mode, disk: root.join(path) };
                staged.files.insert(path.to_owned(), blob);
            }
            Ok(())
        })?;
        Ok(staged)
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&Blob> {
        self.files.get(path)
    }

    /// All files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Blob)> {
        self.files.iter().map(|(path, blob)| (path.as_str(), blob))
    }
}

impl Blob {
    /// Whether it is a file, and no link.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// Its bytes: those on disk when they are the same, because most are.
    ///
    /// # Errors
    /// When they cannot be had; for people.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        let regular = self.disk.symlink_metadata().is_ok_and(|found| found.is_file());
        match super::read(&self.disk, LARGEST as u64) {
            Ok(Some(bytes)) if regular && is_blob(&self.id, &bytes) => Ok(bytes),
            _ => self.objects.blob(&self.id),
        }
    }
}
