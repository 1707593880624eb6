//! `script/command-removed`

use crate::model::Meaning;
use crate::model::guide::Passage;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command that does not exist any more.
    ///
    /// ## Why
    /// What was taken out of a program ends with an error on every machine that is up to date, and with it the script, or worse, only
    /// the step that was to check something.
    ///
    /// ## Examples
    /// ```sh bad file=scan.sh
    /// docker scan shop:latest
    /// ^^^^^^^^^^^ script/command-removed
    /// | `docker scan` does not exist: Docker took it out in 2023
    /// | help: write `docker scout cves IMAGE`, or use a scanner of your own
    /// ```
    /// ```sh bad file=install.sh
    /// apt-get install -y docker-ce docker-compose-plugin
    /// docker-compose up -d
    /// ^^^^^^^^^^^^^^ script/command-removed
    /// ```
    /// ```sh good file=scan.sh
    /// docker scout cves shop:latest
    /// ```
    /// ```sh good file=install.sh
    /// apt-get install -y docker-ce docker-compose-plugin
    /// docker compose up -d
    /// ```
    /// ### In a guide
    /// ```markdown bad
    /// ~~~bash
    /// docker-compose up -d
    /// ^^^^^^^^^^^^^^ script/command-removed
    /// | `docker-compose` ended in 2023: what Docker installs today is called `docker compose`
    /// | help: write `docker compose`
    /// # > docker compose up -d
    /// docker-compose ps
    /// # > docker compose ps
    /// ~~~
    /// ```
    /// ### It is looked for first
    /// ```sh good file=either.sh
    /// apt-get install -y docker-compose-plugin
    /// if command -v docker-compose; then docker-compose up -d; else docker compose up -d; fi
    /// ```
    "script/command-removed" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.docker.com/retired/",
            "https://docs.docker.com/compose/install/linux/",
        ],
        check: Check::Commands(check),
    }
}

/// What was removed: the program with its first word, what became of it, and what to write now.
const REMOVED: [(&str, &str, &str, &str); 3] = [
    (
        "docker",
        "scan",
        "does not exist: Docker took it out in 2023",
        "write `docker scout cves IMAGE`, or use a scanner of your own",
    ),
    ("docker-machine", "", "does not exist: Docker does not ship it any more", "use a tool that sets up machines"),
    (
        "apt-key",
        "add",
        "is gone from Debian 13 and Ubuntu 25.04",
        "put the key below `/etc/apt/keyrings`, and name it in `signed-by=`",
    ),
];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    // An image is built on the release that it names.
    let steps = commands.steps.iter().filter(|step| !commands.are_of_image() || step.name() != "apt-key");
    for step in steps {
        let second = step.argv().get(1);
        let word = second.map_or("", |word| word.value.as_str());
        let found = REMOVED.iter().find(|(name, own, ..)| step.name() == *name && (own.is_empty() || word == *own));
        let Some((name, own, since, better)) = found else { continue };
        let Some(first) = step.argv().first() else { continue };
        let span = if own.is_empty() { first.span } else { second.map_or(first.span, |word| first.span.to(word.span)) };
        let shown = format!("{name} {own}");
        let finding = sink.report(span, format!("`{}` {since}", shown.trim_end()));
        finding.help(*better);
        // One of several ways of a guide, which nobody has to take.
        let one_way = || ctx.project.passage(step.span) == Passage::OneWay;
        if step.after == crate::model::starts::Joint::Or || *name == "apt-key" || one_way() {
            finding.severity(Low);
        }
    }
    old_compose(commands, ctx, sink);
}

/// `docker-compose` where the script itself installs what is called `docker compose`.
fn old_compose(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let installs = |step: &Step, package: &dyn Fn(&str) -> bool| {
        step.has("install") && step.words.iter().any(|word| package(word.value.split('=').next().unwrap_or_default()))
    };
    let plugin = commands.steps.iter().find(|step| installs(step, &|name| name == "docker-compose-plugin"));
    let old = |step: &Step| {
        let brings = installs(step, &|name| name == "docker-compose");
        // `curl -o /usr/local/bin/docker-compose`, `ln -s ... docker-compose`, `command -v docker-compose`
        let other =
            step.name() != "docker-compose" && step.words.iter().any(|word| word.value.ends_with("docker-compose"));
        brings
            || other
            || step.looks_for("docker-compose")
            || matches!(step.name(), "alias")
            || step.words.iter().any(|word| word.value.contains("which docker-compose"))
    };
    let called = |step: &&Step| step.name() == "docker-compose" && !step.flow.tested;
    let Some(step) = commands.steps.iter().find(called).filter(|_| !commands.steps.iter().any(old)) else { return };
    let Some(word) = step.argv().first() else { return };
    let Some(plugin) = plugin else {
        // Who follows a guide has what is installed today; it is told once.
        let guide = ctx.project.guides().find(|guide| guide.file == commands.file);
        let first = guide.is_some_and(|guide| {
            guide.steps().iter().find(called).is_some_and(|first| first.span == step.span)
                && !guide.steps().iter().any(old)
        });
        if first {
            sink.report(
                word.span,
                "`docker-compose` ended in 2023: what Docker installs today is called `docker compose`",
            )
            .help("write `docker compose`")
            .cause("docker-compose", "here as well")
            .severity(Low);
        }
        return;
    };
    sink.report(word.span, "`docker-compose` is not there: what is installed is called `docker compose`")
        .help("write `docker compose`")
        .related(plugin.span, "this installs the plugin");
}
