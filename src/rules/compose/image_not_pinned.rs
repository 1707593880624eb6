//! `compose/image-not-pinned`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// An image without a version.
    ///
    /// ## Why
    /// Without a tag, or with `latest`, the next `docker compose pull` may bring another major version: a database that
    /// cannot read its files, an API that changed. Nobody can say which version runs, and there is nothing to roll back to.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres
    /// #          ^^^^^^^^ compose/image-not-pinned
    /// # | the image of service `db` has no tag: the next pull may bring a PostgreSQL that does not read its data
    /// # | help: write the version that runs now: `NAME:MAJOR.MINOR`
    /// # >     image: postgres:17.2
    ///   web:
    ///     image: shop/web:latest
    /// #          ^^^^^^^^^^^^^^^ compose/image-not-pinned
    /// # | the image of service `web` has the tag `latest`: the next pull may bring any version
    /// # | help: write the version that runs now: `NAME:MAJOR.MINOR`
    /// # >     image: shop/web:1.4
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17.2
    ///   web:
    ///     image: registry.example.com:5000/shop/web:${VERSION:-1.4}
    ///   own:
    ///     image: shop/own
    ///     build: .
    /// ```
    ///
    /// ### A variable somewhere in the name
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: ghcr.io/${OWNER:-shop}/web:latest
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/image-not-pinned
    /// # | the image of service `web` has the tag `latest`: the next pull may bring any version
    /// # | help: write the version that runs now: `NAME:MAJOR.MINOR`
    /// # >     image: ghcr.io/${OWNER:-shop}/web:1.4
    ///   worker:
    ///     image: ghcr.io/${OWNER:-shop}/worker:${TAG:-latest}
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/image-not-pinned
    /// # | the image of service `worker` falls back to `latest` when `TAG` is not set: the next pull may bring any version
    /// # | help: write the version that runs now: `NAME:MAJOR.MINOR`
    /// # >     image: ghcr.io/${OWNER:-shop}/worker:${TAG:-1.4}
    /// ```
    "compose/image-not-pinned" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set() else {
        if let Some(span) = service.image.span() {
            sink.unknown(span, "the image depends on a variable");
        }
        return;
    };
    // What is built here is tagged here.
    let floating = image.value.tag.as_deref().is_none_or(|tag| tag == "latest");
    if service.build.is_some() || image.value.digest.is_some() || !floating || image.value.name.is_empty() {
        return;
    }
    let variables = context.project.compose().get(service.id.composition).map_or(&[][..], |set| &set.variables);
    // What stands before the tag says nothing about it.
    let in_tag = |used: &Span| {
        let rest = Span { start: used.end, ..image.span };
        !context.quote(rest).contains([':', '/'])
    };
    let filled = variables
        .iter()
        .find(|used| used.evaluated && used.value.is_none() && image.span.contains(used.span) && in_tag(&used.span));
    if let Some(used) = filled
        && context.project.pinned_by_template(&used.name)
    {
        return sink
            .unknown(image.span, format!("the template sets `{}`, so the tag is chosen on the server", used.name));
    }
    let name = service.title();
    let subject = match filled {
        Some(used) => format!("the image of {name} falls back to `latest` when `{}` is not set", used.name),
        None if image.value.tag.is_some() => format!("the image of {name} has the tag `latest`"),
        None => format!("the image of {name} has no tag"),
    };
    // A program is put back; data that a newer one has touched is not.
    let keeps_none = ["pgbouncer", "pgpool"].iter().any(|pooler| image.value.name.ends_with(pooler));
    let store = service.store().filter(|store| store.binds_data_to_version() && !keeps_none);
    let finding = match store {
        Some(store) if is_public(&image.value.registry) => {
            let message = format!("{subject}: the next pull may bring a {} that does not read its data", store.name);
            sink.report(image.span, message).severity(Medium).effect(BreaksAtRuntime)
        }
        _ => sink.report(image.span, format!("{subject}: the next pull may bring any version")),
    };
    finding.help("write the version that runs now: `NAME:MAJOR.MINOR`").cause(&image.value.name, "the same image");
}

/// Whether everybody publishes there; what is in a registry of one's own is built by oneself.
fn is_public(registry: &str) -> bool {
    const PUBLIC: [&str; 6] = ["docker.io", "quay.io", "ghcr.io", "gcr.io", "public.ecr.aws", "mcr.microsoft.com"];
    PUBLIC.contains(&registry)
}
