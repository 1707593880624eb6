//! `gonogo show path`

use std::path::PathBuf;

use super::super::deployment::Deployment;
use super::super::output::{Failure, print};
use super::service;
use crate::project::Located;
use crate::source::Answer;

/// Says which file is at a path in the container of a service.
///
/// Exit code 0: it is known; 1: nothing is there; 2: not known.
#[derive(clap::Args)]
pub struct Args {
    /// The service.
    service: String,
    /// The path in its container.
    path: String,
    /// The project.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let deployment = Deployment::load(args.project.as_slice())?;
    let service = service(&deployment, &args.service)?;
    let (text, code) = match deployment.project.locate(service, &args.path) {
        Answer::Yes(Located::Project(path)) => (format!("`{}` of the project", deployment.here.path(&path)), 0),
        Answer::Yes(Located::Host(path)) => (format!("`{path}` of the host"), 0),
        Answer::Yes(Located::Volume) => ("what a volume holds when it runs".to_owned(), 0),
        Answer::Yes(Located::Image) => ("what comes with the image, or is made when it runs".to_owned(), 0),
        Answer::No(why) => (format!("nothing: {}", why.text), 1),
        Answer::Unknown(why) => (format!("not known: {}", why.text), 2),
    };
    print(&format!("{text}\n"))?;
    Ok(code)
}
