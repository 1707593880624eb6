//! `project/probe-cannot-pass`

use crate::model::Healthcheck;
use crate::model::compose::Service;
use crate::project::{Failing, Probe};
use crate::rules::prelude::*;
use crate::rules::{Finding, Fix, Safety};
use crate::source::Spanned;

rule! {
    /// A health check whose form makes something else of it than what is written.
    ///
    /// ## Why
    /// Only a shell knows `||`, `&&` and `|`. In the list form with `CMD` there is none: the program gets them as words, and
    /// fails on them. `CMD-SHELL` takes one text: what follows it is lost, so `curl` runs without an address. The container is
    /// unhealthy for ever, and whatever waits for it does not start.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost:8000/", "||", "exit", "1"]
    /// #                                                            ^^ project/probe-cannot-pass
    /// # | the health check of service `web` runs without a shell, so `curl` gets `||` as a word and fails
    /// # | help: write `test: ["CMD-SHELL", "curl -f http://localhost:8000/ || exit 1"]`
    /// # >       test: ["CMD-SHELL", "curl -f http://localhost:8000/ || exit 1"]
    ///   db:
    ///     image: postgres:17.2
    ///     healthcheck: {test: ["CMD", "pg_isready -U shop || exit 1"]}
    /// #                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-cannot-pass
    /// # >     healthcheck: {test: ["CMD-SHELL", "pg_isready -U shop || exit 1"]}
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: ["CMD-SHELL", "curl -f http://localhost:8000/ || exit 1"]
    ///   own:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: ["CMD", "sh", "-c", "wget -q --spider localhost || exit 1"]
    /// ```
    /// ### Words behind the text
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: [CMD-SHELL, curl, "-f", "http://localhost:8000/"]
    /// #                       ^^^^ project/probe-cannot-pass
    /// # | the health check of service `web` runs `curl` without what follows: `CMD-SHELL` takes one text
    /// # | help: write `CMD` in place of `CMD-SHELL`
    /// ```
    /// ```compose fixed
    /// services:
    ///   web:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: [CMD, curl, "-f", "http://localhost:8000/"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: [CMD, curl, "-f", "http://localhost:8000/"]
    /// ```
    /// ### In a Dockerfile
    /// ```dockerfile bad
    /// FROM vendor/web:1
    /// HEALTHCHECK CMD ["curl", "-f", "http://localhost/", "||", "exit", "1"]
    /// #                                                   ^^^^ project/probe-cannot-pass
    /// # | the health check of this image runs without a shell, so `curl` gets `||` as a word and fails
    /// # | help: write `HEALTHCHECK CMD curl -f http://localhost/ || exit 1`
    /// # > HEALTHCHECK CMD curl -f http://localhost/ || exit 1
    /// ```
    /// ```dockerfile good
    /// FROM vendor/web:1
    /// HEALTHCHECK CMD curl -f http://localhost/ || exit 1
    /// ```
    "project/probe-cannot-pass" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#healthcheck"],
        check: Check::Probe(check),
    }
}

fn check(probe: &Probe, context: &Context, sink: &mut Sink) {
    let Some(failing) = context.project.misread(probe) else { return };
    let finding = sink.report(failing.at(), format!("the health check of {} {failing}", probe.owner()));
    match (&failing, &probe.check, probe.service) {
        (Failing::Cut { .. }, Healthcheck::Shell(text), Some(service)) => cut(service, text, context, finding),
        (_, Healthcheck::Exec(words), _) => {
            let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            finding.help(in_shell(&probe.service, &texts.join(" ")));
        }
        _ => {}
    }
    if !failing.is_certain() {
        finding.severity(Medium).effect(Weakens);
    } else if let Some(service) = probe.service {
        super::tell_who_waits(context.project, service, finding);
    }
}

/// The form with a shell; a text that cannot be quoted as it is, or is long, is not repeated.
fn in_shell(service: &Option<&Service>, text: &str) -> String {
    let plain = text.len() < 100 && !text.contains(['"', '\\', '$', '@']);
    match (service, plain) {
        (Some(_), true) => format!("write `test: [\"CMD-SHELL\", \"{text}\"]`"),
        (Some(_), false) => "write `test: [\"CMD-SHELL\", \"...\"]` with all of it as one text".to_owned(),
        (None, true) => format!("write `HEALTHCHECK CMD {text}`"),
        (None, false) => "write it behind `HEALTHCHECK CMD` without brackets and quotes".to_owned(),
    }
}

/// What makes a text whole that words were cut off from.
fn cut(service: &Service, text: &Spanned<String>, context: &Context, finding: &mut Finding) {
    let shell = service.lost_probe_words.iter().any(|word| word.value.contains(['|', '&', ';', '$', '>', '<']));
    let whole = shell || text.value.contains(' ');
    finding.help(match whole {
        true => "write all of it as one text behind `CMD-SHELL`",
        false => "write `CMD` in place of `CMD-SHELL`",
    });
    if let Some(word) = shell_word(text.span, context).filter(|_| !whole) {
        finding.fix(Fix::replace("write `CMD` in place of `CMD-SHELL`", Safety::Safe, word, "CMD"));
    }
}

/// The `CMD-SHELL` right in front of a text.
fn shell_word(text: Span, context: &Context) -> Option<Span> {
    const WORD: &str = "CMD-SHELL";
    let source = context.project.source(text.file);
    let end = text.range().start;
    let start = source.boundary(end.saturating_sub(80));
    let before = source.shown_in(start..end);
    let at = before.rfind(WORD)?;
    let aside = |letter: char| letter.is_whitespace() || matches!(letter, ',' | '-' | '"' | '\'');
    let begins = start + at;
    before.get(at + WORD.len()..)?.chars().all(aside).then(|| Span::new(text.file, begins, begins + WORD.len()))
}
