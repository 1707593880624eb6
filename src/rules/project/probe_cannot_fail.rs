//! `project/probe-cannot-fail`

use crate::model::Healthcheck;
use crate::project::Probe;
use crate::rules::prelude::*;
use crate::syntax::shell::{self, Command};

rule! {
    /// A health check that says healthy of a server that is broken.
    ///
    /// ## Why
    /// What ends in `|| true` never fails. `curl` without `-f` and `requests.get` are content with any answer, also with 500. The
    /// check is green, what waits for it starts, and nobody hears of the failure.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: ["CMD-SHELL", "curl -f http://localhost:8000/ || true"]
    /// #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-cannot-fail
    /// # | the health check of service `web` cannot fail: whatever happens, it ends with `true`
    /// # | help: end it with `|| exit 1`
    /// # >       test: ["CMD-SHELL", "curl -f http://localhost:8000/ || exit 1"]
    ///   api:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: curl -s http://localhost:8000/ || exit 1
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-cannot-fail
    /// # | the health check of service `api` takes any answer, also an error: `curl` without `-f` does not look at it
    /// # | help: write `curl -f`
    /// # >       test: curl -sf http://localhost:8000/ || exit 1
    ///   jobs:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: ["CMD", "python", "-c", "import requests; requests.get('http://localhost:8000/')"]
    /// #                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-cannot-fail
    /// # >       test: ["CMD", "python", "-c", "import requests; requests.get('http://localhost:8000/').raise_for_status()"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: ["CMD-SHELL", "curl -fsS http://localhost:8000/ || exit 1"]
    ///   api:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: curl -s http://localhost:8000/ | grep -q ok
    ///   status:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: '[ "$$(curl -s -o /dev/null -w "%{http_code}" localhost)" = 200 ]'
    ///   jobs:
    ///     image: shop:1
    ///     healthcheck:
    ///       test: ["CMD", "python", "-c", "import requests; requests.get('http://x/').raise_for_status()"]
    /// ```
    /// ### In a Dockerfile
    /// ```dockerfile bad
    /// FROM vendor/web:1
    /// HEALTHCHECK CMD wget -q --spider http://localhost/ || exit 0
    /// #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-cannot-fail
    /// # | the health check of this image cannot fail: whatever happens, it ends with `exit 0`
    /// # | help: end it with `|| exit 1`
    /// # > HEALTHCHECK CMD wget -q --spider http://localhost/ || exit 1
    /// ```
    /// ```dockerfile good
    /// FROM vendor/web:1
    /// HEALTHCHECK CMD wget -q --spider http://localhost/ || exit 1
    /// ```
    "project/probe-cannot-fail" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://curl.se/docs/manpage.html#-f", "https://requests.readthedocs.io/en/latest/user/quickstart/"],
        check: Check::Probe(check),
    }
}

fn check(probe: &Probe, ctx: &Context, sink: &mut Sink) {
    let owner = probe.owner();
    // Where nobody looks at the health of a container, it matters as little that it is always good.
    let looked_at = |service| !ctx.project.kept_by(service).is_empty() || ctx.project.watches(service).is_some();
    let weight = if probe.service.is_none_or(looked_at) { Medium } else { Low };
    match &probe.check {
        Healthcheck::Shell(text) => {
            script(&owner, &shell::commands(&text.value), (&text.value, text.span), weight, sink)
        }
        Healthcheck::Exec(words) => {
            let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            if let Some(inner) = shell::script(&texts).and_then(|at| words.get(at)) {
                script(&owner, &shell::commands(&inner.value), (&inner.value, inner.span), weight, sink);
            } else if let (Some(first), Some(last)) = (words.first(), words.last()) {
                any_answer(&owner, &texts, first.span.to(last.span), sink);
                let code = words.iter().find(|word| takes_any(&word.value));
                code.into_iter().for_each(|code| python(&owner, code.span, sink));
            }
        }
        _ => {}
    }
}

fn script(owner: &str, commands: &[Command], (text, span): (&str, Span), weight: Severity, sink: &mut Sink) {
    let Some((last, before)) = commands.split_last() else { return };
    let words = |command: &Command| command.words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
    let ends_well = match last.program() {
        "true" | ":" => true,
        "echo" | "printf" => last.before == "||",
        "exit" => last.words.get(1).is_some_and(|code| code.text == "0"),
        _ => false,
    };
    // `a && exit 0`, and another `exit` in between, may still fail.
    let other_way =
        before.iter().any(|command| matches!(command.program(), "exit" | "return" | "false" | "kill" | "set"));
    if ends_well && matches!(last.before.as_str(), "||" | ";" | "\n") && !other_way && !before.is_empty() {
        let message = format!(
            "the health check of {owner} cannot fail: whatever happens, it ends with `{}`",
            words(last).iter().take(2).cloned().collect::<Vec<_>>().join(" ")
        );
        let help = if last.before == "||" { "end it with `|| exit 1`" } else { "remove what stands behind the test" };
        sink.report(span, message).help(help).severity(weight);
        return;
    }
    if takes_any(text) {
        return python(owner, span, sink);
    }
    // What reads the output decides; with other commands around it is not known who does.
    let only = match before {
        [] => last,
        [one] if last.before == "||" && matches!(last.program(), "exit" | "false") => one,
        _ => return,
    };
    let texts = words(only);
    any_answer(owner, &texts.iter().map(String::as_str).collect::<Vec<_>>(), span, sink);
}

/// `curl` that is content with any answer.
fn any_answer(owner: &str, words: &[&str], span: Span, sink: &mut Sink) {
    let at = shell::program(words);
    if words.get(at).map(|word| shell::base_name(word)) != Some("curl") || !words.iter().any(|word| is_http(word)) {
        return;
    }
    if super::curl_fails(words.iter().skip(at + 1).copied()) {
        return;
    }
    let message =
        format!("the health check of {owner} takes any answer, also an error: `curl` without `-f` does not look at it");
    sink.report(span, message).help("write `curl -f`").severity(Low);
}

fn is_http(word: &str) -> bool {
    let is_option = word.starts_with('-');
    !is_option
        && !word.contains("telnet://")
        && (word.starts_with("http") || word.starts_with("localhost") || word.starts_with("127."))
}

/// Python that asks for an address and does not look at the answer.
fn takes_any(code: &str) -> bool {
    let looks = ["raise_for_status", "status_code", ".ok", "assert", "exit", ".json", "in requests", "if "];
    code.contains("requests.get(") && !looks.iter().any(|word| code.contains(word))
}

fn python(owner: &str, span: Span, sink: &mut Sink) {
    let message =
        format!("the health check of {owner} takes any answer, also an error: `requests.get` does not look at it");
    sink.report(span, message).help("write `requests.get(...).raise_for_status()`").severity(Low);
}
