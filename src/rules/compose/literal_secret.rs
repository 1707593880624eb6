//! `compose/literal-secret`

use std::collections::{HashMap, HashSet};

use crate::model::compose::{Composition, Literal, Place, Service};
use crate::rules::prelude::*;
use crate::secret::{Format, Holds, Limits, Secret, Weakness, guards_nothing, is_path};

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

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    let named = compose.services.iter().map(|service| (service.name.value.as_str(), service));
    let services: HashMap<&str, &Service> = named.collect();
    let mut seen = HashSet::new();
    let mut places: HashMap<&str, Vec<Span>> = HashMap::new();
    for literal in &compose.literals {
        places.entry(&literal.value.value).or_default().push(literal.value.span);
    }
    for literal in compose.literals.iter().filter(|literal| is_secret(literal, &services)) {
        // The same value in several places is one mistake.
        if !seen.insert(literal.value.value.as_str()) {
            continue;
        }
        let owner =
            if literal.service.is_empty() { String::new() } else { format!(" of service `{}`", literal.service) };
        let (what, help) = words(literal);
        let message = format!("{what}{owner} stands in the file: everyone who can read the repository has it");
        let finding = sink.report(literal.value.span, message).help(help);
        finding.cause(&literal.value.value, "the same value");
        let same = places.get(literal.value.value.as_str()).map_or(&[][..], Vec::as_slice);
        for span in same.iter().filter(|span| **span != literal.value.span).take(4) {
            finding.related(*span, "the same value");
        }
        if literal.place == Place::Default {
            finding.severity(Medium);
        }
    }
}

/// Strong enough to be a real one; weak ones are another rule's.
fn is_secret(literal: &Literal, services: &HashMap<&str, &Service>) -> bool {
    let value = literal.value.value.trim();
    let mut known = vec![literal.service.as_str()];
    let service = services.get(literal.service.as_str());
    known.extend(service.into_iter().flat_map(|service| service.told_names().take(16)));
    // What a program cannot read is `env/malformed-secret`.
    let format =
        service.filter(|_| Format::is_about(&literal.name)).and_then(|service| literal.format(&service.told()));
    let judged = Secret { known: &known, format, ..Secret::new(literal.holds, &literal.name, value) }
        .weakness(&Limits::default());
    literal.holds != Holds::Lesser
        && !guards_nothing(value)
        && value.len() >= 8
        && !is_path(value)
        && !value.starts_with(['/', '.'])
        && !value.contains("://")
        && matches!(judged, None | Some(Weakness::Short { strong: true, .. }))
        && value.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_punctuation())
        // Small letters and dashes are words that people wrote: `unused-by-worker`.
        && value.bytes().any(|b| !b.is_ascii_lowercase() && !matches!(b, b'-' | b'_' | b'.'))
}

fn words(literal: &Literal) -> (String, String) {
    let name = &literal.name;
    match literal.place {
        Place::Url => (
            format!("the password in `{name}`"),
            "put a variable there, `${DB_PASSWORD:?}`, and the value into `.env`".into(),
        ),
        Place::Command => (
            "a password in a command".into(),
            "pass it as a variable or file; commands are visible to every user of the host".into(),
        ),
        Place::BuildArgument => (
            format!("the build argument `{name}`"),
            "use a build secret: `build: {secrets: [NAME]}` and `RUN --mount=type=secret`".into(),
        ),
        Place::Default => (
            format!("the default of `{name}`"),
            format!("write `${{{name}:?}}` and put the value into `.env`, then change it"),
        ),
        Place::Environment | Place::Label => (
            format!("the value of `{name}`"),
            format!("write `${{{}:?}}` and put the value into `.env`, then change it", variable(name)),
        ),
    }
}

/// A name that can be a variable.
fn variable(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    upper.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
