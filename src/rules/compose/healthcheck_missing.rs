//! `compose/healthcheck-missing`

use crate::model::Healthcheck;
use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// Services that nobody asks whether they work.
    ///
    /// ## Why
    /// Without a health check a container counts as fine as long as its process exists: a hung server stays in place,
    /// and services that depend on it start too early.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    /// # ^^^ compose/healthcheck-missing
    /// # | service `web` has no health check: when it hangs, nothing notices
    /// # | help: add `healthcheck: {test: ["CMD", ...]}` with a program that is in the image
    ///     command: python app.py
    ///     image: python:3.12
    /// # >     image: python:3.12
    /// # >     healthcheck: {test: ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/')"]}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: python:3.12
    ///     healthcheck:
    ///       test: ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/')"]
    ///   own:
    ///     build: .
    ///   migrate:
    ///     image: python:3.12
    ///     restart: "no"
    ///   other:
    ///     image: vendor/unknown:1
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12
    /// HEALTHCHECK CMD ["python", "/probe.py"]
    /// ```
    ///
    /// ## What it does not report
    /// Services that do their work and end, and images of which it is not known whether they bring a check.
    "compose/healthcheck-missing" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#healthcheck"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let mut bare = Vec::new();
    for service in compose.services.iter().filter(|service| !compose.is_one_shot(service)) {
        if !matches!(service.healthcheck, Healthcheck::Inherited) || service.provider {
            continue;
        }
        if let Some(why) = &service.gap {
            sink.unknown(service.name.span, why.leaves("the health check may be written elsewhere"));
            continue;
        }
        match context.project.image_of(service).checks_itself() {
            Answer::Yes(()) => {}
            Answer::No(_) => bare.push(service),
            Answer::Unknown(why) => sink.unknown(service.name.span, why),
        }
    }
    let Some(first) = bare.first() else { return };
    let names = phrase::named(bare.iter().map(|service| service.name.value.as_str()));
    let message = if bare.len() == 1 {
        format!("service {} has no health check: when it hangs, nothing notices", names)
    } else {
        format!("{} services have no health check ({}): when they hang, nothing notices", bare.len(), names)
    };
    sink.report(first.name.span, message)
        .help("add `healthcheck: {test: [\"CMD\", ...]}` with a program that is in the image")
        .cause((), "none here either");
}
