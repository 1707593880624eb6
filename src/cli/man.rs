//! `gonogo man`

use clap_mangen::Man;

use super::output::{Failure, print};

/// Prints the manual page, in the format of `man`.
#[derive(clap::Args)]
pub struct Args {
    /// The page of a subcommand.
    subcommand: Option<String>,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let mut command = super::command();
    command.build();
    if let Some(name) = &args.subcommand {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| format!("there is no subcommand `{name}`"))?;
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(|error| format!("cannot make the page: {}", error.kind()))?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(0)
}
