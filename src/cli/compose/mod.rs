//! `gonogo compose`: what Compose makes of files.

mod show;

use clap::Subcommand;

use super::output::Failure;

/// Shows what Compose makes of the files that it starts together.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Show(show::Args),
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    match &args.command {
        Command::Show(args) => show::run(args),
    }
}
