//! An env file given by name, and the readings of it.

use std::io::Read;
use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::super::output::Failure;
use crate::model::{Class, Document, Kind};
use crate::report::steers;
use crate::source::{FileId, Role, RoleWhy, Source, read};
use crate::syntax::dotenv::{Dialect, Value};

/// Reads a file (`-` is standard input); its secrets are hidden.
///
/// # Errors
/// When it cannot be read.
pub fn source(path: &Path) -> Result<Source, Failure> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let input = std::io::stdin().lock().read_to_end(&mut bytes);
        input.map_err(|error| format!("standard input cannot be read: {}", error.kind()))?;
        bytes
    } else {
        read(path).map_err(|why| format!("`{}` {why}", path.display()))?.0
    };
    let source = Source::new(FileId(0), path.to_string_lossy(), bytes);
    let class = Class { kind: Kind::Env, why: "the command line names it" };
    let (document, _) = Document::read(source, class, Role::Production, RoleWhy::Unnamed);
    Ok(document.source)
}

/// The argument that names a dialect.
pub fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let values = Dialect::ALL.iter().map(|dialect| PossibleValue::new(dialect.name()).help(dialect.title()));
    PossibleValuesParser::new(values).map(|name| Dialect::parse(&name).unwrap_or(Dialect::Compose))
}

/// The argument `NAME=VALUE`.
pub fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// A value on one line: as it is when nothing about it can be missed, else quoted.
pub fn one_line(value: &Value, shown: &str) -> String {
    match value {
        Value::Null => "(no value)".to_owned(),
        Value::Output(_) => "(what a command prints)".to_owned(),
        Value::Text(_) => {
            let blank = |c: char| c.is_whitespace();
            let plain = !shown.is_empty()
                && !shown.starts_with(|c: char| blank(c) || c == '"' || c == '(')
                && !shown.ends_with(blank)
                && !shown.chars().any(|c| steers(c) || blank(c) && c != ' ');
            if plain { shown.to_owned() } else { format!("{shown:?}") }
        }
    }
}
