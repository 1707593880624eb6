//! `script/copies-live-database`

use crate::model::Kind;
use crate::model::starts::{Copied, Step, as_pattern, file_name, is_dated};
use crate::project::Commands;
use crate::rules::Finding;
use crate::rules::prelude::*;

rule! {
    /// A backup copies the files of a database while it is in use.
    ///
    /// ## Why
    /// A database writes to several places of its files, and SQLite keeps what is newest in a second file (`-wal`). A copy that is made in
    /// between holds half of a change, or lacks the last ones, and nobody notices before it is needed.
    ///
    /// ## Examples
    /// ```sh bad file=scripts/backup.sh
    /// cp /opt/shop/data/app.db "/backups/app-$(date +%F).db"
    /// #  ^^^^^^^^^^^^^^^^^^^^^ script/copies-live-database
    /// # | the files of a SQLite database are copied while it is in use: the copy may be broken, or lack the last
    /// # | changes
    /// # | help: let SQLite make the copy: `sqlite3 FILE ".backup 'COPY'"`
    /// ```
    /// ```crontab bad file=deploy/crontab
    /// 0 2 * * * tar czf /backups/shop_$(date +\%F).tgz /var/lib/postgresql/data
    /// #                                                ^^^^^^^^^^^^^^^^^^^^^^^^ script/copies-live-database
    /// ```
    /// ```sh good file=scripts/backup.sh
    /// sqlite3 /opt/shop/data/app.db ".backup '/backups/app.db'"
    /// gzip -c /backups/app.db > "/backups/app-$(date +%F).db.gz"
    /// ```
    /// ### A copy that is packed
    /// ```sh good file=scripts/pack.sh
    /// TMP="$(mktemp -d)"
    /// python3 copy.py data/app.db "$TMP/app.db"
    /// tar czf "/backups/app-$(date +%F).tgz" -C "$TMP" app.db
    /// ```
    /// ### Nothing writes meanwhile
    /// ```sh good file=backup-cold.sh
    /// docker compose stop web
    /// cp data/app.sqlite3 "/backups/app-$(date +%F).sqlite3"
    /// docker compose start web
    /// ```
    /// ### In a folder or volume of a service
    /// ```sh bad file=nightly.sh
    /// tar czf "/backups/shop-$(date +%F).tgz" db_data/
    /// #                                       ^^^^^^^^ script/copies-live-database
    /// # | the files of a MariaDB database are packed while it is in use: the copy may be broken, or lack the last
    /// # | changes
    /// # | help: take a dump: `mariadb-dump --single-transaction`
    /// docker run --rm -v shop_records:/data -v /backups:/backup alpine tar czf "/backup/pg-$(date +%F).tgz" -C /data .
    /// #                  ^^^^^^^^^^^^^^^^^^ script/copies-live-database
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   db:
    ///     image: mariadb:11.4
    ///     volumes: ["./db_data:/var/lib/mysql"]
    ///   records:
    ///     image: postgres:17
    ///     volumes: ["records:/var/lib/postgresql/data"]
    /// volumes:
    ///   records:
    /// ```
    /// ```sh good file=nightly.sh
    /// docker compose stop
    /// tar czf "/backups/shop-$(date +%F).tgz" db_data/
    /// docker run --rm -v shop_records:/data -v /backups:/backup alpine tar czf "/backup/pg-$(date +%F).tgz" -C /data .
    /// docker compose start
    /// ```
    /// ### A copy back
    /// ```sh good file=restore.sh
    /// cp /opt/shop/data/app.db "/backups/before-$(date +%F).db"
    /// cp "/backups/app-$1.db" /opt/shop/data/app.db
    /// ```
    "script/copies-live-database" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &[
            "https://www.sqlite.org/howtocorrupt.html#_backup_or_restore_while_a_transaction_is_active",
            "https://www.postgresql.org/docs/current/backup-file.html",
        ],
        check: Check::Commands(check),
    }
}

/// Databases that are servers, with how a copy of each is taken.
const SERVERS: [(&str, &str); 4] = [
    ("PostgreSQL", "take a dump: `pg_dump`, or `pg_basebackup` for all of it"),
    ("MySQL", "take a dump: `mysqldump --single-transaction`"),
    ("MariaDB", "take a dump: `mariadb-dump --single-transaction`"),
    ("MongoDB", "take a dump: `mongodump`"),
];

/// What a path holds, if it is the files of a database, and how a copy of it is taken.
fn database(path: &str, ctx: &Context) -> Option<(&'static str, String)> {
    const FOLDERS: [(&str, &str); 4] = [
        ("/var/lib/postgresql", "PostgreSQL"),
        ("/var/lib/mysql", "MySQL"),
        ("/var/lib/mongodb", "MongoDB"),
        ("/data/db", "MongoDB"),
    ];
    let plain = path.trim_end_matches(['/', '*', '.']);
    let usual = FOLDERS.iter().find(|(own, _)| plain == *own || plain == format!("{own}/data")).map(|(_, name)| *name);
    if let Some(name) = usual.or_else(|| ctx.project.database_kept_in(path)) {
        let help = SERVERS.iter().find(|(own, _)| *own == name).map_or("", |(_, help)| help);
        return Some((name, help.to_owned()));
    }
    let name = as_pattern(file_name(path));
    let ends = [".db", ".sqlite", ".sqlite3", ".db3"].iter().any(|end| name.ends_with(end));
    ends.then(|| ("SQLite", "let SQLite make the copy: `sqlite3 FILE \".backup 'COPY'\"`".to_owned()))
}

/// Whether something is a copy already, or a place where copies are kept.
fn is_copy(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["backup", "bak", "snapshot", "dump", "archive", "restore", "/tmp/", "mktemp"]
        .iter()
        .any(|word| lower.contains(word))
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    // Nothing lives while an image is built.
    if commands.are_of_image() {
        return sink.not_applicable();
    }
    let mut stopped = None;
    for step in commands.steps {
        if stopped.is_none() && step.stops_program() || step.backs_up_sqlite() {
            stopped = Some(step.shell);
        }
        if stopped == Some(step.shell) {
            continue;
        }
        let Some(copied) = step.copied() else { continue };
        judge(commands, step, &copied, ctx, sink);
    }
}

fn judge(commands: &Commands, step: &Step, copied: &Copied, ctx: &Context, sink: &mut Sink) {
    let backup = commands.is_called(&["backup", "backups", "bak"]);
    // `tar -C "$(mktemp -d)" app.db`: a copy that is packed.
    let copy = copied.folder.is_some_and(|folder| is_copy(&folder.value))
        || step.place.elsewhere.as_deref().is_some_and(is_copy);
    // A person who tries something out on a copy keeps none.
    let scratch = commands.kind == Kind::Guide && copied.to.is_some_and(|to| to.value.starts_with("/tmp/"));
    let kept =
        !scratch && copied.to.is_some_and(|to| is_copy(&to.value) || is_dated(&to.value) || to.value.contains("://"));
    if !kept && (!backup || scratch) {
        return;
    }
    // `docker run -v shop_data:/data alpine tar czf ... -C /data .`
    if let Some((volume, name)) = volume(step, copied).and_then(|word| {
        let (source, _) = word.value.split_once(':')?;
        Some((word, ctx.project.database_kept_in(source)?))
    }) {
        let help = SERVERS.iter().find(|(own, _)| *own == name).map_or("", |(_, help)| help);
        tell(commands, volume.span, name, "packed", backup, sink).help(help);
        return;
    }
    for from in &copied.from {
        let Some((name, help)) = database(&from.value, ctx) else { continue };
        // What the script has made itself is no file in use.
        let own = || commands.before(step).any(|other| other.makes().iter().any(|made| made.value == from.value));
        // Nobody puts another file in the place of one that is in use.
        let onto = |copied: Copied| copied.to.is_some_and(|to| to.value == from.value);
        let replaced = || commands.behind(step).any(|other| other.copied().is_some_and(onto));
        if copy && !from.value.starts_with('/')
            || is_copy(&from.value)
            || is_dated(&from.value)
            || from.value.contains("://")
            || own()
            || replaced()
        {
            continue;
        }
        let how = if copied.archive { "packed" } else { "copied" };
        tell(commands, from.span, name, how, backup, sink).help(help);
    }
}

fn tell<'a>(commands: &Commands, at: Span, name: &str, how: &str, backup: bool, sink: &'a mut Sink) -> &'a mut Finding {
    let finding = sink.report(
        at,
        format!("the files of a {name} database are {how} while it is in use: the copy may be broken, or lack the last changes"),
    );
    if !commands.runs_alone() && !backup {
        finding.severity(Medium);
    }
    finding
}

/// The mount of a `docker run` that its `tar` packs.
fn volume<'a>(step: &'a Step, copied: &Copied) -> Option<&'a Spanned<String>> {
    let inside = step.inside.as_ref().filter(|_| copied.archive && step.is("docker", &["run"]))?;
    let options = step.words.get(..inside.name?)?;
    let mounts = options.windows(2).filter(|two| matches!(two[0].value.as_str(), "-v" | "--volume")).map(|two| &two[1]);
    mounts.into_iter().find(|mount| {
        let target = mount.value.split(':').nth(1).unwrap_or_default();
        let is = |word: &&Spanned<String>| word.value.trim_end_matches(['/', '.', '*']) == target;
        target.len() > 1 && (copied.folder.as_ref().is_some_and(is) || copied.from.iter().any(is))
    })
}
