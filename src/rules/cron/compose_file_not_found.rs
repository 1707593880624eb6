//! `cron/compose-file-not-found`

use crate::model::Kind;
use crate::model::starts::{ComposeCall, Step, is_home};
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::Cut;
use crate::syntax::shell::base_name;

rule! {
    /// A job of cron calls Docker Compose in a folder where it finds no file.
    ///
    /// ## Why
    /// cron runs jobs in the home directory of their user. Compose looks for its file there and in the folders above, says "no
    /// configuration file provided: not found", and does nothing: the backup that worked by hand is not made at night.
    ///
    /// ## Examples
    /// ```sh bad file=scripts/backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// docker compose exec -T db pg_dump -U shop shop > /var/backups/shop.sql
    /// ^^^^^^^^^^^^^^ cron/compose-file-not-found
    /// # | cron runs this in the home directory of its user, where Compose finds no file
    /// # | help: write `cd /opt/shop` above it
    /// ```
    /// ```crontab both
    /// 0 2 * * * /opt/shop/scripts/backup.sh
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     secrets: [db]
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// secrets: {db: {environment: DB}}
    /// volumes: {data: }
    /// ```
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// cd /opt/shop
    /// docker compose exec -T db pg_dump -U shop shop > /var/backups/shop.sql
    /// ```
    /// ### By its path
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// docker compose -f /opt/shop/compose.yaml exec -T db pg_dump -U shop shop > /var/backups/shop.sql
    /// ```
    /// ```crontab good
    /// 0 2 * * * /opt/shop/scripts/backup.sh
    /// ```
    /// ### A schedule that goes there
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// set -euo pipefail
    /// docker compose exec -T db pg_dump -U shop shop > /var/backups/shop.sql
    /// ```
    /// ```crontab good
    /// 0 2 * * * cd /opt/shop && /opt/shop/scripts/backup.sh
    /// ```
    /// ### In the crontab itself
    /// ```crontab bad
    /// 0 2 * * * docker compose exec -T db pg_dump -U shop shop > /var/backups/shop.sql
    /// #         ^^^^^^^^^^^^^^ cron/compose-file-not-found
    /// # | cron runs this in the home directory of its user, where Compose finds no file
    /// # | help: write `cd /DIRECTORY &&` in front of it
    /// ```
    /// ```crontab good
    /// 0 2 * * * cd /opt/shop && docker compose exec -T db pg_dump -U shop shop > /var/backups/shop.sql
    /// 0 3 * * * docker compose -p shop exec -T db vacuumdb -U shop shop
    /// ```
    ///
    /// ## What it does not report
    /// Jobs of a project that lies in the home directory of a user, and of a crontab that sets `HOME`.
    "cron/compose-file-not-found" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/reference/cli/docker/compose/",
            "https://manpages.debian.org/bookworm/cron/crontab.5.en.html",
        ],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let by_cron = commands.schedule.filter(|span| project.document(span.file).class.kind != Kind::Unit);
    let (schedule, help) = match (commands.kind, by_cron) {
        (Kind::Crontab, _) => (None, "write `cd /DIRECTORY &&` in front of it".to_owned()),
        (Kind::Script, Some(schedule)) => {
            let Some(root) = root(commands, schedule, ctx) else { return };
            (Some(schedule), format!("write `cd {root}` above it"))
        }
        _ => return sink.not_applicable(),
    };
    let crontab = schedule.map_or(commands.file, |span| span.file);
    let shown = project.source(commands.file).shown();
    if project.source(crontab).shown().contains("HOME=")
        || shown.contains("COMPOSE_FILE")
        || project.is_put_into_image(commands.path)
        || project.lies_in_a_home()
    {
        return;
    }
    let moves = |step: &Step| matches!(step.name(), "cd" | "pushd" | "source" | ".");
    for step in commands.steps {
        if schedule.is_some() && moves(step) {
            break;
        }
        let moved = || schedule.is_none() && commands.before(step).any(moves);
        let here = !step.contained && !step.remote;
        let call = project.call_of(step).filter(|call| here && looks_around(call) && !moved());
        let Some(_) = call else { continue };
        let at = step.words.iter().position(|word| base_name(&word.value).contains("compose"));
        let Some(last) = at.and_then(|at| step.words.get(at)) else { continue };
        let first = at.and_then(|at| at.checked_sub(1)).and_then(|at| step.words.get(at));
        let first = first.filter(|first| base_name(&first.value) == "docker").unwrap_or(last);
        let finding = sink.report(
            first.span.to(last.span),
            "cron runs this in the home directory of its user, where Compose finds no file",
        );
        finding.help(help.as_str());
        if let Some(schedule) = schedule {
            finding.related(schedule, "runs it");
            // The same again in each line of a script is one mistake.
            return;
        }
    }
}

/// Whether Compose looks for a file in the folder it is called in.
fn looks_around(call: &ComposeCall) -> bool {
    let relative = |path: &str| !path.starts_with(['/', '~', '$']) && !path.contains('$');
    call.project_directory.is_none()
        && call.project_name.is_none()
        && call.whole
        // A schedule is taken to begin at the root of its machine.
        && call.place.elsewhere.as_deref().is_none_or(|place| place == "/")
        && call.files.iter().all(|file| relative(&file.value))
        && !call.sets.iter().any(|(name, _)| name == "COMPOSE_FILE")
        && call.verb.as_deref().is_some_and(|verb| !matches!(verb, "ls" | "version" | "help"))
}

/// Where the project of a script lies on its server, as the schedule says; `None` where that is a home, or the schedule goes there
/// itself.
fn root(commands: &Commands, schedule: Span, ctx: &Context) -> Option<String> {
    let text = ctx.project.source(schedule.file).shown();
    let (start, end) = (schedule.start as usize, schedule.end as usize);
    let from = text.cut(..start).rfind('\n').map_or(0, |at| at + 1);
    let to = text.cut(end..).find('\n').map_or(text.len(), |length| end + length);
    let line = text.cut(from..to);
    if line.contains("cd ") || line.contains("pushd ") || line.contains("HOME=") {
        return None;
    }
    let name = commands.path.rsplit('/').next()?;
    let words = line.split(|c: char| c.is_whitespace() || "\"'`;".contains(c));
    let written = words.into_iter().find(|word| word.ends_with(name) && word.starts_with(['/', '~']))?;
    let folder = match written.strip_suffix(commands.path) {
        Some(folder) => folder,
        None => written.rsplit_once('/')?.0,
    };
    let folder = folder.trim_end_matches('/');
    (!is_home(folder)).then(|| folder.to_owned())
}
