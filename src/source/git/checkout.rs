//! A checkout: where git keeps what, found the way git finds it, but for bare repositories, which are never taken: their
//! files could be those of a pull request.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::ignore::{Rules, Steps};
use super::index::Index;
use super::read;
use super::staged::Staged;
use crate::source::answer::{Answer, Why};

/// Largest `.git` file, `HEAD` and the like.
const SMALL: u64 = 64 << 10;
/// Largest rule file.
const MOST_RULES: u64 = 1 << 20;

/// One checkout.
#[derive(Debug)]
pub struct Checkout {
    /// Its top directory.
    pub top: PathBuf,
    /// How messages name it: ` of `sub``, or nothing for the one that holds the project.
    owner: String,
    /// Where its index is.
    repository: PathBuf,
    /// Where `info/exclude` is; all worktrees of a repository have it in common.
    common: PathBuf,
    /// Names in the index that matter start with this.
    below: Vec<u8>,
    index: OnceLock<Result<Index, Why>>,
    levels: Mutex<HashMap<Vec<u8>, Arc<Level>>>,
}

/// What the rules say of a directory, and those that count in it.
#[derive(Debug)]
struct Level {
    /// The rule file that ignores it as a whole.
    ignored: Option<String>,
    /// From this directory's own file.
    rules: Option<Rules>,
    above: Option<Arc<Level>>,
    unknown: Option<Why>,
}

impl Checkout {
    /// The checkout whose top is `dir`. A `.git` directory that is no repository does not count, as with git; a `.git`
    /// file that leads nowhere means that nothing is known.
    pub fn at(dir: &Path, root: &Path) -> Answer<Arc<Checkout>> {
        let no = || Answer::No(Why::new("it lies in no git checkout"));
        let dot = dir.join(".git");
        let Ok(metadata) = fs::metadata(&dot) else { return no() };
        // Seen from the project: nothing for the one that holds it.
        let inner = dir.strip_prefix(root).ok().filter(|inner| !inner.as_os_str().is_empty());
        let owner = inner.map(|inner| format!(" of `{}`", inner.display())).unwrap_or_default();
        let repository = if metadata.is_dir() {
            // Not to be looked into is not the same as not there.
            if fs::metadata(dot.join("HEAD")).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied) {
                let help = "make it readable for the user that runs gonogo";
                return Answer::Unknown(Why::new(format!(
                    "the directory `.git`{owner} cannot be read (permission denied); {help}"
                )));
            }
            if !is_repository(&dot) {
                return no();
            }
            dot
        } else {
            match linked(&dot) {
                Ok(repository) => repository,
                Err(why) => return Answer::Unknown(Why::new(format!("the file `.git`{owner} {why}"))),
            }
        };
        let common = common(&repository);
        let below = root.strip_prefix(dir).map(bytes).unwrap_or_default();
        Answer::Yes(Arc::new(Checkout {
            top: dir.to_owned(),
            owner,
            repository,
            common,
            below,
            index: OnceLock::new(),
            levels: Mutex::default(),
        }))
    }

    fn index(&self) -> &Result<Index, Why> {
        self.index.get_or_init(|| {
            let why = |why| Why::new(format!("git's index{} {why}", self.owner));
            Index::read(&self.repository, &self.below).map_err(why)
        })
    }

    /// What the next commit will hold of the files below `root`.
    pub fn staged(&self, index: Option<&Path>, root: &Path) -> Result<Staged, String> {
        // Only a name in the repository's own directory: the environment must not lead elsewhere.
        let name = index.and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or("index");
        let own = name == "index.lock" || name.starts_with("next-index-");
        let found = Staged::read(&self.repository, &self.common, if own { name } else { "index" }, &self.below, root);
        found.map_err(|why| format!("git's index{} {why}", self.owner))
    }

    /// Whether its index names a path, given relative to its top.
    pub fn tracks(&self, path: &[u8]) -> Answer<()> {
        match self.index() {
            Ok(index) => index.holds(path),
            Err(why) => Answer::Unknown(why.clone()),
        }
    }

    /// The rule file that ignores a path, given relative to the top. What lies in an ignored directory is ignored,
    /// whatever other rules say.
    pub fn ignores(&self, path: &[u8]) -> Answer<String> {
        let level = self.level(parent(path));
        if let Some(file) = &level.ignored {
            return Answer::Yes(file.clone());
        }
        if let Some(why) = &level.unknown {
            return Answer::Unknown(why.clone());
        }
        match level.last_word(path, false) {
            Ok(Some(file)) => Answer::Yes(file),
            Ok(None) => Answer::No(Why::new("no ignore rule names it")),
            Err(why) => Answer::Unknown(why),
        }
    }

    /// The rules that count in a directory, relative to the top.
    fn level(&self, dir: &[u8]) -> Arc<Level> {
        let known = |dir: &[u8]| self.levels.lock().unwrap_or_else(PoisonError::into_inner).get(dir).cloned();
        if let Some(level) = known(dir) {
            return level;
        }
        // From the top down: nothing here recurses, however deep the directory is.
        let ends = dir.iter().enumerate().filter(|&(_, &b)| b == b'/').map(|(at, _)| at).chain([dir.len()]);
        let mut level = known(b"").unwrap_or_else(|| self.keep(b"", self.top_level()));
        for end in ends.filter(|&end| end > 0) {
            let dir = &dir[..end];
            level = known(dir).unwrap_or_else(|| self.keep(dir, self.level_below(&level, dir)));
        }
        level
    }

    fn keep(&self, dir: &[u8], level: Level) -> Arc<Level> {
        let level = Arc::new(level);
        self.levels.lock().unwrap_or_else(PoisonError::into_inner).insert(dir.to_vec(), level.clone());
        level
    }

    fn top_level(&self) -> Level {
        let file = ".git/info/exclude".to_owned();
        let mut exclude = Level { ignored: None, rules: None, above: None, unknown: None };
        match read(&self.common.join("info/exclude"), MOST_RULES) {
            Ok(bytes) => exclude.rules = bytes.map(|bytes| Rules::parse(file, b"", &bytes)),
            Err(why) => exclude.unknown = Some(Why::new(format!("`{file}`{} {why}", self.owner))),
        }
        let exclude = Arc::new(exclude);
        self.open(Level { ignored: None, rules: None, unknown: exclude.unknown.clone(), above: Some(exclude) }, b"")
    }

    fn level_below(&self, above: &Arc<Level>, dir: &[u8]) -> Level {
        let mut level = Level {
            ignored: above.ignored.clone(),
            rules: None,
            above: Some(above.clone()),
            unknown: above.unknown.clone(),
        };
        if level.ignored.is_some() || level.unknown.is_some() {
            return level;
        }
        match above.last_word(dir, true) {
            Ok(None) => return self.open(level, dir),
            Ok(file) => level.ignored = file,
            Err(why) => level.unknown = Some(why),
        }
        level
    }

    /// Adds the `.gitignore` of the directory. git does not follow a link there.
    fn open(&self, mut level: Level, dir: &[u8]) -> Level {
        let dir_path = self.top.join(path(dir));
        let on_disk = dir_path.join(".gitignore");
        let name = if dir.is_empty() {
            ".gitignore".to_owned()
        } else {
            format!("{}/.gitignore", String::from_utf8_lossy(dir))
        };
        let regular = match fs::symlink_metadata(&on_disk) {
            Ok(metadata) => metadata.is_file(),
            // Not to be seen at all: `read` says why.
            Err(error) => error.kind() != ErrorKind::NotFound,
        };
        if regular {
            match read(&on_disk, MOST_RULES) {
                Ok(bytes) => level.rules = bytes.map(|bytes| Rules::parse(name, dir, &bytes)),
                Err(why) => level.unknown = Some(Why::new(format!("`{name}`{} {why}", self.owner))),
            }
        } else if matches!(self.index(), Ok(index) if index.hides(name.as_bytes())) {
            let owner = &self.owner;
            level.unknown = Some(Why::new(format!(
                "`{name}`{owner} is not in this sparse checkout, so its rules are not known; `git sparse-checkout add` brings it"
            )));
        }
        level
    }
}

impl Level {
    /// The rule file that ignores the path, `None` when none does. The deepest file that says anything counts.
    fn last_word(&self, path: &[u8], directory: bool) -> Result<Option<String>, Why> {
        let mut steps = Steps::new();
        let mut level = Some(self);
        while let Some(here) = level {
            if let Some(rules) = &here.rules {
                match rules.last_word(path, directory, &mut steps) {
                    Ok(Some(ignores)) => return Ok(ignores.then(|| rules.file.clone())),
                    Ok(None) => {}
                    Err(()) => return Err(Why::new(format!("the rules of `{}` are too many to be tried", rules.file))),
                }
            }
            level = here.above.as_deref();
        }
        Ok(None)
    }
}

/// What git takes for a repository's directory: a `HEAD` that could be one, `objects` and `refs`.
fn is_repository(dir: &Path) -> bool {
    let shared = common(dir);
    let head = match fs::read_link(dir.join("HEAD")) {
        Ok(target) => target.starts_with("refs"),
        Err(_) => read(&dir.join("HEAD"), SMALL).ok().flatten().is_some_and(|head| {
            let named = head.strip_prefix(b"ref:").map(<[u8]>::trim_ascii_start);
            named.is_some_and(|name| name.starts_with(b"refs/"))
                || head.len() >= 40 && head[..40].iter().all(u8::is_ascii_hexdigit)
        }),
    };
    head && shared.join("objects").is_dir() && shared.join("refs").is_dir()
}

/// The directory that a `.git` file names: that of a worktree or a submodule.
fn linked(file: &Path) -> Result<PathBuf, String> {
    const NOWHERE: &str = "names a repository that is not there (or not readable), so git's facts are not known; check out, or mount, the whole \
                           repository";
    let text = read(file, SMALL)?.ok_or("is gone")?;
    let target = text
        .strip_prefix(b"gitdir: ")
        .ok_or("does not name a repository (`gitdir: ...`), so git's facts are not known")?;
    let target = file.parent().unwrap_or(file).join(path(target.trim_ascii_end()));
    is_repository(&target).then_some(target).ok_or_else(|| NOWHERE.to_owned())
}

/// Where a repository's directory keeps what it shares with others.
fn common(repository: &Path) -> PathBuf {
    let named = read(&repository.join("commondir"), SMALL).ok().flatten();
    named.map_or_else(|| repository.to_owned(), |named| repository.join(path(named.trim_ascii_end())))
}

/// The path above, empty at the top.
fn parent(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&b| b == b'/').map_or(&[], |at| &path[..at])
}

/// A path as git writes it.
pub fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = path.as_os_str().as_encoded_bytes().to_vec();
    if std::path::MAIN_SEPARATOR != '/' {
        bytes.iter_mut().filter(|byte| **byte == std::path::MAIN_SEPARATOR as u8).for_each(|byte| *byte = b'/');
    }
    bytes
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
