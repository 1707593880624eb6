//! The options that make the policy, shared by the subcommands that need one.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::output::Failure;
use crate::policy::{Change, Layer, Levels, Policy, Problem, Request, SetBy, Sourced, nearest, unknown_rule};
use crate::rules::{self, Severity, Value};
use crate::source::{Here, Role, Tree, normalize};
use crate::syntax::config;
use crate::syntax::dotenv::Dialect;

/// What the command line says about the policy.
#[derive(clap::Args, Debug, Default)]
pub struct Options {
    /// Adds a pack: a name from `gonogo packs`, or a YAML file, which may lie outside the project.
    #[arg(long = "pack", value_name = "NAME", help_heading = HEADING)]
    packs: Vec<String>,
    /// Judges the deployment to one environment: production, staging, test or development.
    #[arg(long, value_name = "NAME", value_parser = environment, help_heading = HEADING)]
    env: Option<Role>,
    /// Reads env files as these programs do, whatever the project says: names from `gonogo env diff`, or `all`.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = dialects, help_heading = HEADING)]
    dialects: Vec<Loaders>,
    /// Gives a rule a severity: critical, high, medium, low, info or off.
    #[arg(long = "rule", value_name = "ID=SEVERITY", help_heading = HEADING)]
    rules: Vec<String>,
    /// Switches a rule off.
    #[arg(long = "off", value_name = "ID", help_heading = HEADING)]
    off: Vec<String>,
    /// Says no-go when a certificate or one of its issuers ends earlier than this: `14d`, `2w`.
    #[arg(long, value_name = "TIME", value_parser = days, help_heading = HEADING)]
    valid_for: Option<i64>,
    /// Reports waived findings like all others.
    #[arg(long, help_heading = HEADING)]
    no_waivers: bool,
    /// Reads the configuration from this file instead of the project's gonogo.yaml. It may lie outside the project; the
    /// packs it names then lie in its folder.
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    config: Option<PathBuf>,
    /// Judges by the policy in this directory, a checkout of the base branch for example; what the project says about
    /// its own policy, in its configuration and in waiver comments, does not count.
    #[arg(long, value_name = "DIR", conflicts_with = "config", help_heading = HEADING)]
    policy_from: Option<PathBuf>,
}

/// Over the options that say how much what counts.
pub const HEADING: &str = "Policy";

/// Policies are written by hand; what is larger is something else.
const LARGEST: u64 = 1024 * 1024;

/// The policy, and what was read for it.
pub struct Laid {
    pub policy: Policy,
    /// The configuration in use: its path from the root, and its bytes.
    pub config: Option<(String, Vec<u8>)>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
}

/// Gives the bytes of a file of the project that are not on disk: those of the next commit.
pub type Held<'a> = &'a dyn Fn(&str) -> Option<Result<Vec<u8>, String>>;

/// Where policies may come from: the project, and the folders of files that the command line names outside of it.
struct Places<'a> {
    project: Tree,
    held: Held<'a>,
    outside: Vec<Tree>,
    files: RefCell<Vec<PathBuf>>,
}

impl Options {
    /// All layers together, for the project at `root`.
    ///
    /// # Errors
    /// When an option or a file names something that does not exist, or that a project may not read.
    pub fn policy(&self, root: &Path, here: &Here, held: Held) -> Result<Laid, Failure> {
        let project = Tree::new(root, "the project")?;
        let mut places = Places { project, held, outside: Vec::new(), files: RefCell::default() };
        let packs = self.packs.iter().map(|name| places.pack(name)).collect::<Result<_, _>>()?;
        let config = self.config(&mut places, here)?;
        let request = Request { config: config.clone(), packs };
        let above =
            |(path, _): &(String, Vec<u8>)| here.path(path).starts_with("../").then(|| here.path(path).into_owned());
        let above = config.as_ref().filter(|_| self.by_project()).and_then(above);
        let mut policy = Policy::load(request, &|path| places.read(path))
            .map_err(|problems| Failure(problems.into_iter().map(|problem| told(problem, here)).collect()))?;
        policy.add(self.layer()?);
        if let Some(path) = above {
            policy.remark(format!("the project is where its configuration lies: `{path}`"));
        }
        if let Some(role) = self.env {
            policy.target(role);
        }
        policy.load_with(self.dialects.iter().flat_map(|loaders| loaders.0.iter().copied()).collect());
        if self.no_waivers {
            policy.ignore_waivers();
        }
        if let Some(base) = &self.policy_from {
            policy.ignore_comments();
            let changed = places.changed(base)?;
            if !changed.is_empty() {
                policy.remark(format!(
                    "the project changes its own policy ({}); it was judged by that of `{}`, so look at the change yourself",
                    changed.join(", "),
                    base.display()
                ));
            }
        }
        Ok(Laid { policy, config, files: places.files.into_inner() })
    }

    /// Whether the configuration is the project's own, wherever that is found.
    pub fn by_project(&self) -> bool {
        self.config.is_none() && self.policy_from.is_none()
    }

    fn config(&self, places: &mut Places, here: &Here) -> Result<Option<(String, Vec<u8>)>, Failure> {
        let path = match &self.config {
            Some(path) => places.named(path)?,
            None => {
                let base = self.policy_from.as_deref();
                let home = base.unwrap_or(places.project.root()).to_owned();
                let there = |name: &&str| home.join(name).symlink_metadata().is_ok();
                let mut found = config::NAMES.into_iter().filter(there);
                let Some(name) = found.next() else { return Ok(None) };
                if let Some(other) = found.next() {
                    let (name, other) = (here.path(name), here.path(other));
                    return Err(format!("there are two configurations, `{name}` and `{other}`; keep one").into());
                }
                if base.is_some() { places.named(&home.join(name))? } else { name.to_owned() }
            }
        };
        let bytes = places.read(&path).map_err(|why| format!("configuration `{}` {why}", here.path(&path)))?;
        Ok(Some((path, bytes)))
    }

    fn layer(&self) -> Result<Layer, Failure> {
        let mut layer = Layer::default();
        for text in &self.rules {
            let (id, word) =
                text.split_once('=').ok_or_else(|| format!("--rule takes ID=SEVERITY, and `{text}` has no `=`"))?;
            layer.rules.extend(changes(id, level(word)?)?);
        }
        for id in &self.off {
            layer.rules.extend(changes(id, None)?);
        }
        layer.rules.extend(self.valid_for.and_then(must_live));
        Ok(layer)
    }
}

/// A problem, with its file as it is called here.
fn told(mut problem: Problem, here: &Here) -> String {
    if !problem.name.is_empty() && !problem.name.starts_with("pack ") {
        problem.name = here.path(&problem.name).into_owned();
    }
    problem.to_string()
}

fn changes(id: &str, level: Option<Severity>) -> Result<impl Iterator<Item = Change>, Failure> {
    let named = rules::named(id).ok_or_else(|| unknown_rule(id))?;
    let severity = Sourced { value: Levels::Everywhere(level), origin: SetBy::CommandLine };
    let change = move |rule| Change { rule, severity: Some(severity.clone()), settings: Vec::new() };
    Ok(named.rules.into_iter().map(change))
}

/// How long certificates must still be valid is a parameter of the rule that watches over their end.
fn must_live(days: i64) -> Option<Change> {
    let rule = rules::named("cert/expires-soon")?.rules.into_iter().next()?;
    let value = Sourced { value: Value::Int(days), origin: SetBy::CommandLine };
    Some(Change { rule, severity: None, settings: vec![("valid_for", value)] })
}

/// Reads a time in days or weeks.
fn days(text: &str) -> Result<i64, String> {
    let number = |count: &str, days: i64| count.parse::<u16>().ok().filter(|n| *n > 0).map(|n| i64::from(n) * days);
    let found = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(count), _) => number(count, 1),
        (_, Some(count)) => number(count, 7),
        _ => None,
    };
    found.ok_or_else(|| "expected days or weeks, `14d` or `2w`".to_owned())
}

fn level(word: &str) -> Result<Option<Severity>, Failure> {
    if word == "off" {
        return Ok(None);
    }
    Ok(Some(severity(word)?))
}

/// Reads a severity.
pub fn severity(word: &str) -> Result<Severity, String> {
    Severity::parse(word).ok_or_else(|| {
        let hint = nearest(word, Severity::ALL.map(Severity::name)).map(|near| format!("; did you mean `{near}`?"));
        format!("`{word}` is not a severity (critical, high, medium, low, info){}", hint.unwrap_or_default())
    })
}

/// One dialect, or all of them.
#[derive(Clone, Debug)]
struct Loaders(Vec<Dialect>);

fn dialects(word: &str) -> Result<Loaders, String> {
    if word == "all" {
        return Ok(Loaders(Dialect::ALL.to_vec()));
    }
    Dialect::parse(word).map(|dialect| Loaders(vec![dialect])).ok_or_else(|| {
        let names = || Dialect::ALL.iter().map(|dialect| dialect.name());
        let hint = nearest(word, names()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("`{word}` is no program that loads env files (all, {}){hint}", names().collect::<Vec<_>>().join(", "))
    })
}

fn environment(word: &str) -> Result<Role, String> {
    Role::parse(word).filter(|role| *role != Role::Template).ok_or_else(|| {
        let names = ["production", "staging", "test", "development"];
        let hint = nearest(word, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("`{word}` is not an environment ({}){hint}", names.join(", "))
    })
}

impl Places<'_> {
    /// A pack on the command line: a name, or a file as seen from the working directory.
    fn pack(&mut self, name: &str) -> Result<String, Failure> {
        let file = name.ends_with(".yaml") || name.ends_with(".yml");
        if file { self.named(Path::new(name)) } else { Ok(name.to_owned()) }
    }

    /// A file that the command line names, as seen from the project's root; one outside of it by its full path, and its
    /// folder may be read, too.
    fn named(&mut self, path: &Path) -> Result<String, Failure> {
        let failed = |error: std::io::Error| format!("`{}` cannot be read: {}", path.display(), error.kind());
        let here = std::env::current_dir().map_err(failed)?;
        // A link in the project that leads out of it was not named by who wrote the command line.
        let written = normalize(&slashes(&here.join(path)));
        let inside = |path: &str| Path::new(path).strip_prefix(self.project.root()).ok().map(slashes);
        if let Some(inside) = inside(&written) {
            return Ok(inside);
        }
        let real = path.canonicalize().map_err(failed)?;
        if let Some(inside) = inside(&slashes(&real)) {
            return Ok(inside);
        }
        let folder = real.parent().unwrap_or(&real);
        self.outside.push(Tree::new(folder, "the folder of the file on the command line")?);
        Ok(slashes(&real))
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let outside = self.outside.iter().find(|tree| Path::new(path).is_absolute() && tree.holds(path));
        let tree = outside.unwrap_or(&self.project);
        let held = if outside.is_none() { (self.held)(path) } else { None };
        let bytes = held.unwrap_or_else(|| tree.read(path, LARGEST))?;
        self.files.borrow_mut().push(tree.root().join(path));
        Ok(bytes)
    }

    /// The files of the policy that are not in the project what they are in `base`, by their names there: the
    /// configuration under any name it can have, and the packs that were read.
    fn changed(&self, base: &Path) -> Result<Vec<String>, Failure> {
        let named = base.display();
        let base = Tree::new(base, "the directory of --policy-from").map_err(|why| format!("`{named}`: {why}"))?;
        let files = self.files.borrow();
        let read = files.iter().filter_map(|file| file.strip_prefix(base.root()).ok().map(slashes));
        let mut names: Vec<String> = config::NAMES.into_iter().map(str::to_owned).chain(read).collect();
        names.sort();
        names.dedup();
        let bytes = |tree: &Tree, name: &String| tree.read(name, LARGEST).ok();
        names.retain(|name| bytes(&base, name) != bytes(&self.project, name));
        Ok(names.iter().map(|name| format!("`{name}`")).collect())
    }
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
