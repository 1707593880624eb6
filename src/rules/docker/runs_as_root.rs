//! `docker/runs-as-root`

use crate::model::Known;
use crate::model::compose::{Mount, MountKind};
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
    /// # > USER 1000
    /// # > CMD ["python", "app.py"]
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
    /// ### It writes to a mount
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// #    ^^^^^^^^^^^^^^^^ docker/runs-as-root
    /// # | service `web` runs as root: no other user is named
    /// # | help: add before the last command: `RUN mkdir -p /app/uploads /data && chown 1000 /app/uploads /data` and
    /// # | `USER 1000`; on the server, `chown -R 1000 data`
    /// CMD ["python", "app.py"]
    /// # > RUN mkdir -p /app/uploads /data && chown 1000 /app/uploads /data
    /// # > USER 1000
    /// # > CMD ["python", "app.py"]
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     volumes: ["uploads:/app/uploads", "./data:/data", "./conf:/conf:ro"]
    /// volumes: {uploads: }
    /// ```
    /// ```shell bad file=deploy.sh mode=755
    /// #!/bin/sh
    /// set -e
    /// # > mkdir -p data && chown -R 1000 data
    /// docker compose up -d --build
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// RUN mkdir -p /app/uploads && chown 1000 /app/uploads
    /// USER 1000
    /// CMD ["python", "app.py"]
    /// ```
    /// ### It starts a scheduler
    /// ```dockerfile bad
    /// FROM python:3.12-slim
    /// #    ^^^^^^^^^^^^^^^^ docker/runs-as-root
    /// # | the image runs as root: no other user is named
    /// # | help: its `cron` needs root: run the jobs from the host's scheduler with `docker compose run`, then name a
    /// # | user
    /// RUN apt-get update && apt-get install -y cron
    /// # > USER 1000
    /// CMD ["cron", "-f"]
    /// # > CMD ["python", "jobs.py"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.12-slim
    /// USER 1000
    /// CMD ["python", "jobs.py"]
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
    /// # > USER 1000
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
            let finding = sink.report(span, message).help(help(image));
            if let Some(service) = lasting {
                finding.related(service.name.span, "built for this service");
            }
            // Whoever follows the help comes by these next.
            let written = image.services.iter().flat_map(|service| &service.mounts).filter(|mount| !mount.read_only);
            let at_home = |mount: &&Mount| mount.target.get().is_some_and(|path| path.starts_with("/root/"));
            for mount in written.filter(at_home).take(3) {
                finding.related(mount.span, "no other user gets in here");
            }
        }
        RunsAs::Unknown(why) => sink.unknown(image.last().map_or(Span::new(image.file.file, 0, 0), |s| s.span), why),
        RunsAs::Drops | RunsAs::Other => {}
    }
}

/// What to do so that it still works afterwards: another user can neither be a scheduler nor write where root owns.
fn help(image: &Shipped) -> String {
    let built = image.image();
    let starts = |words: &[String]| {
        words.iter().flat_map(|word| word.split_whitespace()).any(|word| matches!(word, "cron" | "crond"))
    };
    let own = [built.entrypoint(), built.command()].into_iter().flatten().map(|line| line.words());
    let told = image.services.iter().filter_map(|service| service.command.get().cloned());
    if own.chain(told).any(|words| starts(&words)) {
        return "its `cron` needs root: run the jobs from the host's scheduler with `docker compose run`, then name a user"
            .to_owned();
    }
    let written = |mount: &&Mount| !mount.read_only && matches!(mount.kind, MountKind::Bind | MountKind::Volume);
    let mounts: Vec<&Mount> = image.services.iter().flat_map(|service| &service.mounts).filter(written).collect();
    let at_home = mounts.iter().filter_map(|mount| mount.target.get()).find(|path| path.starts_with("/root"));
    if let Some(path) = at_home {
        return format!(
            "mount `{path}` elsewhere, as `/root` is closed to other users; then add `USER 1000` before the last command"
        );
    }
    let mut folders: Vec<&str> = mounts
        .iter()
        .filter_map(|mount| mount.target.get().map(String::as_str))
        .filter(|path| !path.contains(' '))
        .collect();
    folders.sort_unstable();
    folders.dedup();
    let mut of_host: Vec<&str> = mounts
        .iter()
        .filter(|mount| mount.kind == MountKind::Bind)
        .filter_map(|mount| mount.source.get().map(String::as_str))
        .collect();
    of_host.sort_unstable();
    of_host.dedup();
    if folders.is_empty() {
        return "add before the last command: `USER 1000`".to_owned();
    }
    let list = folders.join(" ");
    let mut help = format!("add before the last command: `RUN mkdir -p {list} && chown 1000 {list}` and `USER 1000`");
    if !of_host.is_empty() {
        help += &format!("; on the server, `chown -R 1000 {}`", of_host.join(" "));
    }
    help
}
