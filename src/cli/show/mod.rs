//! `gonogo show`: the deployment as gonogo sees it.

mod env;
mod path;
mod reach;

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::deployment::Deployment;
use super::output::{Failure, print};
use crate::model::compose::Service;
use crate::report::{Seen, to_json};

/// Shows the deployment as gonogo sees it: what runs, where it listens, who reaches whom.
///
/// Everything a rule can ask is here, with the place it is written at; what is not known is said, too. Secrets are masked,
/// nothing is executed.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  gonogo show\n  gonogo show --format svg > deployment.svg\n  gonogo show reach web db:5432\n  \
gonogo show env web DATABASE_URL\n  gonogo show path nginx /etc/nginx/conf.d/default.conf"
)]
pub struct Args {
    #[command(subcommand)]
    question: Option<Question>,
    /// The project.
    paths: Vec<PathBuf>,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How to show it.
#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
    /// A picture, as Markdown shows it.
    Mermaid,
    /// A picture for browsers and documents.
    Svg,
}

#[derive(Subcommand)]
enum Question {
    Reach(reach::Args),
    Env(env::Args),
    Path(path::Args),
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    match &args.question {
        Some(Question::Reach(args)) => return reach::run(args),
        Some(Question::Env(args)) => return env::run(args),
        Some(Question::Path(args)) => return path::run(args),
        None => {}
    }
    let deployment = Deployment::load(&args.paths)?;
    let seen = Seen::new(&deployment.project, &|at| deployment.place(at));
    print(&match args.format {
        Format::Text => seen.text(),
        Format::Json => to_json(&seen),
        Format::Mermaid => seen.mermaid(),
        Format::Svg => seen.svg(),
    })?;
    Ok(0)
}

/// The service of a name, in the set that is most serious.
///
/// # Errors
/// When there is none: the nearest names are told.
fn service<'a>(deployment: &'a Deployment, name: &str) -> Result<&'a Service, Failure> {
    let found = deployment.project.services().filter(|service| service.name.value == name);
    let all = || {
        let mut names: Vec<&str> = deployment.project.services().map(|service| service.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(8);
        names.join("`, `")
    };
    found.max_by_key(|service| service.role).ok_or_else(|| {
        let names = all();
        match names.as_str() {
            "" => "there is no Compose file with services".to_owned(),
            names => format!("no service is called `{name}`; there are `{names}`"),
        }
        .into()
    })
}
