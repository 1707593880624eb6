//! What the path arguments mean: where the project is, and which files the report is about.
//!
//! One directory is the project. Files, or several paths, are places in the project of the working directory (or of
//! the directory they have in common, when they lie elsewhere): everything is read, only they are reported.

use std::path::{Path, PathBuf};

use super::output::Failure;
use crate::policy::Policy;
use crate::source::{Git, Here, Workspace, normalize};
use crate::syntax::config;

/// The project and the part of it that is reported.
pub struct Scope {
    /// The project's root.
    pub root: PathBuf,
    /// Paths relative to the root; a directory stands for all below it. Empty: everything.
    pub only: Vec<String>,
    /// Where standard input belongs, relative to the root.
    pub stdin: Option<String>,
}

impl Scope {
    /// Completes what was found by what only the arguments and the configuration say: the folders above, what is left out,
    /// the guides to be judged, and the configuration itself.
    pub fn arrange(&self, workspace: &mut Workspace, policy: &Policy, config: Option<(String, Vec<u8>)>) {
        // How somebody called the folder of a checkout says nothing about what is in it.
        if workspace.above.is_empty() && !Git::is_top(&self.root) {
            workspace.above = self.above();
        }
        if let Some(config) = policy.config() {
            workspace.exclude(|path| policy.excludes(path), &format!("excluded in `{config}`"));
        }
        workspace.guides = self.guides(workspace);
        // One with another name, or from elsewhere: findings about waivers point into it.
        if let Some((path, bytes)) = config
            && !workspace.inputs.iter().any(|input| input.path == path)
        {
            workspace.put(&path, bytes);
        }
    }

    /// Reads the arguments; `-` stands for the file called `stdin`.
    ///
    /// # Errors
    /// When a path does not exist, or `-` and its name do not come together.
    pub fn new(paths: &[PathBuf], stdin: Option<&Path>) -> Result<Scope, Failure> {
        let dash = paths.iter().any(|path| path.as_os_str() == "-");
        match (dash, stdin) {
            (true, None) => return Err("`-` reads standard input: say which file it is with --stdin-filename".into()),
            (false, Some(_)) => return Err("--stdin-filename needs the path argument `-`".into()),
            _ => {}
        }
        for path in paths.iter().filter(|path| path.as_os_str() != "-") {
            if !path.exists() {
                return Err(format!("`{}` does not exist", path.display()).into());
            }
        }
        if paths.is_empty() {
            return Ok(Scope { root: PathBuf::from("."), only: Vec::new(), stdin: None });
        }
        if let [one] = paths
            && !dash
            && one.is_dir()
        {
            return Ok(Scope { root: one.clone(), only: Vec::new(), stdin: None });
        }
        Self::several(paths, stdin)
    }

    fn several(paths: &[PathBuf], stdin: Option<&Path>) -> Result<Scope, Failure> {
        let here = std::env::current_dir()
            .map_err(|error| format!("the working directory cannot be used: {}", error.kind()))?;
        let full = |path: &Path| text(&here.join(path)).map(|path| normalize(&path));
        let stdin = stdin.map(full).transpose()?;
        let mut places = Vec::new();
        for path in paths {
            match &stdin {
                Some(name) if path.as_os_str() == "-" => places.push(name.clone()),
                _ => places.push(full(path)?),
            }
        }
        let working = normalize(&text(&here)?);
        let (root, base) = if places.iter().all(|place| below(place, &working).is_some()) {
            (PathBuf::from("."), working)
        } else {
            let common = common(&places);
            (PathBuf::from(&common), common)
        };
        let relative = |place: &String| below(place, &base).map(str::to_owned);
        let mut only: Vec<String> = places.iter().filter_map(relative).collect();
        // The root itself among the paths: everything.
        if only.iter().any(String::is_empty) {
            only.clear();
        }
        only.sort();
        only.dedup();
        Ok(Scope { root, only, stdin: stdin.as_ref().and_then(relative) })
    }

    /// Finds the configuration: where the nearest one above lies is the project, and what was asked for is a part of it.
    ///
    /// # Errors
    /// When a path is not UTF-8.
    pub fn find_configuration(&mut self) -> Result<(), Failure> {
        let Ok(root) = self.root.canonicalize() else { return Ok(()) };
        let Some(home) = configured(&root).filter(|home| *home != root) else { return Ok(()) };
        let inner = text(root.strip_prefix(&home).unwrap_or(&root))?;
        let inside = |path: &String| if path.is_empty() { inner.clone() } else { format!("{inner}/{path}") };
        self.only = if self.only.is_empty() { vec![inner.clone()] } else { self.only.iter().map(inside).collect() };
        self.stdin = self.stdin.as_ref().map(inside);
        self.root = home;
        Ok(())
    }

    /// Where the person stands, as seen from the project.
    pub fn here(&self) -> Here {
        let found = std::env::current_dir().and_then(|here| Ok((here.canonicalize()?, self.root.canonicalize()?)));
        let Ok((here, root)) = found else { return Here::default() };
        let slashed = |path: &Path| text(path).unwrap_or_default();
        if let Ok(inner) = here.strip_prefix(&root) {
            return Here::inside(&slashed(inner));
        }
        Here::outside(&slashed(root.strip_prefix(&here).unwrap_or(&self.root)))
    }

    /// The directories that lead from where the person stands down to the project.
    pub fn above(&self) -> String {
        let found = std::env::current_dir().and_then(|here| Ok((here.canonicalize()?, self.root.canonicalize()?)));
        let below = found.ok().and_then(|(here, root)| text(root.strip_prefix(here).ok()?).ok());
        below.unwrap_or_default()
    }

    /// A path of the command line as seen from the root.
    ///
    /// # Errors
    /// When it lies outside of the project.
    pub fn inside(&self, path: &Path) -> Result<String, Failure> {
        let found = std::env::current_dir().and_then(|here| Ok((here.canonicalize()?, self.root.canonicalize()?)));
        let (here, root) = found.map_err(|error| format!("the working directory cannot be used: {}", error.kind()))?;
        let (full, root) = (normalize(&text(&here.join(path))?), text(&root)?);
        let inside = below(&full, &root).map(str::to_owned);
        inside.ok_or_else(|| format!("`{}` lies outside of the project", path.display()).into())
    }

    /// The guides that are named, and judged as the files they show.
    pub fn guides(&self, workspace: &Workspace) -> Vec<String> {
        let named = |path: &String| self.only.contains(path) && path.to_ascii_lowercase().ends_with(".md");
        workspace.inputs.iter().map(|input| input.path.clone()).filter(named).collect()
    }

    /// Whether the report is about a path.
    pub fn covers(&self, path: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| below(path, only).is_some())
    }
}

/// The nearest directory, from `root` upward, that holds a configuration. The search ends at the top of a checkout, below
/// the person's home, and below a directory that anybody may write to.
fn configured(root: &Path) -> Option<PathBuf> {
    let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
    let mut dir = root;
    loop {
        if config::NAMES.iter().any(|name| dir.join(name).symlink_metadata().is_ok()) {
            return Some(dir.to_owned());
        }
        let above = dir.parent()?;
        if Git::is_top(dir) || Some(above) == home.as_deref() || above.parent().is_none() || is_open(above) {
            return None;
        }
        dir = above;
    }
}

#[cfg(unix)]
fn is_open(dir: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    dir.metadata().map_or(true, |found| found.permissions().mode() & 0o002 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

fn text(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().ok_or_else(|| format!("`{}` is not UTF-8", path.display()))?;
    Ok(text.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// `path` as seen from `base`, when it is `base` or below it.
fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(base)?;
    if rest.is_empty() || base.is_empty() || base.ends_with('/') { Some(rest) } else { rest.strip_prefix('/') }
}

/// The deepest directory all places are in; a single file's own directory.
fn common(places: &[String]) -> String {
    let mut common: Option<Vec<&str>> = None;
    for place in places {
        let directory = if Path::new(place).is_dir() { place } else { crate::source::directory(place) };
        let parts: Vec<&str> = directory.split('/').collect();
        common = Some(match common {
            None => parts,
            Some(known) => known.into_iter().zip(parts).take_while(|(a, b)| a == b).map(|(a, _)| a).collect(),
        });
    }
    let joined = common.unwrap_or_default().join("/");
    if joined.is_empty() { "/".into() } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_below_its_directory_and_not_below_a_namesake() {
        assert_eq!(below("a/b.env", "a"), Some("b.env"));
        assert_eq!(below("a", "a"), Some(""));
        assert_eq!(below("ab/c", "a"), None);
        assert_eq!(below("/etc/x", "/"), Some("etc/x"));
    }

    #[test]
    fn the_common_directory_of_files_elsewhere() {
        let places = ["/x/y/a.conf".to_owned(), "/x/z/b.conf".to_owned()];
        assert_eq!(common(&places), "/x");
        assert_eq!(common(&places[..1]), "/x/y");
        assert_eq!(common(&["/a.env".into(), "/b/c.env".into()]), "/");
    }
}
