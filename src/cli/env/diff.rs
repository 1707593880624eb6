//! `gonogo env diff`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ValueEnum;

use super::super::output::{Failure, print};
use super::{files, loaded, loaders};
use crate::source::Source;
use crate::syntax::dotenv::{Dialect, Environment};

/// Compares how programs read one env file, or what several env files set.
///
/// One file: every variable that programs read differently, with what each of them sees, and the programs that refuse
/// the file. Several files: variables that some of them lack, and secrets that are the same in more than one. Values of
/// secrets are masked.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  gonogo env diff .env.prod\n  gonogo env diff .env.prod --dialects compose,docker,bash\n  \
gonogo env diff .env.staging .env.production"
)]
pub struct Args {
    /// The files.
    #[arg(required = true, num_args = 1..)]
    files: Vec<PathBuf>,
    /// One file: the programs to compare, separated by commas [default: all].
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = loaded::dialect())]
    dialects: Vec<Dialect>,
    /// Several files: the program that loads them [default: what their first line names, else compose].
    #[arg(long, value_name = "NAME", value_parser = loaded::dialect(), hide_possible_values = true)]
    dialect: Option<Dialect>,
    /// A variable of the programs' environment; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = loaded::variable)]
    set: Vec<(String, String)>,
    /// How to print the differences.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How to print.
#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let sources: Vec<Source> = args.files.iter().map(|path| loaded::source(path)).collect::<Result<_, _>>()?;
    let environment: Environment = args.set.iter().cloned().collect();
    let json = args.format == Format::Json;
    let text = match &sources[..] {
        [source] => {
            if args.dialect.is_some() {
                return Err("--dialect is for several files; name the programs to compare with --dialects".into());
            }
            let dialects = if args.dialects.is_empty() { Dialect::ALL } else { &args.dialects[..] };
            let comparison = loaders::Comparison::new(source, dialects, &environment);
            if json { comparison.json() } else { comparison.text() }
        }
        _ => {
            if !args.dialects.is_empty() {
                return Err("--dialects is for one file; name the program that loads these with --dialect".into());
            }
            let names: BTreeSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
            if names.len() < sources.len() {
                return Err("the same file is given twice".into());
            }
            let comparison = files::Comparison::new(&sources, args.dialect, &environment);
            if json { comparison.json() } else { comparison.text() }
        }
    };
    print(&text)?;
    Ok(0)
}
