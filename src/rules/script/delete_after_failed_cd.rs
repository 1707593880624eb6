//! `script/delete-after-failed-cd`

use crate::model::starts::{Joint, Step};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A script deletes where it is, wherever that is.
    ///
    /// ## Why
    /// A `cd` that fails leaves the script where it was, and without `set -e` it goes on: what should empty one directory empties another
    /// one, the home of the user, or `/` under cron.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/bash
    /// cd /var/www/shop/releases
    /// rm -rf *
    /// ^^^^^^^^ script/delete-after-failed-cd
    /// | when the `cd` above fails, this deletes everything where the script happens to be
    /// | help: write `cd DIRECTORY || exit 1`, or `set -e` at the top
    /// ```
    /// ```sh bad file=update.sh
    /// cd /opt/shop; git clean -fdx
    /// #             ^^^^^^^^^^^^^^ script/delete-after-failed-cd
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/bash
    /// set -e
    /// cd /var/www/shop/releases
    /// rm -rf *
    /// ```
    /// ```sh good file=update.sh
    /// cd /opt/shop || exit 1
    /// git clean -fdx
    /// cd /var/www/shop && rm -rf ./*
    /// cd "$(dirname "$0")"
    /// rm -rf ./*.tmp
    /// cd /srv/shop
    /// rm -rf build
    /// ```
    "script/delete-after-failed-cd" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://www.shellcheck.net/wiki/SC2164"],
        check: Check::Commands(check),
    }
}

/// Whether a command deletes all there is in the directory it runs in.
fn empties(step: &Step) -> bool {
    let words = || step.arguments().iter().map(|word| word.value.as_str());
    match step.name() {
        "rm" => step.has_short('r') && words().any(|word| matches!(word, "*" | "./*" | "." | ".*" | "./" | "./.*")),
        "find" => {
            step.has("-delete")
                && words().next() == Some(".")
                && !["-name", "-mtime", "-path"].iter().any(|word| step.has(word))
        }
        "git" => words().next() == Some("clean") && step.has_short('f'),
        _ => false,
    }
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    // Nothing lives while an image is built.
    if commands.are_of_image() {
        return sink.not_applicable();
    }
    for step in commands.steps {
        if !empties(step) || step.inside.is_some() {
            continue;
        }
        // The nearest `cd` in front, in the same part of the script.
        let Some(cd) = commands.before(step).rfind(|other| other.name() == "cd") else { continue };
        let target = cd.arguments().first().map_or("", |word| word.value.as_str());
        let sure = target.is_empty()
            || target.contains("dirname")
            || target.contains("BASH_SOURCE")
            || target.starts_with("//");
        let joined = cd.scope != step.scope || step.before == Joint::And;
        if cd.is_checked() || sure || joined || target == ".." {
            continue;
        }
        let (Some(first), Some(last)) = (step.words.first(), step.words.last()) else { continue };
        let finding = sink.report(
            first.span.to(last.span),
            "when the `cd` above fails, this deletes everything where the script happens to be",
        );
        finding
            .help("write `cd DIRECTORY || exit 1`, or `set -e` at the top")
            .related(cd.span, "the script goes on when this fails");
        // Outside of a checkout git refuses.
        if step.tool() == "git" {
            finding.severity(Low);
        }
    }
}
