//! `gonogo nginx`: what nginx makes of its configuration.

mod show;

use clap::Subcommand;

use super::output::Failure;

/// Answers questions about nginx configurations, without nginx.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    Show(show::Args),
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    match &args.question {
        Question::Show(args) => show::run(args),
    }
}
