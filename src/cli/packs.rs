//! `gonogo packs`

use std::fmt::Write;

use clap::Subcommand;

use super::output::{Failure, print};
use crate::policy::{Builtin, PACKS, nearest};

/// Lists the packs that come with gonogo, or shows one.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Prints a pack as it is: a starting point for one of your own.
    Show {
        /// The pack.
        name: String,
    },
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let text = match &args.command {
        None => list(),
        Some(Command::Show { name }) => Builtin::find(name).ok_or_else(|| missing(name))?.text.to_owned(),
    };
    print(&text)?;
    Ok(0)
}

fn list() -> String {
    let width = PACKS.iter().map(|pack| pack.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for pack in PACKS {
        let _ = writeln!(text, "{:width$}  {}", pack.id, pack.title());
    }
    text
}

fn missing(name: &str) -> String {
    let hint = match nearest(name, PACKS.iter().map(|pack| pack.id)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`gonogo packs` lists them".to_owned(),
    };
    format!("there is no pack `{name}`; {hint}")
}
