//! `gonogo nginx show`

use std::path::PathBuf;

use clap::ValueEnum;

use super::super::deployment::Deployment;
use super::super::output::{Failure, print, say};
use crate::report::{Asked, Sites, to_json};

/// Shows which server and which location answer a request, what is in effect there, and what is sent upstream.
///
/// Every value has the place it is written at. When files are not there, or the answer is an error, it says where `try_files` and
/// `error_page` lead. Without `--location`, the paths that have a location of their own are listed,
/// and what happens to all others. Secrets are masked; nothing is executed. Exit code 1 when no server is found.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  gonogo nginx show\n  gonogo nginx show --host shop.example --location /api/items\n  \
gonogo nginx show nginx/site.conf --location /static/app.css --format json"
)]
pub struct Args {
    /// The project, or an nginx file of it.
    paths: Vec<PathBuf>,
    /// The host of the request, with a port if it matters: `shop.example`, `shop.example:8443` [default: every server].
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// The path of the request.
    #[arg(long, value_name = "URI")]
    location: Option<String>,
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
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    if let Some(uri) = args.location.as_ref().filter(|uri| !uri.starts_with('/')) {
        return Err(format!("`{uri}` is no path of a request: write it as `/api/items`").into());
    }
    let (host, port) = match args.host.as_deref() {
        None => (None, None),
        Some(text) => match text.rsplit_once(':').filter(|_| !text.ends_with(']')) {
            Some((host, port)) => {
                let port = port.parse().map_err(|_| Failure::from(format!("`{port}` is no port")))?;
                (Some(host), Some(port))
            }
            None => (Some(text), None),
        },
    };
    let deployment = Deployment::load(&args.paths)?;
    let asked = Asked { host, port, path: args.location.as_deref() };
    let covers = |path: &str| deployment.scope.covers(path);
    let sites = Sites::new(&deployment.project, &asked, &covers, &|at| deployment.place(at));
    if sites.is_empty() {
        say("no server of nginx is there to answer");
    }
    print(&match args.format {
        Format::Text => sites.text(),
        Format::Json => to_json(&sites),
    })?;
    Ok(u8::from(sites.is_empty()))
}
