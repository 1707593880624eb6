//! Finding the files of a project.
//!
//! Hidden and git-ignored files are read on purpose: `.env.prod` is both, and it is what ships.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::budget::LARGEST;
use super::code::Code;
use super::excerpt::Embedded;
use super::files::{FileSet, Presence, below, join};
use super::git::{Blob, Git, Staged};
use super::tree::Tree;

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
    /// In the next commit, which is not always what is on disk.
    Staged(Blob),
    /// In another file, which shows it.
    Embedded(Arc<Embedded>),
}

impl Content {
    /// The bytes, and the permission bits where there are any.
    ///
    /// # Errors
    /// When they cannot be had; for people.
    pub fn read(&self) -> Result<(Vec<u8>, Option<u32>), String> {
        match self {
            Content::Disk(path) => read(path),
            Content::Memory(bytes) => Ok((bytes.clone(), None)),
            Content::WithMode(bytes, mode) => Ok((bytes.clone(), Some(*mode))),
            Content::Staged(blob) => Ok((blob.read()?, None)),
            Content::Embedded(embedded) => Ok((embedded.excerpt.text().as_bytes().to_vec(), None)),
        }
    }
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
    /// Where it is; `None`: only in memory.
    root: Option<PathBuf>,
    /// The directories that lead to it, from the top of the checkout or from where the person stands; empty: none do.
    pub above: String,
    /// Files that may be worth reading, sorted by path.
    pub inputs: Vec<Input>,
    /// The guides whose files are judged as if somebody had followed them.
    pub guides: Vec<String>,
    /// The files that the command line names as certificates or keys, whatever they are called.
    pub pem: Vec<String>,
    /// The files that the command line gives to Compose, whatever they are called.
    pub compose: Vec<String>,
    /// Every path there is.
    pub files: FileSet,
    /// Facts from git, on demand.
    pub git: Git,
    /// What the next commit will hold, when that is judged.
    staged: Option<Arc<Staged>>,
    /// Files that git ignores and the commit does not hold: the developer's own.
    own: HashSet<String>,
    /// What could not be looked at: path and reason. The run is undecided because of them.
    pub faults: Vec<(String, String)>,
}

/// What became of a path that the deployment names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named {
    /// It can be read now.
    Found,
    /// It is there and cannot, or must not, be read: why, and what to do.
    NotRead(String),
    /// It is outside the project, not there, or a directory: who names it says so.
    Elsewhere,
}

impl Workspace {
    /// A project that exists only in memory.
    pub fn in_memory(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut workspace = Workspace::default();
        for (path, bytes) in files {
            workspace.files.add_file(&path);
            workspace.files.code.remember(&path, &bytes);
            workspace.inputs.push(Input { path, content: Content::Memory(bytes) });
        }
        workspace.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        workspace
    }

    /// Takes in a file that the deployment names, by its path with its links resolved: one that the walk had no interest
    /// in, or that lies in a directory that is not searched. Nothing else of that directory is read.
    pub fn take_in(&mut self, path: &str) -> Named {
        if let Err(at) = self.inputs.binary_search_by(|input| input.path.as_str().cmp(path)) {
            match self.look(path) {
                Ok(Some(content)) => {
                    self.files.add_file(path);
                    self.files.read_after_all(path);
                    self.inputs.insert(at, Input { path: path.to_owned(), content });
                }
                Ok(None) => return Named::Elsewhere,
                Err(why) => {
                    self.files.pass_over(path, why.as_str());
                    return Named::NotRead(why);
                }
            }
        }
        Named::Found
    }

    /// Judges what the next commit will hold in place of what is on disk. Files that it does not hold are not there,
    /// unless git ignores them: those are the developer's own.
    pub fn stage(&mut self, staged: Staged, wanted: Wanted) {
        self.faults.retain(|(path, _)| staged.get(path).is_none());
        let here = staged.faults.iter().filter(|(path, _)| wanted(path));
        self.faults.extend(here.map(|(path, why)| (path.clone(), why.clone())));
        let inner = |path: &str| staged.closed.iter().any(|dir| below(path, dir).is_some_and(|rest| !rest.is_empty()));
        let links: Vec<String> = self.files.links().map(|(path, _)| path.to_owned()).collect();
        let on_disk: Vec<String> = self.files.files().map(str::to_owned).chain(links).collect();
        for path in on_disk.iter().filter(|path| staged.get(path).is_none() && !inner(path)) {
            if self.git.ignored(path).is_no() {
                self.forget(path);
            } else {
                self.own.insert(path.clone());
            }
        }
        for dir in &staged.closed {
            if !self.files.files().any(|path| below(path, dir).is_some()) {
                self.files.prune(dir);
            }
        }
        for input in &mut self.inputs {
            if let Some(blob) = staged.get(&input.path).filter(|blob| blob.is_file()) {
                input.content = Content::Staged(blob.clone());
            }
        }
        let pruned: Vec<String> = self.files.pruned().map(str::to_owned).collect();
        for (path, blob) in staged.files().filter(|(_, blob)| blob.is_file()) {
            if self.files.presence(path) == Presence::File || pruned.iter().any(|dir| below(path, dir).is_some()) {
                continue;
            }
            self.files.add_file(path);
            if wanted(path) {
                self.inputs.push(Input { path: path.to_owned(), content: Content::Staged(blob.clone()) });
            }
        }
        self.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        let staged = Arc::new(staged);
        self.files.code.stage(staged.clone());
        self.staged = Some(staged);
    }

    /// The paths that the commit changes which is judged.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        self.staged.iter().flat_map(|staged| &staged.changed).map(String::as_str)
    }

    /// Whether a file is the developer's own, and no part of what is judged.
    pub fn is_own(&self, path: &str) -> bool {
        self.own.contains(path)
    }

    /// What a path of the project holds. `None`: it is outside, not there, or a directory.
    fn look(&mut self, path: &str) -> Result<Option<Content>, String> {
        if let Some(staged) = &self.staged {
            if let Some(blob) = staged.get(path).filter(|blob| blob.is_file()) {
                return Ok(Some(Content::Staged(blob.clone())));
            }
            if self.git.ignored(path).is_no() {
                self.files.add_absent(path);
                return Ok(None);
            }
            self.own.insert(path.to_owned());
        }
        let Some(root) = self.root.as_ref().filter(|_| !path.starts_with(['/', '~']) && !path.starts_with("..")) else {
            return Ok(None);
        };
        let full = root.join(path);
        let Ok(real) = fs::canonicalize(&full) else {
            if fs::symlink_metadata(&full).is_ok() {
                return Err(LEADS_OUT.into());
            }
            self.files.add_absent(path);
            return Ok(None);
        };
        let Some(inside) = root.canonicalize().ok().and_then(|root| relative(&root, &real)) else {
            return Err(LEADS_OUT.into());
        };
        if is_history(&inside) {
            return Err(HISTORY.into());
        }
        let metadata = fs::metadata(&real).map_err(|error| format!("it cannot be read: {}", error.kind()))?;
        if metadata.is_dir() {
            return Ok(None);
        }
        metadata.is_file().then(|| Some(Content::Disk(real))).ok_or_else(|| NOT_A_FILE.to_owned())
    }

    /// Gives a file that is there other bytes.
    pub fn change(&mut self, path: &str, bytes: Vec<u8>, mode: Option<u32>) {
        if let Some(input) = self.inputs.iter_mut().find(|input| input.path == path) {
            input.content = mode.map_or(Content::Memory(bytes.clone()), |mode| Content::WithMode(bytes, mode));
        }
    }

    /// Leaves out what is not to be looked at. What the deployment names is read all the same.
    pub fn exclude(&mut self, excluded: impl Fn(&str) -> bool, why: &str) {
        let files = &mut self.files;
        self.inputs.retain(|input| {
            let out = excluded(&input.path);
            if out {
                files.pass_over(&input.path, why);
            }
            !out
        });
    }

    /// Takes a file away, as if it had not been found.
    pub fn forget(&mut self, path: &str) {
        self.files.remove(path);
        self.inputs.retain(|input| input.path != path);
    }

    /// Adds a file that another one shows, unless there is one at its path.
    pub fn show(&mut self, path: &str, shown: Embedded) {
        if self.files.presence(path) != Presence::File {
            self.files.add_file(path);
            self.inputs.push(Input { path: path.to_owned(), content: Content::Embedded(Arc::new(shown)) });
            self.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        }
    }

    /// Puts the files of a print in its place, below its path.
    pub fn unfold(&mut self, print: &str, files: &[(&str, &str)]) {
        self.inputs.retain(|input| input.path != print);
        self.files.add_print(print);
        for (path, text) in files {
            let (path, bytes) = (format!("{print}/{path}"), text.as_bytes().to_vec());
            self.files.add_file(&path);
            self.inputs.push(Input { path, content: Content::Memory(bytes) });
        }
        self.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        self.inputs.dedup_by(|a, b| a.path == b.path);
    }

    /// Replaces one file's content, or adds the file (standard input with `--stdin-filename`).
    pub fn put(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.add_file(path);
        self.inputs.retain(|input| input.path != path);
        self.inputs.push(Input { path: path.to_owned(), content: Content::Memory(bytes) });
        self.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

const LEADS_OUT: &str = "it is a link that leaves the project or leads nowhere; put the file itself there, or check the folder \
                         that holds both";
const NOT_A_FILE: &str = "it is not a regular file (a pipe, socket or device); put a file there";

const HISTORY: &str = "it is part of the history, which is not read; name another file";

/// Whether a path lies in a version control system's own directory.
fn is_history(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, ".git" | ".hg" | ".svn"))
}

/// Whether a path is worth reading, by its name alone.
type Wanted = fn(&str) -> bool;

/// Walks `root` for what is `wanted`. Never fails as a whole: what cannot be read becomes a fault, what is passed over a
/// note.
pub fn discover(root: &Path, wanted: Wanted) -> Workspace {
    let mut workspace = Workspace { root: Some(root.to_owned()), ..Workspace::default() };
    workspace.files.code = Tree::new(root, "the project").map(Code::of).unwrap_or_default();
    let mut links = Vec::new();
    let mut walker = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(next) = walker.next() {
        match next {
            Ok(entry) => {
                let Some(path) = relative(root, entry.path()) else {
                    unprintable(root, &entry, wanted, &mut workspace);
                    if entry.file_type().is_dir() && pruned(&entry) {
                        walker.skip_current_dir();
                    }
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
                    links.extend(link(root, &entry, path, wanted, &mut workspace));
                } else if entry.file_type().is_file() {
                    add(&entry, path, wanted, &mut workspace);
                } else if wanted(&path) {
                    workspace.files.prune(&path);
                    workspace.files.pass_over(&path, NOT_A_FILE);
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
    let alias = read_through(links, wanted, &mut workspace);
    workspace.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    submodules(root, &mut workspace);
    workspace.git = Git::new(root).with_links(alias);
    workspace.above = workspace.git.prefix().to_owned();
    workspace
}

/// What is in a submodule is not known before it is checked out.
fn submodules(root: &Path, workspace: &mut Workspace) {
    const MOST: u64 = 1 << 16;
    let Some(file) =
        workspace.files.is_file(".gitmodules").then(|| File::open(root.join(".gitmodules")).ok()).flatten()
    else {
        return;
    };
    let mut text = String::new();
    if file.take(MOST).read_to_string(&mut text).is_err() {
        return;
    }
    let paths = text.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
    for path in
        paths.map(|path| join("", path.trim())).filter(|path| !path.is_empty() && !path.starts_with("..")).take(100)
    {
        workspace.files.add_submodule(&path);
    }
}

fn add(entry: &DirEntry, path: String, wanted: Wanted, workspace: &mut Workspace) {
    workspace.files.add_file(&path);
    if wanted(&path) {
        workspace.inputs.push(Input { path, content: Content::Disk(entry.path().to_owned()) });
    }
}

/// A link within the project: its path, and what it stands for.
struct Link {
    path: String,
    target: String,
    full: PathBuf,
}

/// A link inside the project stands for its target, which the walk meets on its own; a link that leaves it is not followed.
fn link(root: &Path, entry: &DirEntry, path: String, wanted: Wanted, workspace: &mut Workspace) -> Option<Link> {
    let full = fs::canonicalize(entry.path());
    let inside = root.canonicalize().ok().zip(full.ok());
    let inside = inside.and_then(|(root, full)| Some((relative(&root, &full)?, full)));
    let Some((target, full)) = inside else {
        workspace.files.prune(&path);
        if wanted(&path) {
            workspace.files.pass_over(&path, LEADS_OUT);
        }
        return None;
    };
    workspace.files.add_link(&path, &target);
    Some(Link { path, target, full })
}

/// Reads what stands behind links that have a name of interest while their target has none: under the name of the link,
/// which is the one the deployment uses. Gives those links with their targets.
fn read_through(links: Vec<Link>, wanted: Wanted, workspace: &mut Workspace) -> HashMap<String, String> {
    let mut read: HashMap<String, String> = HashMap::new();
    let mut by_target: HashMap<String, String> = HashMap::new();
    for Link { path, target, full } in links {
        let known = |path: &str| workspace.inputs.binary_search_by(|input| input.path.as_str().cmp(path)).is_ok();
        if !wanted(&path) || known(&target) || full.is_dir() {
            continue;
        }
        if is_history(&target) || !full.is_file() {
            workspace.files.pass_over(&path, if is_history(&target) { HISTORY } else { NOT_A_FILE });
            continue;
        }
        // Two links to one file: it is judged once.
        if let Some(first) = by_target.get(&target) {
            workspace.files.add_link(&path, first);
            continue;
        }
        by_target.insert(target.clone(), path.clone());
        workspace.files.read_link(&path, &target);
        read.insert(path.clone(), target);
        let at = workspace.inputs.partition_point(|input| input.path < path);
        workspace.inputs.insert(at, Input { path, content: Content::Disk(full) });
    }
    read
}

/// A name that is not UTF-8: of interest, it is a fault under a name that can be printed.
fn unprintable(root: &Path, entry: &DirEntry, wanted: Wanted, workspace: &mut Workspace) {
    let name = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().replace('\\', "/");
    if entry.file_type().is_dir() {
        return;
    }
    if wanted(&name) {
        workspace.faults.push((name, "the name is not UTF-8, so it was not read; rename it".into()));
    }
}

fn pruned(entry: &DirEntry) -> bool {
    // Looking for `pyvenv.cfg` in every directory costs more than all else here; virtual environments say `env` somewhere.
    let name = entry.file_name().to_str().unwrap_or("");
    entry.depth() > 0 && (PRUNED.contains(&name) || name.contains("env") && is_virtual_environment(entry.path()))
}

/// A file called `pyvenv.cfg` alone does not make one, and must not hide what lies beside it.
fn is_virtual_environment(dir: &Path) -> bool {
    let programs = || ["bin", "Scripts", "lib", "Lib"].iter().any(|part| dir.join(part).is_dir());
    dir.join("pyvenv.cfg").is_file() && programs()
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
    let file = fs::File::open(path).map_err(|error| failed(&error))?;
    let metadata = file.metadata().map_err(|error| failed(&error))?;
    Ok((content(file, metadata.len(), LARGEST as u64)?, mode(&metadata)))
}

/// The bytes of an open file of that length, unless they are more than `largest`.
pub(super) fn content(file: fs::File, length: u64, largest: u64) -> Result<Vec<u8>, String> {
    if length > largest {
        return Err(format!("is larger than {} MiB and was not read", largest >> 20));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    // Through `take`, because a file asked directly looks up its size a second time.
    file.take(largest).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    Ok(bytes)
}

/// Why a file cannot be read, for people.
pub(super) fn failed(error: &std::io::Error) -> String {
    format!("cannot be read: {}", error.kind())
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
