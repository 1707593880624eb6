//! `env/template-ignored`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;
use crate::source::{directory, join};

rule! {
    /// Git ignores the template of an env file, so nobody else gets it.
    ///
    /// ## Why
    /// `.env.*` in `.gitignore` is meant for secrets and hides `.env.example` as well. Whoever clones the project does not
    /// learn which variables there are.
    ///
    /// ## Examples
    /// ```env bad file=.env.example ignored
    /// DATABASE_URL=
    /// ^^^^^^^^^^^^ env/template-ignored
    /// | `.gitignore` hides `.env.example`: nobody who clones the project gets it
    /// | help: add the line `!.env.example` below the pattern that hides it, and commit the file
    /// ```
    /// ```env fixed file=.env.example
    /// DATABASE_URL=
    /// ```
    /// ```env good file=.env.example tracked
    /// DATABASE_URL=
    /// ```
    /// ```env good file=.env ignored
    /// DATABASE_URL=postgres://shop:hT7-vq2Lx9_mRw@db/shop
    /// ```
    /// ```env good file=deploy/.env.example untracked
    /// DATABASE_URL=
    /// ```
    ///
    /// ## What it does not report
    /// Templates that git tracks although a pattern matches them: they are there for everyone. Templates in a directory that
    /// is ignored as a whole.
    "env/template-ignored" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let git = ctx.project.git();
    if env.role != Role::Template || !git.is_asked(&env.path) {
        return sink.not_applicable();
    }
    let file = match git.ignored(&env.path) {
        Answer::Yes(file) => file,
        Answer::No(_) => return,
        Answer::Unknown(why) => return sink.unanswered(env.anchor(), why),
    };
    match git.tracked(&env.path) {
        Answer::Yes(()) => return,
        Answer::No(_) => {}
        Answer::Unknown(why) => return sink.unanswered(env.anchor(), why),
    }
    // A directory that is ignored as a whole is meant to be.
    if git.ignored(&join(directory(&env.path), "any-other-file")).is_no() {
        let name = env.path.rsplit('/').next().unwrap_or(&env.path);
        sink.report(env.anchor(), format!("`{file}` hides `{name}`: nobody who clones the project gets it"))
            .help(format!("add the line `!{name}` below the pattern that hides it, and commit the file"));
    }
}
