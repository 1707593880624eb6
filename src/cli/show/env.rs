//! `gonogo show env`

use std::path::PathBuf;

use super::super::deployment::Deployment;
use super::super::output::{Failure, print};
use super::service;
use crate::model::Known;
use crate::report::flat;

/// Shows the environment of a service: each variable with the value that wins, where it is written, and over what it wins.
///
/// Secrets are masked. Exit code 1 when the variable that is asked for is not set.
#[derive(clap::Args)]
pub struct Args {
    /// The service.
    service: String,
    /// The variable [default: all of them].
    name: Option<String>,
    /// The project.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let deployment = Deployment::load(args.project.as_slice())?;
    let project = &deployment.project;
    let service = service(&deployment, &args.service)?;
    let names: Vec<&str> = match &args.name {
        Some(name) => vec![name],
        None => project.environment_of(service).into_iter().collect(),
    };
    let mut code = 0;
    let mut text = String::new();
    for name in names {
        text += &match project.service_env(service, name) {
            Known::Set(value) => {
                let shown = flat(&project.source(value.span.file).quote(value.span));
                let hidden: Vec<String> =
                    project.hidden(service, name).iter().map(|at| deployment.place(*at)).collect();
                let over = if hidden.is_empty() { String::new() } else { format!(", over {}", hidden.join(" and ")) };
                format!("{name}={shown}  # {}{over}\n", deployment.place(value.span))
            }
            Known::Default(_) => format!("{name}  # put together by Compose\n"),
            Known::Unresolved { span, why, .. } => format!("{name}  # not known: {why} ({})\n", deployment.place(span)),
            Known::Absent if args.name.is_some() => {
                code = 1;
                format!("{name}  # not set\n")
            }
            Known::Absent => format!("{name}  # from the shell that starts Compose\n"),
        };
    }
    print(&text)?;
    Ok(code)
}
