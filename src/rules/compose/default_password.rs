//! `compose/default-password`

use std::collections::{HashMap, HashSet};

use crate::model::compose::{Composition, Place, Service, is_of_database};
use crate::rules::prelude::*;
use crate::secret::{Holds, Limits, Secret, Weakness};

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
    /// ```
    /// ```env fixed file=.env
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
    "compose/default-password" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/1392.html"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    // Names an attacker tries; beyond a few dozen they say nothing.
    let services: Vec<&str> = compose.services.iter().take(64).map(|service| service.name.value.as_str()).collect();
    let told: HashMap<&str, Told> =
        compose.services.iter().map(|service| (service.name.value.as_str(), Told::of(service))).collect();
    let closed = compose.keeps_stores_inside();
    let mut seen = HashSet::new();
    let mut places: HashMap<&str, Vec<Span>> = HashMap::new();
    for literal in &compose.literals {
        places.entry(&literal.value.value).or_default().push(literal.value.span);
    }
    for literal in compose.literals.iter().filter(|literal| literal.used && literal.holds != Holds::Lesser) {
        let own = told.get(literal.service.as_str());
        let mut known = services.clone();
        known.extend(own.into_iter().flat_map(|own| &own.names));
        let format = own.and_then(|own| literal.format(&own.all));
        let secret =
            Secret { known: &known, format, ..Secret::new(literal.holds, &literal.name, &literal.value.value) };
        // What a program cannot read is `env/malformed-secret`.
        let weakness = match secret.weakness(&Limits::default()) {
            None | Some(Weakness::Malformed(..)) => continue,
            Some(weakness) => weakness,
        };
        if matches!(weakness, Weakness::Short { strong: true, .. }) {
            continue;
        }
        // What a quoted nothing is, and the credentials of what is switched off, guard nothing.
        let quotes = matches!(literal.value.value.trim(), "''" | "\"\"");
        if quotes || own.is_some_and(|own| literal.place == Place::Default && own.off.contains(feature(&literal.name)))
        {
            continue;
        }
        // One password in several places is one mistake.
        if !seen.insert(literal.value.value.as_str()) {
            continue;
        }
        let owner =
            if literal.service.is_empty() { String::new() } else { format!(" of service `{}`", literal.service) };
        let what = match literal.place {
            Place::Url => format!("the password in `{}`", literal.name),
            Place::Command => "a password in a command".to_owned(),
            Place::Default => format!("the default of `{}`", literal.name),
            _ => format!("`{}`", literal.name),
        };
        let message = format!("{what}{owner} can be guessed: {weakness}");
        let help = match literal.place {
            Place::Default => {
                format!("write `${{{}:?set it in .env}}`, so that Compose refuses to start without one", literal.name)
            }
            _ => "make one with `gonogo secret`, put it into `.env`, and write `${NAME:?}` here".to_owned(),
        };
        let finding = sink.report(literal.value.span, message).help(help);
        finding.cause(&literal.value.value, "the same value");
        let same = places.get(literal.value.value.as_str()).map_or(&[][..], Vec::as_slice);
        for span in same.iter().filter(|span| **span != literal.value.span).take(4) {
            finding.related(*span, "the same value");
        }
        let mild = literal.place == Place::Default || matches!(weakness, Weakness::Short { .. });
        let of_database =
            literal.place == Place::Url || own.is_some_and(|own| own.is_store) || is_of_database(&literal.name);
        match (closed && of_database, mild) {
            (true, true) => _ = finding.severity(Low).effect(Weakens),
            (true, false) => _ = finding.severity(Medium).effect(Weakens),
            (false, true) => _ = finding.severity(Medium),
            (false, false) => {}
        }
    }
}

/// What a service is told, as far as it says something about its passwords.
struct Told<'a> {
    /// The names of users and databases.
    names: Vec<&'a str>,
    /// The features that are off unless somebody switches them on: `OIDC` of `OIDC_ENABLED=false`.
    off: HashSet<&'a str>,
    is_store: bool,
    /// [`Service::told`].
    all: Vec<(&'a str, &'a str)>,
}

impl<'a> Told<'a> {
    fn of(service: &'a Service) -> Self {
        let is_switch = |key: &str| matches!(key, "_ENABLED" | "_ENABLE" | "_ON" | "_ACTIVE");
        let is_no = |value: &String| matches!(value.trim().to_ascii_lowercase().as_str(), "false" | "0" | "no" | "off");
        let off = service.environment.iter().filter_map(|(key, value)| {
            let feature = feature(&key.value);
            let switch = key.value.strip_prefix(feature).is_some_and(is_switch);
            (switch && value.get().is_some_and(is_no)).then_some(feature)
        });
        let (names, is_store) = (service.told_names().take(16).collect(), service.store().is_some());
        Told { names, off: off.collect(), is_store, all: service.told() }
    }
}

/// The feature a variable belongs to: `OIDC` of `OIDC_CLIENT_SECRET`.
fn feature(name: &str) -> &str {
    name.split('_').next().unwrap_or(name)
}
