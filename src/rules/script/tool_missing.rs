//! `script/tool-missing`

use std::collections::HashSet;

use crate::model::Kind;
use crate::model::starts::{Joint, Step};
use crate::project::{Commands, package_of};
use crate::rules::prelude::*;

rule! {
    /// A script runs a program that nothing installs.
    ///
    /// ## Why
    /// The project says what it installs on the server, and a program that a backup or a schedule needs is not among that. The script ends with
    /// "command not found" in the night, and nobody sees it before the backup is needed.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// #!/bin/bash
    /// set -e
    /// sqlite3 /srv/shop/shop.db ".backup '/backups/shop.db'"
    /// ^^^^^^^ script/tool-missing
    /// | `sqlite3` is not among what this project installs on the server: this ends with "command not found"
    /// | help: install the package that brings `sqlite3` where the others are installed
    /// ```
    /// ```markdown both
    /// ~~~bash
    /// sudo apt install -y nginx python3-venv
    /// ~~~
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/bash
    /// set -e
    /// if ! command -v sqlite3; then apt-get install -y sqlite3; fi
    /// sqlite3 /srv/shop/shop.db ".backup '/backups/shop.db'"
    /// docker exec db pg_dump -U shop shop > /backups/shop.sql
    /// ```
    /// ### What sets the server up
    /// ```sh bad file=deploy/install.sh
    /// #!/bin/bash
    /// set -e
    /// apt-get install -y php8.3-fpm php8.3-xml unzip git
    /// apt-get install -y caddy
    /// cd /srv/shop
    /// npm install && npm run build
    /// ^^^ script/tool-missing
    /// | `npm` is not among what this project installs on the server: this ends with "command not found"
    /// | help: install the package that brings `npm` where the others are installed
    /// ```
    /// ```sh good file=deploy/install.sh
    /// #!/bin/bash
    /// set -e
    /// apt-get install -y php8.3-fpm php8.3-xml unzip git
    /// curl -fsSL https://deb.nodesource.com/setup_24.x | bash -
    /// apt-get install -y caddy nodejs
    /// cd /srv/shop
    /// npm install && npm run build
    /// ```
    /// ### In a container
    /// ```sh good file=backup-job.sh
    /// #!/bin/bash
    /// pg_dump shop > /backups/shop.sql
    /// ```
    /// ```compose good
    /// services:
    ///   backup:
    ///     image: postgres:17
    ///     command: bash /backup.sh
    ///     volumes: ["./backup-job.sh:/backup.sh:ro"]
    /// ```
    /// ```sh good file=setup.sh
    /// apt-get install -y nginx
    /// ```
    /// ### Nothing says what is installed
    /// ```sh good file=scripts/backup.sh
    /// #!/bin/bash
    /// set -e
    /// rclone copy /backups remote:shop
    /// ```
    /// ```text good file=README.txt
    /// ```
    ///
    /// ## What it does not report
    /// Projects that show nothing of what is installed on the server. Programs that a script looks for first.
    "script/tool-missing" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://packages.debian.org/stable/"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let scheduled = commands.runs_alone() || commands.is_called(&["backup", "backups"]);
    // What sets a server up from nothing says all that is on it.
    let sets_up = || {
        let by_name = ["install", "setup", "provision", "bootstrap"];
        let installs =
            |step: &&Step| matches!(step.name(), "apt" | "apt-get") && step.has("install") && !step.flow.branch;
        commands.is_called(&by_name) && commands.steps.iter().filter(installs).count() > 1
    };
    let sets_up = !scheduled && commands.kind == Kind::Script && sets_up();
    let judged = scheduled || sets_up;
    if !matches!(commands.kind, Kind::Script | Kind::Crontab | Kind::Unit) || !judged || commands.run_in_image() {
        return sink.not_applicable();
    }
    let looks = |name: &str| commands.steps.iter().any(|step| step.looks_for(name));
    let mut told: HashSet<&str> = HashSet::new();
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained && !step.remote) {
        let (name, Some(word)) = (step.name(), step.argv().first()) else { continue };
        // Another way is taken where it is not there, or the case is one of several for other projects.
        let optional = step.flow.tested || step.after == Joint::Or || step.flow.branch && !commands.runs_alone();
        if optional || word.value.contains('/') || !ctx.project.lacks_program(name) || looks(name) {
            continue;
        }
        // One package brings `psql` and `pg_dump`.
        if !told.insert(package_of(name)) {
            continue;
        }
        let finding = sink.report(
            word.span,
            format!(
                "`{name}` is not among what this project installs on the server: this ends with \"command not found\""
            ),
        );
        finding.help(format!("install the package that brings `{name}` where the others are installed"));
        // Nothing is seen to run it on the server, or not in every case.
        if !commands.runs_alone() && !sets_up || step.flow.branch {
            finding.severity(Low);
        }
    }
}
