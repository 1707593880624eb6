//! `script/secret-with-newline`

use crate::model::starts::{Joint, Step};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A secret is made with a line end in it.
    ///
    /// ## Why
    /// `echo` adds a line end, and it becomes part of the secret. A program that takes the secret as it is gets a password that no
    /// server accepts; one that trims it works, until another one reads the same secret.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// echo "$DB_PASSWORD" | docker secret create db_password -
    /// ^^^^ script/secret-with-newline
    /// | `echo` adds a line end, and it becomes part of the secret
    /// | help: write `printf %s` in the place of `echo`
    /// # > printf %s "$DB_PASSWORD" | docker secret create db_password -
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// printf '%s' "$DB_PASSWORD" | docker secret create db_password -
    /// echo -n "$DB_PASSWORD" | docker secret create db_password -
    /// openssl rand -hex 32 | tr -d '\n' | docker secret create key -
    /// docker secret create tls_key key.pem
    /// ```
    "script/secret-with-newline" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/secret/create/"],
        check: Check::Commands(check),
    }
}

/// Whether a command keeps what it reads as a secret, byte by byte.
fn keeps(step: &Step) -> bool {
    let stdin = step.arguments().iter().any(|word| matches!(word.value.as_str(), "-" | "/dev/stdin" | "--data-file=-"));
    let what = |name: &str, words: &[&str]| step.is(name, words);
    stdin
        && (what("docker", &["secret", "create"])
            || what("podman", &["secret", "create"])
            || what("gcloud", &["secrets"])
            || step.name() == "kubectl" && step.has("secret"))
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    for two in commands.steps.windows(2) {
        let [writes, reads] = two else { continue };
        let echo = writes.name() == "echo" && !writes.has_short('n') && writes.after == Joint::Pipe;
        if echo && keeps(reads) {
            let word = writes.argv().first().map_or(writes.span, |word| word.span);
            sink.report(word, "`echo` adds a line end, and it becomes part of the secret")
                .help("write `printf %s` in the place of `echo`")
                .related(reads.span, "kept byte by byte")
                .cause(commands.file, "here as well");
        }
    }
}
