//! `script/deploys-old-image`

use crate::model::Kind;
use crate::model::compose::{Composition, MountKind};
use crate::model::starts::{ComposeCall, Step};
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::below;

rule! {
    /// New code is fetched and the old image started.
    ///
    /// ## Why
    /// `docker compose up` builds an image only when there is none. On a server where it was built before, `git pull` brings new code and
    /// `up -d` says that everything is up to date: the old version runs on, and the deployment looks like a success.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/bash
    /// set -e
    /// git pull origin main
    /// docker compose up -d
    /// ^^^^^^^^^^^^^^^^^^^^ script/deploys-old-image
    /// | the code is new, but the image of service `web` is not built again: the old version runs on
    /// | help: write `docker compose up -d --build`
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     volumes: ["data:/data"]
    /// volumes:
    ///   data: {}
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/bash
    /// set -e
    /// git pull origin main
    /// docker compose up -d --build
    /// ```
    /// ```sh good file=other.sh
    /// git pull
    /// docker compose build
    /// docker compose up -d
    /// ```
    /// ```sh good file=either.sh
    /// git pull
    /// if docker compose version; then COMPOSE="docker compose"; else COMPOSE="docker-compose"; fi
    /// $COMPOSE build --pull
    /// $COMPOSE up -d
    /// ```
    /// ```sh good file=function.sh
    /// compose() {
    ///   docker compose "$@"
    /// }
    /// git pull
    /// compose build
    /// compose up -d
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    /// ```
    /// ### Nothing to pull
    /// ```workflow bad file=.github/workflows/deploy.yml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: appleboy/ssh-action@v1
    ///         with:
    ///           host: shop.kleinladen.de
    ///           script: |
    ///             cd /srv/shop
    ///             docker compose -f compose.shop.yaml pull
    ///             docker compose -f compose.shop.yaml up -d
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/deploys-old-image
    /// # | this fetches nothing for service `web`, which is built here and has no `image:`: the old version runs on
    /// # | help: write `docker compose up -d --build`, or name the image that is pushed: `image: REGISTRY/NAME`
    /// # >             docker compose -f compose.shop.yaml up -d --build
    /// ```
    /// ```sh good file=elsewhere.sh
    /// cd "$SERVERS_FOLDER"
    /// docker compose pull
    /// docker compose up -d
    /// ```
    /// ```compose both file=compose.shop.yaml
    /// services:
    ///   web:
    ///     build: .
    ///     volumes: ["data:/data"]
    ///   cache:
    ///     image: redis:8
    /// volumes:
    ///   data: {}
    /// ```
    ///
    /// ### Images from a registry
    /// ```sh good file=deploy.sh
    /// git pull
    /// docker compose up -d
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: registry.example.org/shop:1.4
    /// ```
    /// ### The code is mounted
    /// ```sh good file=deploy.sh
    /// git pull
    /// docker compose up -d
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     volumes: [".:/app"]
    /// ```
    "script/deploys-old-image" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/compose/up/"],
        check: Check::Commands(check),
    }
}

/// Whether a command brings new code.
fn fetches(step: &Step) -> bool {
    step.name() == "git"
        && ["pull", "reset", "checkout"].iter().any(|verb| step.argv().iter().any(|word| word.value == *verb))
        && (step.has("pull") || step.has("--hard"))
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Workflow) {
        return sink.not_applicable();
    }
    // `pull` brings what has an `image:`, and nothing else.
    let pulls = |step: &Step| step.has("pull") && ctx.project.compose_call(step).is_some();
    let builds = |step: &Step| {
        let image = matches!(step.name(), "docker" | "docker-compose" | "podman" | "make" | "just")
            || step.name().starts_with('$')
            // A function of the script: `compose() { docker compose -f prod.yml "$@"; }`
            || ctx.project.compose_call(step).is_some();
        image
            && step.words.iter().any(|word| {
                matches!(
                    word.value.as_str(),
                    "build" | "--build" | "pull" | "load" | "buildx" | "bake" | "rmi" | "prune"
                )
            })
    };
    for step in commands.steps {
        let other = |step: &Step| builds(step) && !pulls(step) || step.name().contains("build");
        if !step.has("up") || step.has("--build") || commands.steps.iter().any(other) {
            continue;
        }
        let Some((call, set)) = ctx.project.compose_call(step) else { continue };
        // Another folder of the server may have a file of its own by the usual name.
        let here = !call.files.is_empty() || commands.before(step).any(fetches);
        let pulled = commands.before(step).find(|other| here && pulls(other));
        let Some(fetch) = pulled.or_else(|| commands.before(step).find(|other| fetches(other))) else { continue };
        let Some(service) = built(set, call, pulled.is_some()) else { continue };
        if pulled.is_some() {
            let message = format!(
                "this fetches nothing for service `{service}`, which is built here and has no `image:`: the old version runs on"
            );
            let finding = sink.report(step.span, message);
            finding.related(fetch.span, "fetches the images that have a name");
            finding
                .help("write `docker compose up -d --build`, or name the image that is pushed: `image: REGISTRY/NAME`");
            continue;
        }
        sink.report(
            step.span,
            format!(
                "the code is new, but the image of service `{service}` is not built again: the old version runs on"
            ),
        )
        .help("write `docker compose up -d --build`")
        .related(fetch.span, "brings new code");
    }
}

/// A service that the call starts, whose image is built here and holds its code.
fn built<'a>(set: &'a Composition, call: &ComposeCall, nameless: bool) -> Option<&'a str> {
    let own = |name: &str| call.services.is_empty() || call.services.iter().any(|other| other == name);
    let found = set.services.iter().filter(|service| own(&service.name.value)).find(|service| {
        let Some(context) = service.build.as_ref().and_then(|build| build.context.get()) else { return false };
        let mounted = |source: &String| below(source, context).is_some();
        let binds = service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind);
        let code = binds.filter_map(|mount| mount.source.get()).any(mounted);
        service.profiles.is_empty() && !code && (!nameless || service.image.is_absent())
    });
    found.map(|service| service.name.value.as_str())
}
