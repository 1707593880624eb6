//! `env/always-true`

use crate::model::env::is_false;
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A switch that is off here is on in the program, which takes any text for yes.
    ///
    /// ## Why
    /// Variables are texts, and in Python every text but an empty one is true: `os.environ.get("DEBUG", False)` gives `"False"`, which
    /// switches Django's debug pages on, with settings and queries for everybody.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DEBUG=False
    /// #     ^^^^^ env/always-true
    /// # | `DEBUG` is on with this: the settings take its text as it is, and in Python any text is true
    /// # | help: compare it in the settings, `os.environ.get("DEBUG") == "True"`; until then leave `DEBUG` empty
    /// # > DEBUG=
    /// ```
    /// ```python both file=shop/settings.py
    /// import os
    /// DEBUG = os.environ.get("DEBUG", False)
    /// TESTING = os.environ.get("TESTING", "False") == "True"
    /// ```
    /// ```env good file=.env.prod
    /// TESTING=False
    /// DEBUG=
    /// ```
    ///
    /// ## What it does not report
    /// Settings that compare the text, or read it with `int`, `env.bool`, `config(cast=bool)` or pydantic.
    "env/always-true" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.python.org/3/library/stdtypes.html#truth-value-testing"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    if ctx.project.settings.is_empty() {
        return sink.not_applicable();
    }
    for (key, value) in env.iter().filter(|(_, value)| is_false(value.value) && !value.value.trim().is_empty()) {
        let Some(read) = ctx.project.taken_as_text(key.value) else { continue };
        let message = format!(
            "`{}` is on with this: the settings take its text as it is, and in Python any text is true",
            key.value
        );
        let finding = sink.report(value.span, message);
        finding.help(format!(
            "compare it in the settings, `os.environ.get(\"{0}\") == \"True\"`; until then leave `{0}` empty",
            key.value
        ));
        finding.related(read.span, "it is read here");
        if !key.value.ends_with("DEBUG") {
            finding.severity(Medium);
        }
    }
}
