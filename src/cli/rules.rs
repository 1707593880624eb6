//! `gonogo rules`

use std::fmt::Write;

use clap::ValueEnum;
use serde_json::json;

use super::output::{Failure, print};
use crate::report::to_json;
use crate::rules::{self, Param, Rule, Value};

/// Lists every rule.
#[derive(clap::Args)]
pub struct Args {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    format: Format,
}

#[derive(Copy, Clone, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let text = match args.format {
        Format::Table => table(),
        Format::Json => {
            let list: Vec<_> = rules::all().map(as_json).collect();
            to_json(&list)
        }
    };
    print(&text)?;
    Ok(0)
}

fn table() -> String {
    let width = rules::all().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules::all() {
        let line = format!(
            "{:width$}  {:8}  {:8}  {}",
            rule.id,
            rule.severity,
            rule.audience.name(),
            rule.summary().trim_end_matches('.')
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn as_json(rule: &'static Rule) -> serde_json::Value {
    json!({
        "id": rule.id,
        "aliases": rule.aliases,
        "summary": rule.summary(),
        "severity": rule.severity.name(),
        "confidence": rule.confidence.name(),
        "effect": rule.effect.name(),
        "audience": rule.audience.name(),
        "since": rule.since,
        "reads": rule.check.reads(),
        "parameters": rule.params.iter().map(parameter).collect::<Vec<_>>(),
        "references": rule.refs,
    })
}

fn parameter(param: &Param) -> serde_json::Value {
    let default = match param.default() {
        Value::Int(number) => json!(number),
        Value::Bool(on) => json!(on),
        Value::List(words) => json!(words),
        Value::Switches(_) => json!({}),
    };
    json!({ "name": param.name(), "default": default, "doc": param.doc() })
}
