//! `env/debug-on`

use crate::model::env::{EnvFile, is_true};
use crate::rules::{Fix, Safety, prelude::*};

rule! {
    /// A debug switch is on in a file that ships.
    ///
    /// ## Why
    /// Debug mode shows stack traces, settings and often an interactive console to anyone who can cause an error.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DEBUG=True
    /// #     ^^^^ env/debug-on
    /// ```
    /// ```env fixed file=.env.prod
    /// DEBUG=False
    /// ```
    /// ```env good file=.env.prod
    /// DEBUG="false"
    /// APP_DEBUG=0
    /// NODE_DEBUG_PORT=9229
    /// DEBUG_TOOLBAR_PANELS=1
    /// ```
    "env/debug-on" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/489.html"],
        check: Check::Env(check),
    }
}

/// Switches whose frameworks show the debugger to visitors.
const FRAMEWORKS: [&str; 9] = [
    "DEBUG", "APP_DEBUG", "DJANGO_DEBUG", "FLASK_DEBUG", "WP_DEBUG", "DEBUG_MODE", "SYMFONY_DEBUG", "WERKZEUG_DEBUG",
    "DEBUG_ENABLED",
];

fn check(env: &EnvFile, _: &Context, sink: &mut Sink) {
    for (var, value) in env.effective() {
        let key = var.key.value.to_ascii_uppercase();
        let known = FRAMEWORKS.contains(&key.as_str());
        if !(known || key.ends_with("_DEBUG")) || !is_true(&value.value) {
            continue;
        }
        let off = match value.value.trim() {
            "1" => "0",
            "True" => "False",
            "TRUE" => "FALSE",
            "on" => "off",
            "yes" => "no",
            _ => "false",
        };
        let name = &var.key.value;
        let finding = sink.report(
            value.span,
            format!("`{name}` is on: errors show stack traces and settings to whoever causes them"),
        );
        finding.help(format!("set `{name}={off}`"));
        finding.fix(Fix::replace(format!("turn `{name}` off"), Safety::Unsafe, value.span, off));
        if !known {
            finding.lower(Medium).confidence(Likely);
        }
    }
}
