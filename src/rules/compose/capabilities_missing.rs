//! `compose/capabilities-missing`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A container that starts as root to become another user may not do so.
    ///
    /// ## Why
    /// The images of databases start as root, make their folders theirs and then go on as a user of their own. With
    /// `cap_drop: [ALL]` root may do neither: `failed switching to "postgres": operation not permitted`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///     cap_drop: [ALL]
    /// #              ^^^ compose/capabilities-missing
    /// # | service `db` starts as root and goes on as another user, which this takes away from it: it does not start
    /// # | help: add `cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]`
    /// # >     cap_drop: [ALL]
    /// # >     cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]
    /// volumes:
    ///   data:
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     user: postgres
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///     cap_drop: [ALL]
    ///   web:
    ///     image: nginxinc/nginx-unprivileged:1.29
    ///     cap_drop: [ALL]
    /// volumes:
    ///   data:
    /// ```
    ///
    /// ## What it does not report
    /// Services with a `user:` of their own, images whose entry point is replaced.
    "compose/capabilities-missing" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/security/#linux-kernel-capabilities"],
        check: Check::Service(check),
    }
}

/// Official images whose entry point, started as root, switches to another user whatever happens (their `docker-entrypoint.sh`,
/// read on 2026-11-29). Those of Redis look first whether they may.
const SWITCHES: [&str; 5] = ["postgres", "mysql", "mariadb", "mongo", "rabbitmq"];

fn check(service: &Service, _: &Context, sink: &mut Sink) {
    let bare = |name: &Spanned<String>| name.value.to_ascii_uppercase().trim_start_matches("CAP_").to_owned();
    let Some(all) = service.cap_drop.iter().find(|name| bare(name) == "ALL") else { return sink.not_applicable() };
    let image = service.image.set().filter(|_| service.build.is_none() && service.gap.is_none());
    let switches = image.and_then(|image| image.value.official()).is_some_and(|name| SWITCHES.contains(&name));
    let usual = service.user.is_absent() && service.entrypoint.is_absent() && service.privileged.get() != Some(&true);
    let kept: Vec<String> = service.cap_add.iter().map(bare).collect();
    let has = |name: &str| kept.iter().any(|own| own == name || own == "ALL");
    if !switches || !usual || has("SETUID") && has("SETGID") {
        return;
    }
    let message = format!(
        "{} starts as root and goes on as another user, which this takes away from it: it does not start",
        service.title()
    );
    sink.report(all.span, message).help("add `cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]`");
}
