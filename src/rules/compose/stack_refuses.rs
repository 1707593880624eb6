//! `compose/stack-refuses`

use crate::model::Kind;
use crate::model::compose::{Composition, Condition};
use crate::rules::prelude::*;

rule! {
    /// What `docker stack deploy` does not take, in a file that it deploys.
    ///
    /// ## Why
    /// `docker stack deploy` reads an older format than Compose (docker/cli, `cli/compose/types/types.go`, `ForbiddenProperties` and
    /// its schema). It deploys nothing when it finds one of these.
    ///
    /// ## Examples
    /// ```compose bad file=stack.yml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     mem_limit: 512m
    /// #   ^^^^^^^^^ compose/stack-refuses
    /// # | `docker stack deploy` refuses `mem_limit` of service `web`
    /// # | help: set `deploy.resources.limits.memory`
    /// # >     deploy: {resources: {limits: {memory: 512m}}}
    ///     depends_on:
    /// #   ^^^^^^^^^^ compose/stack-refuses
    /// # >     depends_on: [db]
    ///       db: {condition: service_healthy}
    /// # >
    ///   db:
    ///     image: postgres:17
    ///   jobs:
    /// # ^^^^ compose/stack-refuses
    ///     build: .
    /// # >     image: shop/jobs:1
    /// ```
    /// ```shell both file=deploy.sh
    /// docker stack deploy -c stack.yml shop
    /// ```
    /// ```compose good file=stack.yml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     deploy: {resources: {limits: {memory: 512m}}}
    ///     depends_on: [db]
    ///   db:
    ///     image: postgres:17
    /// ```
    "compose/stack-refuses" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/stack/deploy/"],
        check: Check::Compose(check),
    }
}

/// What is refused, and what to write.
const FORBIDDEN: [(&str, &str); 8] = [
    ("extends", "write the service out, or deploy the output of `docker compose config`"),
    ("volume_driver", "define the volume at the top level, with its `driver`"),
    ("volumes_from", "define the volume at the top level, and mount it in both services"),
    ("cpu_quota", "set `deploy.resources.limits.cpus`"),
    ("cpu_shares", "set `deploy.resources.reservations.cpus`"),
    ("cpuset", "set `deploy.resources.limits.cpus`"),
    ("mem_limit", "set `deploy.resources.limits.memory`"),
    ("memswap_limit", "set `deploy.resources.limits.memory`"),
];

/// What one kind of thing that is refused stands at, service by service.
struct Refused<'a> {
    what: String,
    help: &'static str,
    at: Vec<(Span, &'a str)>,
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let Some(call) = context.project.stack_of(compose) else { return sink.not_applicable() };
    let mut refused: Vec<Refused> = Vec::new();
    let mut note = |what: String, help, at| match refused.iter_mut().find(|known| known.what == what) {
        Some(known) => known.at.push(at),
        None => refused.push(Refused { what, help, at: vec![at] }),
    };
    for service in &compose.services {
        let name = service.name.value.as_str();
        for key in &service.keys {
            if let Some((_, help)) = FORBIDDEN.iter().find(|(own, _)| *own == key.value) {
                note(format!("refuses `{}` of", key.value), help, (key.span, name));
            }
        }
        let waits = service.dependencies.iter().any(|wait| wait.condition != Condition::Started);
        if let Some(key) = service.keys.iter().find(|key| key.value == "depends_on").filter(|_| waits) {
            let help = "write a list of names, and let the program try again until the others are there";
            note("refuses the conditions in `depends_on` of".to_owned(), help, (key.span, name));
        }
        if service.image.is_absent() && service.build.is_some() && service.gap.is_none() {
            let help = "build and push the image before, and name it with `image:`";
            note("builds nothing, and there is no `image:` in".to_owned(), help, (service.name.span, name));
        }
    }
    for Refused { what, help, at } in refused {
        let services = if at.len() == 1 { "service" } else { "services" };
        let message =
            format!("`docker stack deploy` {what} {services} {}", phrase::named(at.iter().map(|(_, name)| *name)));
        let Some(((first, _), others)) = at.split_first() else { continue };
        let finding = sink.report(*first, message).help(help).related(call, "deployed here");
        // One of the ways that a guide tells of, which nobody asked about.
        let caller = context.project.document(call.file);
        let asked = context.project.files().is_guide(&caller.source.path) && context.project.is_at_first(call);
        if caller.class.kind == Kind::Guide && !asked {
            finding.severity(Low);
        }
        for (span, _) in others {
            finding.related(*span, "here as well");
        }
    }
}
