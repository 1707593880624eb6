//! Facts from git, read from its files and only when a rule wants them.
//!
//! No program is started, and nothing in a repository steers what is read: not its configuration, not a repository among
//! the project's own files, not the environment (`GIT_DIR`, `GIT_INDEX_FILE`). The index that `git commit -a` prepares for
//! its hooks is not asked either: it names no file that the checkout's own index does not name. What only the person's own
//! configuration says (`core.excludesFile`) is no fact of the project.

mod checkout;
mod ignore;
mod index;
mod objects;
mod staged;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use self::checkout::{Checkout, bytes};
pub use self::staged::{Blob, Staged};
use super::answer::{Answer, Why};
use super::files::directory;

/// What git says about the project's files.
#[derive(Clone, Debug, Default)]
pub struct Git {
    facts: Facts,
    prefix: String,
}

#[derive(Clone, Debug, Default)]
enum Facts {
    /// There is no checkout, and no disk.
    #[default]
    None,
    Fixed {
        tracked: HashSet<String>,
        ignored: HashSet<String>,
    },
    Disk(Arc<Disk>),
}

/// The checkouts on disk, looked for when they are asked.
#[derive(Debug)]
struct Disk {
    root: PathBuf,
    /// Links that are read under their own name: it is their target that git tracks.
    links: HashMap<String, String>,
    /// By directory: the checkout its files belong to.
    found: Mutex<HashMap<PathBuf, Answer<Arc<Checkout>>>>,
}

impl Git {
    /// Facts for the files below `root`.
    pub fn new(root: &Path) -> Self {
        let Ok(root) = root.canonicalize() else { return Git::default() };
        let top = root.ancestors().find(|dir| !Checkout::at(dir, &root).is_no());
        let prefix = top.and_then(|top| root.strip_prefix(top).ok()).map(bytes).unwrap_or_default();
        let prefix = String::from_utf8_lossy(&prefix).into_owned();
        Git { facts: Facts::Disk(Arc::new(Disk { root, links: HashMap::new(), found: Mutex::default() })), prefix }
    }

    /// Whether a directory is the top of a checkout, or seems to be.
    pub fn is_top(dir: &Path) -> bool {
        !Checkout::at(dir, dir).is_no()
    }

    /// The same facts, where some paths are links: path and target.
    pub fn with_links(self, links: HashMap<String, String>) -> Self {
        let Facts::Disk(disk) = self.facts else { return self };
        let (root, found) = (disk.root.clone(), Mutex::default());
        Git { facts: Facts::Disk(Arc::new(Disk { root, links, found })), prefix: self.prefix }
    }

    /// Known facts, for projects that exist only in memory.
    pub fn fixed(tracked: HashSet<String>, ignored: HashSet<String>) -> Self {
        Git { facts: Facts::Fixed { tracked, ignored }, ..Git::default() }
    }

    /// The path from the top of the checkout to the project, empty when they are the same or there is no checkout.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What the next commit will hold of the files below the root. git prepares some commits in an index of their own,
    /// and tells its hooks in `GIT_INDEX_FILE` which: `index` is what that says.
    ///
    /// # Errors
    /// When there is no checkout, or its index cannot be read.
    pub fn staged(&self, index: Option<&Path>) -> Result<Staged, String> {
        let none = || "the project lies in no git checkout, so nothing is staged".to_owned();
        let Facts::Disk(disk) = &self.facts else { return Err(none()) };
        match disk.checkout(&disk.root) {
            Answer::Yes(checkout) => checkout.staged(index, &disk.root),
            Answer::No(_) => Err(none()),
            Answer::Unknown(why) => Err(why.text),
        }
    }

    /// Whether the file belongs to the tests or examples of its repository (`testdata/`, `fixtures/`, ...): secrets
    /// in there are made up.
    pub fn is_fixture(&self, path: &str) -> bool {
        const PLACES: [&str; 9] =
            ["test", "tests", "testdata", "test-data", "fixtures", "fixture", "examples", "example", "__tests__"];
        let directories = directory(path).split('/').chain(self.prefix.split('/'));
        directories.into_iter().any(|part| PLACES.contains(&part))
    }

    /// Whether the file lies in a checkout, or seems to: without one, nothing else here is a question.
    pub fn is_asked(&self, path: &str) -> bool {
        match &self.facts {
            Facts::None => false,
            Facts::Fixed { .. } => true,
            Facts::Disk(disk) => !disk.checkout(&disk.directory(path)).is_no(),
        }
    }

    /// Whether git tracks the file. A file in a checkout of its own (a submodule, a clone) can be tracked there, or by
    /// the one around it.
    pub fn tracked(&self, path: &str) -> Answer<()> {
        match &self.facts {
            Facts::None => Answer::No(Why::new("there is no git checkout")),
            Facts::Fixed { tracked, .. } => fixed(tracked.contains(path), "git's index does not name it"),
            Facts::Disk(disk) => disk.tracked(path),
        }
    }

    /// The ignore file with a rule that matches the file, there or not (tracked files can be matched too: the rule
    /// then has no effect).
    pub fn ignored(&self, path: &str) -> Answer<String> {
        match &self.facts {
            Facts::None => Answer::No(Why::new("there is no git checkout")),
            Facts::Fixed { ignored, .. } => {
                fixed(ignored.contains(path), "no ignore rule names it").map(|()| ".gitignore".to_owned())
            }
            Facts::Disk(disk) => disk.ignored(path),
        }
    }

    /// The command that makes git forget a file, in the checkout the file belongs to.
    pub fn untrack(&self, path: &str) -> String {
        let Facts::Disk(disk) = &self.facts else { return format!("git rm --cached {path}") };
        let path = disk.meant(path);
        if let Answer::Yes(checkout) = disk.checkout(&disk.directory(path))
            && let Some(inner) = checkout.top.strip_prefix(&disk.root).ok().and_then(Path::to_str)
            && let Some(below) = path.strip_prefix(inner).and_then(|rest| rest.strip_prefix('/'))
        {
            return format!("git -C {inner} rm --cached {below}");
        }
        format!("git rm --cached {path}")
    }
}

fn fixed(yes: bool, no: &str) -> Answer<()> {
    if yes { Answer::Yes(()) } else { Answer::No(Why::new(no)) }
}

impl Disk {
    /// What is meant by a path: itself, or what the link stands for.
    fn meant<'a>(&'a self, path: &'a str) -> &'a str {
        self.links.get(path).map_or(path, String::as_str)
    }

    fn directory(&self, path: &str) -> PathBuf {
        self.root.join(directory(self.meant(path)))
    }

    /// The checkout that the files of a directory belong to: the nearest one above.
    fn checkout(&self, dir: &Path) -> Answer<Arc<Checkout>> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(dir) {
            return known.clone();
        }
        let mut nearest = Answer::No(Why::new("it lies in no git checkout"));
        let mut passed = Vec::new();
        for dir in dir.ancestors() {
            if let Some(known) = found.get(dir) {
                nearest = known.clone();
                break;
            }
            passed.push(dir);
            nearest = Checkout::at(dir, &self.root);
            if !nearest.is_no() {
                break;
            }
        }
        for dir in passed {
            found.insert(dir.to_owned(), nearest.clone());
        }
        nearest
    }

    fn tracked(&self, path: &str) -> Answer<()> {
        let full = self.root.join(self.meant(path));
        let mut dir = self.directory(path);
        let mut nearest = None;
        loop {
            let answer = match self.checkout(&dir) {
                Answer::Yes(checkout) => {
                    dir = checkout.top.clone();
                    full.strip_prefix(&checkout.top)
                        .map_or(Answer::No(Why::new("")), |path| checkout.tracks(&bytes(path)))
                }
                Answer::No(why) => return nearest.unwrap_or(Answer::No(why)),
                Answer::Unknown(why) => return nearest.unwrap_or(Answer::Unknown(why)),
            };
            // Above the project there is only one to ask.
            let inner = dir != self.root && dir.starts_with(&self.root);
            if answer.is_yes() || !inner || !dir.pop() {
                return if answer.is_yes() { answer } else { nearest.unwrap_or(answer) };
            }
            nearest.get_or_insert(answer);
        }
    }

    fn ignored(&self, path: &str) -> Answer<String> {
        let full = self.root.join(self.meant(path));
        match self.checkout(&self.directory(path)) {
            Answer::Yes(checkout) => {
                let Ok(path) = full.strip_prefix(&checkout.top) else { return Answer::No(Why::new("")) };
                checkout.ignores(&bytes(path))
            }
            Answer::No(why) => Answer::No(why),
            Answer::Unknown(why) => Answer::Unknown(why),
        }
    }
}

/// Reads one of git's files: a regular one, up to a size. `None` when there is none.
fn read(path: &Path, largest: u64) -> Result<Option<Vec<u8>>, String> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Ok(None),
        kind => Err(format!("cannot be read ({kind}); make it readable for the user that runs gonogo")),
    };
    // Looked at before it is opened: opening a pipe would wait.
    match fs::metadata(path) {
        Err(error) => return failed(error),
        Ok(metadata) if !metadata.is_file() => return Err("is not a regular file".into()),
        Ok(metadata) if metadata.len() > largest => return Err("is too large for gonogo".into()),
        Ok(_) => {}
    }
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) => return failed(error),
    };
    let mut bytes = Vec::new();
    match file.take(largest + 1).read_to_end(&mut bytes) {
        Err(error) => failed(error),
        Ok(_) if bytes.len() as u64 > largest => Err("is too large for gonogo".into()),
        Ok(_) => Ok(Some(bytes)),
    }
}
