//! `gonogo check`

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::output::{Failure, print, print_as_it_is, say};
use super::outputs::{Output, Outputs};
use super::policy::{self, Laid, Options};
use super::scope::Scope;
use super::{fix, list};
use crate::engine::{self, Report};
use crate::fix::Change;
use crate::model::candidate;
use crate::policy::Policy;
use crate::project::Project;
use crate::report::{self, Detail, Format};
use crate::rules::{Effect, Severity};
use crate::source::{Blob, Presence, Workspace, budget, discover};
use crate::threads;

/// Judges a project: go or no-go, and why.
///
/// One directory is the project (default: the working directory). Files, or several paths, only filter what is
/// reported: the whole project is always read.
#[derive(clap::Args)]
pub struct Args {
    /// The project, or the files the report is about; `-` is standard input.
    paths: Vec<PathBuf>,
    /// Judges what the next commit will hold instead of what is on disk, for git hooks. A file that git ignores and the
    /// commit does not hold is the developer's own; where there is nothing to judge, nothing is said.
    #[arg(long, conflicts_with_all = ["fix", "diff", "stdin_filename"])]
    staged: bool,
    /// How to print the report [default: terminal].
    #[arg(long, value_parser = format(), help_heading = REPORT)]
    format: Option<Format>,
    /// Writes the report to a file as well; may be given several times. The file is written beside and renamed, so that a
    /// link of that name is replaced, and no file of the project is written over. `-` is standard output, in place of
    /// --format.
    #[arg(long = "output", value_name = "FORMAT=FILE", conflicts_with = "list_files", help_heading = REPORT)]
    outputs: Vec<Output>,
    /// Shows everything: mild findings and open questions without an end.
    #[arg(long, short, help_heading = REPORT)]
    verbose: bool,
    /// Shows the verdict and nothing else.
    #[arg(long, short, conflicts_with_all = ["verbose", "list_files"], help_heading = REPORT)]
    quiet: bool,
    /// The mildest severity that stops a deployment [default: medium].
    #[arg(long, value_name = "SEVERITY", value_parser = policy::severity, help_heading = policy::HEADING)]
    fail_on: Option<Severity>,
    /// Does not say go while a question is open whose bad answer has one of these effects: will-not-start, leaks-secret,
    /// exposes, breaks-at-runtime, loses-data, weakens, hygiene.
    #[arg(long, value_name = "EFFECT", value_delimiter = ',', value_parser = effect(), help_heading = policy::HEADING)]
    fail_on_unknown: Option<Vec<Effect>>,
    /// Judges as of this moment, RFC 3339 or YYYY-MM-DD (midnight UTC) [default: now].
    #[arg(long, value_name = "DATE", value_parser = moment)]
    at: Option<OffsetDateTime>,
    #[command(flatten)]
    fix: fix::Fixes,
    #[command(flatten)]
    policy: Options,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = REPORT)]
    color: Color,
    /// How many threads to use [default: one per core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What the file on standard input is called; goes with the path `-`.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
    /// Lists what would be read, and what is passed over, instead of judging it.
    #[arg(long)]
    list_files: bool,
}

/// Over the options that say how the report looks.
const REPORT: &str = "Report";

#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn format() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.iter().map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(values).map(|name| Format::parse(&name).unwrap_or(Format::Terminal))
}

fn effect() -> impl TypedValueParser<Value = Effect> {
    PossibleValuesParser::new(Effect::ALL.map(Effect::name))
        .map(|name| Effect::parse(&name).unwrap_or(Effect::WillNotStart))
}

/// Reads a moment.
pub fn moment(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| {
            let date = Date::parse(text, format_description!("[year]-[month]-[day]"))?;
            Ok(date.midnight().assume_utc())
        })
        .map_err(|_: time::error::Parse| "expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ".to_owned())
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let mut scope = Scope::new(&args.paths, args.stdin_filename.as_deref())?;
    if args.policy.by_project() {
        scope.find_configuration()?;
    }
    let outputs = Outputs::new(&args.outputs, args.format, args.fix.diff())?;
    args.fix.refuse_stdin(&scope)?;
    let mut workspace = discover(&scope.root, candidate);
    fix::clean_up(&mut workspace, &scope.root);
    let staged = match args.staged {
        true => Some(workspace.git.staged(std::env::var_os("GIT_INDEX_FILE").as_ref().map(Path::new))?),
        false => None,
    };
    let held = |path: &str| staged.as_ref().and_then(|staged| staged.get(path)).map(Blob::read);
    let Laid { mut policy, config, files } = args.policy.policy(&scope.root, &scope.here(), &held)?;
    if let Some(effects) = &args.fail_on_unknown {
        policy.require_known(effects.clone());
    }
    if let Some(staged) = staged {
        workspace.stage(staged, candidate);
    }
    scope.arrange(&mut workspace, &policy, config);
    if let Some(name) = &scope.stdin {
        let mut bytes = Vec::new();
        let input = std::io::stdin().lock().take(budget::LARGEST as u64 + 1).read_to_end(&mut bytes);
        input.map_err(|error| format!("standard input cannot be read: {}", error.kind()))?;
        if bytes.len() > budget::LARGEST {
            return Err(format!("standard input is larger than {} MiB", budget::LARGEST >> 20).into());
        }
        workspace.put(name, bytes);
    }
    let found = workspace.inputs.len();
    let judge = || judge(args, &scope, &policy, workspace, &outputs, &files);
    match args.threads {
        Some(threads) => threads::with_threads(threads.into(), judge),
        None => {
            threads::start_threads(found);
            judge()
        }
    }
}

fn judge(
    args: &Args,
    scope: &Scope,
    policy: &Policy,
    workspace: Workspace,
    outputs: &Outputs,
    policies: &[PathBuf],
) -> Result<u8, Failure> {
    let listed = if args.list_files { &workspace.inputs[..] } else { &[] };
    let candidates: Vec<String> = listed.iter().map(|input| input.path.clone()).collect();
    let at = args.at.unwrap_or_else(super::now);
    let fail_on = args.fail_on.or(policy.fail_on()).unwrap_or(Severity::Medium);
    let changed: Vec<String> = workspace.changed().map(str::to_owned).collect();
    let original = args.fix.any().then(|| workspace.clone());
    let (project, faults) = engine::load(workspace, policy, at);
    if args.list_files {
        print(&list::text(&list::lines(&project, &candidates, &faults), scope))?;
        return Ok(0);
    }
    if !changed.is_empty() && faults.is_empty() && !changed.iter().any(|path| concerns(&project, path)) {
        return Ok(0);
    }
    outputs.spare(&project, &scope.root, policies)?;
    let mut report = engine::judge(project, faults, policy, at, fail_on);
    if let Some(original) = original {
        let again = |changes: &[Change]| {
            let mut workspace = original.clone();
            for change in changes {
                workspace.change(&change.path, change.text.as_str().as_bytes().to_vec(), change.mode);
            }
            let (project, faults) = engine::load(workspace, policy, at);
            engine::judge(project, faults, policy, at, fail_on)
        };
        report = args.fix.run(report, scope, &again)?;
    }
    report.here = scope.here();
    report.narrow(|path| scope.covers(path));
    let detail = match (args.verbose, args.quiet) {
        (true, _) => Detail::Everything,
        (_, true) => Detail::Verdict,
        _ => Detail::Usual,
    };
    let prefix = below_repository(&report);
    let options = report::Options { color: colored(args.color), width: width(), prefix, detail };
    let uncolored = report::Options { color: false, ..options.clone() };
    if args.staged && report.nothing_to_judge() && report.faults.is_empty() {
        return Ok(0);
    }
    let failures = outputs.write(|format, out| report::write(format, &report, &uncolored, out));
    if !args.fix.diff() {
        print_as_it_is(|out| report::write(outputs.stdout, &report, &options, out))?;
    }
    if !args.quiet && (outputs.stdout != Format::Terminal || args.fix.diff()) {
        complain(&report, scope);
    }
    // A gate that waits for the file must not take the run for a good one.
    if !failures.is_empty() {
        return Err(Failure(failures));
    }
    let code = report.verdict.code();
    // The process ends here; taking a large report apart first costs a tenth of the run.
    std::mem::forget(report);
    Ok(code)
}

/// Whether what a commit changes has to do with the deployment: it is read, it would be, or it is taken away, and who
/// needed it cannot be asked any more.
fn concerns(project: &Project, path: &str) -> bool {
    let gone = || project.files().presence(path) != Presence::File;
    candidate(path) || path.ends_with(".gitignore") || project.at(path).is_some() || gone()
}

fn colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !forbidden && std::io::stdout().is_terminal()
        }
    }
}

/// The width of the terminal; lines longer than 140 columns are not read more easily.
fn width() -> usize {
    let found = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    found.map_or(report::Options::default().width, |width| width.min(140))
}

/// What stands between the top of the checkout and the project, with a final `/`. Code scanning and annotations want
/// paths of the repository.
fn below_repository(report: &Report) -> String {
    let below = report.project.git().prefix();
    if below.is_empty() { String::new() } else { format!("{below}/") }
}

/// What could not be looked at, and why there is nothing to say.
fn complain(report: &Report, scope: &Scope) {
    for fault in &report.faults {
        let path = if fault.is_whole() { fault.path.clone() } else { report.here.path(&fault.path).into_owned() };
        say(&format!("{path}: {}", fault.message));
    }
    if report.nothing_to_judge() {
        let place = if scope.only.is_empty() { scope.root.display().to_string() } else { scope.only.join(", ") };
        say(&format!("found nothing to check in `{place}`; --list-files shows what was passed over"));
    }
}
