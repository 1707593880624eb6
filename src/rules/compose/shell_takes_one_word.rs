//! `compose/shell-takes-one-word`

use super::operator_without_shell::cut_off;
use crate::model::compose::Service;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// A shell is given a command in several words, and runs the first.
    ///
    /// ## Why
    /// `sh -c` reads one word as its script; those behind it are `$0` and `$1`. With `ENTRYPOINT ["sh", "-c"]` the command
    /// `python manage.py migrate` starts `python` alone, which ends at once and with success: the migration never runs, and
    /// nobody is told.
    ///
    /// ## Examples
    /// ```text both file=Dockerfile
    /// FROM python:3.14-slim
    /// COPY . /app
    /// WORKDIR /app
    /// ENTRYPOINT ["/bin/bash", "-c"]
    /// CMD ["gunicorn --bind 0.0.0.0:8000 shop.wsgi"]
    /// ```
    /// ```compose bad
    /// services:
    ///   migrate:
    ///     build: .
    ///     command: ["python", "manage.py", "migrate"]
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/shell-takes-one-word
    /// # | the entry point of service `migrate` is a shell that reads one word: it runs `python`, and nothing behind it
    /// # | help: write the command as one word: `command: ["python manage.py migrate"]`
    /// # >     command: ["python manage.py migrate"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///   migrate:
    ///     build: .
    ///     command: ["python manage.py migrate"]
    ///   shell:
    ///     build: .
    ///     entrypoint: ["/bin/sh", "-c", "exec \"$0\" \"$@\""]
    ///     command: ["python", "manage.py", "shell"]
    /// ```
    ///
    /// ## What it does not report
    /// A first word that is a script of its own: what stands behind it are its arguments.
    "compose/shell-takes-one-word" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some(command) = service.command.set().filter(|command| command.span.file == service.file) else {
        return sink.not_applicable();
    };
    let of_image = || ctx.project.image_of(service).entrypoint().map(|line| line.words());
    let entry = if service.entrypoint.is_absent() { of_image() } else { service.entrypoint.get().cloned() };
    let takes_one = entry.as_deref().is_some_and(|words| match words {
        [shell, option] => matches!(base_name(shell), "sh" | "bash" | "ash" | "dash") && is_script_option(option),
        _ => false,
    });
    let [first, _, ..] = &command.value[..] else { return };
    // `compose/operator-without-shell` tells of what Compose cuts off.
    let cut = || cut_off(&ctx.quote(command.span)).is_some();
    if !takes_one || service.gap.is_some() || first.contains([' ', '\n', ';', '$']) || cut() {
        return;
    }
    let title = service.title();
    let message =
        format!("the entry point of {title} is a shell that reads one word: it runs `{first}`, and nothing behind it");
    let whole = command.value.join(" ");
    let plain = whole.len() < 60 && !whole.contains(['"', '\\', '\'']);
    let shown = if plain { whole } else { "...".to_owned() };
    sink.report(command.span, message).help(format!("write the command as one word: `command: [\"{shown}\"]`"));
}

/// `-c`, alone or with others: `-ec`, `-lc`.
fn is_script_option(option: &str) -> bool {
    option
        .strip_prefix('-')
        .is_some_and(|letters| letters.ends_with('c') && letters.bytes().all(|b| b.is_ascii_lowercase()))
}
