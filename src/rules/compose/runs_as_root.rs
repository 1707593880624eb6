//! `compose/runs-as-root`

use crate::model::Known;
use crate::model::compose::{ComposeFile, Service};
use crate::model::image::{Image, RunsAs};
use crate::rules::prelude::*;

rule! {
    /// A program of your own that runs as root in its container.
    ///
    /// ## Why
    /// root in a container is root on the host as soon as anything leaks: a mounted directory, a kernel bug, a
    /// misconfigured capability. Most programs need no right of root.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///   worker:
    ///     image: redis:7.4
    ///     user: root
    /// #         ^^^^ compose/runs-as-root
    /// # | service `worker` is told to run as root
    /// # | help: remove `user`, or name a user without rights: `user: "1000:1000"`
    /// ```
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// #    ^^^^^^^^^^^^^^^^ compose/runs-as-root
    /// # | service `web` runs as root: the image names no other user
    /// # | help: add before the last command: `USER 1000`
    /// CMD ["python", "app.py"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///   tool:
    ///     image: python:3.12-slim
    ///     user: "1000:1000"
    ///   db:
    ///     image: postgres:17
    ///   other:
    ///     image: vendor/unknown:1
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// USER 1000
    /// CMD ["python", "app.py"]
    /// ```
    ///
    /// ## What it does not report
    /// Images that start as root and switch users themselves (databases, nginx), and images gonogo does not know.
    "compose/runs-as-root" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/best-practices/#user"],
        check: Check::Compose(check),
    }
}

fn check(compose: &ComposeFile, context: &Context, sink: &mut Sink) {
    // Services of one Dockerfile have one cause.
    let mut causes: Vec<(Span, Vec<&Service>)> = Vec::new();
    for service in compose.services.iter().filter(|service| !compose.is_one_shot(service)) {
        if let Some(user) = service.user.set() {
            let name = user.value.split(':').next().unwrap_or("");
            if matches!(name, "root" | "0") {
                let message = format!("service `{}` is told to run as root", service.name.value);
                sink.report(user.span, message)
                    .help("remove `user`, or name a user without rights: `user: \"1000:1000\"`");
            }
            continue;
        }
        if let Known::Unresolved { why, .. } = &service.user {
            sink.unknown(service.name.span, format!("the user is not known: {why}"));
            continue;
        }
        if let Some(why) = &service.gap {
            sink.unknown(service.name.span, why.leaves("the user may be named elsewhere"));
            continue;
        }
        match context.project.image_of(service) {
            // Somebody else's program is somebody else's decision; an own one on a bare runtime is not.
            image @ Image::Built(..) => match image.runs_as() {
                RunsAs::Root(span) => match causes.iter_mut().find(|(cause, _)| *cause == span) {
                    Some((_, services)) => services.push(service),
                    None => causes.push((span, vec![service])),
                },
                RunsAs::Unknown(why) => sink.unknown(service.name.span, why),
                RunsAs::Drops | RunsAs::Other => {}
            },
            Image::Named(_) => {}
            Image::Unknown(why) => sink.unknown(service.name.span, why),
        }
    }
    for (span, services) in causes {
        let names = phrase::named(services.iter().map(|service| service.name.value.as_str()));
        let which = if services.len() == 1 { "service" } else { "services" };
        let verb = if services.len() == 1 { "runs" } else { "run" };
        let message = format!("{which} {} {verb} as root: the image names no other user", names);
        let finding = sink.report(span, message).help("add before the last command: `USER 1000`");
        finding.related(services[0].name.span, "built for this service");
    }
}
