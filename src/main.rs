//! The gonogo program: runs the command line and exits with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(gonogo::cli::run())
}
