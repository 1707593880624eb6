//! `compose/secret-tracked-by-git`

use crate::model::compose::{Carrier, Composition};
use crate::rules::prelude::*;
use crate::secret::Worth;

rule! {
    /// The file of a secret is in the repository.
    ///
    /// ## Why
    /// `secrets:` keeps a password out of the environment and of `docker inspect`. That is worth nothing when everyone who
    /// can read the repository has it, now or later: taking the file out does not take it out of the history.
    ///
    /// ## Examples
    /// ```secret bad file=secrets/db_password.txt tracked expect=compose/secret-tracked-by-git@1:1
    /// | git tracks this file: the secret `db_password` of service `db` can be read by everyone who has the repository
    /// | help: run `git rm --cached secrets/db_password.txt`, add it to `.gitignore`, and change the secret: history
    /// | keeps the old one
    /// uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ```compose both
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db_password
    ///     secrets: [db_password]
    /// secrets:
    ///   db_password:
    ///     file: ./secrets/db_password.txt
    /// ```
    /// ```secret good fixed file=secrets/db_password.txt ignored
    /// Hq4m-8sLd-3pNz-6yRb
    /// ```
    ///
    /// ## What it does not report
    /// Placeholders and defaults, which are no secrets: `compose/default-password` does. Files among a repository's tests,
    /// fixtures and examples: what is in there is made up.
    "compose/secret-tracked-by-git" {
        severity: High, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/798.html"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    let git = ctx.project.git();
    let written = compose.written_secrets().filter(|(own, ..)| own.place == Carrier::File);
    for (secret, ..) in written.filter(|(.., worth)| *worth == Worth::Real) {
        let at = secret.value.span;
        let path = &ctx.project.source(at.file).path;
        match git.tracked(path) {
            Answer::Yes(()) if git.is_fixture(path) => {}
            Answer::Yes(()) => {
                let message = format!(
                    "git tracks this file: {} can be read by everyone who has the repository",
                    secret.subject()
                );
                sink.report(at, message).help(format!(
                    "run `{}`, add it to `.gitignore`, and change the secret: history keeps the old one",
                    git.untrack(path)
                ));
            }
            Answer::No(_) => {}
            Answer::Unknown(why) if git.is_asked(path) => sink.unanswered(at, why),
            Answer::Unknown(_) => {}
        }
    }
}
