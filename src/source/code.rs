//! The sources of programs. Nobody parses them: they are read when it is asked which variables they name, and not before.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use super::files::{FileSet, below};
use super::git::Staged;
use super::role::{Role, role_of};
use super::tree::Tree;

/// Where the sources of a project are, and what is known of them.
#[derive(Clone, Default, Debug)]
pub struct Code {
    tree: Option<Arc<Tree>>,
    staged: Option<Arc<Staged>>,
    memory: HashMap<String, Vec<u8>>,
    /// What the sources below each folder name.
    named: Arc<Mutex<HashMap<String, Named>>>,
}

/// The variables that sources name, in capitals. `None`: there are no sources, or not all of them can be read.
pub type Named = Option<Arc<HashSet<String>>>;

/// More sources than these, and more bytes, are not looked through.
const MOST: usize = 3000;
const MOST_BYTES: usize = 16 << 20;
/// What is larger was not written by people.
const LARGEST: u64 = 1 << 20;

/// Endings of what browsers get, before it is built.
const ENDINGS: [&str; 12] = ["astro", "cjs", "html", "js", "jsx", "mdx", "mjs", "mts", "svelte", "ts", "tsx", "vue"];

impl Code {
    /// The sources below a directory.
    pub(super) fn of(tree: Tree) -> Self {
        Code { tree: Some(Arc::new(tree)), ..Code::default() }
    }

    /// The same as the next commit will hold them.
    pub(super) fn stage(&mut self, staged: Arc<Staged>) {
        self.staged = Some(staged);
    }

    /// Adds a source that is only in memory.
    pub(super) fn remember(&mut self, path: &str, bytes: &[u8]) {
        if is_code(path) {
            self.memory.insert(path.to_owned(), bytes.to_vec());
        }
    }

    /// What the sources of pages below a folder name, tests left out. Each folder is looked through once.
    pub(super) fn named(&self, folder: &str, files: &FileSet) -> Named {
        let mut known = self.named.lock().ok()?;
        let own = known.entry(folder.to_owned()).or_insert_with(|| self.look_through(folder, files).map(Arc::new));
        own.clone()
    }

    fn look_through(&self, folder: &str, files: &FileSet) -> Option<HashSet<String>> {
        let sources = files.files().filter(|path| below(path, folder).is_some() && is_code(path));
        let sources: Vec<&str> = sources.filter(|path| role_of(path) != Some(Role::Test)).take(MOST + 1).collect();
        let whole = !sources.is_empty() && sources.len() <= MOST && files.pruned().all(|dir| is_made(dir, folder));
        let mut left = MOST_BYTES;
        let mut found = HashSet::new();
        for path in sources.iter().filter(|_| whole) {
            let bytes = self.read(path)?;
            left = left.checked_sub(bytes.len())?;
            let words = bytes.split(|b| !b.is_ascii_alphanumeric() && *b != b'_');
            let names = words.filter(|word| word.len() > 3 && word.contains(&b'_') && word[0].is_ascii_uppercase());
            found.extend(names.filter_map(|word| String::from_utf8(word.to_vec()).ok()));
        }
        whole.then_some(found)
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(bytes) = self.memory.get(path) {
            return Some(bytes.clone());
        }
        if let Some(blob) = self.staged.as_ref().and_then(|staged| staged.get(path)) {
            return blob.read().ok().filter(|bytes| bytes.len() as u64 <= LARGEST);
        }
        self.tree.as_ref()?.read(path, LARGEST).ok()
    }
}

fn is_code(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// Whether a directory that is not searched lies elsewhere, or holds what programs make.
fn is_made(dir: &str, folder: &str) -> bool {
    let name = dir.rsplit('/').next().unwrap_or(dir);
    below(dir, folder).is_none()
        || name.starts_with('.')
        || matches!(name, "node_modules" | "dist" | "bower_components")
}
