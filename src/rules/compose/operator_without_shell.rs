//! `compose/operator-without-shell`

use crate::model::compose::Service;
use crate::model::image::Image;
use crate::rules::prelude::*;
use crate::syntax::shell::{operator_as_word, stop};

rule! {
    /// A command with `&&` that no shell reads.
    ///
    /// ## Why
    /// Compose cuts `command:` into words itself and starts the first of them. No shell runs: a text is read up to the first `&&`,
    /// `|` or `>`, and in a list that is one more word. The migrations run, and the server never starts.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: python manage.py migrate && gunicorn --bind 0.0.0.0:8000 shop.wsgi
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/operator-without-shell
    /// # | Compose reads the command of service `web` up to `&&`, as no shell does: what stands behind it never starts
    /// # | help: write `command: sh -c "..."` with all of it between the quotes
    /// # >     command: sh -c "python manage.py migrate && gunicorn --bind 0.0.0.0:8000 shop.wsgi"
    ///   worker:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: ["python", "wait.py", "&&", "celery", "-A", "shop", "worker"]
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/operator-without-shell
    /// # | no shell reads the command of service `worker`: `&&` is one more word for `python`, and what stands behind
    /// # | it never starts
    /// # | help: write `command: sh -c "..."` with all of it between the quotes
    /// # >     command: sh -c "python wait.py && celery -A shop worker"
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: ["sh", "-c", "python manage.py migrate && exec gunicorn shop.wsgi"]
    ///   find:
    ///     image: registry.example.com/shop:4.2.1
    ///     command: ["find", "/tmp", "-type", "f", "-exec", "rm", "{}", ";"]
    /// ```
    ///
    /// ## What it does not report
    /// Services with an entry point of their own, which may give its words to a shell.
    "compose/operator-without-shell" {
        severity: High, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#command"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some(command) = service.command.set().filter(|command| command.span.file == service.file) else {
        return sink.not_applicable();
    };
    let words: Vec<&str> = command.value.iter().map(String::as_str).collect();
    let title = service.title();
    let written = ctx.quote(command.span);
    let stopped = cut_off(&written);
    let message = match &stopped {
        Some(operator) => {
            format!(
                "Compose reads the command of {title} up to `{operator}`, as no shell does: what stands behind it never starts"
            )
        }
        None => {
            let own = ctx.project.image_of(service);
            let wrapped =
                !service.entrypoint.is_absent() || own.entrypoint().is_some() || matches!(own, Image::Unknown(_));
            let Some(at) = operator_as_word(&words).filter(|_| !wrapped) else { return };
            let (Some(word), Some(first)) = (words.get(at), words.first()) else { return };
            format!(
                "no shell reads the command of {title}: `{word}` is one more word for `{first}`, and what stands behind it \
                 never starts"
            )
        }
    };
    let finding = sink.report(command.span, message);
    // An entry point `sh -c` takes one word.
    let by_shell = service.entrypoint.get().is_some_and(|words| words.last().is_some_and(|word| word == "-c"));
    finding.help(match by_shell {
        true => "write `command: [\"...\"]` with all of it between the quotes: one word for the shell of `entrypoint:`",
        false => "write `command: sh -c \"...\"` with all of it between the quotes",
    });
    // Without its log file a program runs all the same.
    if stopped.is_some_and(|operator| operator.contains(['<', '>'])) {
        finding.severity(Low);
    }
}

/// The operator that Compose reads a command up to, where it is written as one text.
pub(super) fn cut_off(written: &str) -> Option<String> {
    stop(as_one_text(written))
}

/// The text of a command that is written as one, without quotes around it; nothing for a list and for quotes.
fn as_one_text(written: &str) -> &str {
    match written.as_bytes().first() {
        Some(b'[' | b'-' | b'"' | b'\'') | None => "",
        Some(b'>' | b'|') => written.split_once('\n').map_or("", |(_, text)| text),
        _ => written,
    }
}
