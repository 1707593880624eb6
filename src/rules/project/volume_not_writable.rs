//! `project/volume-not-writable`

use crate::model::compose::{MountKind, Service};
use crate::model::image::{DefaultUser, Image, RunsAs, Stage, Step, notes};
use crate::rules::prelude::*;
use crate::source::{Cut, below, directory};
use crate::syntax::shell::base_name;

rule! {
    /// A volume or folder belongs to root, and another user is to write to it.
    ///
    /// ## Why
    /// Docker gives a new volume the owner of the directory it covers in the image. If the image has none there, it makes one that belongs
    /// to root: `Permission denied` at the first upload. A folder of the host keeps its owner, whatever the image has there.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// WORKDIR /srv/app
    /// USER 10001
    /// # > RUN mkdir -p /srv/media && chown 10001 /srv/media
    /// # > USER 10001
    /// CMD ["gunicorn", "-b", "0.0.0.0:8000", "shop:app"]
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     volumes:
    ///       - media:/srv/media
    /// #       ^^^^^^^^^^^^^^^^ project/volume-not-writable
    /// # | `/srv/media` belongs to root in a new volume, and service `web` runs as another user: it cannot write there
    /// # | help: before `USER` in the Dockerfile: `RUN mkdir -p /srv/media && chown UID /srv/media`, with the number of
    /// # | the user
    /// volumes:
    ///   media:
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN mkdir -p /srv/media && chown 10001 /srv/media
    /// USER 10001
    /// CMD ["gunicorn", "-b", "0.0.0.0:8000", "shop:app"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     volumes:
    ///       - media:/srv/media
    ///       - other:/conf:ro
    ///       - spool:/tmp
    /// volumes:
    ///   media:
    ///   other:
    ///   spool:
    /// ```
    ///
    /// ### A folder beside the Compose file
    /// Docker makes a folder of the host that is not there, as root.
    /// ```dockerfile bad
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     volumes:
    ///       - ./uploads:/app/uploads
    /// #       ^^^^^^^^^^^^^^^^^^^^^^ project/volume-not-writable
    /// # | Docker makes `uploads` as root, as nobody has made it, and service `web` runs as another user: it cannot write
    /// # | there
    /// # | help: on the server: `mkdir -p uploads && sudo chown UID uploads`, with the number of the user; or mount a
    /// # | volume
    /// ```
    /// ```text bad file=server.js
    /// require('./app').listen(3000)
    /// ```
    /// ```dockerfile good
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     volumes:
    ///       - ./uploads:/app/uploads
    /// ```
    /// ```shell good file=deploy.sh mode=755
    /// #!/bin/sh
    /// set -e
    /// mkdir -p uploads
    /// sudo chown 1000 uploads
    /// docker compose up -d --build
    /// ```
    ///
    /// ## What it does not report
    /// Volumes that several services share, whoever prepares them; base images gonogo does not know; images that name the directory
    /// anywhere. Folders of the host that a script or guide makes or gives away, and those whose names do not say that programs
    /// write there.
    "project/volume-not-writable" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let project = context.project;
    let image = project.image_of(service);
    let Image::Built(file, stage) = image else { return sink.not_applicable() };
    // A base image that starts as a user of its own has given it the folders that it is for.
    let of_root = image.facts().is_some_and(|facts| facts.user != DefaultUser::Other);
    let root_base = of_root && matches!(image.runs_as(), RunsAs::Other);
    if !service.user.is_absent() || !root_base || file.gap.is_some() || service.gap.is_some() {
        return sink.not_applicable();
    }
    let Some(set) = project.compose().get(service.id.composition) else { return };
    for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind && !mount.read_only) {
        let (Some(source), Some(target)) = (mount.source.get(), mount.target.get()) else { continue };
        let others = set.services.iter().filter(|other| other.id != service.id);
        let shared = || {
            let mut mounts = others.clone().flat_map(|other| &other.mounts);
            mounts.any(|own| !own.read_only && own.source.get() == Some(source))
        };
        if !is_written(service, &file.chain(stage), target)
            || !project.is_made_by_engine(&set.path, source)
            || project.only_reads(service, target)
            || shared()
        {
            continue;
        }
        let name = &service.name.value;
        let message = format!(
            "Docker makes `{source}` as root, as nobody has made it, and service `{name}` runs as another user: it cannot write there"
        );
        let finding = sink.report(mount.span, message);
        finding.help(format!(
            "on the server: `mkdir -p {source} && sudo chown UID {source}`, with the number of the user; or mount a volume"
        ));
        if let Some(user) = file.chain(stage).iter().find_map(|stage| stage.user.span()) {
            finding.related(user, "the user is named here");
        }
    }
    for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Volume && !mount.read_only) {
        let (Some(source), Some(target)) = (mount.source.get(), mount.target.get()) else { continue };
        let uses = |other: &&Service| other.mounts.iter().any(|own| own.source.get() == Some(source));
        let defined = set.volumes.iter().find(|own| own.name.value == *source);
        if set.services.iter().filter(uses).count() > 1
            || defined.is_none_or(|own| own.external || !own.driver.is_absent())
        {
            continue;
        }
        // Whatever names the directory, or one in it, may make it and give it away; so may a program of one's own, and what is copied
        // around it where there is a folder of its name.
        let own = base_name(target.trim_end_matches('/'));
        let near = |path: &str| path.trim_end_matches('/') == target || below(path, target).is_some();
        let around = |path: &str| below(target, path.trim_end_matches('/')).is_some();
        let makes = |word: &str| {
            word.contains(own)
                || word.contains('$')
                || matches!(word, "run" | "build" | "manage.py" | "exec" | "install.sh" | "setup.sh")
        };
        let lies_here = || {
            let mut files = project.files().files().filter(|_| project.look(1));
            files.any(|path| directory(path).split('/').any(|part| part == own))
        };
        let named = file.chain(stage).iter().any(|stage| {
            let steps = stage.steps.iter().any(|step| match step {
                Step::Run(run) => run.commands.iter().flatten().any(|word| makes(&word.value)),
                Step::Copy(copy) => copy.to.as_deref().is_none_or(|to| near(to) || around(to) && lies_here()),
            });
            steps || stage.workdir.as_deref().is_some_and(near) || !stage.volumes.is_empty()
        });
        // Everybody may write there, and a new volume takes that over from the image.
        let open = matches!(target.trim_end_matches('/'), "/tmp" | "/var/tmp");
        // A folder of its home is its own, when the home is made with it.
        // A data store has given its own folder away.
        let kept = image.base().and_then(|(base, _)| notes(&base)?.data(&base));
        if open || named || kept == Some(target.trim_end_matches('/')) || target.starts_with("/home/") {
            continue;
        }
        // What others put there, nginx hands out or reads: pages, certificates, challenges.
        if project.only_reads(service, target) {
            continue;
        }
        let name = &service.name.value;
        let message = format!(
            "`{target}` belongs to root in a new volume, and service `{name}` runs as another user: it cannot write there"
        );
        let finding = sink.report(mount.span, message);
        finding.help(format!("before `USER` in the Dockerfile: `RUN mkdir -p {target} && chown UID {target}`, with the number of the user"));
        if let Some(user) = file.chain(stage).iter().find_map(|stage| stage.user.span()) {
            finding.related(user, "the user is named here");
        }
    }
}

/// Whether the program of a service writes to a folder that is mounted from the host: by its name, by what the image makes there, or
/// because a variable names it.
fn is_written(service: &Service, stages: &[&Stage], target: &str) -> bool {
    const NAMES: [&str; 8] = ["uploads", "upload", "media", "storage", "logs", "log", "attachments", "recordings"];
    let target = target.trim_end_matches('/');
    let inside = |value: &str| {
        value.match_indices(target).any(|(at, _)| {
            let rest = value.cut(at + target.len()..);
            rest.is_empty() || rest.starts_with(['/', '?'])
        })
    };
    NAMES.contains(&base_name(target))
        || stages
            .iter()
            .flat_map(|stage| stage.runs())
            .any(|run| run.commands.iter().flatten().any(|word| word.value.trim_end_matches('/') == target))
        || service.environment.iter().any(|(_, value)| value.get().is_some_and(|value| inside(value)))
}
