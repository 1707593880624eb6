//! `docker/runs-as-root`

use crate::model::Known;
use crate::model::image::RunsAs;
use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// A program of your own that runs as root in its container.
    ///
    /// ## Why
    /// root in a container is root on the host as soon as anything leaks: a mounted directory, a kernel bug, a
    /// misconfigured capability. Most programs need no right of root.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// #    ^^^^^^^^^^^^^^^^ docker/runs-as-root
    /// # | service `web` runs as root: no other user is named
    /// # | help: add before the last command: `USER 1000`
    /// CMD ["python", "app.py"]
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     user: "1000:1000"
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// CMD ["python", "app.py"]
    /// ```
    /// ### Without Compose
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// USER app
    /// RUN ./build
    /// USER root
    /// #    ^^^^ docker/runs-as-root
    /// # | the image runs as root: no other user is named
    /// # | help: add before the last command: `USER 1000`
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// USER 1000
    /// ```
    ///
    /// ## What it does not report
    /// Images that start as root and switch users themselves (databases, nginx, an entry point with gosu), and base images gonogo
    /// does not know.
    "docker/runs-as-root" {
        aliases: &["compose/runs-as-root"],
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/best-practices/#user"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    // A service may name another user, or end before anybody is harmed.
    let once = |service: &str| {
        context.project.compose().iter().any(|file| file.service(service).is_some_and(|own| file.is_one_shot(own)))
    };
    let free: Vec<_> = image.services.iter().filter(|s| matches!(s.user, Known::Absent) && s.gap.is_none()).collect();
    let lasting = free.iter().find(|service| !once(&service.name.value));
    if !image.services.is_empty() && lasting.is_none() {
        return;
    }
    match image.image().runs_as() {
        RunsAs::Root(span) => {
            let message = format!("{} runs as root: no other user is named", image.owner());
            let finding = sink.report(span, message).help("add before the last command: `USER 1000`");
            if let Some(service) = lasting {
                finding.related(service.name.span, "built for this service");
            }
        }
        RunsAs::Unknown(why) => sink.unknown(image.last().map_or(Span::new(image.file.file, 0, 0), |s| s.span), why),
        RunsAs::Drops | RunsAs::Other => {}
    }
}
