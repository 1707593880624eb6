//! `script/database-opened`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// The firewall lets everybody in to a database.
    ///
    /// ## Why
    /// The port is found within hours, and from then on passwords are tried day and night. The application is on the same server, or on
    /// one whose address is known.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// ufw allow OpenSSH
    /// ufw allow 5432/tcp
    /// #         ^^^^^^^^ script/database-opened
    /// # | the firewall lets everybody in on port 5432, which is that of PostgreSQL
    /// # | help: remove the line, or let in the machines that need it: `ufw allow from ADDRESS to any port 5432`
    /// # > ufw allow from 10.0.0.5 to any port 5432
    /// ufw --force enable
    /// ```
    /// ```sh bad file=open.sh
    /// echo "host all all 0.0.0.0/0 md5" >> /etc/postgresql/16/main/pg_hba.conf
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/database-opened
    /// # | PostgreSQL is to take connections from every address
    /// # | help: write the addresses that need it in place of `0.0.0.0/0`
    /// # > echo "host all all 10.0.0.0/24 scram-sha-256" >> /etc/postgresql/16/main/pg_hba.conf
    /// ```
    /// ```sh good file=setup.sh
    /// ufw allow OpenSSH
    /// ufw allow 443/tcp
    /// ufw allow from 10.0.0.5 to any port 5432
    /// ufw deny 3306
    /// ufw --force enable
    /// ```
    "script/database-opened" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/284.html"],
        check: Check::Commands(check),
    }
}

/// Ports that belong to data stores (`/etc/services`, and the documentation of each).
const PORTS: [(u16, &str); 9] = [
    (5432, "PostgreSQL"),
    (3306, "MySQL"),
    (27017, "MongoDB"),
    (6379, "Redis"),
    (1433, "SQL Server"),
    (9200, "Elasticsearch"),
    (11211, "Memcached"),
    (2375, "Docker's engine"),
    (5984, "CouchDB"),
];

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide | Kind::Makefile) || commands.run_in_image() {
        return sink.not_applicable();
    }
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained) {
        let opened = PORTS.iter().find_map(|(port, name)| {
            let word = step.opens_to_all(*port)?;
            Some((word, *port, *name))
        });
        let shut = |port: u16| commands.steps.iter().any(|other| other.shuts(port));
        if let Some((word, port, name)) = opened.filter(|(_, port, _)| !shut(*port)) {
            let message = format!("the firewall lets everybody in on port {port}, which is that of {name}");
            let help = format!(
                "remove the line, or let in the machines that need it: `ufw allow from ADDRESS to any port {port}`"
            );
            let finding = sink.report(word, message).help(help);
            if commands.is_read_along() {
                finding.severity(Low);
            }
        } else if let Some(word) = step.takes_all_addresses() {
            let finding = sink.report(word, "PostgreSQL is to take connections from every address");
            finding.help("write the addresses that need it in place of `0.0.0.0/0`");
            if commands.is_read_along() {
                finding.severity(Low);
            }
        }
    }
}
