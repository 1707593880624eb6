//! `script/sql-refused`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::Cut;

rule! {
    /// A statement that PostgreSQL does not take as it is given.
    ///
    /// ## Why
    /// What `psql -c` gets is one transaction, and a database can be neither made nor dropped in one: `CREATE DATABASE cannot run inside a
    /// transaction block`. A password without quotes is a syntax error. psql goes on either way, and the first to notice is the program
    /// that cannot log in.
    ///
    /// ## Examples
    /// ```sh bad
    /// #!/bin/sh
    /// sudo -u postgres psql -c "CREATE DATABASE shop; GRANT ALL ON DATABASE shop TO shop_owner;"
    /// #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/sql-refused
    /// # | PostgreSQL refuses this: what one `-c` gets is a transaction, and there a database can be neither made nor dropped
    /// # | help: give each statement a `-c` of its own
    /// # > sudo -u postgres psql -c "CREATE DATABASE shop" -c "GRANT ALL ON DATABASE shop TO shop_owner"
    /// ```
    /// ```sh bad
    /// #!/bin/sh
    /// sudo -u postgres psql <<EOF
    /// CREATE USER shop WITH PASSWORD Sommer;
    /// #                              ^^^^^^ script/sql-refused
    /// # | PostgreSQL refuses this: a password stands in quotes
    /// # | help: put it in quotes: `'...'`
    /// # > CREATE USER shop WITH PASSWORD '$DB_PASSWORD';
    /// EOF
    /// ```
    /// ```sh good
    /// #!/bin/sh
    /// sudo -u postgres psql -c "CREATE DATABASE shop" -c "GRANT ALL ON DATABASE shop TO shop_owner"
    /// sudo -u postgres psql <<EOF
    /// CREATE DATABASE other;
    /// CREATE USER shop WITH PASSWORD '$DB_PASSWORD';
    /// ALTER USER old WITH PASSWORD NULL;
    /// EOF
    /// ```
    "script/sql-refused" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-OPTION-COMMAND"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    for step in commands.steps.iter().filter(|step| step.tool() == "psql") {
        for word in step.arguments().iter().filter(|word| in_transaction(&word.value)) {
            let message = "PostgreSQL refuses this: what one `-c` gets is a transaction, and there a database can be neither made nor dropped";
            let finding = sink.report(word.span, message);
            finding.help("give each statement a `-c` of its own");
            if commands.is_read_along() {
                finding.severity(Low);
            }
        }
        for place in bare_passwords(step) {
            let finding = sink.report(place, "PostgreSQL refuses this: a password stands in quotes");
            finding.help("put it in quotes: `'...'`");
            if commands.is_read_along() {
                finding.severity(Low);
            }
        }
    }
}

/// Whether a text has several statements, one of which makes or drops a database.
fn in_transaction(text: &str) -> bool {
    let statements: Vec<&str> = text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    let upper = |part: &str| part.to_ascii_uppercase();
    let alone = |part: &&str| {
        let part = upper(part);
        part.starts_with("CREATE DATABASE ") || part.starts_with("DROP DATABASE ")
    };
    statements.len() > 1 && !text.contains('\'') && statements.iter().any(alone)
}

/// The passwords of a here-document that stand in no quotes.
fn bare_passwords(step: &Step) -> Vec<Span> {
    let mut found = Vec::new();
    for body in step.redirects.iter().filter_map(|own| own.body.as_ref()) {
        // What was put in has no place of its own.
        if body.span.range().len() != body.value.len() {
            continue;
        }
        let mut at = 0;
        for line in body.value.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let upper = line.to_ascii_uppercase();
            let user = ["CREATE USER ", "CREATE ROLE ", "ALTER USER ", "ALTER ROLE "]
                .iter()
                .any(|word| upper.starts_with(word));
            let Some(from) = upper.find(" PASSWORD ").filter(|_| user).map(|from| from + " PASSWORD ".len()) else {
                continue;
            };
            let value = line.cut(from..).split([';', ' ', '\n']).next().unwrap_or_default();
            let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !value.is_empty() && plain && !value.eq_ignore_ascii_case("null") {
                found.push(body.span.slice(start + from, start + from + value.len()));
            }
        }
    }
    found
}
