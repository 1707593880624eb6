//! `gonogo check --fix` and `--diff`

use std::io::IsTerminal;
use std::path::Path;

use super::output::{Failure, print_as_it_is, say};
use super::scope::Scope;
use crate::engine::Report;
use crate::fix::{self, Change, Fixed};
use crate::report;
use crate::source::{Leftover, Workspace, is_temporary_name, remove_leftover};

/// Over the options of this file.
const FIXING: &str = "Fixing";

/// What to do with safe fixes.
#[derive(clap::Args)]
pub struct Fixes {
    /// Applies the safe fixes, then judges what is left. Every program reads the same values afterwards.
    #[arg(long, conflicts_with_all = ["diff", "list_files"], help_heading = FIXING)]
    fix: bool,
    /// Prints the safe fixes as a diff instead of the report, and writes nothing. On a terminal, and where GITHUB_ACTIONS is
    /// `true`, characters that would be obeyed are replaced in it.
    #[arg(long, conflicts_with_all = ["format", "list_files"], help_heading = FIXING)]
    diff: bool,
}

impl Fixes {
    /// Whether anything is asked for.
    pub fn any(&self) -> bool {
        self.fix || self.diff
    }

    /// Whether the fixes are printed in place of the report.
    pub fn diff(&self) -> bool {
        self.diff
    }

    /// Refuses what cannot be written.
    ///
    /// # Errors
    /// When the files to be fixed include standard input.
    pub fn refuse_stdin(&self, scope: &Scope) -> Result<(), Failure> {
        if self.fix && scope.stdin.is_some() {
            return Err("--fix cannot change standard input; --diff shows what it would do".into());
        }
        Ok(())
    }

    /// Applies or prints the fixes of a report; the result is the report on what is left.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn run(&self, report: Report, scope: &Scope, judge: &dyn Fn(&[Change]) -> Report) -> Result<Report, Failure> {
        let fixed = fix::fix(&report, &|path| scope.covers(path), judge);
        for refused in &fixed.refused {
            let (path, line, title, why) = (&refused.path, refused.line, &refused.title, &refused.why);
            say(&format!("{path}:{line}: not fixed ({title}): {why}"));
        }
        if self.diff {
            show(&report, &fixed)?;
            return Ok(report);
        }
        fixed.write(&report, &scope.root)?;
        say(&match fixed.count {
            0 => NOTHING.to_owned(),
            _ => format!("applied {}", count(&fixed)),
        });
        Ok(fixed.report.unwrap_or(report))
    }
}

/// Removes the copies of files that an earlier run left because it was killed, and keeps those from being judged that
/// another run is writing right now.
pub fn clean_up(workspace: &mut Workspace, root: &Path) {
    let named = |path: &&str| is_temporary_name(path.rsplit('/').next().unwrap_or(path));
    let mut found: Vec<String> = workspace.files.files().filter(named).map(str::to_owned).collect();
    found.sort();
    for path in found {
        match remove_leftover(&root.join(&path)) {
            Leftover::Other => continue,
            Leftover::InUse => {}
            Leftover::Removed => say(&format!("removed `{path}`, which a run that was stopped had left")),
        }
        workspace.forget(&path);
    }
}

/// What there is to say when no fix is safe, or none is needed.
const NOTHING: &str = "nothing to fix";

fn show(report: &Report, fixed: &Fixed) -> Result<(), Failure> {
    let (text, masked) = report::diff(report, fixed, std::io::stdout().is_terminal() || in_a_job());
    print_as_it_is(|out| out.write_all(text.as_bytes()))?;
    if fixed.count == 0 {
        say(NOTHING);
    } else {
        say(&format!("{}; --fix applies them", count(fixed)));
    }
    if masked {
        say("secrets are masked in this diff, so `patch` cannot apply it");
    }
    Ok(())
}

/// Whether the log of a GitHub job reads what is printed.
fn in_a_job() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// `2 fixes in 1 file`
fn count(fixed: &Fixed) -> String {
    let plural = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let files = plural(fixed.changes.len(), "file", "files");
    format!("{} in {files}", plural(fixed.count, "fix", "fixes"))
}
