//! `compose/quotes-kept`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// Quotes in a list of variables become part of the value.
    ///
    /// ## Why
    /// In `- NAME="value"` YAML sees one word, and its quotes are letters like any other. The program gets `"value"` with the quotes:
    /// a password that does not fit, a path that does not exist, options that are not understood.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       - GUNICORN_CMD_ARGS='--timeout 60'
    /// #                         ^^^^^^^^^^^^^^ compose/quotes-kept
    /// # | the quotes are part of the value of `GUNICORN_CMD_ARGS`: in a list they are letters
    /// # | help: remove them: blanks need no quotes there
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       - GUNICORN_CMD_ARGS=--timeout 60
    ///       - "NAME=shop"
    ///       - GREETING="hello" and more
    ///       - LIST=["a"]
    ///   api:
    ///     image: shop:1
    ///     environment:
    ///       NAME: "shop"
    /// ```
    "compose/quotes-kept" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#environment"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    for (name, value) in &service.environment {
        // `NAME: "'x'"` is on purpose: only in a list both stand in one word.
        let Some(value) = value.set().filter(|value| is_quoted(&value.value)) else { continue };
        let between = Span { start: name.span.end, end: value.span.start, ..value.span };
        if name.span.file != value.span.file || between.start > between.end || context.quote(between) != "=" {
            continue;
        }
        // Node reads quotes there itself.
        if name.value == "NODE_OPTIONS" && value.value.starts_with('"') {
            continue;
        }
        let message = format!("the quotes are part of the value of `{}`: in a list they are letters", name.value);
        let is_default = context.quote(value.span).starts_with("${");
        let finding = sink.report(value.span, message);
        finding.help(match value.value.len() {
            2 if is_default => "write nothing behind `:-` for an empty value",
            2 => "remove them: an empty value is written `NAME=`",
            _ => "remove them: blanks need no quotes there",
        });
        if is_default {
            finding.severity(Low);
        }
    }
}

fn is_quoted(text: &str) -> bool {
    let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    mark.is_some_and(|mark| text.len() > 1 && text.ends_with(mark) && text.matches(mark).count() == 2)
}
