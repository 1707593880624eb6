//! `gonogo cert`: what certificate and key files say.

mod show;

use clap::Subcommand;

use super::output::Failure;

/// Shows what certificate and key files say.
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
