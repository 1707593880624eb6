//! `gunicorn/reload-on`

use crate::model::gunicorn::GunicornConf;
use crate::rules::prelude::*;

rule! {
    /// gunicorn runs as it does for developers.
    ///
    /// ## Why
    /// `reload` starts the workers anew whenever a file changes, in the middle of a deployment too, and may not be used together with
    /// `preload_app`; `spew` writes every line of code that runs into the log.
    ///
    /// ## Examples
    /// ```gunicorn bad
    /// bind = "127.0.0.1:8000"
    /// reload = True
    /// ^^^^^^ gunicorn/reload-on
    /// | `reload` is for developers, and it is on
    /// | help: remove the line
    /// # > reload = False
    /// ```
    /// ```gunicorn good
    /// bind = "127.0.0.1:8000"
    /// reload = False
    /// ```
    /// ### Only for developers
    /// ```gunicorn good
    /// import os
    /// reload = os.getenv("ENV") == "development"
    /// ```
    "gunicorn/reload-on" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.gunicorn.org/en/stable/settings.html#reload"],
        check: Check::Gunicorn(check),
    }
}

fn check(conf: &GunicornConf, _: &Context, sink: &mut Sink) {
    for (name, value) in &conf.settings {
        let last = conf.settings.iter().rfind(|(other, _)| other.value == name.value);
        let counts = last.is_some_and(|(other, _)| other.span == name.span);
        if counts && value == "True" && matches!(name.value.as_str(), "reload" | "spew") {
            sink.report(name.span, format!("`{}` is for developers, and it is on", name.value)).help("remove the line");
        }
    }
}
