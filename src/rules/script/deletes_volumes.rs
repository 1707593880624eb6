//! `script/deletes-volumes`

use crate::model::Kind;
use crate::model::compose::{Mount, MountKind};
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::role_of;

rule! {
    /// A script that deploys deletes the volumes with the data.
    ///
    /// ## Why
    /// `docker compose down -v` removes the volumes of the project: the database starts empty. That is meant for tests; on a server it is
    /// the loss of everything since the last backup.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// git pull
    /// docker compose down -v
    /// #                   ^^ script/deletes-volumes
    /// # | this deletes the volumes, and with them the data, each time the script runs
    /// # | help: leave it out: `docker compose up -d` replaces what has changed and keeps the volumes
    /// docker compose up -d --build
    /// ```
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes:
    ///   data: {}
    /// ```
    /// ```sh good file=deploy.sh
    /// git pull
    /// docker compose down
    /// docker compose up -d --build
    /// ```
    /// ```sh good file=reset-dev.sh
    /// docker compose down -v
    /// docker compose up -d
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes:
    ///   data: {}
    /// ```
    /// ### Perhaps on the machine of a developer
    /// ```sh bad file=restart.sh
    /// docker compose down -v
    /// #                   ^^ script/deletes-volumes
    /// # | this deletes the volumes, and with them the data, each time the script runs
    /// # | help: leave it out: `docker compose up -d` replaces what has changed and keeps the volumes
    /// docker compose up -d
    /// ```
    /// ### Of a stack that is not in use
    /// ```sh good file=deploy.sh
    /// docker compose -f "$(compose_file "$INACTIVE")" down -v
    /// docker compose -f "$(compose_file "$ACTIVE")" up -d
    /// ```
    /// ### Asked for
    /// ```sh good file=deploy.sh
    /// if [ "$1" = "--clean" ]; then docker compose down -v; fi
    /// docker compose up -d --build
    /// ```
    /// ### The developers' stack
    /// ```sh good file=check-deployment.sh
    /// COMPOSE_FILE="compose.dev.yaml"
    /// docker compose -f "$COMPOSE_FILE" down --volumes
    /// docker compose -f "$COMPOSE_FILE" up -d
    /// ```
    /// ```compose good file=compose.dev.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// volumes:
    ///   data: {}
    /// ```
    ///
    /// ## What it does not report
    /// Scripts for development and tests, steps of build servers on their own machines, and what stands behind a condition or a question.
    "script/deletes-volumes" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/compose/down/"],
        check: Check::Commands(check),
    }
}

/// The word with which a command deletes volumes that have a name.
fn deletes(step: &Step) -> Option<Span> {
    let compose = matches!(step.name(), "docker-compose" | "podman-compose") || step.is("docker", &["compose"]);
    let word = |fits: &dyn Fn(&str) -> bool| step.argv().iter().find(|word| fits(&word.value)).map(|word| word.span);
    if compose && step.has("down") {
        let at = step.argv().iter().position(|word| word.value == "down")?;
        let behind = step.argv().get(at + 1..)?.iter();
        return behind.into_iter().find(|word| matches!(word.value.as_str(), "-v" | "--volumes")).map(|word| word.span);
    }
    // Without `-a` only volumes without a name go (Docker 23 and later).
    (step.is("docker", &["volume", "prune"])).then(|| word(&|text| matches!(text, "-a" | "--all" | "-af" | "-fa")))?
}

/// Whether it is about a stack that is not in use, as in blue and green: `-p "$INACTIVE"`.
fn is_of_the_past(step: &Step) -> bool {
    const SAYS: [&str; 5] = ["inactive", "old", "previous", "stale", "idle"];
    let parts =
        |word: &str| word.to_ascii_lowercase().split(|c: char| !c.is_alphanumeric()).any(|part| SAYS.contains(&part));
    step.argv().iter().any(|word| word.value.contains('$') && parts(&word.value))
}

/// Whether all files of Compose that a command names are those of developers or tests, by their names: `-f compose.dev.yaml`,
/// `COMPOSE_FILE=compose.dev.yaml`.
fn is_tried(step: &Step) -> bool {
    let words = step.argv().iter().zip(step.argv().iter().skip(1));
    let mut files = words.filter(|(option, _)| matches!(option.value.as_str(), "-f" | "--file")).peekable();
    let tried = |name: &str| matches!(role_of(name), Some(Role::Development | Role::Test));
    files.peek().is_some() && files.all(|(_, name)| tried(&name.value))
}

/// Whether a script is seen to be for a server: by its name, by where it goes, by what it fetches.
fn on_server(commands: &Commands, step: &Step) -> bool {
    let place = step.place.elsewhere.as_deref().is_some_and(|place| place.starts_with('/'));
    let fetches = |other: &Step| other.name() == "git" && (other.has("pull") || other.has("fetch"));
    commands.is_called(&[
        "deploy",
        "deployment",
        "release",
        "update",
        "upgrade",
        "prod",
        "production",
        "rollout",
        "redeploy",
    ]) || step.remote
        || place
        || commands.steps.iter().any(fetches)
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    const FOR_TESTS: [&str; 22] = [
        "dev",
        "develop",
        "development",
        "local",
        "test",
        "tests",
        "e2e",
        "ci",
        "reset",
        "clean",
        "cleanup",
        "teardown",
        "destroy",
        "uninstall",
        "remove",
        "nuke",
        "wipe",
        "purge",
        "demo",
        "smoke",
        "stop",
        "integration",
    ];
    let sets = ctx.project.compose();
    let named = |mount: &Mount| mount.kind == MountKind::Volume && mount.source.get().is_some();
    let mut services = sets.iter().flat_map(|set| &set.services);
    let kept = sets.is_empty() || services.any(|service| service.mounts.iter().any(named));
    if commands.is_called(&FOR_TESTS) || !kept {
        return;
    }
    let starts = |step: &Step| {
        let words = ["up", "deploy", "start", "create"];
        matches!(step.name(), "docker" | "docker-compose" | "podman-compose") && words.iter().any(|word| step.has(word))
    };
    for step in commands.steps {
        let Some(span) = deletes(step) else { continue };
        let own_machine = matches!(commands.kind, Kind::Workflow) && !step.remote;
        let recipe = matches!(commands.kind, Kind::Makefile | Kind::Tasks);
        let asked = step.flow.branch || step.flow.function || commands.before(step).any(|other| other.name() == "read");
        let tried = is_tried(step) || ctx.project.compose_call(step).is_some_and(|(_, set)| set.role < Role::Staging);
        if own_machine || recipe || asked || tried || is_of_the_past(step) {
            continue;
        }
        if let Some(start) = commands.behind(step).find(|other| starts(other)) {
            let finding =
                sink.report(span, "this deletes the volumes, and with them the data, each time the script runs");
            finding.help("leave it out: `docker compose up -d` replaces what has changed and keeps the volumes");
            finding.related(start.span, "starts with empty volumes");
            if !on_server(commands, step) {
                finding.severity(Low);
            }
        }
    }
}
