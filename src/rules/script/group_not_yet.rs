//! `script/group-not-yet`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// Docker is asked by a login that is not in its group yet.
    ///
    /// ## Why
    /// A process has the groups that its user had at the login (`initgroups(3)`). What `usermod -aG docker "$USER"` adds counts from the
    /// next login on; until then Docker answers "permission denied while trying to connect to the Docker daemon socket".
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// curl -fsSL https://get.docker.com -o get-docker.sh
    /// sudo sh get-docker.sh
    /// sudo usermod -aG docker "$USER"
    /// docker compose up -d
    /// ^^^^^^^^^^^^^^^^^^^^ script/group-not-yet
    /// | Docker refuses this: the group `docker` counts from the next login on
    /// | help: write `sudo docker`, or log in again before this
    /// # > sudo docker compose up -d
    /// ```
    /// ```sh good file=setup.sh
    /// sudo usermod -aG docker "$USER"
    /// sudo docker compose up -d
    /// docker compose version
    /// ```
    /// ### In a guide
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y docker.io docker-compose-v2
    /// sudo usermod -aG docker $USER
    /// ~~~
    ///
    /// ## Start
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ^^^^^^^^^^^^^^^^^^^^ script/group-not-yet
    /// | Docker refuses this: the group `docker` counts from the next login on
    /// | help: write `sudo docker`, or log in again before this
    /// # > sudo docker compose up -d
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y docker.io docker-compose-v2
    /// sudo usermod -aG docker $USER
    /// ~~~
    ///
    /// Log out and in again.
    ///
    /// ~~~bash
    /// docker compose up -d
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y docker.io docker-compose-v2
    /// sudo usermod -aG docker $USER
    /// newgrp docker
    /// docker compose up -d
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Where root may be the one who types, and users with another name. It is low: who runs into it logs in again, and for root the group does not matter.
    "script/group-not-yet" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/install/linux-postinstall/#manage-docker-as-a-non-root-user"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let is_guide = commands.kind == Kind::Guide;
    if !is_guide && commands.kind != Kind::Script || commands.may_be_root() || commands.run_in_image() {
        return sink.not_applicable();
    }
    let steps = ctx.project.steps_together(commands).into_iter();
    let mut own = steps.filter(|step| step.inside.is_none() && !step.contained && !step.remote);
    let Some(joined) = own.find(|step| joins(step)) else { return sink.not_applicable() };
    for step in own {
        if logs_in(step, is_guide) {
            return;
        }
        if step.is_by_sudo() || !asks(step) || is_guide && commands.is_of_script_of_guide(step) {
            continue;
        }
        if is_guide && commands.tells_of_login(joined.span, step.span) {
            return;
        }
        let finding = sink.report(step.span, "Docker refuses this: the group `docker` counts from the next login on");
        finding.help("write `sudo docker`, or log in again before this").related(joined.span, "joins the group here");
        return;
    }
}

/// Whether who types joins the group of Docker.
fn joins(step: &Step) -> bool {
    let oneself = |word: &str| ["USER", "LOGNAME", "whoami"].iter().any(|own| word.contains(own));
    matches!(step.name(), "usermod" | "gpasswd" | "adduser")
        && step.has("docker")
        && step.arguments().iter().any(|word| oneself(&word.value))
}

/// Whether a command starts a shell that has the new groups.
fn logs_in(step: &Step, is_guide: bool) -> bool {
    matches!(step.name(), "newgrp" | "sg" | "su" | "reboot" | "shutdown")
        || is_guide && matches!(step.name(), "exit" | "logout" | "login" | "ssh")
        || step.words.iter().any(|word| matches!(word.value.as_str(), "newgrp" | "su"))
}

/// Whether a command asks the daemon.
fn asks(step: &Step) -> bool {
    let verb = step.argv().iter().skip(1).map(|word| word.value.as_str()).find(|word| !word.starts_with('-'));
    let services =
        |verb: &str| matches!(verb, "up" | "build" | "pull" | "ps" | "down" | "restart" | "exec" | "run" | "logs");
    match (step.name(), verb) {
        ("docker", Some("compose")) => step.argv().iter().any(|word| services(&word.value)),
        ("docker", Some(verb)) => services(verb) || matches!(verb, "info" | "network" | "volume" | "swarm" | "stack"),
        ("docker-compose", Some(_)) => step.argv().iter().any(|word| services(&word.value)),
        _ => false,
    }
}
