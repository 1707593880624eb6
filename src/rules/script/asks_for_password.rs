//! `script/asks-for-password`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A backup that runs by the clock asks a person for a password.
    ///
    /// ## Why
    /// `-p` without a password makes the client ask for one at the terminal. cron has none: it is refused, and what is written is
    /// empty.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// #!/bin/bash
    /// mysqldump -u shop -p shop > "/backups/shop-$(date +%F).sql"
    /// #                 ^^ script/asks-for-password
    /// # | `mysqldump` asks for a password here, and nobody is there to type it
    /// # | help: put it into a file that only the user of the job can read: `--defaults-extra-file=/root/.my.cnf`
    /// # > mysqldump --defaults-extra-file=/root/.my.cnf shop > "/backups/shop-$(date +%F).sql"
    /// ```
    /// ```crontab both file=deploy/crontab
    /// 0 2 * * * /opt/shop/backup.sh
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/bash
    /// mysqldump --defaults-extra-file=/root/.my.cnf shop > "/backups/shop-$(date +%F).sql"
    /// mysqldump -u shop -p"$DB_PASSWORD" shop > "/backups/shop-$(date +%F).sql"
    /// ```
    /// ### PostgreSQL
    /// ```sh bad file=backup.sh
    /// #!/bin/bash
    /// pg_dump -h localhost -U shop shop > "/backups/shop-$(date +%F).sql"
    /// #       ^^ script/asks-for-password
    /// # | `pg_dump` asks for a password here, and nobody is there to type it
    /// # | help: write it into `~/.pgpass` of the user of the job, or let `postgres` make the dump, without `-h`
    /// # > sudo -u postgres pg_dump shop > "/backups/shop-$(date +%F).sql"
    /// ```
    /// ```crontab both file=deploy/crontab
    /// 0 2 * * * /opt/shop/backup.sh
    /// ```
    /// ### Shown in a guide
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo nano /usr/local/bin/backup.sh
    /// #!/bin/bash
    /// mysqldump -u shop -p shop > "/backups/shop-$(date +%F).sql"
    /// #                 ^^ script/asks-for-password
    /// # | `mysqldump` asks for a password here, and nobody is there to type it
    /// # | help: put it into a file that only the user of the job can read: `--defaults-extra-file=/root/.my.cnf`
    /// ~~~
    /// Add it to the crontab. To restore it, stop the application first.
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// mysqldump -u shop -p shop > shop.sql
    /// ~~~
    /// To restore it, stop the application first. Cron is for later.
    /// ```
    "script/asks-for-password" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps.iter().filter(|step| !step.flow.tested) {
        let asks = matches!(step.tool(), "mysqldump" | "mariadb-dump" | "mysql" | "mariadb" | "mongodump");
        let word = step.arguments().iter().find(|word| matches!(word.value.as_str(), "-p" | "--password"));
        let word = word.filter(|_| asks && !is_followed(step));
        let by_network = over_network(step).filter(|_| !ctx.project.gives_postgres_password(commands.file));
        let Some(word) = word.or(by_network) else { continue };
        // `-p<PASSWORD>`: a blank to be filled in, which the shell takes for a file.
        let end = word.span.range().end;
        if ctx.quote(Span::new(word.span.file, end, end + 1)) == "<" {
            continue;
        }
        if !commands.runs_alone() && !commands.is_of_scheduled_script(step) {
            continue;
        }
        let tool = step.tool();
        let finding =
            sink.report(word.span, format!("`{tool}` asks for a password here, and nobody is there to type it"));
        finding.help(match by_network {
            Some(_) => {
                "write it into `~/.pgpass` of the user of the job, or let `postgres` make the dump, without `-h`"
            }
            None => "put it into a file that only the user of the job can read: `--defaults-extra-file=/root/.my.cnf`",
        });
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}

/// Where a dump of PostgreSQL goes over the network of the machine, where Debian and Ubuntu have everybody log in.
fn over_network(step: &Step) -> Option<&Spanned<String>> {
    let dumps = matches!(step.tool(), "pg_dump" | "pg_dumpall") && step.inside.is_none() && !step.contained;
    let mut pairs = step.arguments().windows(2).filter(|_| dumps);
    let local = |text: &str| matches!(text, "localhost" | "127.0.0.1");
    let host = pairs.find(|pair| matches!(pair[0].value.as_str(), "-h" | "--host") && local(&pair[1].value))?;
    let users = step.argv().iter().any(|word| matches!(word.value.as_str(), "-U" | "--username"));
    (users && !step.has("-w") && !step.has("--no-password")).then(|| &host[0])
}

/// Whether the password comes through the environment, or as the next word, which is what `mongodump` takes.
fn is_followed(step: &Step) -> bool {
    let given = step.sets.iter().any(|set| set.value.0 == "MYSQL_PWD");
    given || step.tool() == "mongodump"
}
