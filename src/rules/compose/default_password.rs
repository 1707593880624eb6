//! `compose/default-password`

use std::collections::{HashMap, HashSet};

use crate::model::Host;
use crate::model::compose::{Carrier, Composition, Literal, Service, is_of_store};
use crate::model::env::{is_switched_off, urls};
use crate::model::image::notes;
use crate::rules::prelude::*;
use crate::rules::{Finding, Fix, Safety};
use crate::secret::{Holds, Weakness, Worth};

rule! {
    /// A password that everybody tries first, or that anybody can guess.
    ///
    /// ## Why
    /// Passwords from documentation, the name of the product or the user, and short words are tried within minutes on
    /// everything that answers. A default in `${NAME:-password}` counts: it is used wherever nobody sets the variable.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_USER: shop
    ///       POSTGRES_PASSWORD: postgres
    /// #                        ^^^^^^^^ compose/default-password
    /// # | `POSTGRES_PASSWORD` of service `db` can be guessed: it is the default of the PostgreSQL image
    /// # | help: make one with `gonogo secret`, put it into `.env`, and write `${NAME:?}` here
    /// # >       POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
    ///   grafana:
    ///     image: grafana/grafana:11.4.0
    ///     environment:
    ///       - GF_SECURITY_ADMIN_PASSWORD=admin
    /// #                                  ^^^^^ compose/default-password
    /// # | `GF_SECURITY_ADMIN_PASSWORD` of service `grafana` can be guessed: it is a default that is tried first
    /// # | help: make one with `gonogo secret`, put it into `.env`, and write `${NAME:?}` here
    /// # >       - GF_SECURITY_ADMIN_PASSWORD=${GRAFANA_PASSWORD:?}
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       REDIS_PASSWORD: ${REDIS_PASSWORD:-changeme}
    /// #                                       ^^^^^^^^ compose/default-password
    /// # | the default of `REDIS_PASSWORD` of service `web` can be guessed: it is a placeholder
    /// # | help: write `${REDIS_PASSWORD:?set it in .env}`, so that Compose refuses to start without one
    /// # >       REDIS_PASSWORD: ${REDIS_PASSWORD:?set it in .env}
    ///       STRIPE_API_KEY: PASTE_YOUR_STRIPE_API_KEY
    /// #                     ^^^^^^^^^^^^^^^^^^^^^^^^^ compose/default-password
    /// # | `STRIPE_API_KEY` of service `web` is still a placeholder; the service that issues it refuses every request
    /// # | help: put the real key into `.env`, and write `${NAME:?}` here; or remove the line
    /// # >       STRIPE_API_KEY: ${STRIPE_API_KEY:?}
    /// ```
    /// ```env fixed file=.env
    /// STRIPE_API_KEY=uGf7-2kPq-9xWm-4vTz-8sLd-3pNz
    /// POSTGRES_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// GRAFANA_PASSWORD=Hq4m-8sLd-3pNz-6yRb
    /// REDIS_PASSWORD=Zk9w-5cVx-7tJf-2aGh
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_USER: shop
    ///       POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it in .env}
    ///       REDIS_PASSWORD: ${REDIS_PASSWORD:-}
    ///       DISABLE_PASSWORD_LOGIN: "true"
    ///   sync:
    ///     image: shop/sync:1
    ///     command:
    ///       - python
    ///       - -c
    ///       - |
    ///         connect(user=user, password=password, token=token)
    ///     environment:
    ///       OIDC_ENABLED: "false"
    ///       OIDC_CLIENT_SECRET: change-me-later
    ///       OTHER_SECRET: ${OTHER_SECRET:-unset}
    /// ```
    /// ### What opens nothing
    /// ```compose good
    /// services:
    ///   app:
    ///     build:
    ///       context: .
    ///       args:
    ///         NEXTAUTH_SECRET: build-placeholder
    ///     environment:
    ///       NEXTAUTH_SECRET: ${NEXTAUTH_SECRET:?}
    ///       LLM_API_KEY: ${LLM_API_KEY:-dummy-key-for-startup}
    /// ```
    /// ### In the file of a secret
    /// ```secret bad file=db.txt expect=compose/default-password@1:1
    /// | the secret `db` of service `db` can be guessed: it is a placeholder
    /// | help: run `gonogo secret` and put its output here
    /// changeme
    /// ```
    /// ```compose both
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/db
    ///     secrets: [db]
    /// secrets:
    ///   db:
    ///     file: ./db.txt
    /// ```
    /// ```secret good fixed file=db.txt
    /// uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ### Required
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       REDIS_PASSWORD: ${REDIS_PASSWORD:-changeme} # of the cache
    /// #                                       ^^^^^^^^ compose/default-password
    /// # | the default of `REDIS_PASSWORD` of service `web` can be guessed: it is a placeholder
    /// # | help: write `${REDIS_PASSWORD:?set it in .env}`, so that Compose refuses to start without one
    /// ```
    /// ```compose fixed
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       REDIS_PASSWORD: ${REDIS_PASSWORD:?set it in .env} # of the cache
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ### From .env
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       - POSTGRES_PASSWORD=postgres # of the shop
    /// #                         ^^^^^^^^ compose/default-password
    /// # | `POSTGRES_PASSWORD` of service `db` can be guessed: it is the default of the PostgreSQL image
    /// # | help: make one with `gonogo secret`, put it into `.env`, and write `${NAME:?}` here
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```compose fixed
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       - POSTGRES_PASSWORD=${POSTGRES_PASSWORD:?} # of the shop
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes: {data: }
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ### Set in .env
    /// ```env fixed
    /// DB_PASS=uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       DB_PASSWORD: ${DB_PASSWORD:-postgres}
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       DB_PASSWORD: ${DB_PASS:-postgres}
    /// #                             ^^^^^^^^ compose/default-password
    /// # | the default of `DB_PASS` of service `web` can be guessed: it is the default of the PostgreSQL image
    /// # | help: write `${DB_PASS:?set it in .env}`, so that Compose refuses to start without one
    /// # >       DB_PASSWORD: ${DB_PASS:?set it in .env}
    /// ```
    /// ```env both
    /// DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// ```
    ///
    /// ### A service of one's own takes any key
    /// ```compose good
    /// services:
    ///   gateway:
    ///     image: shop/gateway:1
    ///     environment:
    ///       LLM_BASE_URL: http://vllm:8001/v1
    ///       LLM_API_KEY: dummy
    /// ```
    "compose/default-password" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/1392.html"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let closed = compose.keeps_stores_inside();
    let (mut seen, places) = (HashSet::new(), compose.places_of_secrets());
    for (literal, service, worth) in compose.written_secrets().filter(|(literal, ..)| literal.used) {
        let Worth::Guessable(weakness) = worth else { continue };
        let is_default = literal.place == Carrier::Default;
        if service.is_some_and(|service| compose.is_for_others(service)) {
            continue;
        }
        // A build gets what it must have, and the program another value: `args: [SECRET_KEY=only-for-the-build]`.
        let replaced = |service: &Service| service.environment.iter().any(|(key, _)| key.value == literal.name);
        if literal.place == Carrier::BuildArgument && service.is_some_and(replaced) {
            continue;
        }
        // The key of somebody else's service opens nothing when it is made up.
        if is_default && literal.holds == Holds::Issued {
            continue;
        }
        // The credentials of what is switched off guard nothing; and one password in several places is one mistake.
        if service.is_some_and(|service| is_off(service, &literal.name)) || !seen.insert(literal.value.value.as_str()) {
            continue;
        }
        // The same of `env/placeholder-secret`, in a file that ships.
        let named = literal.name.to_ascii_uppercase().replace('_', "");
        let issued = literal.holds == Holds::Issued && (named.ends_with("APIKEY") || named.ends_with("TOKEN"));
        if issued && matches!(weakness, Weakness::Placeholder) {
            if service.is_some_and(|service| is_asked_inside(service, &literal.name)) {
                continue;
            }
            let message = format!(
                "{} is still a placeholder; the service that issues it refuses every request",
                literal.subject()
            );
            let help = "put the real key into `.env`, and write `${NAME:?}` here; or remove the line";
            let finding = sink.report(literal.value.span, message).help(help);
            finding.cause(literal.value.span.file, "a placeholder, too").severity(Medium).effect(BreaksAtRuntime);
            continue;
        }
        let message = format!("{} can be guessed: {weakness}", literal.subject());
        let help = match literal.place {
            Carrier::Default => {
                format!("write `${{{}:?set it in .env}}`, so that Compose refuses to start without one", literal.name)
            }
            Carrier::File => "run `gonogo secret` and put its output here".to_owned(),
            _ => "make one with `gonogo secret`, put it into `.env`, and write `${NAME:?}` here".to_owned(),
        };
        let finding = sink.report(literal.value.span, message).help(help);
        if let Some(fix) = to_required(literal, context) {
            finding.fix(fix);
        }
        match weakness {
            Weakness::Placeholder => finding.cause(literal.value.span.file, "a placeholder, too"),
            _ => finding.cause(&literal.value.value, "the same value"),
        };
        let elsewhere = places.get(literal.value.value.as_str()).into_iter().flatten();
        for span in elsewhere.filter(|span| **span != literal.value.span).take(4) {
            finding.related(*span, "the same value");
        }
        let is_store = service.is_some_and(|service| service.store().is_some());
        let of_database = literal.place == Carrier::Url || is_store || is_of_store(&literal.name);
        // What testers have in front of them guards nothing of anybody's.
        let mild = is_default || compose.role == Role::Staging || matches!(weakness, Weakness::Short { .. });
        // The account of a tool that people look at guards nothing where they do not get to it.
        let hidden = |service: &Service| {
            let is_tool =
                service.image.get().and_then(notes).is_some_and(|notes| notes.admin.is_some() || notes.login.is_some());
            is_tool && context.project.is_met_by_nobody(service)
        };
        let inside = closed && of_database || service.is_some_and(hidden);
        weigh(finding, inside, mild);
        // Who makes the env file from its pattern puts another one there.
        let asked =
            || context.project.fillers(compose).in_pattern(&literal.name).is_some_and(|own| own != literal.value.value);
        if is_default && asked() {
            finding.severity(Low).effect(Weakens);
        }
    }
}

/// How bad it is: whether the password guards a store that nobody reaches from outside, and whether it may be another one or is
/// only short.
pub(crate) fn weigh(finding: &mut Finding, inside: bool, mild: bool) {
    match (inside, mild) {
        (true, true) => _ = finding.severity(Low).effect(Weakens),
        (true, false) => _ = finding.severity(Medium).effect(Weakens),
        (false, true) => _ = finding.severity(Medium),
        (false, false) => {}
    }
}

/// Puts a variable in the place of a password, without which Compose refuses to start. In a list or map of one line it would
/// need quotes; there the help must do.
pub(super) fn to_required(literal: &Literal, context: &Context) -> Option<Fix> {
    let (at, name) = (literal.value.span, &literal.name);
    let source = context.project.source(at.file);
    match literal.place {
        Carrier::Default => {
            let operator = Span { start: at.start.checked_sub(2)?, end: at.start, ..at };
            let title = "refuse to start when nobody sets it";
            let whole = Span { start: operator.start, ..at };
            (context.quote(operator) == ":-").then(|| Fix::replace(title, Safety::Unsafe, whole, ":?set it in .env"))
        }
        Carrier::Environment => {
            let line = source.line(source.lines().line(at.start));
            let (before, after) =
                (source.shown_in(line.start..at.range().start), source.shown_in(at.range().end..line.end));
            let quoted = before.ends_with(['"', '\'']);
            let alone = !before.contains(['{', '[']) && (after.trim().is_empty() || after.starts_with(" #"));
            let title = "take it from `.env`, and refuse to start without it";
            let fits = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && (quoted || alone);
            fits.then(|| Fix::replace(title, Safety::Unsafe, at, format!("${{{name}:?}}")))
        }
        _ => None,
    }
}

/// Whether a service switches off what a variable belongs to, or has it no more: since version 1.0 n8n asks for an account of its own
/// and knows no basic authentication ("Mandatory owner account" in its v1.0 migration guide).
fn is_off(service: &Service, name: &str) -> bool {
    let n8n = || service.image.get().is_some_and(|image| image.name.ends_with("n8nio/n8n") && image.major() != Some(0));
    if name.starts_with("N8N_BASIC_AUTH_") && n8n() {
        return true;
    }
    let told: HashMap<&str, &str> = service.told().into_iter().collect();
    is_switched_off(name, |key| told.get(key).copied())
}

/// Whether what takes a key is another service, or this container, which takes any: `LLM_API_KEY` beside
/// `LLM_BASE_URL: http://vllm:8001/v1`.
fn is_asked_inside(service: &Service, key: &str) -> bool {
    let Some((start, _)) = key.rsplit_once("_API").or_else(|| key.rsplit_once('_')) else { return false };
    let told = service.told();
    let mut near = told.iter().filter(|(name, _)| name.starts_with(start)).flat_map(|(_, value)| urls(value));
    near.any(|url| !url.host.contains('.') && matches!(Host::of(url.host), Host::Internal | Host::Loopback))
}
