//! `env/tracked-by-git`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;
use crate::secret::client_prefix;

rule! {
    /// Secrets are in a file that git tracks.
    ///
    /// ## Why
    /// Everyone who can read the repository, every fork, every CI job and every backup has them, for ever: removing the
    /// file later does not remove it from history. A rule in `.gitignore` has no effect on a file that is tracked already.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod tracked
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ^^^^^^^^^^^ env/tracked-by-git
    /// | git tracks this file: `DB_PASSWORD` can be read by everyone who has the repository
    /// | help: run `git rm --cached .env.prod`, add it to `.gitignore`, and change the secrets: history keeps the old
    /// | ones
    /// ```
    /// ```env fixed file=.env.prod ignored
    /// DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ```env good file=.env.staging tracked
    /// DB_PASSWORD=${DB_PASSWORD}
    /// PORT=8000
    /// API_TOKEN=encrypted:BAx8fK2mQ9vLx71aBcD
    /// ADMIN_PASSWORD=changeme
    /// VUE_APP_PUSHER_APP_KEY=32c04385ccb2facbf14f
    /// ```
    /// ```env good file=tests/fixtures/shop/.env.prod tracked
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    ///
    /// ## What it does not report
    /// Templates, references, encrypted values, and placeholders and defaults, which are no secrets. Files among a
    /// repository's tests, fixtures and examples: what is in there is made up.
    "env/tracked-by-git" {
        severity: High, confidence: Certain, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.github.com/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    // What is copied into pages is known to every visitor, and has a rule of its own.
    let for_pages = |name: &str| client_prefix(name).is_some();
    let real: Vec<_> = env.real_secrets().filter(|secret| !for_pages(secret.var.key.value)).collect();
    let Some(first) = real.first() else { return };
    let git = ctx.project.git();
    if !git.is_asked(&env.path) {
        return sink.not_applicable();
    }
    if env.role == Role::Template || git.is_fixture(&env.path) {
        return;
    }
    match git.tracked(&env.path) {
        Answer::Yes(()) => {}
        Answer::No(_) => return,
        Answer::Unknown(why) => return sink.unanswered(first.var.key.span, why),
    }
    let names: Vec<String> = real.iter().map(|secret| secret.subject()).collect();
    let but = match git.ignored(&env.path) {
        Answer::Yes(file) => format!(" although `{file}` names it"),
        _ => String::new(),
    };
    sink.report(
        first.var.key.span,
        format!(
            "git tracks this file{but}: {} can be read by everyone who has the repository",
            phrase::some(&names, 4)
        ),
    )
    .help(format!(
        "run `{}`, add it to `.gitignore`, and change the secrets: history keeps the old ones",
        git.untrack(&env.path)
    ));
}
