//! `gonogo show reach`

use std::path::PathBuf;

use super::super::deployment::Deployment;
use super::super::output::{Failure, print};
use super::service;
use crate::project::Reach;
use crate::report::nowhere;

/// Says whether a host and port lead anywhere, seen from a service.
///
/// Exit code 0: they do, or nothing says otherwise; 1: they lead nowhere; 2: not known.
#[derive(clap::Args)]
pub struct Args {
    /// The service the connection begins in.
    from: String,
    /// Where it goes, as `db:5432`.
    to: String,
    /// The project.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let wrong = || Failure::from(format!("`{}` is no host and port: write it as `db:5432`", args.to));
    let (host, port) = args.to.rsplit_once(':').ok_or_else(wrong)?;
    let port: u16 = port.parse().map_err(|_| wrong())?;
    let deployment = Deployment::load(args.project.as_slice())?;
    let own = service(&deployment, &args.from)?;
    let from = deployment.project.from_service(own);
    let behind = deployment.project.behind(&from, host, port);
    let (text, code) = match deployment.project.reach(&from, host, Some(port), false) {
        Reach::Somewhere => match behind.first() {
            Some((other, port)) => {
                let place = deployment.place(other.name.span);
                (format!("yes: service `{}` answers on {port} ({place})", other.name.value), 0)
            }
            None => ("yes, or outside: nothing in the project says otherwise".to_owned(), 0),
        },
        Reach::Unclaimed => ("perhaps: no service is there, another program of the host may be".to_owned(), 0),
        Reach::Nowhere(why, at) => {
            let place = at.map(|at| format!(" ({})", deployment.place(at))).unwrap_or_default();
            (format!("no: {}{place}", nowhere(&why, host, port)), 1)
        }
        Reach::Unknown(why) => (format!("not known: {}", why.text), 2),
    };
    print(&format!("{text}\n"))?;
    Ok(code)
}
