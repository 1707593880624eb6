//! `gunicorn/overridden`

use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// The command line says otherwise than `gunicorn.conf.py`.
    ///
    /// ## Why
    /// An option counts before the configuration file. Whoever changes the file, as the guides of most projects say, changes nothing.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/opt/shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn -c gunicorn.conf.py --workers 4 shop.wsgi
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn -c gunicorn.conf.py shop.wsgi
    /// ```
    /// ```gunicorn bad
    /// bind = "127.0.0.1:8000"
    /// workers = 2
    /// ^^^^^^^ gunicorn/overridden
    /// | `workers` does nothing here: the command line of unit `shop.service` says `4`
    /// | help: keep the one that is meant
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/opt/shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn -c gunicorn.conf.py -w 2 --timeout=60 shop.wsgi
    /// ```
    /// ```gunicorn good
    /// bind = "127.0.0.1:8000"
    /// workers = 2
    /// ```
    "gunicorn/overridden" {
        severity: Low, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.gunicorn.org/en/stable/configure.html"],
        check: Check::Process(check),
    }
}

/// Settings, with the options that say the same. From gunicorn 23, `docs/source/settings.rst`.
const OPTIONS: [(&str, &[&str]); 9] = [
    ("bind", &["-b", "--bind"]),
    ("workers", &["-w", "--workers"]),
    ("worker_class", &["-k", "--worker-class"]),
    ("threads", &["--threads"]),
    ("timeout", &["-t", "--timeout"]),
    ("graceful_timeout", &["--graceful-timeout"]),
    ("keepalive", &["--keep-alive"]),
    ("max_requests", &["--max-requests"]),
    ("loglevel", &["--log-level"]),
];

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let (Some(words), true) = (process.words(), process.program().is_some_and(|own| own.server.name == "gunicorn"))
    else {
        return sink.not_applicable();
    };
    let Some(conf) = ctx.project.gunicorn_of_process(process) else { return sink.not_applicable() };
    for (setting, options) in OPTIONS {
        let Some((name, written)) = conf.settings.iter().rfind(|(name, _)| name.value == setting) else { continue };
        let Some(told) = option(words, options) else { continue };
        // Also as what it is when a variable says nothing.
        let same = written.split(|c: char| !c.is_alphanumeric() && !"._:/-".contains(c)).any(|part| part == told);
        if same || told.contains('$') {
            continue;
        }
        let message = format!("`{setting}` does nothing here: the command line of {} says `{told}`", process.owner());
        let finding = sink.report(name.span, message);
        finding.help("keep the one that is meant").related(process.line(), "this counts");
        // What is asked of the environment has a default for other places.
        if matches!(setting, "bind" | "worker_class") && !written.contains('(') {
            finding.severity(Medium);
        }
    }
}

/// What an option is given on a command line: `-w 4`, `-w4`, `--workers=4`.
fn option<'a>(words: &'a [String], names: &[&str]) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(at, word)| {
        let behind = names.iter().find_map(|name| word.strip_prefix(name))?;
        match behind.strip_prefix('=') {
            Some(value) => Some(value),
            None if behind.is_empty() => words.get(at + 1).map(String::as_str),
            None => Some(behind).filter(|_| !word.starts_with("--")),
        }
    })
}
