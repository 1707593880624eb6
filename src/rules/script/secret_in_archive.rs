//! `script/secret-in-archive`

use crate::model::starts::{Step, file_name};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// An env file is packed into an archive that everybody can read.
    ///
    /// ## Why
    /// `tar` gives its archive the usual mode, 644, whatever the mode of the files in it. Every user of the machine can read the secrets
    /// in it, and whoever gets at a copy of the backup, too.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// tar czf "/backups/config-$(date +%F).tar.gz" .env docker-compose.yml
    /// #                                            ^^^^ script/secret-in-archive
    /// # | its secrets lie in an archive that every user of the machine can read
    /// # | help: write `umask 077` at the top, and encrypt what leaves the machine
    /// ```
    /// ```sh good file=backup.sh
    /// umask 077
    /// tar czf "/backups/config-$(date +%F).tar.gz" .env docker-compose.yml
    /// ```
    /// ```sh good file=sealed.sh
    /// tar cz .env docker-compose.yml | gpg --encrypt -r ops > "/backups/config-$(date +%F).tar.gz.gpg"
    /// tar czf /backups/example.tar.gz .env.example
    /// ```
    /// ### In a home
    /// ```sh good
    /// tar czf "$HOME/backups/config.tar.gz" .env nginx/
    /// ```
    "script/secret-in-archive" {
        severity: Low, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        check: Check::Commands(check),
    }
}

/// Whether a command sees to it that others cannot read what is made.
fn guards(step: &Step) -> bool {
    matches!(step.tool(), "umask" | "gpg" | "gpg2" | "age" | "openssl" | "restic" | "borg" | "sops")
        || step.tool() == "chmod"
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    if commands.are_of_image() || commands.steps.iter().any(guards) {
        return sink.not_applicable();
    }
    for step in commands.steps {
        let Some(copied) = step.copied().filter(|copied| copied.archive && copied.to.is_some_and(|to| to.value != "-"))
        else {
            continue;
        };
        // The home of a user is closed to others.
        if copied.to.is_some_and(|to| ["~", "$HOME", "${HOME}", "/root/"].iter().any(|home| to.value.starts_with(home)))
        {
            continue;
        }
        let secret = |name: &str| {
            (name == ".env" || name.starts_with(".env."))
                && !["example", "sample", "template", "dist"].iter().any(|own| name.ends_with(own))
        };
        if let Some(from) = copied.from.iter().find(|from| secret(file_name(&from.value))) {
            sink.report(from.span, "its secrets lie in an archive that every user of the machine can read")
                .help("write `umask 077` at the top, and encrypt what leaves the machine");
        }
    }
}
