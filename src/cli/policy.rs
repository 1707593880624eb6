//! The options that make the policy, shared by the subcommands that need one.

use std::path::{Path, PathBuf};

use super::output::Failure;
use crate::policy::{Change, Layer, Levels, Origin, Policy, Request, Sourced, nearest, unknown_rule};
use crate::rules::{self, Severity};
use crate::source::{self, Role};
use crate::syntax::dotenv::Dialect;

/// What the command line says about the policy.
#[derive(clap::Args, Debug, Default)]
pub struct Options {
    /// Adds a pack: a name from `gonogo packs`, or a YAML file.
    #[arg(long = "pack", value_name = "NAME")]
    packs: Vec<String>,
    /// Judges the deployment to one environment: production, staging, test or development.
    #[arg(long, value_name = "NAME", value_parser = environment)]
    env: Option<Role>,
    /// Reads env files as these programs do, whatever the project says: names from `gonogo env diff`, or `all`.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = dialects)]
    dialects: Vec<Loaders>,
    /// Gives a rule a severity: critical, high, medium, low, info or off.
    #[arg(long = "rule", value_name = "ID=SEVERITY")]
    rules: Vec<String>,
    /// Switches a rule off.
    #[arg(long = "off", value_name = "ID")]
    off: Vec<String>,
    /// Reports waived findings like all others.
    #[arg(long)]
    no_waivers: bool,
    /// Reads the configuration from this file instead of the project's gonogo.yaml.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The names a project's configuration can have.
const CONFIG_NAMES: [&str; 4] = ["gonogo.yaml", ".gonogo.yaml", "gonogo.yml", ".gonogo.yml"];

impl Options {
    /// All layers together, for the project at `root`.
    ///
    /// # Errors
    /// When an option or a file names something that does not exist.
    pub fn policy(&self, root: &Path) -> Result<Policy, Failure> {
        let read = |path: &str| Ok(source::read(&root.join(path))?.0);
        let packs = self.packs.iter().map(|name| pack(name, root)).collect::<Result<_, _>>()?;
        let request = Request { config: self.config(root)?, packs };
        let mut policy = Policy::load(request, &read)
            .map_err(|problems| Failure(problems.iter().map(ToString::to_string).collect()))?;
        policy.add(self.layer()?);
        if let Some(role) = self.env {
            policy.target(role);
        }
        policy.load_with(self.dialects.iter().flat_map(|loaders| loaders.0.iter().copied()).collect());
        if self.no_waivers {
            policy.ignore_waivers();
        }
        Ok(policy)
    }

    fn config(&self, root: &Path) -> Result<Option<(String, Vec<u8>)>, Failure> {
        let path = match &self.config {
            Some(path) => from_root(path, root)?,
            None => {
                let mut found = CONFIG_NAMES.into_iter().filter(|name| root.join(name).exists());
                let Some(name) = found.next() else { return Ok(None) };
                if let Some(other) = found.next() {
                    return Err(format!("there are two configurations, `{name}` and `{other}`; keep one").into());
                }
                name.to_owned()
            }
        };
        let (bytes, _) = source::read(&root.join(&path)).map_err(|why| format!("configuration `{path}` {why}"))?;
        Ok(Some((path, bytes)))
    }

    fn layer(&self) -> Result<Layer, Failure> {
        let mut layer = Layer::default();
        for text in &self.rules {
            let (id, word) =
                text.split_once('=').ok_or_else(|| format!("--rule takes ID=SEVERITY, and `{text}` has no `=`"))?;
            layer.rules.push(change(id, level(word)?)?);
        }
        for id in &self.off {
            layer.rules.push(change(id, None)?);
        }
        Ok(layer)
    }
}

fn change(id: &str, level: Option<Severity>) -> Result<Change, Failure> {
    let rule = rules::find(id).ok_or_else(|| unknown_rule(id))?;
    let severity = Sourced { value: Levels::Everywhere(level), origin: Origin::CommandLine };
    Ok(Change { rule, severity: Some(severity), settings: Vec::new() })
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

/// A pack on the command line: a name, or a file as seen from the working directory.
fn pack(name: &str, root: &Path) -> Result<String, Failure> {
    let file = name.ends_with(".yaml") || name.ends_with(".yml");
    if file { from_root(Path::new(name), root) } else { Ok(name.to_owned()) }
}

/// A file as seen from the project's root; one outside of it by its full path.
fn from_root(path: &Path, root: &Path) -> Result<String, Failure> {
    let full = |path: &Path| {
        path.canonicalize().map_err(|error| format!("`{}` cannot be read: {}", path.display(), error.kind()))
    };
    let (path, root) = (full(path)?, full(root)?);
    let path = path.strip_prefix(&root).unwrap_or(&path);
    Ok(path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}
