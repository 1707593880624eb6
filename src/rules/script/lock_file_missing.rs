//! `script/lock-file-missing`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// `npm ci` is to install from a lock file that is not there.
    ///
    /// ## Why
    /// `npm ci` installs what `package-lock.json` says, and ends with an error without one.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// npm ci
    /// ^^^^^^ script/lock-file-missing
    /// | `npm ci` needs `package-lock.json`, and the project has `yarn.lock` in its place
    /// | help: write `yarn install --frozen-lockfile`
    /// # > yarn install --frozen-lockfile
    /// ```
    /// ```json both file=package.json
    /// {"dependencies": {"next": "16.0.0"}}
    /// ```
    /// ```text both file=yarn.lock
    /// # yarn lockfile v1
    /// ```
    /// ```sh good file=deploy.sh
    /// yarn install --frozen-lockfile
    /// ```
    /// ### It was deleted
    /// ```sh bad file=clean.sh
    /// rm -rf node_modules package-lock.json
    /// npm ci
    /// ^^^^^^ script/lock-file-missing
    /// | `npm ci` needs `package-lock.json`, which is deleted above
    /// | help: keep the file: `rm -rf node_modules`
    /// ```
    /// ```json both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ```sh good file=clean.sh
    /// rm -rf node_modules package-lock.json
    /// npm install
    /// npm ci
    /// ```
    "script/lock-file-missing" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.npmjs.com/cli/v11/commands/npm-ci"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    let mut told = false;
    for step in commands.steps.iter().filter(|step| step.is("npm", &["ci"]) && step.inside.is_none()) {
        let together = |other: &&Step| other.place == step.place && commands.stand_together(other, step);
        let above = || commands.before(step).filter(together);
        let deleted = above().rfind(|other| deletes_lock(other));
        let made = |other: &Step| {
            let installs = other.is("npm", &["install"]) || other.is("npm", &["i"]);
            installs || other.name() == "git" || other.name() == "cp" || other.name() == "yarn"
        };
        let (message, help) = if let Some(deleted) = deleted {
            if above().any(|other| other.span.start > deleted.span.start && made(other)) || deleted.flow.branch {
                continue;
            }
            ("which is deleted above".to_owned(), "keep the file: `rm -rf node_modules`".to_owned())
        } else {
            let excused = told || step.flow.tested || step.flow.branch || step.after == crate::model::starts::Joint::Or;
            let Some(others) = ctx.project.lacks_npm_lock(step).filter(|_| !excused) else { continue };
            told = true;
            let other = others.first().map(|path| base_name(path));
            let manager = match other {
                Some("yarn.lock") => "yarn install --frozen-lockfile",
                Some("pnpm-lock.yaml") => "pnpm install --frozen-lockfile",
                Some(_) => "bun install --frozen-lockfile",
                None => "npm install",
            };
            let has = match other {
                Some(name) => format!("and the project has `{name}` in its place"),
                None => "which the project does not have".to_owned(),
            };
            (has, format!("write `{manager}`"))
        };
        let finding = sink.report(step.span, format!("`npm ci` needs `package-lock.json`, {message}"));
        finding.help(help);
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}

fn deletes_lock(step: &Step) -> bool {
    step.name() == "rm" && step.words.iter().any(|word| base_name(&word.value) == "package-lock.json")
}
