//! What well-known images bring along: tools, default user, own health check.
//!
//! The table is `images.tsv`; what it does not name is unknown.

use std::sync::OnceLock;

use time::Date;

use super::ImageRef;
use crate::source::fits;

/// The family of the files in an image.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Os {
    /// Debian or Ubuntu with nothing added: no downloader, no process tools.
    Debian,
    /// Debian with the build tools of `buildpack-deps`: curl, wget, git, procps.
    Buildpack,
    /// Alpine: BusyBox and apk.
    Alpine,
    /// BusyBox alone.
    Busybox,
    /// Red Hat and relatives: curl is part of the base.
    RedHat,
    /// No shell, no package manager.
    Distroless,
    /// Nothing at all.
    Scratch,
}

/// Who the image's process runs as when nobody says otherwise.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum DefaultUser {
    /// root, and it stays root.
    Root,
    /// Starts as root and switches to a user of its own (entrypoint with gosu, workers of nginx).
    Drops,
    /// Another user from the start.
    Other,
}

/// What is known of an image.
#[derive(Copy, Clone, Debug)]
pub struct Facts {
    /// Its family.
    pub os: Os,
    /// Who it runs as.
    pub user: DefaultUser,
    /// Tools beyond those of the family.
    pub tools: &'static [&'static str],
    /// Tools of which nothing certain is known although the family would tell.
    pub doubtful: &'static [&'static str],
    /// Whether the image brings a HEALTHCHECK; `None`: not known.
    pub healthcheck: Option<bool>,
    /// The TCP ports its program listens on unless told otherwise.
    pub ports: &'static [u16],
}

/// In every image with a shell.
const SHELL: [&str; 28] = [
    "sh", "test", "[", "true", "false", "echo", "printf", "cat", "grep", "sed", "awk", "ls", "find", "head", "tail",
    "cut", "tr", "wc", "sort", "stat", "date", "sleep", "timeout", "env", "id", "kill", "cd", "exit",
];
/// BusyBox as Alpine builds it.
const BUSYBOX: [&str; 15] = [
    "wget", "nc", "ash", "crond", "crontab", "ps", "pgrep", "pkill", "pidof", "netstat", "nslookup", "ping", "vi",
    "unzip", "killall",
];
const BUILDPACK: [&str; 12] =
    ["curl", "wget", "git", "ssh", "bash", "perl", "ps", "pgrep", "pkill", "python3", "gcc", "make"];
/// Tools whose absence can be stated: they come only with a package of their own.
const PACKAGED: [&str; 34] = [
    "curl",
    "wget",
    "nc",
    "netcat",
    "ncat",
    "telnet",
    "crond",
    "cron",
    "crontab",
    "supervisord",
    "python",
    "python3",
    "node",
    "npm",
    "bun",
    "jq",
    "ps",
    "pgrep",
    "psql",
    "pg_isready",
    "redis-cli",
    "valkey-cli",
    "mysqladmin",
    "mysql",
    "mariadb-admin",
    "mongosh",
    "mongo",
    "http",
    "gosu",
    "su-exec",
    "tini",
    "dumb-init",
    "php",
    "ruby",
];

impl Facts {
    /// Whether a tool is in the image; `None`: not known.
    pub fn has(&self, tool: &str) -> Option<bool> {
        if self.tools.contains(&tool) {
            return Some(true);
        }
        if self.doubtful.contains(&tool) {
            return None;
        }
        let shell = SHELL.contains(&tool);
        let packaged = PACKAGED.contains(&tool);
        match self.os {
            // A program of the project's own may be called anything.
            Os::Scratch | Os::Distroless => (shell || packaged || tool == "bash").then_some(false),
            _ if shell => Some(true),
            Os::Alpine | Os::Busybox if BUSYBOX.contains(&tool) => Some(true),
            Os::Alpine | Os::Busybox => (packaged || tool == "bash").then_some(false),
            Os::Debian if matches!(tool, "bash" | "perl") => Some(true),
            Os::Debian => packaged.then_some(false),
            Os::Buildpack if BUILDPACK.contains(&tool) => Some(true),
            // What the many libraries of buildpack-deps pull in is not stated, except what needs a daemon's package.
            Os::Buildpack => matches!(
                tool,
                "crond"
                    | "cron"
                    | "supervisord"
                    | "redis-cli"
                    | "pg_isready"
                    | "psql"
                    | "mysqladmin"
                    | "mongosh"
                    | "jq"
            )
            .then_some(false),
            Os::RedHat => matches!(tool, "curl" | "bash").then_some(true),
        }
    }
}

/// The table of images.
const TABLE: &str = include_str!("images.tsv");

/// A row of the table: what is known of some images.
struct Row {
    /// Registry and name, taken apart for the wildcards.
    image: &'static str,
    tag: &'static str,
    /// `None`: nothing is known after all.
    os: Option<Os>,
    /// Whether the tag may name another family.
    by_tag: bool,
    facts: Facts,
    notes: Notes,
}

/// What only some images have.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// It is a data store.
    pub store: Option<Store>,
    /// What people call it, and the ports behind which everything may be done.
    pub admin: Option<(&'static str, Vec<u16>)>,
    /// Where it keeps its data, from a major version on.
    data: Vec<(u32, &'static str)>,
    /// The major version of `latest`.
    newest: u32,
    /// With an empty data directory it starts only if one of these variables is set.
    pub needs: Vec<&'static str>,
    /// Variables that images of other makers read, and what this one reads, or takes on its command line, in their place.
    pub foreign: Vec<(&'static str, &'static str)>,
    /// The login it begins with, unless it is told another one.
    pub login: Option<Preset>,
    /// What it starts when nobody says anything else.
    command: Option<Usual>,
    /// The program that its command is an argument of.
    entry: Option<&'static str>,
    /// Since when its registry does not have it, all of it or all but `latest`, and where it is now.
    lost: Option<Lost>,
    /// The last days of versions; `*` for all of them.
    ends: Vec<(&'static str, Date)>,
}

/// A login that everybody can read about.
#[derive(Clone, Debug)]
pub struct Preset {
    /// The user.
    pub user: &'static str,
    /// The password.
    pub password: &'static str,
    /// Variables and files in the container, one of which sets another one.
    pub unless: Vec<&'static str>,
}

/// What an image starts by itself.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Usual {
    /// The command line, as a shell reads it.
    pub line: &'static str,
    /// Whether it was seen where the image is made.
    pub checked: bool,
}

impl Usual {
    /// Its words.
    pub fn words(&self) -> Vec<String> {
        crate::syntax::shell::words(self.line).into_iter().map(|word| word.text).collect()
    }
}

/// An image that was taken away.
#[derive(Clone, Debug)]
struct Lost {
    day: Date,
    /// Whether `latest` is still there.
    but_latest: bool,
    now: &'static str,
}

/// A data store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    /// What people call it.
    pub name: &'static str,
    /// Words one of which is part of the name of its images.
    words: Vec<&'static str>,
    /// Its TCP ports.
    pub ports: Vec<u16>,
}

/// Words that make another program of an image with a store's name in it.
const NOT_THE_STORE: [&str; 16] = [
    "exporter",
    "commander",
    "insight",
    "express",
    "ui",
    "admin",
    "backup",
    "proxy",
    "connect",
    "manager",
    "schema",
    "gui",
    "dashboards",
    "cerebro",
    "kibana",
    "client",
];

impl Store {
    fn all() -> impl Iterator<Item = &'static Store> {
        rows().iter().filter_map(|row| row.notes.store.as_ref())
    }

    /// The store an image holds, by the words of the last part of its name.
    pub fn of(image: &str) -> Option<&'static Store> {
        let last = image.rsplit('/').next()?.to_ascii_lowercase();
        let words: Vec<&str> = last.split(['-', '_', '.']).collect();
        if words.iter().any(|word| NOT_THE_STORE.contains(word)) {
            return None;
        }
        let fits = |own: &&str| own.strip_prefix('=').map_or(words.contains(own), |whole| whole == last);
        Store::all().find(|store| store.words.iter().any(fits))
    }

    /// Whether one version reads what another one wrote only after an upgrade that somebody plans.
    pub fn binds_data_to_version(&self) -> bool {
        matches!(self.name, "PostgreSQL" | "MySQL" | "MariaDB" | "MongoDB" | "Elasticsearch" | "OpenSearch" | "Neo4j")
    }

    /// The store that listens on a port, where the image says nothing: only ports nobody else uses.
    pub fn by_port(port: u16) -> Option<&'static Store> {
        const UNMISTAKABLE: [u16; 9] = [5432, 3306, 27017, 6379, 9200, 11211, 5672, 1433, 9042];
        Store::all().find(|store| UNMISTAKABLE.contains(&port) && store.ports.contains(&port))
    }
}

impl Notes {
    /// The directory an image keeps its data in.
    pub fn data(&self, image: &ImageRef) -> Option<&'static str> {
        image.tag()?;
        let major = image.major().unwrap_or(self.newest);
        self.data.iter().rev().find(|(from, _)| *from <= major).map(|(_, dir)| *dir)
    }

    /// Since when nobody can pull an image, and where it is now.
    pub fn lost(&self, image: &ImageRef) -> Option<(Date, String)> {
        let lost = self.lost.as_ref()?;
        let latest = image.digest.is_some() || image.tag.as_deref().is_none_or(|tag| tag == "latest");
        let name = image.name.rsplit('/').next().unwrap_or(&image.name);
        let now = lost.now.replace('*', name).replacen("docker.io/", "", 1);
        let tag = image.tag.as_ref().map(|tag| format!(":{tag}")).unwrap_or_default();
        (!lost.but_latest || !latest).then(|| (lost.day, now + &tag))
    }

    /// The version an image is of, and the last day somebody repairs it. A tag that follows the versions has none.
    pub fn ends(&self, image: &ImageRef) -> Option<(&'static str, Date)> {
        let tag = image.tag()?;
        let of = |version: &str| {
            let rest = tag.strip_prefix(version)?;
            (rest.is_empty() || rest.starts_with(['.', '-'])).then_some(())
        };
        let named = self.ends.iter().filter(|(version, _)| of(version).is_some() || *version == "*");
        // `3` goes on to the next minor version; `3.9` does not.
        let longest = named.max_by_key(|(version, _)| version.len())?;
        Some(*longest)
    }
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(row).collect())
}

/// Reads a row. A test reads them all.
fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let mut next = || cells.next();
    let (image, tag, family) = (next()?, next()?, next()?);
    let os = match family.trim_start_matches('~') {
        "debian" => Some(Os::Debian),
        "buildpack" => Some(Os::Buildpack),
        "alpine" => Some(Os::Alpine),
        "busybox" => Some(Os::Busybox),
        "redhat" => Some(Os::RedHat),
        "distroless" => Some(Os::Distroless),
        "scratch" => Some(Os::Scratch),
        "unknown" => None,
        _ => return None,
    };
    let user = match next()? {
        "root" => DefaultUser::Root,
        "drops" => DefaultUser::Drops,
        "other" => DefaultUser::Other,
        _ => return None,
    };
    let healthcheck = match next()? {
        "yes" => Some(true),
        "no" => Some(false),
        "?" => None,
        _ => return None,
    };
    let words = |cell: &'static str| -> &'static [&'static str] {
        match cell {
            "-" => &[],
            "packaged" => &PACKAGED,
            cell => Vec::leak(cell.split(' ').collect()),
        }
    };
    let (tools, doubtful) = (words(next()?), words(next()?));
    let ports = next()?.split(' ').filter(|port| *port != "-").map(|port| port.parse().ok());
    let ports = Vec::leak(ports.collect::<Option<Vec<u16>>>()?);
    next()?;
    let mut notes = Notes::default();
    for cell in cells {
        note(cell, &mut notes)?;
    }
    let facts = Facts { os: os.unwrap_or(Os::Scratch), user, tools, doubtful, healthcheck, ports };
    Some(Row { image, tag, os, by_tag: family.starts_with('~'), facts, notes })
}

/// Reads what only some images have.
fn note(cell: &'static str, notes: &mut Notes) -> Option<()> {
    let (key, value) = cell.split_once('=')?;
    let ports = |text: &str| text.split(',').map(|port| port.parse().ok()).collect::<Option<Vec<u16>>>();
    match key {
        "store" => notes.store = Some(Store { name: value, words: Vec::new(), ports: Vec::new() }),
        "words" => notes.store.as_mut()?.words = value.split(',').collect(),
        "open" => notes.store.as_mut()?.ports = ports(value)?,
        "admin" => {
            let (name, list) = value.split_once(':')?;
            notes.admin = Some((name, ports(list)?));
        }
        "data" => {
            let read = |(at, part): (usize, &'static str)| match part.split_once(':') {
                Some((major, dir)) => Some((major.parse().ok()?, dir)),
                None => (at == 0).then_some((0, part)),
            };
            notes.data = value.split(';').enumerate().map(read).collect::<Option<_>>()?;
        }
        "newest" => notes.newest = value.parse().ok()?,
        "needs" => notes.needs = value.split('|').collect(),
        "foreign" => notes.foreign = value.split('|').map(|pair| pair.split_once('>')).collect::<Option<_>>()?,
        "login" => {
            let (login, unless) = value.split_once(':')?;
            let (user, password) = login.split_once('/')?;
            notes.login = Some(Preset { user, password, unless: unless.split('|').collect() });
        }
        "command" => {
            let line = value.strip_prefix('?').unwrap_or(value);
            notes.command = Some(Usual { line, checked: line == value });
        }
        "entry" => notes.entry = Some(value),
        "gone" | "moved" => {
            let (day, now) = value.split_once('>')?;
            notes.lost = Some(Lost { day: date(day)?, but_latest: key == "moved", now });
        }
        "ends" => {
            let read = |part: &'static str| {
                let (version, day) = part.split_once(':')?;
                Some((version, date(day)?))
            };
            notes.ends = value.split(',').map(read).collect::<Option<_>>()?;
        }
        _ => return None,
    }
    Some(())
}

/// `2026-09-12`
fn date(day: &str) -> Option<Date> {
    let mut parts = day.splitn(3, '-');
    let mut number = || parts.next()?.parse::<u16>().ok();
    let (year, month, day) = (number()?, number()? as u8, number()? as u8);
    Date::from_calendar_date(year.into(), month.try_into().ok()?, day).ok()
}

/// What is known of the files of an image, or `None`.
pub fn facts(image: &ImageRef) -> Option<Facts> {
    let tag = image.tag().unwrap_or("").to_ascii_lowercase();
    let row = row_of(image)?;
    let os = match row.os? {
        _ if row.by_tag && tag.contains("alpine") => Os::Alpine,
        _ if row.by_tag && tag.contains("slim") => Os::Debian,
        os => os,
    };
    Some(Facts { os, ..row.facts })
}

/// What else is known of an image.
pub fn notes(image: &ImageRef) -> Option<&'static Notes> {
    // The first row of an image speaks for all of them.
    let own = row_of(image)?;
    rows().iter().find(|row| row.image == own.image).map(|row| &row.notes)
}

/// The words of the program that a command of an image is an argument of.
pub fn entry_of(image: &ImageRef) -> Option<Vec<String>> {
    Some(row_of(image)?.notes.entry?.split(' ').map(str::to_owned).collect())
}

/// What an image starts when nobody says anything else.
pub fn usual_command(image: &ImageRef) -> Option<Usual> {
    row_of(image)?.notes.command
}

fn row_of(image: &ImageRef) -> Option<&'static Row> {
    let (name, tag) = match image.official() {
        Some(name) => (name.to_owned(), image.tag()?),
        None => (format!("{}/{}", image.registry, image.name), image.tag().unwrap_or("")),
    };
    let tag = tag.to_ascii_lowercase();
    if tag.contains("windows") || tag.contains("nanoserver") {
        return None;
    }
    let tagged = |row: &&Row| {
        row.tag.split(' ').all(|word| match word.strip_prefix('!') {
            Some(word) => !tag.contains(word),
            None => word == "*" || tag.contains(word),
        })
    };
    let named = |row: &&Row| fits(row.image.as_bytes(), name.as_bytes(), |b| *b == b'*', |a, b| a == b);
    rows().iter().filter(named).find(tagged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(image: &str, tool: &str) -> Option<bool> {
        facts(&ImageRef::parse(image))?.has(tool)
    }

    #[test]
    fn every_row_is_read_and_can_be_met() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().len() + 1, lines);
        for (at, row) in rows().iter().enumerate() {
            let hides = |before: &Row| before.image == row.image && ["*", row.tag].contains(&before.tag);
            assert!(!rows()[..at].iter().any(hides), "{} {} stands below a row like it", row.image, row.tag);
        }
    }

    #[test]
    fn tools_of_official_images() {
        for (image, tool, expected) in [
            ("python:3.12-slim", "curl", Some(false)),
            ("python:3.12-slim", "python", Some(true)),
            ("python:3.12", "curl", Some(true)),
            ("python:3.12-alpine", "wget", Some(true)),
            ("python:3.12-alpine", "curl", Some(false)),
            ("node:20-slim", "wget", Some(false)),
            ("node:20-bookworm", "wget", Some(true)),
            ("python:3.12-slim", "crond", Some(false)),
            ("nginx:1.27-alpine", "curl", Some(true)),
            ("nginx:alpine-slim", "curl", Some(false)),
            ("nginx:1.27", "wget", Some(false)),
            ("postgres:16", "pg_isready", Some(true)),
            ("postgres:16-alpine", "curl", Some(false)),
            ("redis:7-alpine", "redis-cli", Some(true)),
            ("gcr.io/distroless/static:nonroot", "sh", Some(false)),
            ("gcr.io/distroless/static:nonroot", "server", None),
            ("prom/prometheus:v2.53", "wget", Some(true)),
            ("prom/prometheus:v2.53", "curl", Some(false)),
            ("example.com/team/app:1", "curl", None),
            ("python:windowsservercore", "curl", None),
            ("python@sha256:00", "curl", None),
        ] {
            assert_eq!(has(image, tool), expected, "{tool} in {image}");
        }
    }
}
