//! `docker/shell-form-command`

use crate::model::image::{CommandLine, Os};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// The shell stands between the program and the signals.
    ///
    /// ## Why
    /// `CMD gunicorn app:app` starts `/bin/sh -c` first. The shell of Debian stays, gets the `SIGTERM` of `docker stop` and hands it
    /// to nobody: after ten seconds the program is killed in the middle of its work. The shells of Alpine and Red Hat become the program.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// CMD gunicorn shop:app
    /// #   ^^^^^^^^^^^^^^^^^ docker/shell-form-command
    /// # | `docker stop` signals the shell, not `gunicorn`, which is killed after ten seconds
    /// # | help: write the words as a JSON list, or put `exec` in front of the last command
    /// # > CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// CMD exec gunicorn shop:app --bind 0.0.0.0:$PORT
    /// ```
    /// ### Without a shell
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ### Where the shell steps aside
    /// ```dockerfile good
    /// FROM python:3.13-alpine
    /// CMD gunicorn shop:app
    /// ```
    "docker/shell-form-command" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/build-checks/json-args-recommended/"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    if !image.runs_own_command() {
        return sink.not_applicable();
    }
    let built = image.image();
    let Some(CommandLine::Shell(line)) = built.entrypoint().or_else(|| built.command()) else { return };
    let commands = shell::commands(&line.value);
    let becomes = commands.last().is_some_and(|command| command.words.first().is_some_and(|word| word.text == "exec"));
    // A list that is none has a finding of its own, and an own `SHELL` may do otherwise.
    let own = built.chain().iter().any(|stage| stage.instructions.iter().any(|instruction| instruction.is("SHELL")));
    if becomes || own || line.value.is_empty() || line.value.starts_with('[') {
        return;
    }
    match built.os() {
        // dash stays; BusyBox and bash become the last command.
        Some(Os::Debian | Os::Buildpack) => {}
        Some(_) => return,
        None => return sink.unknown_as_usual(line.span, "which shell the base image has is not known"),
    }
    let program = commands.last().map_or("", shell::Command::program);
    sink.report(
        line.span,
        format!("`docker stop` signals the shell, not `{program}`, which is killed after ten seconds"),
    )
    .help("write the words as a JSON list, or put `exec` in front of the last command");
}
