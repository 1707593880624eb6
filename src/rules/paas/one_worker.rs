//! `paas/one-worker`

use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// A server that starts one worker where the platform asks for no number.
    ///
    /// ## Why
    /// Heroku sets `WEB_CONCURRENCY`; Elastic Beanstalk runs the line of the `Procfile` as it is. There one process serves everybody: the
    /// other processors of the machine do nothing, and a sync worker of gunicorn takes one request at a time.
    ///
    /// ## Examples
    /// ```procfile bad
    /// web: gunicorn --bind :8000 shop.wsgi
    ///      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ paas/one-worker
    /// | Elastic Beanstalk starts one worker of `gunicorn`, and it takes one request at a time
    /// | help: add `--workers 2 --threads 4`, or set `WEB_CONCURRENCY` in `.ebextensions`
    /// # > web: gunicorn --bind :8000 --workers 2 --threads 4 shop.wsgi
    /// ```
    /// ```yaml both file=.ebextensions/shop.config
    /// option_settings:
    ///   aws:elasticbeanstalk:application:environment:
    ///     SHOP_MODE: live
    /// ```
    /// ```procfile good
    /// web: gunicorn --bind :8000 --workers 2 --threads 4 shop.wsgi
    /// ```
    ///
    /// ## What it does not report
    /// Other platforms; commands with a configuration file.
    "paas/one-worker" {
        severity: Low, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/python-configuration-procfile.html"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let asked =
        ctx.project.beanstalk.iter().flat_map(|file| &file.options).any(|(_, name, _)| name == "WEB_CONCURRENCY");
    let here = process.kept().is_some_and(|kept| !kept.on_host) && !ctx.project.beanstalk.is_empty() && !asked;
    let Some(program) = process.program().filter(|_| here) else { return sink.not_applicable() };
    let name = program.server.name;
    let told = program.workers.is_some() || program.configured || !ctx.project.gunicorn.is_empty();
    if told || !matches!(name, "gunicorn" | "uvicorn") {
        return;
    }
    let (what, help) = match name == "gunicorn" && program.kills_slow_requests() {
        true => ("and it takes one request at a time", "--workers 2 --threads 4"),
        false => ("and it uses one processor", "--workers 2"),
    };
    let finding = sink
        .report(process.line(), format!("Elastic Beanstalk starts one worker of `{name}`, {what}"))
        .help(format!("add `{help}`, or set `WEB_CONCURRENCY` in `.ebextensions`"));
    if name != "gunicorn" {
        finding.severity(Info);
    }
}
