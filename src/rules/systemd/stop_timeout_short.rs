//! `systemd/stop-timeout-short`

use crate::model::units::seconds;
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// systemd kills a server before it has finished the requests it is at.
    ///
    /// ## Why
    /// On stop and restart gunicorn gives its workers 30 seconds (`graceful_timeout`) to finish. When `TimeoutStopSec=` is
    /// shorter, systemd kills them in the middle: answers are cut off, uploads and reports are lost.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// TimeoutStopSec=5
    /// #              ^ systemd/stop-timeout-short
    /// # | systemd kills gunicorn after 5 seconds, but its workers have 30 to finish the requests they are at
    /// # | help: write `TimeoutStopSec=35`, or lower gunicorn's `--graceful-timeout`
    /// # > TimeoutStopSec=35
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// TimeoutStopSec=5
    /// ExecStart=/opt/shop/venv/bin/gunicorn --graceful-timeout 4 shop:app
    /// ```
    /// ```systemd good file=long.service
    /// [Service]
    /// TimeoutStopSec=1min
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    "systemd/stop-timeout-short" {
        severity: Low, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.gunicorn.org/en/stable/settings.html#graceful-timeout"],
        check: Check::Process(check),
    }
}

/// What gunicorn takes when nobody says.
const USUAL: u64 = 30;

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let Some((unit, _)) = process.unit().zip(process.program().filter(|program| program.server.name == "gunicorn"))
    else {
        return sink.not_applicable();
    };
    let written = unit.last("Service", "TimeoutStopSec").or(unit.last("Service", "TimeoutSec"));
    let Some((written, limit)) = written.and_then(|value| Some((value, seconds(&value.value)?))) else { return };
    let words = process.words().unwrap_or_default();
    let option = words.iter().enumerate().find_map(|(at, word)| {
        let rest = word.strip_prefix("--graceful-timeout")?;
        rest.strip_prefix('=').or(words.get(at + 1).map(String::as_str))
    });
    let (graceful, place) = match (option, ctx.project.gunicorn_of_process(process).map(|conf| &conf.graceful)) {
        (Some(text), _) => (text.parse().ok(), None),
        (None, Some(conf)) if !conf.is_absent() => (conf.get().copied(), conf.span()),
        // A configuration that is not in the project may say otherwise.
        (None, None) if process.program().is_some_and(|program| program.configured) => (None, None),
        _ => (Some(USUAL), None),
    };
    let Some(graceful) = graceful.filter(|graceful| *graceful as f64 > limit && limit > 0.0) else { return };
    let message = format!(
        "systemd kills gunicorn after {} seconds, but its workers have {graceful} to finish the requests they are at",
        limit
    );
    let finding = sink
        .report(written.span, message)
        .help(format!("write `TimeoutStopSec={}`, or lower gunicorn's `--graceful-timeout`", graceful + 5));
    if let Some(place) = place {
        finding.related(place, "the workers have this long");
    }
}
