//! `compose/unknown-key`

use std::collections::HashMap;

use crate::model::compose::{Composition, UnknownKey};
use crate::rules::prelude::*;

rule! {
    /// A key that Compose does not know.
    ///
    /// ## Why
    /// Compose refuses the whole file. Most of these are slips of a key that matters (`readonly` for `read_only`), or
    /// keys that stand one level too high or too low.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     network-mode: none
    /// #   ^^^^^^^^^^^^ compose/unknown-key
    /// # | there is no key `network-mode` in `services.web`; Compose refuses the whole file
    /// # | help: write `network_mode`
    /// # >     network_mode: none
    ///     deploy:
    ///       resources:
    ///         limit: {memory: 512m}
    /// #       ^^^^^ compose/unknown-key
    /// # >         limits: {memory: 512m}
    /// ```
    /// ### The form of 2014
    /// ```compose bad expect=compose/unknown-key@1:1
    /// | there is no key `web` at the top of the file; Compose refuses the whole file
    /// | help: write `services:` above the services, and indent them
    /// web:
    /// # > services:
    /// # >   web:
    ///   image: nginx:1.28
    /// # >     image: nginx:1.28
    /// cache:
    /// # >   cache:
    ///   image: redis:8
    /// # >     image: redis:8
    /// ```
    /// ### One level too high
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     healthcheck:
    ///       test: ["CMD", "true"]
    ///     interval: 10s
    /// #   ^^^^^^^^ compose/unknown-key
    /// # | there is no key `interval` in `services.web`; Compose refuses the whole file
    /// # | help: move it below `healthcheck`
    /// # >       interval: 10s
    ///     start_period: 5s
    /// # >       start_period: 5s
    /// ```
    /// ```compose good
    /// x-common: &common
    ///   restart: always
    /// services:
    ///   web:
    ///     <<: *common
    ///     image: nginx:1.28
    ///     network_mode: none
    ///     x-team: shop
    ///     deploy:
    ///       resources:
    ///         limits: {memory: 512m}
    /// ```
    ///
    /// ## What it does not report
    /// Keys that only Compose after 2.40 knows: whether it is installed is not known.
    ///
    /// Keys that deployment platforms add and take out again before Compose sees the file (`exclude_from_hc`,
    /// `is_directory` and volume `content` of Coolify).
    "compose/unknown-key" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    let mut places: HashMap<(&str, Option<&str>), usize> = HashMap::new();
    for unknown in &compose.unknown_keys {
        *places.entry((&unknown.owner, unknown.belongs)).or_default() += 1;
    }
    for unknown in compose.unknown_keys.iter().filter(|unknown| !dialect(unknown)) {
        let name = &unknown.key.value;
        if unknown.newer {
            sink.unknown(unknown.key.span, format!("Compose 2.40 does not know `{name}`, later versions do"));
            continue;
        }
        let place = match unknown.owner.as_str() {
            "" => "at the top of the file".to_owned(),
            // What fills in a template fills in its names, too.
            "services" if name.contains('$') && ctx.project.role(unknown.key.span.file) == Role::Template => continue,
            "services" => {
                let message = format!("`{name}` is no name for a service; Compose refuses the whole file");
                sink.report(unknown.key.span, message).help("use letters, digits, `_`, `.` and `-`");
                continue;
            }
            owner => format!("in `{owner}`"),
        };
        let message = format!("there is no key `{name}` {place}; Compose refuses the whole file");
        let finding = sink.report(unknown.key.span, message);
        // The form of 2014, or one level too high.
        if unknown.owner.is_empty() && compose.services.is_empty() && unknown.nearest.is_none() {
            finding.help("write `services:` above the services, and indent them");
            finding.cause(unknown.key.span.file, "nor this one");
            continue;
        }
        // Several keys of one place slid out of it together.
        let together = places.get(&(unknown.owner.as_str(), unknown.belongs)).is_some_and(|count| *count > 1);
        match (unknown.nearest, unknown.belongs) {
            (_, Some(place)) if together => {
                finding.help(format!("move it below `{place}`")).cause((&unknown.owner, place), "this one, too")
            }
            (Some(nearest), _) => finding.help(format!("write `{nearest}`")),
            (None, Some(place)) => finding.help(format!("move it below `{place}`")),
            (None, None) => finding.help(format!(
                "remove it, or call it `x-{}` if another program reads it",
                name.trim_start_matches("x-")
            )),
        };
    }
}

fn dialect(unknown: &UnknownKey) -> bool {
    match unknown.key.value.as_str() {
        "exclude_from_hc" => true,
        "content" | "is_directory" | "isDirectory" => unknown.owner.contains(".volumes"),
        _ => false,
    }
}
