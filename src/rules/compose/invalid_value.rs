//! `compose/invalid-value`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// A value that Compose refuses, or settings that contradict each other.
    ///
    /// ## Why
    /// Compose checks types, ports, volumes, durations and contradictions before it starts anything. One wrong value
    /// stops the whole project.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     user: 1000
    /// #         ^^^^ compose/invalid-value
    /// # | `services.web.user` must be text, but it is a number; Compose refuses it
    /// # | help: put the value into quotes
    ///     ports: ["70000:80"]
    /// #           ^^^^^^^^^^ compose/invalid-value
    /// # | service `web` has an entry in `ports` that Compose refuses: the host port is not a number from 0 to 65535 or
    /// # | a range
    /// # | help: write `"8080:80"` or `"127.0.0.1:8080:80"`
    ///     environment:
    ///       - MODE: production
    /// #       ^^^^^^^^^^^^^^^^ compose/invalid-value
    /// # | `services.web.environment` must be text, but it is a map; Compose refuses it
    /// # | help: write `- KEY=value`, or drop the dashes and write a map
    ///     healthcheck:
    ///       test: ["curl", "-f", "http://localhost"]
    /// #            ^^^^^^ compose/invalid-value
    /// # | the health check of service `web` must begin with `CMD`, `CMD-SHELL` or `NONE`; Compose refuses it
    /// # | help: write `["CMD", ...]` with the program as second item
    ///       interval: 30
    /// #               ^^ compose/invalid-value
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     user: "1000"
    ///     ports: ["7000:80", "127.0.0.1::443", "9000-9002:9000-9002/udp"]
    ///     environment:
    ///       - MODE=production
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost"]
    ///       interval: 1m30s
    ///     restart: no
    /// ```
    /// ### No image
    /// ```compose bad
    /// services:
    ///   web:
    /// # ^^^ compose/invalid-value
    /// # | service `web` has neither `image` nor `build`; Compose refuses it
    /// # | help: add `image: NAME:TAG` or `build: DIRECTORY`
    ///     restart: always
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     restart: always
    /// ```
    /// ```compose good file=compose.override.yaml
    /// services:
    ///   web:
    ///     build: .
    /// ```
    "compose/invalid-value" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    for fault in &compose.faults {
        let finding = sink.report(fault.span, fault.message.clone());
        if let Some(help) = &fault.help {
            finding.help(help.clone());
        }
        if let Some((span, text)) = &fault.related {
            finding.related(*span, text.clone());
        }
    }
    for name in &compose.imageless {
        let has =
            |other: &Composition| other.service(&name.value).is_some_and(|s| s.build.is_some() || !s.image.is_absent());
        if let Some(why) = context.project.defined_elsewhere(compose, has) {
            sink.unknown(name.span, why);
            continue;
        }
        let message = format!("service `{}` has neither `image` nor `build`; Compose refuses it", name.value);
        sink.report(name.span, message).help("add `image: NAME:TAG` or `build: DIRECTORY`");
    }
}
