//! `gonogo cert show`

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use time::OffsetDateTime;

use super::super::output::{Failure, print};
use super::super::{check, now};
use crate::engine;
use crate::model::tls::Roots;
use crate::policy::{Layer, Policy};
use crate::report::{Certificates, to_json};
use crate::rules::Severity;
use crate::source::{Content, Input, Workspace, read};

/// Shows certificates and keys: names, validity, which key belongs to which certificate, in which order a chain should be,
/// and what is wrong.
///
/// Only the named files are read; nothing of a private key is shown but its kind. What is wrong is part of the answer, and
/// the exit code stays 0; it is 2 when a file cannot be read or holds neither.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gonogo cert show fullchain.pem privkey.pem\n  \
gonogo cert show certs/*.pem --format json\n  gonogo cert show server.crt --at 2027-01-31")]
pub struct Args {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A root that clients have besides the public ones; may be given several times.
    #[arg(long = "root", value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// How to show them.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Looks at them as of this moment, RFC 3339 or YYYY-MM-DD (midnight UTC) [default: now].
    #[arg(long, value_name = "DATE", value_parser = check::moment)]
    at: Option<OffsetDateTime>,
}

/// How to show them.
#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object with `at`, `files` and `findings`.
    Json,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let (mut workspace, mut wrong) = (Workspace::default(), Vec::new());
    for file in &args.files {
        let path = named(file);
        if workspace.pem.contains(&path) {
            continue;
        }
        match content(file) {
            Ok(content) => {
                workspace.files.add_file(&path);
                workspace.inputs.push(Input { path: path.clone(), content });
                workspace.pem.push(path);
            }
            Err(why) => wrong.push(format!("`{path}` {why}")),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure(wrong));
    }
    workspace.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    let paths = workspace.pem.clone();
    let (mut policy, at) = (Policy::default(), args.at.unwrap_or_else(now));
    policy.add(Layer { roots: roots(&args.roots)?, ..Layer::default() });
    let (project, faults) = engine::load(workspace, &policy, at);
    if !faults.is_empty() {
        return Err(Failure(faults.into_iter().map(|fault| format!("`{}` {}", fault.path, fault.message)).collect()));
    }
    let report = engine::judge(project, faults, &policy, at, Severity::Medium);
    let seen = Certificates::new(&report, &paths);
    print(&match args.format {
        Format::Text => seen.text(),
        Format::Json => to_json(&seen),
    })?;
    Ok(if seen.all_read() { 0 } else { 2 })
}

fn roots(files: &[PathBuf]) -> Result<Roots, Failure> {
    let mut roots = Roots::default();
    for file in files {
        let path = named(file);
        let found = content(file).and_then(|content| Roots::read(&path, content.read()?.0));
        roots.extend(found.map_err(|why| format!("root `{path}` {why}"))?);
    }
    Ok(roots)
}

fn content(file: &Path) -> Result<Content, String> {
    if file.is_dir() {
        return Err("is a directory; name the files in it".to_owned());
    }
    let (bytes, mode) = read(file)?;
    Ok(match mode {
        Some(mode) => Content::WithMode(bytes, mode),
        None => Content::Memory(bytes),
    })
}

/// The path as it was written, without what says nothing.
fn named(file: &Path) -> String {
    let path = file.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    path.strip_prefix("./").map(str::to_owned).unwrap_or(path)
}
