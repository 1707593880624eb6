//! `compose/undefined-reference`

use std::collections::HashSet;

use crate::model::compose::{Composition, Named};
use crate::rules::prelude::*;

rule! {
    /// A network, volume, secret, config or service that is used but not defined.
    ///
    /// ## Why
    /// Compose refuses the whole project: every name a service uses must be defined in the files that are given to it
    /// (`service "web" refers to undefined volume data: invalid compose project`, `depends on undefined service`).
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     volumes: [data:/var/lib/postgresql/data]
    /// #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/undefined-reference
    /// # | service `db` uses the volume `data`, which is not defined; Compose refuses the project
    /// # | help: add `data:` below `volumes:` at the top level
    ///   web:
    ///     image: shop:1
    ///     depends_on: [database]
    /// #                ^^^^^^^^ compose/undefined-reference
    /// # | service `web` uses the service `database`, which is not defined; Compose refuses the project
    /// # | help: add the service `database`, or correct the name
    /// # >     depends_on: [db]
    /// # > volumes: {data: }
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     volumes: [data:/var/lib/postgresql/data]
    ///   web:
    ///     image: shop:1
    ///     depends_on: [db]
    ///     networks: [default]
    ///   tool:
    ///     image: shop:1
    ///     profiles: [tools]
    ///     networks: [elsewhere]
    /// volumes:
    ///   data:
    /// ```
    /// ### Files that are used together
    /// ```compose good file=monitoring.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     networks: [backend]
    /// ```
    /// ```compose good file=docker-compose.yml
    /// services:
    ///   web:
    ///     image: shop:1
    /// networks:
    ///   backend:
    /// ```
    /// ```compose bad file=docker-compose.yml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     networks: [backend]
    /// #              ^^^^^^^ compose/undefined-reference
    /// # | service `web` uses the network `backend`, which is not defined; Compose refuses the project
    /// # | help: add `backend:` below `networks:` at the top level
    /// # >     networks: [backend]
    /// # > networks: {backend: }
    /// ```
    ///
    /// ## What it does not report
    /// Files that are made to be used with others (fragments, overrides, `include`): there it counts as unknown.
    "compose/undefined-reference" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let mut seen = HashSet::new();
    for undefined in &compose.undefined {
        // One missing definition is one mistake, however many services use it.
        if !seen.insert((undefined.what.name(), undefined.name.value.as_str())) {
            continue;
        }
        let (name, what) = (&undefined.name.value, undefined.what.name());
        let switched_off = undefined.what == Named::Service && compose.service(name).is_some();
        let has = |other: &Composition| !switched_off && other.defines(undefined.what, name);
        if let Some(why) = context.project.defined_elsewhere(compose, has) {
            sink.unknown(undefined.name.span, why);
            continue;
        }
        if switched_off {
            // What one command starts with its profile, a variable may start for the others.
            let on = compose.service(name).is_some_and(|service| compose.is_on(service));
            if on && context.project.may_set_profiles() {
                continue;
            }
            let message = format!(
                "service `{}` needs `{name}`, which only runs with its profile; without it Compose refuses to start",
                undefined.service
            );
            let finding = sink.report(undefined.name.span, message);
            finding
                .help(format!("take `profiles:` away from `{name}`, or write `required: false` below the dependency"));
            if let Some(start) = compose.started_plain {
                finding.related(start, "this starts it without");
            }
            continue;
        }
        let message = format!(
            "service `{}` uses the {what} `{name}`, which is not defined; Compose refuses the project",
            undefined.service
        );
        let help = match undefined.what {
            Named::Service => format!("add the service `{name}`, or correct the name"),
            Named::Volume if name.contains('/') => format!("write `./{name}` if a directory is meant"),
            Named::Secret | Named::Config => {
                format!("add `{name}: {{file: ./{name}}}` below `{}:` at the top level", undefined.what.section())
            }
            _ => format!("add `{name}:` below `{}:` at the top level", undefined.what.section()),
        };
        sink.report(undefined.name.span, message).help(help);
    }
}
