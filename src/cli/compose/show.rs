//! `gonogo compose show`

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::ValueEnum;

use super::super::deployment::Deployment;
use super::super::output::{Failure, print, say};
use super::super::scope::Scope;
use crate::model::compose::{Composition, Masked, Plan, Value, Variable};
use crate::project::{Named, Project};
use crate::report::{composed_json, composed_yaml};
use crate::source::{FileId, Here, Source, Span};

/// Prints the model that Compose makes of files: merged, with variables filled in, in the long form.
///
/// It is what `docker compose config` prints, without Docker; in YAML every value has the place it comes from behind it.
/// Secrets are masked. The files are read in an empty environment; nothing is executed. When Compose refuses the files,
/// standard error says why and the exit code is 1.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  gonogo compose show\n  gonogo compose show -f compose.yml -f compose.prod.yml\n  \
gonogo compose show deploy/compose.yml --format json"
)]
pub struct Args {
    /// The project, or a Compose file of it.
    paths: Vec<PathBuf>,
    /// A Compose file; several are merged in this order [default: the files that are started together, if that is one
    /// set].
    #[arg(long = "file", short, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A file that variables are taken from instead of `.env`; may be given several times.
    #[arg(long = "env-file", value_name = "FILE")]
    env_files: Vec<PathBuf>,
    /// Switches on a profile; may be given several times.
    #[arg(long = "profile", value_name = "NAME")]
    profiles: Vec<String>,
    /// What relative paths are relative to [default: the directory of the first file].
    #[arg(long, value_name = "DIR", requires = "files")]
    project_directory: Option<PathBuf>,
    /// The name of the project [default: as Compose finds it].
    #[arg(long, short, value_name = "NAME")]
    project_name: Option<String>,
    /// How to print the model.
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    format: Format,
    /// Shows secrets, too. As YAML only on a terminal, so that they end in no log; as JSON for other programs.
    #[arg(long)]
    reveal: bool,
}

/// How to print.
#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the origin of every value as a comment.
    Yaml,
    /// One object.
    Json,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    if args.reveal && args.format == Format::Yaml && !std::io::stdout().is_terminal() {
        return Err("--reveal shows secrets only on a terminal; other programs read them with --format json".into());
    }
    let Deployment { scope, project, here } = Deployment::with_compose(&args.paths, &args.files)?;
    let mut plan = plan(args, &scope, &project)?;
    for profile in &args.profiles {
        if !plan.profiles.contains(profile) {
            plan.profiles.push(profile.clone());
        }
    }
    let root = scope.root.canonicalize().unwrap_or_else(|_| scope.root.clone());
    let root = root.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let (compose, model) = project.resolve(plan, &root, args.project_name.as_deref());
    let sources = |file: FileId| project.source(file);
    let model = if args.reveal { model } else { Masked::new(&compose, &model, &sources).apply(&model) };
    let view = View { project: &project, compose: &compose, variables: in_order(&compose), here };
    print(&match args.format {
        Format::Yaml => composed_yaml(&model, &|value| view.origin(value)),
        Format::Json => composed_json(&model),
    })?;
    Ok(view.complain())
}

/// The files that are asked for.
fn plan(args: &Args, scope: &Scope, project: &Project) -> Result<Plan, Failure> {
    let inside = |path: &PathBuf| scope.inside(path);
    if !args.files.is_empty() {
        let named = Named {
            files: args.files.iter().map(inside).collect::<Result<_, _>>()?,
            env_files: args.env_files.iter().map(inside).collect::<Result<_, _>>()?,
            profiles: Vec::new(),
            directory: args.project_directory.as_ref().map(inside).transpose()?,
        };
        return project.named(&named).map_err(Failure::from);
    }
    let asked = |plan: &Plan| plan.files.iter().any(|file| scope.covers(&project.source(*file).path));
    let mut plans: Vec<Plan> = project.plans().into_iter().filter(asked).collect();
    // A file that nobody starts and Compose does not find is shown when it is asked for.
    if plans.iter().any(|plan| !plan.alone) && scope.only.is_empty() {
        plans.retain(|plan| !plan.alone);
    }
    match plans.len() {
        0 => Err("there is no Compose file".into()),
        1 => {
            let mut plan = plans.remove(0);
            if !args.env_files.is_empty() {
                plan.env = args.env_files.iter().map(inside).collect::<Result<_, _>>()?;
            }
            Ok(plan)
        }
        count => {
            let mut lines = vec![format!("{count} sets of Compose files are started here; name one of them with -f")];
            lines.extend(plans.iter().map(|plan| describe(plan, scope, project)));
            Err(Failure(lines))
        }
    }
}

/// A set as it is named on the command line, and what starts it.
fn describe(plan: &Plan, scope: &Scope, project: &Project) -> String {
    let here = scope.here();
    let path = |file: &FileId| format!("-f {}", here.path(&project.source(*file).path));
    let files: Vec<String> = plan.files.iter().map(path).collect();
    let place = |at: Span| {
        let source = project.source(at.file);
        format!(" ({}:{})", here.path(&source.path), source.position(at.start).line)
    };
    format!("{}{}", files.join(" "), plan.started_by.map(place).unwrap_or_default())
}

/// A model, ready to be printed.
struct View<'a> {
    project: &'a Project,
    compose: &'a Composition,
    /// Where variables are used.
    variables: BTreeMap<Span, &'a Variable>,
    here: Here,
}

fn in_order(compose: &Composition) -> BTreeMap<Span, &Variable> {
    let used = compose.variables.iter().filter(|used| used.evaluated && used.value.is_some());
    used.map(|used| (used.span, used)).collect()
}

impl View<'_> {
    /// Where a value comes from: its place, and those of the variables in it.
    fn origin(&self, value: &Value) -> Option<String> {
        if value.span.start == value.span.end {
            return None;
        }
        let mut told = vec![self.place(value.span)];
        let used = self.variables.range(value.span.at_start()..).take_while(|(span, _)| value.span.contains(**span));
        told.extend(used.filter_map(|(_, used)| {
            let set = used.value.as_ref()?;
            Some(format!("{} from {}", used.name, self.place(set.span)))
        }));
        told.extend(value.unresolved.as_ref().map(|missing| format!("{} is not set", missing.variable)));
        told.dedup();
        Some(told.join(", "))
    }

    fn place(&self, at: Span) -> String {
        let source: &Source = self.project.source(at.file);
        format!("{}:{}", self.here.path(&source.path), source.position(at.start).line)
    }

    /// Says whether Compose refuses the files; the exit code.
    fn complain(&self) -> u8 {
        let Some(at) = self.compose.refused() else { return 0 };
        say(&format!("{}: Compose refuses the files; `gonogo check` tells why", self.place(at)));
        1
    }
}
