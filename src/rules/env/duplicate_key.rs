//! `env/duplicate-key`

use crate::model::env::{EnvFacts, EnvFile, Loader};
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};

rule! {
    /// A variable is set twice in one file, and only one of the values counts.
    ///
    /// ## Why
    /// Compose, Docker, Python, Node.js and systemd take the last value, Rust's `dotenvy` and Deno the first. Whoever
    /// edits the other line changes nothing and does not notice.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// WORKERS=4
    /// # >
    /// PORT=8000
    /// WORKERS=2
    /// ^^^^^^^ env/duplicate-key
    /// | `WORKERS` is set twice to different values; the last one counts
    /// | help: keep the line that is meant and remove the other
    /// ```
    /// ```env good file=.env.prod
    /// # WORKERS=4
    /// PORT=8000
    /// WORKERS=2
    /// ```
    ///
    /// ### The same line twice
    /// ```env bad file=.env.prod
    /// WORKERS=4
    /// PORT=8000
    /// WORKERS=4
    /// ^^^^^^^ env/duplicate-key
    /// | `WORKERS` is set to the same value twice
    /// | help: remove one of the two lines
    /// HOST=shop.de
    /// ```
    /// ```env fixed file=.env.prod
    /// WORKERS=4
    /// PORT=8000
    /// HOST=shop.de
    /// ```
    ///
    /// ## What it does not report
    /// A bare name (`WORKERS`) after an assignment: it takes nothing away.
    "env/duplicate-key" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Env(check),
    }
}

/// Which of the two counts.
fn winner(env: &EnvFacts) -> String {
    let (first, last): (Vec<&Loader>, Vec<&Loader>) =
        env.loaders.iter().partition(|loader| loader.dialect.first_wins());
    match (first.first(), last.first()) {
        (Some(first), Some(last)) => {
            format!("the first one counts for {}, the last one for {}", first.dialect.title(), last.dialect.title())
        }
        (Some(_), None) => "the first one counts".to_owned(),
        _ => "the last one counts".to_owned(),
    }
}

fn check(env: &EnvFacts, _: &Context, sink: &mut Sink) {
    for (first, later) in env.duplicates() {
        let (Some(ignored), Some(counts)) = (&first.value, &later.value) else { continue };
        let same = ignored.value == counts.value && env.written(ignored.span) == env.written(counts.span);
        let key = &later.key.value;
        let (message, help) = if same {
            (format!("`{key}` is set to the same value twice"), "remove one of the two lines")
        } else {
            (
                format!("`{key}` is set twice to different values; {}", winner(env)),
                "keep the line that is meant and remove the other",
            )
        };
        let finding = sink.report(later.key.span, message).help(help).related(first.key.span, "set here before");
        // Whoever copies a template looks at it line by line.
        if env.role == Role::Template {
            finding.severity(Low);
        }
        if same {
            finding.severity(Info).effect(Hygiene);
            if let Some(place) = redundant(env, first.span, later.span) {
                finding.fix(Fix::replace(format!("remove the second `{key}`"), Safety::Safe, place, ""));
            }
        }
    }
}

/// The lines of the later of two assignments, if all that stands on them stands at the earlier one as well.
fn redundant(env: &EnvFile, first: Span, later: Span) -> Option<Span> {
    let (one, other) = (env.lines(first), env.lines(later));
    let alone = env.written(other).trim() == env.written(later);
    let same = || env.written(one).trim_end() == env.written(other).trim_end();
    (one.end <= other.start && (alone || same())).then_some(other)
}
