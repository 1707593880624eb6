//! `script/peer-refused`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A dump of PostgreSQL logs in as a user whom the server refuses.
    ///
    /// ## Why
    /// Without `-h` the client takes the socket, and there PostgreSQL of Debian and Ubuntu lets a user in whom the system knows by
    /// the same name: "Peer authentication failed". A password does not help. The job ends, and what it leaves behind is empty.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// #!/bin/sh
    /// set -e
    /// pg_dump -U shop -Fc shopdb > /var/backups/shop.dump
    /// #       ^^^^^^^ script/peer-refused
    /// # | PostgreSQL refuses `shop` here: over its socket it lets in whom the system knows by this name
    /// # | help: let `postgres` make the dump: `sudo -u postgres pg_dump` without `-U`
    /// # > sudo -u postgres pg_dump -Fc shopdb > /var/backups/shop.dump
    /// ```
    /// ```markdown both file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y postgresql
    /// ~~~
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/sh
    /// set -e
    /// sudo -u postgres pg_dump -Fc shopdb > /var/backups/shop.dump
    /// pg_dump -h localhost -U shop -Fc shopdb > /var/backups/other.dump
    /// docker exec db pg_dump -U shop shopdb > /var/backups/third.dump
    /// ```
    /// ### A user of the system
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y postgresql
    /// sudo adduser shop
    /// ~~~
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/sh
    /// set -e
    /// pg_dump -U shop -Fc shopdb > /var/backups/shop.dump
    /// ```
    ///
    /// ## What it does not report
    /// Servers in containers or elsewhere, projects that speak of `pg_hba.conf` or `PGHOST`, names that the system has, too.
    "script/peer-refused" {
        severity: Medium, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/current/auth-peer.html"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Guide | Kind::Script | Kind::Crontab) || commands.run_in_image() {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained && !step.remote) {
        let dumps = matches!(step.name(), "pg_dump" | "pg_dumpall") && !step.is_by_sudo() && !step.flow.tested;
        let elsewhere = |word: &str| {
            word.starts_with("-h") || word.starts_with("--host") || word.contains("://") || word.contains("host=")
        };
        if !dumps || step.arguments().iter().any(|word| elsewhere(&word.value)) {
            continue;
        }
        let pair = step.arguments().windows(2).find(|pair| matches!(pair[0].value.as_str(), "-U" | "--username"));
        let Some([option, user]) = pair else { continue };
        let plain = user.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !plain || user.value == "postgres" || !ctx.project.refuses_peer(&user.value) {
            continue;
        }
        let message = format!(
            "PostgreSQL refuses `{}` here: over its socket it lets in whom the system knows by this name",
            ctx.quote(user.span)
        );
        let finding = sink.report(option.span.to(user.span), message);
        finding.help("let `postgres` make the dump: `sudo -u postgres pg_dump` without `-U`");
        // Whoever types it sees that it is refused.
        let typed =
            commands.kind == Kind::Guide && !commands.is_of_script_of_guide(step) && !commands.is_of_crontab(step);
        if typed || commands.is_read_along() || commands.is_only_a_helper() {
            finding.severity(Low);
        }
    }
}
