//! `gonogo completions`

use clap_complete::{Shell, generate};

use super::output::{Failure, print};

/// Prints the completion script of a shell.
#[derive(clap::Args)]
pub struct Args {
    /// The shell.
    shell: Shell,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut super::command(), "gonogo", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
