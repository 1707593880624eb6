//! `compose/option-removed`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A database is given an option that its version does not have any more.
    ///
    /// ## Why
    /// A server that meets an option it does not know ends at once: `unknown variable
    /// 'default-authentication-plugin=mysql_native_password'`, `unrecognized configuration parameter`. A copied Compose file
    /// whose tag was raised restarts for ever.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: mysql:8.4
    ///     command: --default-authentication-plugin=mysql_native_password
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/option-removed
    /// # | MySQL has no `default-authentication-plugin` since 8.4, and this is 8.4: it does not start
    /// # | help: remove the option; old clients need `--mysql-native-password=ON`
    /// # >     command: --mysql-native-password=ON
    ///     environment: {MYSQL_ROOT_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["data:/var/lib/mysql"]
    /// volumes:
    ///   data:
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: mysql:8.0
    ///     command: --default-authentication-plugin=mysql_native_password
    ///     environment: {MYSQL_ROOT_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["data:/var/lib/mysql"]
    /// volumes:
    ///   data:
    /// ```
    ///
    /// ## What it does not report
    /// Options in files, images whose version is not known, options that a server takes and ignores.
    "compose/option-removed" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://dev.mysql.com/doc/refman/8.4/en/added-deprecated-removed.html"],
        check: Check::Service(check),
    }
}

/// A row of the table.
type Removed = (&'static str, &'static str, &'static str, (u32, u32), &'static str);

/// Image, people's name, option, the first version without it, what to do (the servers' release notes, read on 2026-11-29).
/// In MySQL, `-` and `_` are one.
const REMOVED: [Removed; 12] = [
    ("mysql", "MySQL", "default-authentication-plugin", (8, 4), "; old clients need `--mysql-native-password=ON`"),
    ("mysql", "MySQL", "mysql-native-password", (9, 0), "; clients must know `caching_sha2_password`"),
    ("mysql", "MySQL", "expire-logs-days", (8, 4), ", or write `--binlog-expire-logs-seconds`"),
    ("mysql", "MySQL", "skip-host-cache", (8, 4), ", or write `--host-cache-size=0`"),
    ("mysql", "MySQL", "query-cache-size", (8, 0), ""),
    ("mysql", "MySQL", "query-cache-type", (8, 0), ""),
    ("mysql", "MySQL", "innodb-file-format", (8, 0), ""),
    ("mysql", "MySQL", "innodb-large-prefix", (8, 0), ""),
    ("postgres", "PostgreSQL", "wal_keep_segments", (13, 0), ", or write `wal_keep_size`"),
    ("postgres", "PostgreSQL", "stats_temp_directory", (15, 0), ""),
    ("postgres", "PostgreSQL", "vacuum_defer_cleanup_age", (16, 0), ""),
    ("postgres", "PostgreSQL", "old_snapshot_threshold", (17, 0), ""),
];

fn check(service: &Service, _: &Context, sink: &mut Sink) {
    let (Some(image), Some(words)) = (service.image.set(), service.command.set()) else { return sink.not_applicable() };
    let Some(version) = version(image.value.tag()).filter(|_| service.build.is_none()) else { return };
    if !service.starts_its_server() {
        return;
    }
    let official = image.value.official();
    for (name, title, option, since, other) in REMOVED {
        let spelt = |word: &String| {
            let word = word.trim_start_matches('-');
            let own = word.split('=').next().unwrap_or(word);
            own == option || name == "mysql" && own.replace('_', "-") == option
        };
        if official == Some(name) && version >= since && words.value.iter().any(spelt) {
            let since = if name == "mysql" { format!("{}.{}", since.0, since.1) } else { since.0.to_string() };
            let message = format!(
                "{title} has no `{option}` since {since}, and this is {}: it does not start",
                image.value.tag().unwrap_or_default()
            );
            sink.report(words.span, message).help(format!("remove the option{other}"));
            return;
        }
    }
}

/// The version that a tag names, as far as it does: `8.4.2-oracle` is 8.4; `8` of MySQL is its last one, 8.4.
fn version(tag: Option<&str>) -> Option<(u32, u32)> {
    let digits = tag?.split('-').next()?;
    let mut parts = digits.split('.');
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().map_or(if major == 8 { Some(4) } else { Some(0) }, |minor| minor.parse().ok())?))
}
