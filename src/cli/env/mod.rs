//! `gonogo env`: what the programs that load an env file make of it.

mod diff;
mod files;
mod loaded;
mod loaders;
mod values;

use clap::Subcommand;

use super::output::Failure;

/// Shows what the programs that load an env file read in it.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Values(values::Args),
    Diff(diff::Args),
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    match &args.command {
        Command::Values(args) => values::run(args),
        Command::Diff(args) => diff::run(args),
    }
}
