//! `paas/port-ignored`

use crate::model::program::{Program, Told};
use crate::model::{Kind, Known};
use crate::project::{Commands, Process};
use crate::rules::prelude::*;
use crate::source::Why;

rule! {
    /// A program does not listen where the platform sends requests.
    ///
    /// ## Why
    /// Heroku, Railway and Dokku choose a port and tell it in `PORT`. A program that listens on another one is taken for one that has not
    /// started, and is ended after a minute (R10, "failed to bind to $PORT").
    ///
    /// ## Examples
    /// ```procfile bad
    /// web: gunicorn --bind 0.0.0.0:8000 shop.wsgi
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ paas/port-ignored
    /// # | `gunicorn` listens on port 8000, and the platform sends requests to `$PORT`
    /// # | help: write `$PORT` in its place
    /// ```
    /// ```json both file=app.json
    /// {"name": "shop"}
    /// ```
    /// ```procfile good
    /// web: gunicorn --bind 0.0.0.0:$PORT shop.wsgi
    /// worker: celery -A shop worker
    /// ```
    /// ### The configuration says so
    /// ```procfile bad
    /// web: gunicorn shop.wsgi
    /// ```
    /// ```gunicorn bad
    /// bind = "0.0.0.0:8000"
    /// #      ^^^^^^^^^^^^^^ paas/port-ignored
    /// # | `gunicorn` listens on port 8000, and the platform sends requests to `$PORT`
    /// # | help: remove the line: without it gunicorn listens where `PORT` says
    /// # >
    /// workers = 2
    /// ```
    /// ```text both file=runtime.txt
    /// python-3.13.1
    /// ```
    /// ### gunicorn reads `PORT` itself
    /// ```procfile good file=web/Procfile
    /// web: gunicorn shop.wsgi
    /// ```
    /// ### Another platform, with a port of its own
    /// ```procfile good
    /// web: gunicorn --bind 127.0.0.1:8000 shop.wsgi
    /// ```
    ///
    /// ## What it does not report
    /// Projects in which nothing shows that one of these platforms is meant: on AWS Elastic Beanstalk a port may be written.
    "paas/port-ignored" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://devcenter.heroku.com/articles/error-codes#r10-boot-timeout"],
        check: Check::Commands(check),
    }
}

/// Files that these platforms read.
const SIGNS: [&str; 8] =
    ["app.json", "heroku.yml", "runtime.txt", ".buildpacks", "railway.json", "railway.toml", "nixpacks.toml", "CHECKS"];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let beside = |name: &&'static str| ctx.project.files().presence(name) == crate::source::Presence::File;
    if commands.kind != Kind::Procfile || !SIGNS.iter().any(beside) {
        return sink.not_applicable();
    }
    let env = |_: &str| Answer::Unknown(Why::new("the platform sets it"));
    for step in commands.steps {
        // `--port ${PORT:-8080}`
        if step.minded.iter().any(|name| name == "PORT") {
            continue;
        }
        let words: Vec<String> = step.argv().iter().map(|word| word.value.clone()).collect();
        let Some(program) = Program::read(&words, &env) else { continue };
        let (Some(first), Some(last)) = (step.argv().first(), step.argv().last()) else { continue };
        let Told::Option(Some(port)) = program.port else { continue };
        sink.report(
            first.span.to(last.span),
            format!("`{}` listens on port {port}, and the platform sends requests to `$PORT`", program.server.name),
        )
        .help("write `$PORT` in its place");
    }
    let kept = |process: &Process| process.kept().is_some_and(|kept| kept.file == commands.file);
    for process in ctx.project.processes().iter().filter(|process| kept(process)) {
        let told = process.words().unwrap_or_default().iter().any(|word| word.starts_with("--bind") || word == "-b");
        let Some(conf) = ctx.project.gunicorn_of_process(process).filter(|_| !told) else { continue };
        // `os.getenv("BIND", "...")` may be told otherwise.
        let asks = conf.settings.iter().any(|(name, value)| name.value == "bind" && value.contains('('));
        let (Known::Set(bind), Some(port), false) = (&conf.bind, conf.port(), asks) else { continue };
        sink.report(
            bind.span,
            format!("`gunicorn` listens on port {port}, and the platform sends requests to `$PORT`"),
        )
        .help("remove the line: without it gunicorn listens where `PORT` says");
    }
}
