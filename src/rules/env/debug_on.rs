//! `env/debug-on`

use crate::model::env::EnvFile;
use crate::rules::prelude::*;

rule! {
    /// A debug switch is on in a file that ships.
    ///
    /// ## Why
    /// Debug mode shows stack traces, settings and often an interactive console to anyone who can cause an error.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DEBUG=true
    /// #     ^^^^ env/debug-on
    /// ```
    /// ```env good file=.env.prod
    /// DEBUG=false
    /// ```
    "env/debug-on" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/489.html"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, _: &Context, sink: &mut Sink) {
    for var in env.vars.iter().filter(|var| var.key.value == "DEBUG") {
        if let Some(value) = &var.value
            && value.value == "true"
        {
            sink.report(value.span, "debug mode is on").help("set `DEBUG=false`");
        }
    }
}
