//! `gunicorn/set-twice`

use crate::model::gunicorn::GunicornConf;
use crate::rules::prelude::*;

rule! {
    /// A setting of gunicorn is set more than once, to different values.
    ///
    /// ## Why
    /// The configuration is a Python file: the last assignment wins, and nothing says so. Whoever changes the first one changes nothing.
    ///
    /// ## Examples
    /// ```gunicorn bad
    /// bind = "127.0.0.1:8000"
    /// workers = 4
    /// timeout = 300
    /// workers = 2  # less memory
    /// ^^^^^^^ gunicorn/set-twice
    /// | `workers` is set again: this one counts, and what stands above it does nothing
    /// | help: keep the one that is meant
    /// ```
    /// ```gunicorn good
    /// import os
    /// bind = "127.0.0.1:8000"
    /// workers = 2
    /// if os.getenv("SMALL"):
    ///     workers = 1
    /// bind = "127.0.0.1:8000"
    /// ```
    "gunicorn/set-twice" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.gunicorn.org/en/stable/configure.html#configuration-file"],
        check: Check::Gunicorn(check),
    }
}

fn check(conf: &GunicornConf, _: &Context, sink: &mut Sink) {
    // Names of its own a Python file may change as it likes.
    let own = |name: &str| super::unknown_setting::SETTINGS.contains(&name);
    for (at, (name, value)) in conf.settings.iter().enumerate().filter(|(_, (name, _))| own(&name.value)) {
        let mut behind = conf.settings.iter().skip(at + 1).filter(|(other, _)| other.value == name.value);
        let uses = conf
            .settings
            .iter()
            .any(|(_, text)| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name.value));
        let Some((last, what)) = behind.next_back().filter(|_| !uses) else { continue };
        let first = !conf.settings.iter().take(at).any(|(other, _)| other.value == name.value);
        if first && what != value {
            let finding = sink.report(
                last.span,
                format!("`{}` is set again: this one counts, and what stands above it does nothing", last.value),
            );
            finding.help("keep the one that is meant").related(name.span, "set here first");
            if matches!(name.value.as_str(), "bind" | "worker_class" | "timeout") {
                finding.severity(Medium);
            }
        }
    }
}
