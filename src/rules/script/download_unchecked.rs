//! `script/download-unchecked`

use crate::model::Kind;
use crate::model::starts::{Joint, Step, unchecked};
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// A program is downloaded and run, and nobody checks from whom.
    ///
    /// ## Why
    /// Without TLS, or with its checks switched off, whoever sits between the server and the source puts what he likes into what is
    /// run here, most often as root.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// curl -fsS http://get.example.com/agent.sh | sh
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/download-unchecked
    /// # | this comes over plain HTTP and is run: anybody on the way can change it
    /// # | help: write `https://`, or check a digest before it is run
    /// # > curl -fsS https://get.example.com/agent.sh | sh
    /// wget --no-check-certificate https://get.example.com/tool.tgz
    /// #    ^^^^^^^^^^^^^^^^^^^^^^ script/download-unchecked
    /// # | `wget` is told not to check whom it talks to: anybody on the way can change what it brings
    /// # | help: remove it; a private authority belongs among those that the server trusts
    /// # > wget https://get.example.com/tool.tgz
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// curl -fsS https://get.example.com/agent.sh | sh
    /// curl -k https://shop.example.com/health
    /// curl -sk https://127.0.0.1:8443/hook | sh
    /// wget -q --spider --no-check-certificate https://shop.example.com/
    /// curl -k -o state.json "$INTERNAL_API/state"
    /// curl -k https://shop.example.com/state | python3 -c 'import json, sys; print(json.load(sys.stdin)["ok"])'
    /// ```
    /// ### In trouble, for the time being
    /// ```markdown bad file=DEPLOYMENT.md
    /// # Deployment
    ///
    /// ## Troubleshooting
    ///
    /// ~~~bash
    /// git config --global http.sslVerify false
    /// #                   ^^^^^^^^^^^^^^ script/download-unchecked
    /// # | `git` is told not to check whom it talks to: anybody on the way can change what it brings
    /// # | help: remove it; a private authority belongs among those that the server trusts
    /// ~~~
    /// ```
    /// ### While an image is built
    /// ```dockerfile bad
    /// FROM debian:13
    /// RUN apt-get update && apt-get install -y curl && curl -s http://get.example.com/agent.sh | bash
    /// #                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/download-unchecked
    /// # | this comes over plain HTTP and is run: anybody on the way can change it
    /// # | help: write `https://`, or check a digest before it is run
    /// # > RUN apt-get update && apt-get install -y curl && curl -s https://get.example.com/agent.sh | bash
    /// ```
    ///
    /// ## What it does not report
    /// Requests that keep nothing, and those to the machine itself. Checks that a Dockerfile switches off have a rule of their own.
    "script/download-unchecked" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/494.html"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let own = matches!(
        commands.kind,
        Kind::Script | Kind::Guide | Kind::Crontab | Kind::Dockerfile | Kind::Makefile | Kind::Beanstalk
    );
    if !own {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| step.inside.is_none()) {
        if let Some(word) = unchecked(step.argv()).filter(|_| !commands.are_of_image() && keeps(commands, step)) {
            let name = step.name();
            let message =
                format!("`{name}` is told not to check whom it talks to: anybody on the way can change what it brings");
            let finding = sink.report(word.span, message);
            finding
                .help("remove it; a private authority belongs among those that the server trusts")
                .cause(commands.file, "nor here");
            if ctx.project.is_called_temporary(step.span) {
                finding.severity(Low);
            }
            continue;
        }
        let fetches = matches!(step.name(), "curl" | "wget") && is_run(commands, step);
        let plain = step.arguments().iter().find(|word| word.value.starts_with("http://") && is_outside(&word.value));
        if let Some(word) = plain.filter(|_| fetches) {
            sink.report(word.span, "this comes over plain HTTP and is run: anybody on the way can change it")
                .help("write `https://`, or check a digest before it is run")
                .severity(High);
        }
    }
}

/// Whether a shell, or another interpreter, runs what a command brings.
fn is_run(commands: &Commands, step: &Step) -> bool {
    // With a program of its own it reads what comes as data.
    let interpreter = |next: &Step| {
        matches!(next.name(), "python" | "python3" | "perl") && next.arguments().iter().all(|word| word.value == "-")
    };
    let runs = |next: &Step| shell::is_shell(next.name()) && !next.has("-c") || interpreter(next);
    step.after == Joint::Pipe && commands.behind(step).next().is_some_and(runs)
}

/// Whether what a command brings stays on the machine.
fn keeps(commands: &Commands, step: &Step) -> bool {
    let thrown = |path: &str| path == "/dev/null" || path == "-";
    let option = |names: &[&str]| {
        let mut two = step.arguments().windows(2);
        two.any(|two| names.contains(&two[0].value.as_str()) && !thrown(&two[1].value))
    };
    let far = || {
        step.arguments().iter().any(|word| {
            let address = word.value.split_once("://").filter(|(scheme, _)| scheme.starts_with("http"));
            address.is_some_and(|(_, rest)| is_outside(rest))
        })
    };
    let written = step.written().any(|file| !thrown(&file.value));
    let unpacked = || matches!(commands.behind(step).next().map(Step::name), Some("tar" | "gunzip" | "unzip" | "gpg"));
    match step.name() {
        "curl" | "wget" if !far() => false,
        "curl" => {
            written
                || option(&["-o", "--output"])
                || step.has_short('O')
                || step.has("--remote-name")
                || is_run(commands, step)
                || step.after == Joint::Pipe && unpacked()
        }
        "wget" => {
            let reads =
                step.has("--spider") || step.has("-O-") || step.has("-qO-") || step.has("-O") && !option(&["-O"]);
            !reads || written || is_run(commands, step) || step.after == Joint::Pipe && unpacked()
        }
        _ => true,
    }
}

/// Whether an address is not one of the machine itself or of its own network.
fn is_outside(url: &str) -> bool {
    let host =
        url.trim_start_matches("http://").rsplit('@').next().unwrap_or(url).split(['/', ':', '?']).next().unwrap_or("");
    !host.contains('$')
        && host.contains('.')
        && !host.starts_with("127.")
        && !host.starts_with("10.")
        && !host.starts_with("192.168.")
        && !host.starts_with("169.254.")
        && !host.ends_with(".internal")
        && !host.ends_with(".local")
}
