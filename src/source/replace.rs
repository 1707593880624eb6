//! Writing a file back, all of it or nothing.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Write};
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
    /// Owner, permissions and extended attributes stay. No copy is left behind, whatever fails; should the process be
    /// killed, the next run removes it ([`remove_leftover`]).
    ///
    /// # Errors
    /// When the directory cannot be written, or the owner or an attribute cannot be kept.
    pub fn write(self) -> Result<(), String> {
        let (file, temporary) = Temporary::beside(&self.target, 0o600).map_err(failed)?;
        self.fill(file)?;
        temporary.rename(&self.target).map_err(failed)
    }

    fn fill(&self, mut file: File) -> Result<(), String> {
        file.write_all(self.bytes).map_err(failed)?;
        keep_owner(&file, &self.metadata)?;
        keep_attributes(&file, &self.target)?;
        file.sync_all().map_err(failed)?;
        file.set_permissions(self.metadata.permissions()).map_err(failed)
    }
}

/// Writes a file that is nobody's input, a report: beside it first, then under its name. What has the name now is
/// replaced, be it a link, and keeps its bytes when the new ones cannot be written.
///
/// # Errors
/// When there is a file that may not be written, or the directory cannot be written.
pub fn write_whole(target: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), String> {
    let failed = |error: io::Error| error.kind().to_string();
    let old = fs::symlink_metadata(target).ok().filter(Metadata::is_file);
    if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
        return Err("it is read-only".into());
    }
    let (mut file, temporary) = Temporary::beside(target, 0o666).map_err(failed)?;
    write(&mut file).map_err(failed)?;
    if let Some(old) = old {
        // A report belongs to whoever writes it, where it cannot belong to whom it did.
        let _ = keep_owner(&file, &old);
        file.set_permissions(old.permissions()).map_err(failed)?;
    }
    temporary.rename(target).map_err(failed)
}

fn failed(error: io::Error) -> String {
    format!("cannot be written: {}", error.kind())
}

/// Stands in the name of every temporary file.
const MARK: &str = ".gonogo-";

/// A file that goes away unless it gets another name. It is locked as long as the process lives that made it.
struct Temporary(PathBuf);

impl Temporary {
    /// Makes a file beside another; one that is there already is not touched.
    fn beside(target: &Path, mode: u32) -> io::Result<(File, Self)> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // Should the machine die here, `.env*` and `*.env` in .gitignore and .dockerignore fit this name as well.
        let path = target.with_file_name(format!("{name}{MARK}{}-{name}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let file = options.open(&path)?;
        let temporary = Temporary(path);
        // Some file systems know no locks; nobody takes the file away there.
        let _ = file.try_lock();
        Ok((file, temporary))
    }

    fn rename(self, target: &Path) -> io::Result<()> {
        fs::rename(&self.0, target)?;
        // It has another name now; nothing is left to remove.
        std::mem::forget(self);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// What a file is whose name is that of a temporary one.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Leftover {
    /// It is gone: the process that made it was stopped.
    Removed,
    /// Another run is writing it.
    InUse,
    /// Something else, or nobody can tell.
    Other,
}

/// Whether a file is called like a temporary one.
pub fn is_temporary_name(name: &str) -> bool {
    name.match_indices(MARK).any(|(at, _)| {
        let rest = name.get(at + MARK.len()..).and_then(|rest| rest.split_once('-'));
        rest.is_some_and(|(process, again)| {
            !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit()) && name.get(..at) == Some(again)
        })
    })
}

/// Removes a temporary file that a run left which was killed: a regular file beside the one it was made for, of the same
/// owner, that no process has locked.
pub fn remove_leftover(path: &Path) -> Leftover {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let original = name.match_indices(MARK).filter_map(|(at, _)| name.get(..at)).find(|name| {
        path.with_file_name(name).symlink_metadata().is_ok_and(|original| {
            original.is_file() && path.symlink_metadata().is_ok_and(|own| own.is_file() && same_owner(&own, &original))
        })
    });
    if original.is_none() || !is_temporary_name(&name) {
        return Leftover::Other;
    }
    match File::open(path).map(|file| (file.try_lock(), file)) {
        Ok((Ok(()), _)) if fs::remove_file(path).is_ok() => Leftover::Removed,
        Ok((Err(TryLockError::WouldBlock), _)) => Leftover::InUse,
        _ => Leftover::Other,
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

#[cfg(unix)]
fn same_owner(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.uid() == other.uid()
}

#[cfg(not(unix))]
fn same_owner(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Gives a file the extended attributes of another: access lists, security labels, what people note.
#[cfg(unix)]
fn keep_attributes(file: &File, like: &Path) -> Result<(), String> {
    use xattr::FileExt;
    let like = File::open(like).map_err(failed)?;
    let names = |file: &File| match file.list_xattr() {
        Ok(names) => Ok(names.collect::<Vec<_>>()),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    };
    let wanted = names(&like)?;
    let lost = |name: &std::ffi::OsStr| {
        let name = name.to_string_lossy();
        format!("has the extended attribute `{name}`, and a new file cannot be given it")
    };
    for name in &wanted {
        let value = like.get_xattr(name).ok().flatten().ok_or_else(|| lost(name))?;
        if file.get_xattr(name).ok().flatten().as_ref() != Some(&value) {
            file.set_xattr(name, &value).map_err(|_| lost(name))?;
        }
    }
    // What the directory gives to new files was taken from this one.
    for name in names(file)?.iter().filter(|name| !wanted.contains(name)) {
        let kept = || format!("has no extended attribute `{}`, which new files get here", name.to_string_lossy());
        file.remove_xattr(name).map_err(|_| kept())?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_attributes(_: &File, _: &Path) -> Result<(), String> {
    Ok(())
}
