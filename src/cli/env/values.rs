//! `gonogo env values`

use std::fmt::Write;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use super::super::output::{Failure, print};
use super::loaded;
use crate::model::env::Masked;
use crate::report::{flat, to_json};
use crate::secret;
use crate::source::{Position, Source};
use crate::syntax::dotenv::{Dialect, Entry, Environment, Reading, directive};

/// Prints the variables of an env file as the program that loads it sees them.
///
/// Secrets are masked. The file is read in an empty environment; nothing is executed. When the program refuses the file,
/// its error is part of the answer and the exit code stays 0.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gonogo env values .env.prod\n  gonogo env values .env.prod --dialect docker\n  \
gonogo env values .env --dialect python-dotenv --set HOME=/srv --format json")]
pub struct Args {
    /// The file; `-` is standard input.
    file: PathBuf,
    /// The program that loads it [default: what its first line names (`# dotenv NAME`), else compose].
    #[arg(long, value_name = "NAME", value_parser = loaded::dialect(), hide_possible_values = false)]
    dialect: Option<Dialect>,
    /// A variable of the program's environment; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = loaded::variable)]
    set: Vec<(String, String)>,
    /// How to print the variables.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Shows secrets, too. As text only on a terminal, so that they end in no log; as JSON for other programs.
    #[arg(long)]
    reveal: bool,
}

/// How to print.
#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One variable a line.
    Text,
    /// One object with `dialect`, `error` and `entries`.
    Json,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    if args.reveal && args.format == Format::Text && !std::io::stdout().is_terminal() {
        return Err("--reveal shows secrets only on a terminal; other programs read them with --format json".into());
    }
    let source = loaded::source(&args.file)?;
    let environment: Environment = args.set.iter().cloned().collect();
    let dialect = args.dialect.or_else(|| directive(&source)).unwrap_or(Dialect::Compose);
    let reading = dialect.read(&source, &environment);
    let masked = (!args.reveal).then(|| Masked::new(&source, &environment, [&reading]));
    let view = View { source: &source, dialect, reading: &reading, masked };
    print(&match args.format {
        Format::Text => view.text(),
        Format::Json => view.json(),
    })?;
    Ok(0)
}

/// One reading, ready to be printed.
struct View<'a> {
    source: &'a Source,
    dialect: Dialect,
    reading: &'a Reading,
    masked: Option<Masked<'a>>,
}

impl View<'_> {
    fn key(&self, entry: &Entry) -> String {
        self.masked.as_ref().map_or_else(|| entry.key.value.clone(), |masked| masked.key(&entry.key.value))
    }

    fn value(&self, entry: &Entry) -> String {
        match &self.masked {
            Some(masked) => masked.value(&entry.key.value, &entry.value),
            None => entry.value.text().unwrap_or_default().to_owned(),
        }
    }

    fn at(&self, entry: &Entry) -> Position {
        self.source.position(entry.key.span.start)
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if let Some(error) = &self.reading.error {
            let at = self.source.position(error.span.start);
            let _ = writeln!(
                text,
                "{}:{}:{}  error: {}",
                flat(&self.source.path),
                at.line,
                at.column,
                secret::sentence(&error.message)
            );
        }
        let rows: Vec<(String, String, String)> = self
            .reading
            .effective(self.dialect)
            .into_iter()
            .map(|entry| {
                let at = self.at(entry);
                let place = format!("{}:{}:{}", flat(&self.source.path), at.line, at.column);
                (place, flat(&self.key(entry)), loaded::one_line(&entry.value, &self.value(entry)))
            })
            .collect();
        let width = |part: fn(&(String, String, String)) -> &String| {
            rows.iter().map(|row| part(row).chars().count()).filter(|width| *width <= 40).max().unwrap_or(0)
        };
        let (places, keys) = (width(|row| &row.0), width(|row| &row.1));
        for (place, key, value) in &rows {
            let _ = writeln!(text, "{place:places$}  {key:keys$}  {value}");
        }
        text
    }

    fn json(&self) -> String {
        let entry = |entry: &Entry| {
            let at = self.at(entry);
            let value = entry.value.text().map(|_| self.value(entry));
            json!({"key": self.key(entry), "value": value, "line": at.line, "column": at.column})
        };
        let entries: Vec<_> = self.reading.effective(self.dialect).into_iter().map(entry).collect();
        let mut object = json!({
            "dialect": self.dialect.name(),
            "error": self.reading.error.is_some(),
            "entries": entries,
        });
        if let Some(error) = &self.reading.error {
            let at = self.source.position(error.span.start);
            object["message"] = json!({"text": secret::sentence(&error.message), "line": at.line, "column": at.column});
        }
        to_json(&object)
    }
}
