//! `systemd/wrong-type`

use crate::model::units::Unit;
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// `Type=` expects something of the program that it does not do.
    ///
    /// ## Why
    /// With `Type=notify` systemd waits for a message of the program, with `Type=forking` for it to go into the background. When
    /// neither comes within 90 seconds, it stops the program and starts it again, for ever. A program that goes into the background
    /// under `Type=simple` is taken for one that has ended. gunicorn sends the message; uvicorn and its like do not.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// Type=notify
    /// #    ^^^^^^ systemd/wrong-type
    /// # | `Type=notify` waits for a message that `uvicorn` never sends: systemd stops it after the start timeout,
    /// # | again and again
    /// # | help: write `Type=exec`
    /// # > Type=exec
    /// ExecStart=/opt/shop/venv/bin/uvicorn shop:app --port 8000
    /// ```
    /// ```systemd bad file=jobs.service
    /// [Service]
    /// Type=forking
    /// #    ^^^^^^^ systemd/wrong-type
    /// # > Type=exec
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd bad file=old.service
    /// [Service]
    /// ExecStart=/opt/shop/venv/bin/gunicorn --daemon shop:app
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/wrong-type
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// Type=notify
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good file=jobs.service
    /// [Service]
    /// Type=exec
    /// ExecStart=/opt/shop/venv/bin/uvicorn shop:app --port 8000
    /// ```
    /// ```systemd good file=old.service
    /// [Service]
    /// Type=forking
    /// PIDFile=/run/shop.pid
    /// ExecStart=/opt/shop/venv/bin/gunicorn --daemon --pid /run/shop.pid shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Programs of your own and scripts: they may report.
    "systemd/wrong-type" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Type=",
            "https://docs.gunicorn.org/en/stable/deploy.html#systemd",
        ],
        check: Check::Process(check),
    }
}

fn check(process: &Process, _: &Context, sink: &mut Sink) {
    let program = process.program().filter(|program| !program.server.daemon);
    let (Some(unit), Some(program)) = (process.unit(), program) else { return sink.not_applicable() };
    let name = program.server.name;
    let written = unit.last("Service", "Type");
    let place = written.map_or(unit.place(), |value| value.span);
    // `celery multi start` and its like leave workers in the background.
    const BACKGROUND: [&str; 5] = ["multi", "--detach", "--daemonize", "--background", "--fork"];
    if process.words().is_some_and(|words| words.iter().any(|word| BACKGROUND.contains(&word.as_str()))) {
        return;
    }
    let gunicorn = name == "gunicorn";
    let daemon =
        gunicorn && process.words().is_some_and(|words| words.iter().any(|word| word == "--daemon" || word == "-D"));
    match unit.service_type() {
        kind @ ("notify" | "notify-reload") if !gunicorn && program.alone && !notified_by_another(unit) => {
            let message = format!(
                "`Type={kind}` waits for a message that `{name}` never sends: systemd stops it after the start timeout, again and again"
            );
            sink.report(place, message).help("write `Type=exec`").related(process.line(), "this is started");
        }
        "forking" if !daemon && program.alone => {
            let message = format!(
                "`Type=forking` waits for `{name}` to go into the background, which it does not do: systemd stops it after the start timeout"
            );
            let help = if gunicorn { "write `Type=notify`" } else { "write `Type=exec`" };
            sink.report(place, message).help(help).related(process.line(), "this is started");
        }
        "simple" | "exec" | "notify" | "idle" if daemon => {
            let message =
                "gunicorn goes into the background, and systemd takes it for ended and stops what is left of it";
            sink.report(process.line(), message).help("leave `--daemon` out");
        }
        _ => {}
    }
}

/// Whether something beside the program may send the message.
fn notified_by_another(unit: &Unit) -> bool {
    let posts = unit.commands("ExecStartPost");
    posts.iter().any(|command| command.argv().iter().any(|word| word.contains("systemd-notify")))
}
