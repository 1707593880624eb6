//! The command line: one file per subcommand. Standard output carries what was asked for and nothing else; everything
//! gonogo says about itself goes to standard error.

mod board;
mod cert;
mod check;
mod completions;
mod compose;
mod deployment;
mod env;
mod explain;
mod fix;
mod init;
mod list;
mod man;
mod nginx;
mod output;
mod outputs;
mod packs;
mod policy;
mod rules;
mod scope;
mod search;
mod secret;
mod show;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::{CommandFactory, Parser, Subcommand};
use time::OffsetDateTime;

use crate::report::plain;
use crate::secret::sentence;
use output::{Failure, say};

/// The one look at the clock.
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Reads every file that ships, joins them into one deployment, and says go or no-go.
///
/// Exit codes: 0 go, 1 no-go, 2 could not decide (wrong arguments or configuration, nothing found to check, a file
/// that cannot be read).
#[derive(Parser)]
#[command(name = "gonogo", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Board(board::Args),
    Env(env::Args),
    Show(show::Args),
    Compose(compose::Args),
    Nginx(nginx::Args),
    Cert(cert::Args),
    Explain(explain::Args),
    Rules(rules::Args),
    Packs(packs::Args),
    Init(init::Args),
    Secret(secret::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// The whole command line, for completions and the manual.
fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program; the result is the exit code.
pub fn run() -> u8 {
    quiet_panics();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            refuse(&error);
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    guarded(|| run_command(&cli.command)).unwrap_or_else(|Failure(messages)| {
        messages.iter().for_each(|message| say(&format!("error: {}", sentence(message))));
        2
    })
}

fn run_command(command: &Command) -> Result<u8, Failure> {
    match command {
        Command::Check(args) => check::run(args),
        Command::Board(args) => board::run(args),
        Command::Env(args) => env::run(args),
        Command::Show(args) => show::run(args),
        Command::Compose(args) => compose::run(args),
        Command::Nginx(args) => nginx::run(args),
        Command::Cert(args) => cert::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Packs(args) => packs::run(args),
        Command::Init(args) => init::run(args),
        Command::Secret(args) => secret::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}

/// Prints what is wrong with the arguments, or the help that was asked for. Arguments are repeated in it, and can be the
/// names of files.
fn refuse(error: &clap::Error) {
    let text = error.render().to_string();
    // A reader that went away is no reason to complain.
    let _ = if plain(&text) == text { error.print() } else { write!(std::io::stderr(), "{}", plain(&text)) };
}

/// Runs `f`. A panic, of which the hook has said the place, is an answer that could not be found: exit code 2.
fn guarded(f: impl FnOnce() -> Result<u8, Failure>) -> Result<u8, Failure> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or(Ok(2))
}

/// What a panic says can hold a value of a file: only its place is printed.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        say(&format!("internal error{place}; please report it"));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_undecided() {
        let Ok(code) = guarded(|| panic!("what it says is not repeated")) else { panic!("an error") };
        assert_eq!(code, 2);
    }
}
