//! `docker/literal-secret`

use crate::model::Literal;
use crate::model::image::Dockerfile;
use crate::rules::prelude::*;
use crate::secret::Worth;

rule! {
    /// A Dockerfile sets a secret: it is in the image and in the repository.
    ///
    /// ## Why
    /// `ENV` and `ARG` stay in the image: `docker history` and `docker inspect` print them to whoever can pull it. A later
    /// `ENV` that empties the variable leaves the value in the layer below.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// ENV SESSION_SECRET=8f1c0b7e4d5a49f2a6d3c1b09e7f8a5d2c4b6e1f
    /// #                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/literal-secret
    /// # | `SESSION_SECRET` is written into the Dockerfile: everyone who has the repository or the image can read it
    /// # | help: change the secret; at run time give it with `env_file:` or `secrets:`, and to a build step with `RUN
    /// # | --mount=type=secret`
    /// # >
    /// ARG DB_URL="postgres://shop:hT7-vq2Lx9_mRw@db/shop"
    /// #                           ^^^^^^^^^^^^^^ docker/literal-secret
    /// # >
    /// ENV API_TOKEN Zk4vT9rWq2LmX7bN5cJ8
    /// #             ^^^^^^^^^^^^^^^^^^^^ docker/literal-secret
    /// # >
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// ARG NPM_TOKEN
    /// ENV SECRET_KEY=${SECRET_KEY}
    /// ENV DB_PASSWORD_FILE=/run/secrets/db
    /// ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305
    /// RUN --mount=type=secret,id=npm npm ci
    /// RUN SECRET_KEY=only-for-this-step ./manage.py collectstatic
    /// ```
    /// ### Values that only let a build step run
    /// ```dockerfile good
    /// FROM ruby:3.3
    /// ARG SECRET_KEY_BASE=dummy
    /// ENV SECRET_KEY=build-time-only-not-secret
    /// ENV NEXTAUTH_SECRET=changeme
    /// ```
    ///
    /// ## What it does not report
    /// Placeholders and values that can be guessed: a build step often needs some value, and the real one comes later.
    "docker/literal-secret" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
            "https://cwe.mitre.org/data/definitions/798.html",
        ],
        check: Check::Dockerfile(check),
    }
}

/// Fingerprints of signing keys that official images check their downloads against.
const PUBLIC: [&str; 3] = ["GPG_KEY", "GPG_KEYS", "KEYID"];

fn check(file: &Dockerfile, ctx: &Context, sink: &mut Sink) {
    if ctx.project.git().is_fixture(&file.path) {
        return sink.not_applicable();
    }
    let real =
        |literal: &&Literal| !PUBLIC.iter().any(|end| literal.name.ends_with(end)) && literal.worth() == Worth::Real;
    for literal in file.literals.iter().filter(real) {
        let message = format!(
            "`{}` is written into the Dockerfile: everyone who has the repository or the image can read it",
            literal.name
        );
        let finding = sink.report(literal.value.span, message).help(
            "change the secret; at run time give it with `env_file:` or `secrets:`, and to a build step with `RUN \
             --mount=type=secret`",
        );
        finding.cause(&literal.value.value, "the same value");
    }
}
