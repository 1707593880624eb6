//! What scripts, units, schedules, build servers and guides start: `docker compose`, `docker stack deploy`, `docker run`.

mod acts;
mod compose;
mod files;
mod firewall;
mod inside;
mod literals;
mod loads;
mod place;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod unchecked;
mod value;
mod walk;
mod words;

pub use acts::{Copied, Pruned, file_name, fits, is_dated};
pub use compose::of_words;
pub use files::{in_comments, of_beanstalk, of_crontab, of_dockerfile, of_supervisor, of_unit, read};
pub use inside::Inside;
pub use literals::Written;
pub use step::{Flow, Joint, Redirected, Step, WrittenHere, as_pattern, written_here};
pub use unchecked::unchecked;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::env::{self, Use};
use crate::model::{Head, Kind, Meaning};
use crate::source::{FileId, Span, Spanned, join};
pub use crate::syntax::manifest::Gateway;
use crate::syntax::{Name, commands, manifest};

/// One file that starts something, or says how env files are loaded.
#[derive(Clone, Debug)]
pub struct LoadingFile {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The frameworks of Python that a manifest asks for, by the name of their package.
    pub frameworks: Vec<(&'static str, Gateway)>,
    starts: Starts,
}

impl LoadingFile {
    /// The view of one file.
    pub fn new(head: &Head, tree: &commands::File) -> Self {
        let mut starts = read(head);
        let mut frameworks = Vec::new();
        if head.kind == Kind::Manifest {
            let name = Name::new(&head.source.path);
            starts.loads.extend(env::libraries(&name, &tree.lines));
            if manifest::is_python(&name) {
                frameworks.extend(tree.lines.iter().filter_map(|line| manifest::framework(&line.value)));
            }
        }
        starts.said = HashSet::new();
        LoadingFile { file: head.source.id, path: head.source.path.clone(), frameworks, starts }
    }
}

impl LoadingFile {
    /// The commands of a guide, chapter by chapter.
    pub fn chapters(&self) -> impl Iterator<Item = &[Step]> {
        let Starts { steps, chapters, .. } = &self.starts;
        let ends = chapters.iter().skip(1).copied().chain([steps.len()]);
        chapters.iter().zip(ends).filter_map(|(from, to)| steps.get(*from..to))
    }
}

impl Meaning for LoadingFile {
    fn started(&self) -> Option<&Starts> {
        Some(&self.starts)
    }
}

/// What one file starts.
#[derive(Clone, Default, Debug)]
pub struct Starts {
    /// The `docker compose` lines, in the order of the file.
    pub compose: Vec<ComposeCall>,
    /// The `docker stack deploy` lines.
    pub stacks: Vec<StackCall>,
    /// The `docker run` and `docker create` lines.
    pub runs: Vec<RunCall>,
    /// The names below certbot's `live` for which a certificate is made.
    pub makes: Vec<Spanned<String>>,
    /// The env files that are loaded.
    pub loads: Vec<Use>,
    /// What is copied to another machine by itself, relative to the project root; some may be folders.
    pub sends: Vec<String>,
    /// What is brought to where it is used under another name.
    pub brings: Vec<Brought>,
    /// The commands, in the order they are read in.
    pub steps: Vec<Step>,
    /// Where the chapters of a guide begin among them.
    pub chapters: Vec<usize>,
    /// How many shells run them.
    shells: u32,
    /// Whether what is read now is for no users.
    tried: bool,
    /// What was said before: a script may say the same thousands of times.
    said: HashSet<u64>,
}

impl Starts {
    /// The number of another shell.
    fn next_shell(&mut self) -> u32 {
        self.shells += 1;
        self.shells - 1
    }

    /// The shell that the commands of the next chapter of a guide are typed into.
    fn begin_chapter(&mut self) -> u32 {
        self.chapters.push(self.steps.len());
        self.next_shell()
    }

    /// Whether something is said for the first time.
    fn is_new(&mut self, what: impl Hash) -> bool {
        let mut hash = DefaultHasher::new();
        what.hash(&mut hash);
        self.said.insert(hash.finish())
    }
}

/// A file that is used under another name: `scp compose.prod.yml server:/opt/shop/compose.yml`, `cp`. Or a folder whose
/// contents are used in another one: `rsync -a deploy/prod/ /opt/shop/`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brought {
    /// What it may be, relative to the project root, the best one first.
    pub from: Vec<String>,
    /// The folder it is put into, as written; empty where it lies already.
    pub folder: String,
    /// Its name there; that of a folder says nothing of what is in it.
    pub name: Option<String>,
}

/// Where a command runs.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Place {
    /// The directory, relative to the project root and normalised; `None` when it is not certain.
    pub directory: Option<String>,
    /// The directories that are likely when it is not certain, the best one first: a script runs in the root of the
    /// project, or where it is.
    pub perhaps: Vec<String>,
    /// A directory on the machine that runs it, as written: `/opt/shop`, `~/app`.
    pub elsewhere: Option<String>,
}

/// Whether a folder of a server is the home of a user, or above one: `/root`, `/home/shop`, `~`.
pub fn is_home(folder: &str) -> bool {
    matches!(folder, "" | "~" | "$HOME" | "/root" | "/home")
        || folder.strip_prefix("/home/").is_some_and(|rest| !rest.contains('/'))
}

/// A `docker compose` (or `docker-compose`) command line somebody runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComposeCall {
    /// The words of the command.
    pub span: Span,
    /// The program: `docker compose`, `docker-compose`, `podman-compose`.
    pub program: &'static str,
    /// Where it runs.
    pub place: Place,
    /// Another machine runs it: `ssh`, `docker --context`, the script of a deploy step.
    pub remote: bool,
    /// People are told to run it, by a guide or a comment; no program does.
    pub told: bool,
    /// Nothing that it starts is for users: a guide says so, or it runs on a machine that is thrown away afterwards.
    pub tried: bool,
    /// `--project-directory`.
    pub project_directory: Option<Spanned<String>>,
    /// `-p`, `--project-name`.
    pub project_name: Option<Spanned<String>>,
    /// `-f`, in order. Variables that the same file sets are looked through, defaults (`${FILE:-x.yml}`) taken; what is
    /// not known stays as written. A path that begins with `//` starts at the root of the project.
    pub files: Vec<Spanned<String>>,
    /// `--env-file`, likewise.
    pub env_files: Vec<Spanned<String>>,
    /// `--profile`.
    pub profiles: Vec<Spanned<String>>,
    /// `up`, `run`, `build`, `config`, `pull`, `down`, ...
    pub verb: Option<String>,
    /// The services behind the verb.
    pub services: Vec<String>,
    /// Variables given in front of it, exported before, or by what runs it; `None`: set, to what is not known.
    pub sets: Vec<(String, Option<String>)>,
    /// Env files that the shell has read before (`. .env`, `source .env`).
    pub sourced: Vec<Spanned<String>>,
    /// `-d`, `--detach`, `--wait`.
    pub detached: bool,
    /// `up --wait`: it ends with an error where a container does not become healthy.
    pub waits: bool,
    /// Whether it is certain that these are all options: no variable that is not known can hold more of them.
    pub whole: bool,
    /// Whether it is one of several that the same line may be: branches set its variables to several values.
    pub one_of: bool,
}

/// A `docker stack deploy` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StackCall {
    /// The words of the command.
    pub span: Span,
    /// Where it runs.
    pub place: Place,
    /// Another machine runs it.
    pub remote: bool,
    /// `-c`, in order.
    pub files: Vec<Spanned<String>>,
    /// The name of the stack.
    pub stack: Option<Spanned<String>>,
    /// See [`ComposeCall::sets`].
    pub sets: Vec<(String, Option<String>)>,
    /// See [`ComposeCall::sourced`].
    pub sourced: Vec<Spanned<String>>,
}

/// A `docker run` or `docker create` line (or `podman`, `nerdctl`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunCall {
    /// The words of the command.
    pub span: Span,
    /// Where it runs.
    pub place: Place,
    /// Another machine runs it.
    pub remote: bool,
    /// The image.
    pub image: Option<Spanned<String>>,
    /// The options with their values, in order: `--publish`, `8080:80`. Short ones by their long names.
    pub options: Vec<(String, Option<Spanned<String>>)>,
    /// What stands behind the image.
    pub command: Vec<Spanned<String>>,
}

impl RunCall {
    /// The ports it publishes: the option as written, the address, the port of the host, and that of the container.
    pub fn published(&self) -> impl Iterator<Item = (&Spanned<String>, Option<&str>, &str, &str)> {
        self.options.iter().filter_map(|(name, value)| {
            let port = value.as_ref().filter(|_| name == "--publish")?;
            let bare = port.value.split('/').next().unwrap_or("");
            let (front, target) = bare.rsplit_once(':')?;
            let (address, host) = front.rsplit_once(':').map_or((None, front), |(address, host)| (Some(address), host));
            Some((port, address, host, target))
        })
    }
}

impl Place {
    /// The directories it may run in, the best one first.
    pub fn directories(&self) -> &[String] {
        self.directory.as_ref().map_or(&self.perhaps, std::slice::from_ref)
    }

    /// What a path on the command line may stand for, relative to the project root, the best one first. Nothing for
    /// paths outside of the project and for those with something in them that is not known.
    pub fn resolve(&self, path: &str) -> Vec<String> {
        if path.contains(['$', '`', '{', '<']) || path.is_empty() {
            return Vec::new();
        }
        if let Some(path) = path.strip_prefix("//") {
            return vec![join("", path)];
        }
        if path.starts_with(['/', '~']) {
            // `/opt/shop/compose.yml` in a call that runs in `/opt/shop`.
            let inside = self.elsewhere.as_deref().and_then(|place| path.strip_prefix(place)?.strip_prefix('/'));
            return inside
                .into_iter()
                .flat_map(|path| self.directories().iter().map(move |at| join(at, path)))
                .collect();
        }
        self.directories().iter().map(|at| join(at, path)).filter(|path| !path.starts_with("..")).collect()
    }
}
