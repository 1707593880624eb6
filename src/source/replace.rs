//! Writing a file back, all of it or nothing.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::discover::read;

/// A file of a project that is about to get other bytes.
pub struct Replacement<'a> {
    target: PathBuf,
    metadata: Metadata,
    bytes: &'a [u8],
}

impl<'a> Replacement<'a> {
    /// Looks whether the file at `path` below `root` can be replaced. Nothing is written.
    ///
    /// # Errors
    /// When it is no regular file inside the root, may not be written, has a second name, or does not hold the bytes
    /// that were read from it.
    pub fn new(root: &Path, path: &str, before: &[u8], bytes: &'a [u8]) -> Result<Self, String> {
        let target = root.join(path);
        let real = |path: &Path| path.canonicalize().map_err(failed);
        let directory = real(target.parent().unwrap_or(root))?;
        if !directory.starts_with(real(root)?) {
            return Err("leads out of the project".into());
        }
        let metadata = fs::symlink_metadata(&target).map_err(failed)?;
        if !metadata.is_file() {
            return Err("is not a regular file".into());
        }
        if metadata.permissions().readonly() {
            return Err("is read-only".into());
        }
        if names(&metadata) > 1 {
            return Err("has a second name (a hard link), which would keep the old text".into());
        }
        OpenOptions::new().write(true).open(&target).map_err(failed)?;
        if read(&target)?.0 != before {
            return Err("has changed since it was read; run gonogo again".into());
        }
        Ok(Replacement { target, metadata, bytes })
    }

    /// Writes the bytes beside the file and gives them its name: whoever reads it sees the old text or the new one.
    /// Owner and permissions stay. No copy is left behind, whatever fails.
    ///
    /// # Errors
    /// When the directory cannot be written, or the owner cannot be kept.
    pub fn write(self) -> Result<(), String> {
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        // Should the machine die here, `.env*` and `*.env` in .gitignore and .dockerignore fit this name as well.
        let beside = self.target.with_file_name(format!("{name}.gonogo-{}-{name}", std::process::id()));
        let (file, temporary) = Temporary::create(beside)?;
        self.fill(file)?;
        fs::rename(&temporary.0, &self.target).map_err(failed)?;
        // It has another name now; nothing is left to remove.
        std::mem::forget(temporary);
        Ok(())
    }

    fn fill(&self, mut file: File) -> Result<(), String> {
        file.write_all(self.bytes).map_err(failed)?;
        keep_owner(&file, &self.metadata)?;
        file.set_permissions(self.metadata.permissions()).map_err(failed)?;
        file.sync_all().map_err(failed)
    }
}

fn failed(error: std::io::Error) -> String {
    format!("cannot be written: {}", error.kind())
}

/// A file that goes away unless it gets another name.
struct Temporary(PathBuf);

impl Temporary {
    /// Makes the file, for its owner only; one that is there already is not touched.
    fn create(path: PathBuf) -> Result<(File, Self), String> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        Ok((file, Temporary(path)))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(unix)]
fn names(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn names(_: &Metadata) -> u64 {
    1
}

/// Gives a file the owner and group of another.
#[cfg(unix)]
fn keep_owner(file: &File, like: &Metadata) -> Result<(), String> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata().map_err(failed)?;
    if (own.uid(), own.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
        .map_err(|_| "belongs to another user or group, and a new file cannot be given to them".to_owned())
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> Result<(), String> {
    Ok(())
}
