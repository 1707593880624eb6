//! What is part of a deployment by its name, and in no format that is judged. A format that comes to be judged is taken out
//! of this table.

use super::candidate;
use crate::source::{Role, role_of};
use crate::syntax::Name;

/// One kind of file, and how many there are is said with these words.
#[derive(Debug)]
pub struct Unjudged {
    /// `systemd unit`
    pub one: &'static str,
    /// `systemd units`
    pub many: &'static str,
    has: fn(&Name) -> bool,
}

impl Unjudged {
    /// Whether such a file brings the program of a project to where its users are.
    pub fn ships(&self) -> bool {
        SHIPS.contains(&self.one)
    }

    /// Whether such a file is of a server that stands where nginx would.
    pub fn serves(&self) -> bool {
        SERVES.contains(&self.one)
    }
}

const SHIPS: [&str; 6] =
    ["Kubernetes manifest", "Helm chart", "Ansible playbook", "platform file", "Podman unit", "Nomad job"];
const SERVES: [&str; 7] = [
    "Caddyfile (but for its upstreams)",
    "Apache configuration",
    "HAProxy configuration",
    "Traefik configuration",
    "Envoy configuration",
    "platform file",
    "Kubernetes manifest",
];

macro_rules! unjudged {
    ($($one:literal, $many:literal = $has:expr;)*) => {
        /// All of them, in the order they are told in.
        const KINDS: &[Unjudged] = &[$(Unjudged { one: $one, many: $many, has: $has }),*];
    };
}

unjudged! {
    "Kubernetes manifest", "Kubernetes manifests" = |name| {
        name.is_yaml() && below(name, |part| matches!(part, "k8s" | "kubernetes" | "kustomize" | "manifests"))
    };
    "Helm chart", "Helm charts" = |name| name.file == "Chart.yaml";
    "Process Compose file", "Process Compose files" = |name| name.is_yaml() && name.stem().starts_with("process-compose");
    "Terraform file", "Terraform files" = |name| name.ending() == "tf";
    "Ansible playbook", "Ansible playbooks" = |name| {
        name.is_yaml() && (name.stem().starts_with("playbook") || name.path.contains("roles/") && below(name, |part| part == "tasks"))
    };
    "platform file", "platform files" = |name| {
        let files = ["fly.toml", "render.yaml", "heroku.yml", "vercel.json", "netlify.toml", "railway.json", "railway.toml", "app.yaml",
            "Dockerrun.aws.json"];
        files.contains(&name.file)
    };
    "Caddyfile (but for its upstreams)", "Caddyfiles (but for their upstreams)" = |name| name.lower().starts_with("caddyfile");
    "Apache configuration", "Apache configurations" = |name| {
        let of_apache = |part: &str| part.starts_with("apache");
        matches!(name.lower(), ".htaccess" | "httpd.conf")
            || name.ending() == "conf" && (of_apache(name.lower()) || below(name, of_apache))
    };
    "HAProxy configuration", "HAProxy configurations" = |name| name.lower() == "haproxy.cfg";
    "Traefik configuration", "Traefik configurations" = |name| name.stem().starts_with("traefik") && (name.is_yaml() || name.ending() == "toml");
    "Podman unit", "Podman units" = |name| matches!(name.ending(), "container" | "pod" | "kube");
    "Nomad job", "Nomad jobs" = |name| name.ending() == "nomad";
    "Envoy configuration", "Envoy configurations" = |name| name.is_yaml() && name.stem() == "envoy";
    "database configuration", "database configurations" = |name| {
        matches!(name.lower(), "my.cnf" | "pg_hba.conf" | "mongod.conf")
    };
    "template that another tool fills in", "templates that another tool fills in" = |name| {
        let inner = FILLED.iter().find_map(|ending| name.path.strip_suffix(ending));
        inner.is_some_and(candidate)
    };
    "Prometheus configuration", "Prometheus configurations" = |name| name.is_yaml() && name.stem() == "alertmanager";
}

/// What the names of templates end in that Ansible, Chef, Puppet and consul-template fill in on the way to the server.
const FILLED: [&str; 5] = [".j2", ".jinja2", ".jinja", ".erb", ".ctmpl"];

/// Whether a directory above a file is called so.
fn below(name: &Name, fits: fn(&str) -> bool) -> bool {
    name.path.rsplit('/').skip(1).any(fits)
}

impl Unjudged {
    /// What a file is by its name, if it is one of these.
    pub fn named(path: &str) -> Option<&'static Unjudged> {
        let name = &Name::new(path);
        KINDS.iter().find(|kind| (kind.has)(name))
    }

    /// The same for those that are not for development or tests.
    pub fn of(path: &str) -> Option<&'static Unjudged> {
        let kind = Unjudged::named(path)?;
        // Ansible keeps in `templates` what the server gets.
        let path = FILLED
            .iter()
            .find_map(|ending| path.strip_suffix(ending))
            .map_or(path, |inner| inner.rsplit_once("templates/").map_or(inner, |(_, below)| below));
        let aside = matches!(role_of(path), Some(Role::Development | Role::Test | Role::Template));
        (!aside).then_some(kind)
    }

    /// `1 timer`, `3 scripts`, for what there is of each kind.
    pub fn counted<'a>(found: impl Iterator<Item = &'a Unjudged> + Clone) -> Vec<String> {
        let count = |kind: &Unjudged| found.clone().filter(|own| own.one == kind.one).count();
        let counts = KINDS.iter().map(|kind| (count(kind), kind)).filter(|(count, _)| *count > 0);
        counts.map(|(count, kind)| format!("{count} {}", if count == 1 { kind.one } else { kind.many })).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_and_serves_is_in_the_table() {
        for name in SHIPS.iter().chain(&SERVES) {
            assert!(KINDS.iter().any(|kind| kind.one == *name), "{name}");
        }
    }
}
