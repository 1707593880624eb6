//! `script/needs-terminal`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command asks for a terminal where there is none, or sends a dump through one.
    ///
    /// ## Why
    /// cron and systemd give no terminal to what they run: `docker exec -it` ends with "the input device is not a TTY" and does nothing.
    /// Where there is one, it changes line ends and mixes errors into what is written to a file, and a dump cannot be read back.
    /// `docker-compose exec` of version 1 asks for one unless it is told `-T`.
    ///
    /// ## Examples
    /// ```crontab bad file=deploy/crontab
    /// 0 4 * * * docker exec -it web python manage.py clearsessions
    /// #                     ^^^ script/needs-terminal
    /// # | this asks for a terminal, and there is none where it runs: the command ends with an error
    /// # | help: leave `-t` out
    /// ```
    /// ```sh bad file=scripts/dump.sh
    /// docker exec -t db pg_dumpall -c -U postgres > dump.sql
    /// #           ^^ script/needs-terminal
    /// docker-compose exec db mysqldump shop > shop.sql
    /// ^^^^^^^^^^^^^^ script/needs-terminal
    /// ```
    /// ```crontab good file=deploy/crontab
    /// 0 4 * * * docker exec web python manage.py clearsessions
    /// ```
    /// ```sh good file=scripts/dump.sh
    /// docker exec db pg_dumpall -c -U postgres > dump.sql
    /// docker compose exec db pg_dump shop > shop.sql
    /// docker-compose exec -T db mysqldump shop > shop.sql
    /// ```
    /// ### Somebody sits there
    /// ```sh good file=scripts/shell.sh
    /// docker exec -it web bash
    /// ```
    "script/needs-terminal" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/container/exec/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps {
        let Some(inside) = &step.inside else { continue };
        let Some(word) = inside.terminal.and_then(|at| step.words.get(at)) else { continue };
        let old = !word.value.starts_with('-');
        // Version 2 looks whether there is a terminal.
        if old && ctx.project.says(&["docker/compose/releases/latest", "docker/compose/releases/download/v"]) {
            continue;
        }
        let help = if old { "write `exec -T`" } else { "leave `-t` out" };
        if commands.runs_alone() && inside.refused {
            let message = if old {
                format!(
                    "version 1 of `{}` gives a terminal to `exec`, and there is none where it runs: it does nothing",
                    word.value
                )
            } else {
                "this asks for a terminal, and there is none where it runs: the command ends with an error".to_owned()
            };
            let finding = sink.report(word.span, message).help(help);
            if let Some(schedule) = commands.schedule {
                finding.related(schedule, "runs it");
            }
            // Version 2 may have that name, too.
            if old {
                finding.severity(Medium).confidence(Likely);
            }
        } else if step.dumps() && step.written().next().is_some() {
            let message = "the dump goes through a terminal: line ends change and errors are mixed in, so that it cannot be read back";
            let finding = sink.report(word.span, message).help(help).effect(LosesData);
            if old {
                // Who follows a guide today has version 2, most likely.
                let shown = commands.kind == Kind::Guide || ctx.project.is_shown_by_guide(commands.file);
                let severity = if shown { Low } else { Medium };
                finding.severity(severity).confidence(Likely);
            }
        }
    }
}
