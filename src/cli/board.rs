//! `gonogo board`

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use time::OffsetDateTime;

use super::output::{Failure, print};
use super::policy::{Laid, Options};
use super::scope::Scope;
use super::{check, now, say};
use crate::engine::{self, Board};
use crate::model::candidate;
use crate::report::{BoardFormat, render_board};
use crate::rules::Severity;
use crate::source::discover;

/// Shows the requirements of a release, and how each of them stands.
///
/// Each is met, not met, unknown, attested by somebody, or not applicable; with its reasons, their places, and what would
/// settle it. What no file can show is said in `attest:` of gonogo.yaml, by somebody and for a time. The exit code is that
/// of `gonogo check`.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gonogo board\n  gonogo board --format html > board.html")]
pub struct Args {
    /// The project, or the files the board is about.
    paths: Vec<PathBuf>,
    /// How to write it.
    #[arg(long, value_parser = format(), default_value = "terminal")]
    format: BoardFormat,
    /// Judges as of this moment, RFC 3339 or YYYY-MM-DD (midnight UTC) [default: now].
    #[arg(long, value_name = "DATE", value_parser = check::moment)]
    at: Option<OffsetDateTime>,
    #[command(flatten)]
    policy: Options,
}

fn format() -> impl TypedValueParser<Value = BoardFormat> {
    let values = BoardFormat::ALL.iter().map(|format| PossibleValue::new(format.name()).help(format.about()));
    let find = |name: String| BoardFormat::ALL.iter().copied().find(|format| format.name() == name);
    PossibleValuesParser::new(values).map(move |name| find(name).unwrap_or(BoardFormat::Terminal))
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let mut scope = Scope::new(&args.paths, None)?;
    if args.policy.by_project() {
        scope.find_configuration()?;
    }
    let mut workspace = discover(&scope.root, candidate);
    let Laid { policy, config, .. } = args.policy.policy(&scope.root, &scope.here(), &|_| None)?;
    scope.arrange(&mut workspace, &policy, config);
    let at = args.at.unwrap_or_else(now);
    let fail_on = policy.fail_on().unwrap_or(Severity::Medium);
    let (project, faults) = engine::load(workspace, &policy, at);
    let mut report = engine::judge_one_by_one(project, faults, &policy, at, fail_on);
    report.here = scope.here();
    report.narrow(|path| scope.covers(path));
    let board = Board::of(&report, &policy);
    print(&render_board(args.format, &report, &board))?;
    for fault in &report.faults {
        say(&format!("{}: {}", fault.path, fault.message));
    }
    Ok(report.verdict.code())
}
