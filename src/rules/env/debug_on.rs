//! `env/debug-on`

use crate::model::env::is_true;
use crate::project::Variables;
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
    /// # | `DEBUG` is on: errors show stack traces and settings to whoever causes them
    /// # | help: set `DEBUG=False`
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
    ///
    /// ### Given by Compose
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       FLASK_DEBUG: 1
    /// #                  ^ env/debug-on
    /// # | `FLASK_DEBUG` is on: errors show stack traces and settings to whoever causes them
    /// # | help: set `FLASK_DEBUG=0`
    /// # >       FLASK_DEBUG: 0
    ///       APP_DEBUG: ${APP_DEBUG:-true}
    /// #                             ^^^^ env/debug-on
    /// # >       APP_DEBUG: ${APP_DEBUG:-false}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       FLASK_DEBUG: 0
    ///       APP_DEBUG: ${APP_DEBUG:-false}
    /// ```
    "env/debug-on" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/489.html"],
        params: &[Param::List {
            name: "names",
            default: &[
                "DEBUG", "APP_DEBUG", "DJANGO_DEBUG", "FLASK_DEBUG", "WP_DEBUG", "DEBUG_MODE", "SYMFONY_DEBUG",
                "WERKZEUG_DEBUG", "DEBUG_ENABLED",
            ],
            doc: "Switches whose programs show the debugger to visitors; others that end in `_DEBUG` count less.",
        }],
        check: Check::Variables(check),
    }
}

fn check(variables: &Variables, ctx: &Context, sink: &mut Sink) {
    let names = ctx.list("names");
    for (key, value) in variables.iter() {
        let upper = key.value.to_ascii_uppercase();
        let known = names.contains(&upper);
        if !(known || upper.ends_with("_DEBUG")) || !is_true(value.value) {
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
        let name = &key.value;
        let what = match known {
            true => "errors show stack traces and settings to whoever causes them",
            false => "errors or the log tell more than they should in production",
        };
        let finding = sink.report(value.span, format!("`{name}` is on: {what}"));
        finding.help(format!("set `{name}={off}`"));
        finding.fix(Fix::replace(format!("turn `{name}` off"), Safety::Unsafe, value.span, off));
        // What texts that are not about a deployment have people type is for their own machine, or to look for an error.
        let aside = ctx.project.guide_of(value.span.file).is_some_and(|guide| !guide.is_for_deployment());
        if !known || aside {
            finding.severity(Low).confidence(Likely);
        }
    }
}
