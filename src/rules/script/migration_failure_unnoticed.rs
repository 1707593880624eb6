//! `script/migration-failure-unnoticed`

use crate::model::Kind;
use crate::model::starts::{Joint, Step};
use crate::project::{Commands, migrates};
use crate::rules::prelude::*;
use crate::syntax::commands::is_past;

rule! {
    /// A deployment goes on when its migration has failed.
    ///
    /// ## Why
    /// `|| true`, and `||` with a line of text, make a success of every failure. The new program runs on the tables of the old one, the
    /// deployment says that all is well, and visitors find out which columns are not there.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// git pull
    /// docker compose up -d --build
    /// docker compose exec -T web python manage.py migrate || true
    /// #                          ^^^^^^^^^^^^^^^^^^^^^^^^ script/migration-failure-unnoticed
    /// # | when the migration fails nobody notices: `|| true` goes on, with the new program on the old tables
    /// # | help: leave out what stands behind `||`, and let the deployment stop
    /// ```
    /// ```sh good file=deploy.sh
    /// set -e
    /// git pull
    /// docker compose build
    /// docker compose run --rm web python manage.py migrate
    /// docker compose up -d
    /// ```
    /// ### Said, and stopped
    /// ```sh good file=release.sh
    /// alembic upgrade head || { echo "migration failed"; exit 1; }
    /// alembic upgrade head || alembic upgrade heads
    /// systemctl restart shop
    /// ```
    ///
    /// ## What it does not report
    /// Steps of build servers on their own machines, scripts for development and tests, and what only shows or checks migrations.
    "script/migration-failure-unnoticed" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Commands(check),
    }
}

/// Options with which nothing is changed.
const ONLY_LOOKS: [&str; 6] = ["--sql", "--check", "--plan", "--dry-run", "--pretend", "--help"];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    const FOR_OTHERS: [&str; 10] =
        ["dev", "development", "local", "test", "tests", "ci", "e2e", "reset", "seed", "demo"];
    let others = commands.kind != Kind::Workflow && commands.is_called(&FOR_OTHERS);
    if others || is_past(commands.path) || commands.path.contains("not_in_use") {
        return sink.not_applicable();
    }
    for (at, step) in commands.steps.iter().enumerate() {
        let Some(words) = migrates(step).filter(|_| step.after == Joint::Or) else { continue };
        let own_machine = commands.kind == Kind::Workflow && !step.remote;
        if own_machine || ctx.project.is_waited_for(step) || ONLY_LOOKS.iter().any(|option| step.has(option)) {
            continue;
        }
        let Some(next) = commands.steps.get(at + 1).filter(|next| goes_on(step, next)) else { continue };
        let quiet = if matches!(next.name(), "echo" | "printf") { "a line of text" } else { "`|| true`" };
        let message =
            format!("when the migration fails nobody notices: {quiet} goes on, with the new program on the old tables");
        let finding = sink.report(words, message);
        finding.help("leave out what stands behind `||`, and let the deployment stop");
        // Whoever types it sees what it says.
        let typed = matches!(commands.kind, Kind::Makefile | Kind::Tasks | Kind::Manifest) && !commands.runs_alone();
        if commands.is_read_along() || commands.is_only_a_helper() || typed {
            finding.severity(Low);
        }
    }
}

/// Whether what stands behind `||` succeeds, and nothing else stands there.
fn goes_on(step: &Step, next: &Step) -> bool {
    let succeeds = matches!(next.name(), "true" | ":" | "echo" | "printf");
    succeeds && next.shell == step.shell && next.scope == step.scope && next.after != Joint::And
}
