//! `compose/literal-secret`

use std::collections::HashSet;

use super::default_password::to_required;
use crate::model::compose::{Carrier, Composition, Literal};
use crate::rules::prelude::*;
use crate::secret::Worth;

rule! {
    /// A password, key or token that stands in the Compose file itself.
    ///
    /// ## Why
    /// The file is in version control, in backups and in every checkout, and the value stays in the history when it is
    /// changed. `docker inspect` shows labels, commands and build arguments to everyone who may call it.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       SESSION_SECRET: 8f1c0b7e4d5a49f2a6d3c1b09e7f8a5d2c4b6e1f
    /// #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/literal-secret
    /// # | the value of `SESSION_SECRET` of service `web` stands in the file: everyone who can read the repository has
    /// # | it
    /// # | help: write `${SESSION_SECRET:?}` and put the value into `.env`, then change it
    /// # >       SESSION_SECRET: ${SESSION_SECRET:?}
    /// ```
    /// ```env fixed file=.env
    /// SESSION_SECRET=Kq7vX2mZ9pL4wT8nR3bY6cJ1hF5gD0sA
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       SESSION_SECRET: ${SESSION_SECRET:?set it in .env}
    ///       DB_PASSWORD_FILE: /run/secrets/db
    ///       PASSWORD_MIN_LENGTH: "12"
    ///       TOKEN_TTL: 3600
    ///       SEARCH_API_KEY: unused-by-worker
    ///       STRIPE_KEY: pk_live_8fK2mQ9vLx71aBcD8fK2mQ9v
    ///     secrets: [db]
    /// secrets:
    ///   db: {file: ./db.txt}
    /// ```
    ///
    /// ### A value from `.env`, as long as the reference to it
    /// ```env good file=.env
    /// API_TOKEN=k9x2m4q7w1z5
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       API_TOKEN: ${API_TOKEN}
    /// ```
    ///
    /// ## What it does not report
    /// Values that are weak or published as well: `compose/default-password` does. Keys for browsers and for tests:
    /// `env/wrong-kind-of-key` and `env/test-mode-key` do where they are wrong.
    "compose/literal-secret" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/use-secrets/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let (mut seen, places) = (HashSet::new(), compose.places_of_secrets());
    for (literal, service, _) in
        compose.written_secrets().filter(|(own, _, worth)| own.place != Carrier::File && *worth == Worth::Real)
    {
        if service.is_some_and(|service| compose.is_for_others(service)) {
            continue;
        }
        // The same value in several places is one mistake.
        if !seen.insert(literal.value.value.as_str()) {
            continue;
        }
        let message = format!("{} stands in the file: everyone who can read the repository has it", subject(literal));
        let finding = sink.report(literal.value.span, message).help(help(literal));
        if let Some(fix) = to_required(literal, context) {
            finding.fix(fix);
        }
        finding.cause(&literal.value.value, "the same value");
        let elsewhere = places.get(literal.value.value.as_str()).into_iter().flatten();
        for span in elsewhere.filter(|span| **span != literal.value.span).take(4) {
            finding.related(*span, "the same value");
        }
        if literal.place == Carrier::Default {
            finding.severity(Medium);
        }
    }
}

fn subject(literal: &Literal) -> String {
    let subject = literal.subject();
    if subject.starts_with('`') { format!("the value of {subject}") } else { subject }
}

fn help(literal: &Literal) -> String {
    let name = &literal.name;
    match literal.place {
        Carrier::Url => "put a variable there, `${DB_PASSWORD:?}`, and the value into `.env`".into(),
        Carrier::Command => "pass it as a variable or file; commands are visible to every user of the host".into(),
        Carrier::BuildArgument => "use a build secret: `build: {secrets: [NAME]}` and `RUN --mount=type=secret`".into(),
        Carrier::Default => format!("write `${{{name}:?}}` and put the value into `.env`, then change it"),
        Carrier::Environment | Carrier::Label | Carrier::File => {
            format!("write `${{{}:?}}` and put the value into `.env`, then change it", variable(name))
        }
    }
}

/// A name that can be a variable.
fn variable(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    upper.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
