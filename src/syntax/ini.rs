//! Configuration in lines of a key and a value: that of uWSGI, PHP and its pools of processes, Redis and PostgreSQL.

pub use super::lines::{File, parse};
use super::{Claim, Name};

/// uWSGI's configuration, by its name or its section.
pub fn uwsgi(name: &Name) -> Claim {
    if name.lower() == "uwsgi.ini" {
        return Claim::by_name(true);
    }
    Claim::by_content(name.ending() == "ini", |_, bytes| {
        has_line(bytes, |line| line == "[uwsgi]").then_some("it has a section for uWSGI")
    })
}

/// Pools of php-fpm: a section, and how many processes it has.
pub fn pool(name: &Name) -> Claim {
    let fits = name.ending() == "conf" && (name.stem() == "www" || name.path.contains("fpm"));
    Claim::by_content(fits, |_, bytes| {
        has_line(bytes, |line| {
            line.split_once('=').is_some_and(|(key, _)| key.trim() == "pm" || key.trim() == "listen")
        })
        .then_some("it has a pool of php-fpm")
    })
}

/// PHP's own settings.
pub fn php(name: &Name) -> Claim {
    let folder = || name.path.rsplit('/').skip(1).any(|part| part.contains("php"));
    Claim::by_content(name.ending() == "ini" && (name.lower().contains("php") || folder()), |_, bytes| {
        const OWN: [&str; 5] =
            ["memory_limit", "max_execution_time", "upload_max_filesize", "post_max_size", "display_errors"];
        has_line(bytes, |line| line.split_once('=').is_some_and(|(key, _)| OWN.contains(&key.trim())))
            .then_some("it has settings of PHP")
    })
}

/// What Redis and Valkey read. nginx has files called so, too.
pub fn redis(name: &Name) -> Claim {
    let fits = name.ending() == "conf" && ["redis", "valkey"].iter().any(|own| name.lower().contains(own));
    Claim::by_content(fits, |_, bytes| {
        const OWN: [&str; 8] = [
            "requirepass",
            "appendonly",
            "maxmemory",
            "protected-mode",
            "maxmemory-policy",
            "save",
            "bind",
            "daemonize",
        ];
        let own = has_line(bytes, |line| line.split_whitespace().next().is_some_and(|key| OWN.contains(&key)));
        (own && !has_line(bytes, |line| line.ends_with(['{', ';']))).then_some("it has settings of Redis")
    })
}

/// The server's own file of PostgreSQL.
pub fn postgres(name: &Name) -> Claim {
    if name.lower() == "postgresql.conf" {
        return Claim::by_name(true);
    }
    let fits = name.ending() == "conf" && (name.lower().contains("postgres") || name.path.contains("postgres"));
    Claim::by_content(fits, |_, bytes| {
        const OWN: [&str; 5] =
            ["shared_buffers", "listen_addresses", "max_connections", "wal_level", "effective_cache_size"];
        has_line(bytes, |line| line.split(['=', ' ']).next().is_some_and(|key| OWN.contains(&key)))
            .then_some("it has settings of PostgreSQL")
    })
}

/// Whether a line of a text, without the spaces around it, is such a one.
fn has_line(bytes: &[u8], is: fn(&str) -> bool) -> bool {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= 1 << 20);
    text.is_some_and(|text| text.lines().any(|line| is(line.trim())))
}
