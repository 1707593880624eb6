//! Where a shell is.

use std::collections::HashMap;

use super::Place;
use super::value::LONGEST;
use crate::source::{Spanned, join, normalize};

/// Where a shell is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Where {
    /// Below the directory it was started in.
    Start(String),
    /// A directory of the project, relative to its root.
    Project(String),
    /// On the machine that runs it, as written.
    Outside(String),
    /// Not known.
    Unknown,
}

/// What a file says about where its commands start, relative to the project root, the likely one first.
pub(super) struct Begin<'a> {
    pub(super) directories: Vec<String>,
    pub(super) path: &'a str,
    pub(super) names: HashMap<&'a str, Option<&'a str>>,
}

impl Where {
    /// Where a command runs that is started there.
    pub(super) fn place(&self, begin: &Begin, remote: bool) -> Place {
        let mut place = Place::default();
        match self {
            Where::Project(path) => place.directory = Some(path.clone()),
            Where::Start(path) => {
                let mut all: Vec<String> = begin.directories.iter().map(|at| join(at, path)).collect();
                all.dedup();
                all.retain(|path| !path.starts_with(".."));
                match all.as_slice() {
                    [only] if !remote => place.directory = Some(only.clone()),
                    _ => place.perhaps = all,
                }
            }
            Where::Outside(path) => {
                place.elsewhere = Some(path.clone());
                place.perhaps = vec![String::new()];
            }
            Where::Unknown => place.perhaps = begin.directories.clone(),
        }
        place
    }
}

/// A directory on the way from another one.
pub(super) fn step(at: &Where, path: &str, begin: &Begin) -> Where {
    let (Where::Start(base) | Where::Project(base) | Where::Outside(base)) = at else { return from(at, path, begin) };
    if base.len() + path.len() > LONGEST { Where::Unknown } else { from(at, path, begin) }
}

fn from(at: &Where, path: &str, begin: &Begin) -> Where {
    if let Some(path) = path.strip_prefix("//") {
        let path = normalize(path);
        return if path.starts_with("..") { Where::Outside(path) } else { Where::Project(path) };
    }
    if path.starts_with(['/', '~', '$', '`', '{', '<']) {
        return Where::Outside(path.to_owned());
    }
    if path.contains(['$', '`', '{', '<', '*']) {
        return Where::Unknown;
    }
    match at {
        Where::Start(base) => {
            let path = join(base, path);
            match begin.directories.as_slice() {
                [only] if !join(only, &path).starts_with("..") => Where::Project(join(only, &path)),
                _ => Where::Start(path),
            }
        }
        Where::Project(base) => Where::Project(join(base, path)),
        Where::Outside(base) => Where::Outside(format!("{}/{path}", base.trim_end_matches('/'))),
        Where::Unknown => Where::Unknown,
    }
}

/// The folder of `git clone URL [FOLDER]`.
pub(super) fn cloned(words: &[Spanned<String>]) -> Option<String> {
    let at = words.iter().position(|word| word.value == "clone")?;
    let names: Vec<&str> =
        words.iter().skip(at + 1).map(|word| word.value.as_str()).filter(|word| !word.starts_with('-')).collect();
    let url = names.iter().position(|name| name.contains(['/', ':']) || name.starts_with('<'))?;
    let last = names.get(url + 1).copied().unwrap_or_else(|| {
        let url = names.get(url).copied().unwrap_or_default().trim_end_matches('/');
        url.rsplit(['/', ':']).next().unwrap_or(url).trim_end_matches(".git")
    });
    (!last.is_empty() && last != ".").then(|| last.to_owned())
}
