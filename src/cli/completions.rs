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
    let script = String::from_utf8_lossy(&script);
    print(&if args.shell == Shell::Fish { quoted(&script) } else { script.into_owned() })?;
    Ok(0)
}

/// fish puts variables and the output of commands in where a value is described, because that is between double quotes.
fn quoted(script: &str) -> String {
    let line = |line: &str| match line.split_once("\\t'") {
        Some((value, about)) => format!("{value}\\t'{}\n", about.replace('$', "\\$")),
        None => format!("{line}\n"),
    };
    script.lines().map(line).collect()
}
