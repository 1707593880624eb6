//! `env/readable-by-others`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// Every user of the machine can read the secrets in this file.
    ///
    /// ## Why
    /// A file that anyone may read gives its secrets to every account on the machine, and to every service that is broken
    /// into, whatever account it runs under.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod mode=644
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ^^^^^^^^^^^ env/readable-by-others
    /// | every user of this machine may read the file (mode 644)
    /// | help: run `chmod 600 .env.prod`, or `chmod 640` with the group of the service
    /// ```
    /// ```env fixed file=.env.prod mode=600
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ```env good file=.env.prod mode=640
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ```env good file=.env.staging mode=644
    /// PORT=8000
    /// ```
    ///
    /// ## What it does not report
    /// Templates, files without secrets, and files that git tracks: a checkout has the mode of whoever made it.
    "env/readable-by-others" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let Some(mode) = ctx.project.source(env.file).mode else { return sink.not_applicable() };
    let Some(secret) = env.real_secrets().next() else { return };
    let others = mode & 0o006;
    if others == 0 || env.role == Role::Template {
        return;
    }
    match ctx.project.git().tracked(&env.path) {
        Answer::Yes(()) => return,
        Answer::Unknown(why) => return sink.unanswered(secret.var.key.span, why),
        Answer::No(_) => {}
    }
    let verb = if others & 0o002 != 0 { "read and change" } else { "read" };
    sink.report(
        secret.var.key.span,
        format!("every user of this machine may {verb} the file (mode {:o})", mode & 0o777),
    )
    .help(format!("run `chmod 600 {}`, or `chmod 640` with the group of the service", env.path));
}
