//! `env/duplicate-key`

use crate::model::env::EnvFile;
use crate::rules::prelude::*;

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
    /// PORT=8000
    /// WORKERS=2
    /// ^^^^^^^ env/duplicate-key
    /// ```
    /// ```env good file=.env.prod
    /// # WORKERS=4
    /// PORT=8000
    /// WORKERS=2
    /// ```
    ///
    /// ## What it does not report
    /// A bare name (`WORKERS`) after an assignment: it takes nothing away.
    "env/duplicate-key" {
        severity: Medium, confidence: Certain, effect: Hygiene, since: "0.1.0",
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, ctx: &Context, sink: &mut Sink) {
    let text = ctx.project.source(env.file).text();
    for (first, later) in env.duplicates() {
        let (Some(ignored), Some(counts)) = (&first.value, &later.value) else { continue };
        let same = ignored.value == counts.value && text.get(ignored.span.range()) == text.get(counts.span.range());
        let key = &later.key.value;
        let (message, help) = if same {
            (format!("`{key}` is set to the same value twice"), "remove one of the two lines")
        } else {
            (
                format!("`{key}` is set twice to different values; the last one counts, for some loaders the first"),
                "keep the line that is meant and remove the other",
            )
        };
        let finding = sink.report(later.key.span, message).help(help).related(first.key.span, "set here before");
        if same {
            finding.lower(Info);
        }
    }
}
