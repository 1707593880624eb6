//! `gonogo init`

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use super::output::{Failure, print};

/// Writes a gonogo.yaml with comments into the working directory.
#[derive(clap::Args)]
pub struct Args {}

const NAME: &str = "gonogo.yaml";

const TEXT: &str = include_str!("init.yaml");

pub fn run(_: &Args) -> Result<u8, Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(NAME);
    match file.and_then(|mut file| file.write_all(TEXT.as_bytes())) {
        Ok(()) => {
            print(&format!("wrote {NAME}\n"))?;
            Ok(0)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(format!("{NAME} is there already").into()),
        Err(error) => Err(format!("cannot write {NAME}: {}", error.kind()).into()),
    }
}
