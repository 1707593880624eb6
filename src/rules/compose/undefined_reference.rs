//! `compose/undefined-reference`

use std::collections::HashSet;

use crate::model::compose::{ComposeFile, Named, Undefined};
use crate::project::Project;
use crate::rules::prelude::*;
use crate::source::directory;

rule! {
    /// A network, volume, secret, config or service that is used but not defined.
    ///
    /// ## Why
    /// Compose refuses the whole project: every name a service uses must be defined in the files that are given to it.
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

fn check(compose: &ComposeFile, context: &Context, sink: &mut Sink) {
    let mut seen = HashSet::new();
    for undefined in &compose.undefined {
        // One missing definition is one mistake, however many services use it.
        if !seen.insert((undefined.what.name(), undefined.name.value.as_str())) {
            continue;
        }
        let (name, what) = (&undefined.name.value, undefined.what.name());
        if let Some(why) = open_world(compose, undefined, context.project) {
            sink.unknown(undefined.name.span, why);
            continue;
        }
        if undefined.what == Named::Service && compose.service(name).is_some() {
            let message = format!(
                "service `{}` needs `{name}`, which only runs with its profile; without it Compose refuses to start",
                undefined.service
            );
            sink.report(undefined.name.span, message)
                .help("give both the same profile, or write `required: false` below the dependency");
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

/// Why the name may be defined somewhere else.
fn open_world(compose: &ComposeFile, undefined: &Undefined, project: &Project) -> Option<&'static str> {
    let folder = directory(&compose.path);
    let mut siblings = project.compose.iter().filter(|o| o.file != compose.file && directory(&o.path) == folder);
    let defines = |other: &ComposeFile| {
        let name = &undefined.name.value;
        let among = |resources: &[crate::model::compose::Resource]| resources.iter().any(|r| r.name.value == *name);
        match undefined.what {
            Named::Network => among(&other.networks),
            Named::Volume => among(&other.volumes),
            Named::Secret => among(&other.secrets),
            Named::Config => among(&other.configs),
            Named::Service => other.service(name).is_some(),
            Named::Model => false,
        }
    };
    let is_override =
        |path: &str| directory(path) == folder && path.rsplit('/').next().is_some_and(|name| name.contains("override"));
    if project.files.files().any(is_override) && !compose.path.contains("override") {
        return Some("an override file may define it");
    }
    if compose.default_name {
        return siblings
            .any(|other| defines(other) || !other.includes.is_empty())
            .then_some("another file defines it; whether it is used together is not known");
    }
    // A file with a name of its own is complete only if nothing is there that it could be combined with.
    let name = compose.path.rsplit('/').next().unwrap_or("");
    let partial = name.contains("override")
        || compose.services.iter().any(|service| service.gap.is_some())
        || !compose.imageless.is_empty();
    (partial || siblings.next().is_some() || !folder.is_empty()).then_some("the file may be used together with others")
}
