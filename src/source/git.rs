//! Facts from git, asked of the git program and only when a rule wants them.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::files::directory;

/// What git says about the project's files.
#[derive(Clone, Debug, Default)]
pub struct Git {
    root: Option<PathBuf>,
    prefix: String,
    candidates: Vec<String>,
    tracked: OnceLock<Option<HashSet<String>>>,
    ignored: OnceLock<Option<HashSet<String>>>,
}

impl Git {
    /// Facts for `candidates` (paths relative to `root`). Nothing runs until a fact is asked for, and nothing at all
    /// when no directory above `root` is a git checkout.
    pub fn new(root: &Path, candidates: Vec<String>) -> Self {
        let Ok(real) = root.canonicalize() else { return Git::default() };
        let Some(top) = real.ancestors().find(|dir| dir.join(".git").exists()) else { return Git::default() };
        let prefix = real.strip_prefix(top).map(|below| below.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        Git { root: Some(root.to_owned()), prefix, candidates, ..Git::default() }
    }

    /// Whether the file belongs to the tests or examples of its repository (`testdata/`, `fixtures/`, ...): secrets
    /// in there are made up.
    pub fn is_fixture(&self, path: &str) -> bool {
        const PLACES: [&str; 9] =
            ["test", "tests", "testdata", "test-data", "fixtures", "fixture", "examples", "example", "__tests__"];
        let directories = directory(path).split('/').chain(self.prefix.split('/'));
        directories.into_iter().any(|part| PLACES.contains(&part))
    }

    /// Known facts, for projects that exist only in memory.
    pub fn fixed(tracked: HashSet<String>, ignored: HashSet<String>) -> Self {
        Git { tracked: OnceLock::from(Some(tracked)), ignored: OnceLock::from(Some(ignored)), ..Git::default() }
    }

    /// Whether git tracks the file. `None`: not a checkout, or git could not be asked.
    pub fn tracked(&self, path: &str) -> Option<bool> {
        let ask = || self.ask(&["--literal-pathspecs", "ls-files", "-z", "--cached", "--"], true);
        self.tracked.get_or_init(ask).as_ref().map(|set| set.contains(path))
    }

    /// Whether a rule in `.gitignore` matches the file (tracked files can be matched too: the rule then has no effect).
    pub fn ignored(&self, path: &str) -> Option<bool> {
        let ask = || self.ask(&["check-ignore", "-z", "--no-index", "--stdin"], false);
        self.ignored.get_or_init(ask).as_ref().map(|set| set.contains(path))
    }

    /// Whether git would ignore a file that is not there. `None`: not a checkout, or git could not be asked.
    pub fn would_ignore(&self, path: &str) -> Option<bool> {
        if self.root.is_none() {
            return self.ignored(path);
        }
        let answer = self.run(&["check-ignore", "-z", "--no-index", "--stdin"], false, &[path.to_owned()]);
        answer.map(|set| set.contains(path))
    }

    fn ask(&self, arguments: &[&str], as_arguments: bool) -> Option<HashSet<String>> {
        self.run(arguments, as_arguments, &self.candidates)
    }

    /// Runs git on a list of paths and gives the paths it prints.
    fn run(&self, arguments: &[&str], as_arguments: bool, paths: &[String]) -> Option<HashSet<String>> {
        let root = self.root.as_ref()?;
        let mut command = Command::new("git");
        // `core.fsmonitor` names a program to run: a checkout must not be able to start one.
        command.args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"]).args(arguments);
        // A hook runs with these set for its own repository and directory; the question here is about `root`.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"] {
            command.env_remove(variable);
        }
        if as_arguments {
            // A command line has a limit; without paths git lists everything it tracks.
            let few = if paths.len() <= 2_000 { paths } else { &[] };
            command.args(few).stdin(Stdio::null());
        } else {
            command.stdin(Stdio::piped());
        }
        let mut child = command.current_dir(root).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        if let Some(mut stdin) = child.stdin.take() {
            let list = paths.join("\0");
            std::thread::spawn(move || stdin.write_all(list.as_bytes()));
        }
        let output = child.wait_with_output().ok()?;
        // check-ignore exits 1 when nothing matches; 128 is an error.
        if output.status.code().is_none_or(|code| code > 1) {
            return None;
        }
        Some(
            output
                .stdout
                .split(|&b| b == 0)
                .filter(|p| !p.is_empty())
                .map(|p| String::from_utf8_lossy(p).into_owned())
                .collect(),
        )
    }
}
