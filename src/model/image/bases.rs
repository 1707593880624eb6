//! What well-known images bring along: tools, default user, own health check.
//!
//! Read from the official Dockerfiles (repositories named in the Docker official images library, and those of the
//! projects named here). Only what holds for all current tags is said; everything else is unknown.

use super::ImageRef;

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

const BASE: Facts =
    Facts { os: Os::Debian, user: DefaultUser::Root, tools: &[], doubtful: &[], healthcheck: Some(false), ports: &[] };

/// What is known of an image, or `None`.
pub fn facts(image: &ImageRef) -> Option<Facts> {
    match image.official() {
        Some(name) => official(name, &image.tag()?.to_ascii_lowercase()),
        None => other(image),
    }
}

fn windows(tag: &str) -> bool {
    tag.contains("windows") || tag.contains("nanoserver")
}

/// Alpine and slim by the tag's words, else what is usual for the image.
fn os(tag: &str, usual: Os) -> Os {
    if tag.contains("alpine") {
        Os::Alpine
    } else if tag.contains("slim") {
        Os::Debian
    } else {
        usual
    }
}

fn official(name: &str, tag: &str) -> Option<Facts> {
    if windows(tag) {
        return None;
    }
    let language = |tools| Some(Facts { os: os(tag, Os::Buildpack), tools, ..BASE });
    let server = |usual, user, tools, ports| Some(Facts { os: os(tag, usual), user, tools, ports, ..BASE });
    use DefaultUser::{Drops, Other};
    match name {
        "scratch" => Some(Facts { os: Os::Scratch, ..BASE }),
        "alpine" => Some(Facts { os: Os::Alpine, ..BASE }),
        "busybox" => Some(Facts { os: Os::Busybox, ..BASE }),
        "debian" | "ubuntu" => Some(BASE),
        "buildpack-deps" => Some(Facts { os: Os::Buildpack, doubtful: &["python3", "gcc", "make", "git"], ..BASE }),
        "amazonlinux" | "rockylinux" | "almalinux" | "oraclelinux" | "fedora" | "centos" => {
            Some(Facts { os: Os::RedHat, ..BASE })
        }
        "python" | "pypy" => language(&["python", "python3", "pip", "pip3"]),
        "node" => Some(Facts { doubtful: &["yarn"], ..language(&["node", "npm", "npx"])? }),
        "ruby" => language(&["ruby", "gem", "bundle"]),
        "golang" => language(&["go"]),
        "rust" => language(&["cargo", "rustc"]),
        "perl" | "gcc" | "erlang" | "elixir" => Some(Facts { doubtful: &["nc", "netcat"], ..language(&[])? }),
        "php" => Some(Facts { os: os(tag, Os::Debian), user: Drops, tools: &["php", "curl"], ..BASE }),
        "nginx" => {
            let tools: &[&str] = if tag.contains("slim") { &["nginx"] } else { &["nginx", "curl"] };
            server(Os::Debian, Drops, tools, &[80])
        }
        "httpd" => Some(Facts { doubtful: &["curl"], ..server(Os::Debian, Drops, &["httpd"], &[80])? }),
        "postgres" => {
            server(Os::Debian, Drops, &["psql", "pg_isready", "pg_dump", "pg_basebackup", "gosu", "postgres"], &[5432])
        }
        "redis" => Some(Facts {
            doubtful: &["gosu", "su-exec"],
            ..server(Os::Debian, Drops, &["redis-cli", "redis-server"], &[6379])?
        }),
        "mongo" => Some(Facts {
            doubtful: &["mongosh", "mongo", "jq", "ps", "pgrep", "python3"],
            ..server(Os::Debian, Drops, &["gosu", "mongod"], &[27017])?
        }),
        "rabbitmq" => Some(Facts {
            doubtful: &["python3", "python", "gosu", "su-exec", "ps", "pgrep"],
            ..server(Os::Debian, Drops, &["rabbitmq-diagnostics", "rabbitmqctl", "rabbitmq-server"], &[5672])?
        }),
        "mysql" => Some(Facts {
            os: Os::RedHat,
            user: Drops,
            tools: &["mysqladmin", "mysql", "mysqld", "curl", "gosu"],
            ports: &[3306],
            ..BASE
        }),
        "mariadb" => Some(Facts {
            doubtful: &["mysqladmin", "mysql", "mariadb-admin", "ps", "pgrep", "curl", "wget"],
            ..server(Os::Debian, Drops, &["gosu", "healthcheck.sh"], &[3306])?
        }),
        "memcached" => server(Os::Debian, Other, &["memcached"], &[11211]),
        "haproxy" => server(Os::Debian, Other, &["haproxy"], &[]),
        "caddy" => Some(Facts { os: Os::Alpine, tools: &["caddy"], doubtful: &["curl"], ports: &[80, 443], ..BASE }),
        "traefik" => {
            Some(Facts { os: Os::Alpine, doubtful: &["wget", "sh"], tools: &["traefik"], ports: &[80], ..BASE })
        }
        "registry" => Some(Facts { os: Os::Alpine, ports: &[5000], ..BASE }),
        "eclipse-temurin" => {
            Some(Facts { os: os(tag, Os::Debian), tools: &["java"], doubtful: &["curl", "wget", "bash"], ..BASE })
        }
        "elasticsearch" | "kibana" | "logstash" => {
            Some(Facts { os: Os::RedHat, user: Other, tools: &["curl"], ..BASE })
        }
        "wordpress" | "nextcloud" | "drupal" | "joomla" => Some(Facts {
            os: os(tag, Os::Debian),
            user: Drops,
            tools: &["php", "curl"],
            doubtful: &["wget", "ps", "pgrep", "crond", "crontab"],
            ports: if tag.contains("fpm") { &[9000] } else { &[80] },
            ..BASE
        }),
        "zookeeper" | "cassandra" | "couchdb" | "influxdb" | "neo4j" | "solr" | "telegraf" | "eclipse-mosquitto" => {
            // Their tools vary between versions; only the user is known.
            Some(Facts { os: os(tag, Os::Debian), user: Drops, doubtful: &PACKAGED, ..BASE })
        }
        _ => None,
    }
}

fn other(image: &ImageRef) -> Option<Facts> {
    let tag = image.tag().unwrap_or("").to_ascii_lowercase();
    let name = image.name.as_str();
    let unknown_tools = Facts { doubtful: &PACKAGED, ..BASE };
    match image.registry.as_str() {
        "gcr.io" if name.starts_with("distroless/") => {
            if tag.contains("debug") {
                return None;
            }
            let user = if tag.contains("nonroot") { DefaultUser::Other } else { DefaultUser::Root };
            let tools: &[&str] = match name {
                n if n.contains("python3") => &["python", "python3"],
                n if n.contains("java") => &["java"],
                _ => &[],
            };
            // Node lies at `/nodejs/bin/node`, which is not in the search path.
            let doubtful: &[&str] = if name.contains("nodejs") { &["node"] } else { &[] };
            Some(Facts { os: Os::Distroless, user, tools, doubtful, ..BASE })
        }
        "cgr.dev" if !tag.contains("dev") => Some(Facts {
            os: Os::Distroless,
            user: DefaultUser::Other,
            // Some of them hold a BusyBox.
            doubtful: &["sh", "wget", "nc", "bash", "curl", "python", "python3", "node", "php", "ruby"],
            ..BASE
        }),
        "mcr.microsoft.com" if name.starts_with("dotnet/") && !windows(&tag) => {
            if tag.contains("chiseled") || tag.contains("distroless") {
                return Some(Facts { os: Os::Distroless, user: DefaultUser::Other, ..BASE });
            }
            if tag.contains("azurelinux") || tag.contains("mariner") {
                return None;
            }
            let doubtful: &[&str] = if name == "dotnet/sdk" { &["curl", "wget", "ps"] } else { &[] };
            Some(Facts { os: os(&tag, Os::Debian), tools: &["dotnet"], doubtful, ..BASE })
        }
        "ghcr.io" if name == "astral-sh/uv" => {
            let python: &[&str] = &["uv", "python", "python3"];
            let usual = if tag.contains("bookworm") || tag.contains("trixie") { Os::Buildpack } else { Os::Scratch };
            let tools: &[&str] = if tag.contains("python") { python } else { &["uv"] };
            Some(Facts { os: os(&tag, usual), tools, ..BASE })
        }
        "quay.io" if name == "keycloak/keycloak" => {
            Some(Facts { os: Os::RedHat, user: DefaultUser::Other, doubtful: &["curl"], ..BASE })
        }
        "quay.io" if name.starts_with("prometheus/") => prometheus(name.trim_start_matches("prometheus/")),
        "registry.access.redhat.com" => {
            Some(Facts { os: Os::RedHat, doubtful: &["curl"], healthcheck: None, ..unknown_tools })
        }
        "docker.io" => match name {
            "oven/bun" if !tag.contains("distroless") => {
                Some(Facts { os: os(&tag, Os::Debian), tools: &["bun", "bunx"], doubtful: &["node"], ..BASE })
            }
            "nginxinc/nginx-unprivileged" => Some(Facts {
                os: os(&tag, Os::Debian),
                user: DefaultUser::Other,
                tools: &["nginx"],
                doubtful: &["curl"],
                ports: &[8080],
                ..BASE
            }),
            "valkey/valkey" => Some(Facts {
                os: os(&tag, Os::Debian),
                user: DefaultUser::Drops,
                tools: &["valkey-cli", "redis-cli"],
                doubtful: &["gosu", "su-exec"],
                ports: &[6379],
                ..BASE
            }),
            "pgvector/pgvector" | "timescale/timescaledb" | "postgis/postgis" => Some(Facts {
                user: DefaultUser::Drops,
                tools: &["psql", "pg_isready"],
                ports: &[5432],
                ..unknown_tools
            }),
            "grafana/grafana" | "grafana/grafana-oss" | "grafana/loki" => {
                Some(Facts { user: DefaultUser::Other, ..unknown_tools })
            }
            _ if name.starts_with("prom/") => prometheus(name.trim_start_matches("prom/")),
            _ if name.starts_with("bitnami/") || name.starts_with("bitnamilegacy/") => {
                Some(Facts { user: DefaultUser::Other, doubtful: &PACKAGED, healthcheck: None, ..BASE })
            }
            "vaultwarden/server"
            | "pihole/pihole"
            | "louislam/uptime-kuma"
            | "netdata/netdata"
            | "jellyfin/jellyfin"
            | "authelia/authelia"
            | "containrrr/watchtower" => Some(Facts { healthcheck: Some(true), ..unknown_tools }),
            _ => None,
        },
        _ => None,
    }
}

/// The images of the Prometheus project: BusyBox, user nobody.
fn prometheus(name: &str) -> Option<Facts> {
    let port: &[u16] = match name {
        "prometheus" => &[9090],
        "alertmanager" => &[9093],
        "node-exporter" => &[9100],
        _ => &[],
    };
    Some(Facts { os: Os::Busybox, user: DefaultUser::Other, ports: port, ..BASE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(image: &str, tool: &str) -> Option<bool> {
        facts(&ImageRef::parse(image))?.has(tool)
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
