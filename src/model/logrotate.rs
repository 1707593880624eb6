//! What logrotate rotates.

use crate::model::{Head, Meaning};
use crate::source::FileId;
use crate::syntax::logrotate::{self, Block};

/// A configuration of logrotate.
#[derive(Clone, Debug)]
pub struct Logrotate {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The logs that are treated alike.
    pub blocks: Vec<Block>,
}

/// What Debian 12 and 13 and Ubuntu 24.04 rotate by themselves: the file below `/etc/logrotate.d`, its package, its logs.
const SHIPPED: [(&str, &str, &[&str]); 11] = [
    ("nginx", "nginx", &["/var/log/nginx/*.log"]),
    ("apache2", "apache2", &["/var/log/apache2/*.log"]),
    ("postgresql-common", "postgresql-common", &["/var/log/postgresql/*.log"]),
    ("redis-server", "redis-server", &["/var/log/redis/redis-server*.log"]),
    ("mysql-server", "mysql-server", &["/var/log/mysql.log", "/var/log/mysql/*log"]),
    ("mariadb", "mariadb-server", &["/var/log/mysql/mariadb-slow.log", "/var/log/mysql/error.log"]),
    ("certbot", "certbot", &["/var/log/letsencrypt/*.log"]),
    ("supervisor", "supervisor", &["/var/log/supervisor/*.log"]),
    ("fail2ban", "fail2ban", &["/var/log/fail2ban.log"]),
    ("ufw", "ufw", &["/var/log/ufw.log"]),
    (
        "rsyslog",
        "rsyslog",
        &["/var/log/syslog", "/var/log/auth.log", "/var/log/mail.log", "/var/log/kern.log", "/var/log/cron.log"],
    ),
];

impl Logrotate {
    /// The view of one file.
    pub fn new(head: &Head, tree: &mut logrotate::File) -> Self {
        Logrotate { file: head.source.id, path: head.source.path.clone(), blocks: tree.blocks.clone() }
    }
}

impl Meaning for Logrotate {}

/// The file of the distribution that rotates a log as well, with its package and the pattern; none when `name` takes its
/// place.
pub fn also_shipped(log: &str, name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let of = |(file, package, logs): &(&'static str, &'static str, &'static [&'static str])| {
        let pattern = logs.iter().find(|own| overlap(log, own))?;
        Some((*file, *package, *pattern))
    };
    SHIPPED.iter().filter(|(file, ..)| *file != name).find_map(of)
}

/// Whether two patterns stand for a log that is the same. One that has a sign of its own in the folder is not told.
pub fn overlap(a: &str, b: &str) -> bool {
    let cut = |path: &str| path.rsplit_once('/').map(|(folder, name)| (folder.to_owned(), name.to_owned()));
    let (Some((folder, name)), Some((other, pattern))) = (cut(a), cut(b)) else { return false };
    if folder != other {
        return false;
    }
    let ends = |text: &str| {
        text.split_once('*').map(|(from, to)| (from.to_owned(), to.rsplit('*').next().unwrap_or("").to_owned()))
    };
    match (ends(&name), ends(&pattern)) {
        (None, None) => name == pattern,
        (Some((from, to)), None) => {
            pattern.starts_with(&from) && pattern.ends_with(&to) && pattern.len() >= from.len() + to.len()
        }
        (None, Some((from, to))) => {
            name.starts_with(&from) && name.ends_with(&to) && name.len() >= from.len() + to.len()
        }
        (Some((a, b)), Some((c, d))) => {
            (a.starts_with(&c) || c.starts_with(&a)) && (b.ends_with(&d) || d.ends_with(&b))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_overlap_where_one_name_fits_both() {
        for (a, b, expected) in [
            ("/v/*.log", "/v/shop-*.log", true),
            ("/v/*.log", "/v/a.log", true),
            ("/v/a.log", "/v/*.log", true),
            ("/v/a.log", "/v/a.log", true),
            ("/v/a.log", "/v/b.log", false),
            ("/v/a-*.log", "/v/b-*.log", false),
            ("/v/*.log", "/v/*.err", false),
            ("/v/x/*.log", "/v/*.log", false),
        ] {
            assert_eq!(overlap(a, b), expected, "{a} {b}");
        }
        assert!(also_shipped("/var/log/nginx/shop.log", "shop").is_some());
        assert!(also_shipped("/var/log/nginx/shop.log", "nginx").is_none());
    }
}
