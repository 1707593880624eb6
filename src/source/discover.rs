//! Finding the files of a project.
//!
//! Hidden and git-ignored files are read on purpose: `.env.prod` is both, and it is what ships.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::budget::LARGEST;
use super::classify::candidate;
use super::files::FileSet;
use super::git::Git;

/// Directories that hold other people's files, build results or history.
const PRUNED: [&str; 22] = [
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "bower_components",
    "target",
    ".venv",
    "venv",
    "vendor",
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".nox",
    "dist",
    ".next",
    ".nuxt",
    ".terraform",
    ".idea",
    "site-packages",
    ".cache",
];

/// Where the bytes of an input are.
#[derive(Clone, Debug)]
pub enum Content {
    /// On disk; read when it is needed.
    Disk(PathBuf),
    /// In memory: standard input, tests, documentation examples.
    Memory(Vec<u8>),
    /// In memory, with permission bits.
    WithMode(Vec<u8>, u32),
}

/// A file that may be worth reading.
#[derive(Clone, Debug)]
pub struct Input {
    /// Relative to the project root, with `/`.
    pub path: String,
    /// Its bytes.
    pub content: Content,
}

/// The project as found, before anything is read.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// Files that may be worth reading, sorted by path.
    pub inputs: Vec<Input>,
    /// Every path there is.
    pub files: FileSet,
    /// Facts from git, on demand.
    pub git: Git,
    /// What could not be looked at: path and reason. The run is undecided because of them.
    pub faults: Vec<(String, String)>,
    /// What was passed over on purpose: path and reason.
    pub notes: Vec<(String, String)>,
}

impl Workspace {
    /// A project that exists only in memory.
    pub fn in_memory(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut workspace = Workspace::default();
        for (path, bytes) in files {
            workspace.files.add_file(&path);
            workspace.inputs.push(Input { path, content: Content::Memory(bytes) });
        }
        workspace.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        workspace
    }

    /// Gives a file that is there other bytes.
    pub fn change(&mut self, path: &str, bytes: Vec<u8>, mode: Option<u32>) {
        if let Some(input) = self.inputs.iter_mut().find(|input| input.path == path) {
            input.content = mode.map_or(Content::Memory(bytes.clone()), |mode| Content::WithMode(bytes, mode));
        }
    }

    /// Takes a file away, as if it had not been found.
    pub fn forget(&mut self, path: &str) {
        self.files.remove(path);
        self.inputs.retain(|input| input.path != path);
    }

    /// Replaces one file's content, or adds the file (standard input with `--stdin-filename`).
    pub fn put(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.add_file(path);
        self.inputs.retain(|input| input.path != path);
        self.inputs.push(Input { path: path.to_owned(), content: Content::Memory(bytes) });
        self.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// Walks `root`. Never fails as a whole: what cannot be read becomes a fault, what is passed over a note.
pub fn discover(root: &Path) -> Workspace {
    let mut workspace = Workspace::default();
    let mut walker = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(next) = walker.next() {
        match next {
            Ok(entry) => {
                let Some(path) = relative(root, entry.path()) else {
                    workspace
                        .faults
                        .push((entry.path().to_string_lossy().into_owned(), "the file name is not UTF-8".into()));
                    continue;
                };
                if path.is_empty() {
                    continue;
                }
                if entry.file_type().is_dir() {
                    if pruned(&entry) {
                        workspace.files.prune(&path);
                        walker.skip_current_dir();
                    } else {
                        workspace.files.add_directory(&path);
                    }
                } else if entry.file_type().is_symlink() {
                    link(root, &entry, &path, &mut workspace);
                } else if entry.file_type().is_file() {
                    add(&entry, path, &mut workspace);
                } else if candidate(&path) {
                    workspace.notes.push((path, "not a regular file (a pipe, socket or device), not read".into()));
                }
            }
            Err(error) => {
                let path = error.path().and_then(|p| relative(root, p)).unwrap_or_default();
                let why = error.io_error().map_or_else(|| error.to_string(), |io| io.kind().to_string());
                workspace.files.prune(&path);
                workspace
                    .faults
                    .push((if path.is_empty() { ".".into() } else { path }, format!("cannot be read: {why}")));
            }
        }
    }
    workspace.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    workspace.git = Git::new(root);
    workspace
}

fn add(entry: &DirEntry, path: String, workspace: &mut Workspace) {
    workspace.files.add_file(&path);
    if candidate(&path) {
        workspace.inputs.push(Input { path, content: Content::Disk(entry.path().to_owned()) });
    }
}

/// A link inside the project stands for its target, which the walk meets on its own; a link that leaves it is not followed.
fn link(root: &Path, entry: &DirEntry, path: &str, workspace: &mut Workspace) {
    let target = fs::canonicalize(entry.path());
    let inside = root.canonicalize().ok().zip(target.ok()).and_then(|(root, target)| relative(&root, &target));
    match inside {
        Some(target) => workspace.files.add_link(path, &target),
        None => {
            workspace.files.prune(path);
            if candidate(path) {
                workspace
                    .notes
                    .push((path.to_owned(), "a link that leaves the project or leads nowhere, not followed".into()));
            }
        }
    }
}

fn pruned(entry: &DirEntry) -> bool {
    // Looking for `pyvenv.cfg` in every directory costs more than all else here; virtual environments say `env` somewhere.
    let name = entry.file_name().to_str().unwrap_or("");
    entry.depth() > 0 && (PRUNED.contains(&name) || name.contains("env") && entry.path().join("pyvenv.cfg").is_file())
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?.to_str()?;
    Some(if std::path::MAIN_SEPARATOR == '/' {
        relative.to_owned()
    } else {
        relative.replace(std::path::MAIN_SEPARATOR, "/")
    })
}

/// A file's bytes and permission bits. The error is for people and holds no content.
///
/// # Errors
/// When the file is too large or cannot be opened or read.
pub fn read(path: &Path) -> Result<(Vec<u8>, Option<u32>), String> {
    let failed = |error: std::io::Error| format!("cannot be read: {}", error.kind());
    let file = fs::File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.len() > LARGEST as u64 {
        return Err(format!("is larger than {} MiB and was not read", LARGEST >> 20));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    // Through `take`, because a file asked directly looks up its size a second time.
    file.take(LARGEST as u64).read_to_end(&mut bytes).map_err(failed)?;
    Ok((bytes, mode(&metadata)))
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(metadata.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> Option<u32> {
    None
}
