//! What belongs to a deployment and is not read: the formats that gonogo does not know, by their names. What a name says is
//! enough for a line that tells people what was not looked at.

use crate::syntax::Name;

/// Names of files and what they are.
const FILES: &[(&str, &str)] = &[
    (".htaccess", "an Apache configuration"),
    ("alertmanager.yml", "a Prometheus configuration"),
    ("ansible.cfg", "an Ansible configuration"),
    ("apache2.conf", "an Apache configuration"),
    ("app.yaml", "an App Engine configuration"),
    ("caddyfile", "a Caddy configuration"),
    ("chart.yaml", "a Helm chart"),
    ("docker-bake.hcl", "a build definition"),
    ("envoy.yaml", "an Envoy configuration"),
    ("fly.toml", "a Fly configuration"),
    ("haproxy.cfg", "an HAProxy configuration"),
    ("httpd.conf", "an Apache configuration"),
    ("kustomization.yaml", "a Kubernetes manifest"),
    ("kustomization.yml", "a Kubernetes manifest"),
    ("my.cnf", "a MySQL configuration"),
    ("netlify.toml", "a Netlify configuration"),
    ("pg_hba.conf", "a PostgreSQL configuration"),
    ("php.ini", "a PHP configuration"),
    ("postgresql.conf", "a PostgreSQL configuration"),
    ("prometheus.yaml", "a Prometheus configuration"),
    ("prometheus.yml", "a Prometheus configuration"),
    ("railway.json", "a Railway configuration"),
    ("railway.toml", "a Railway configuration"),
    ("redis.conf", "a Redis configuration"),
    ("render.yaml", "a Render configuration"),
    ("supervisord.conf", "a supervisor configuration"),
    ("traefik.toml", "a Traefik configuration"),
    ("traefik.yaml", "a Traefik configuration"),
    ("traefik.yml", "a Traefik configuration"),
    ("uwsgi.ini", "a uWSGI configuration"),
    ("vagrantfile", "a Vagrant machine"),
    ("vercel.json", "a Vercel configuration"),
];

/// Endings, likewise.
const ENDINGS: &[(&str, &str)] = &[
    ("caddyfile", "a Caddy configuration"),
    ("container", "a Podman unit"),
    ("kube", "a Podman unit"),
    ("nomad", "a Nomad job"),
    ("pod", "a Podman unit"),
    ("socket", "a systemd socket"),
    ("tf", "a Terraform file"),
    ("timer", "a systemd timer"),
    ("tfvars", "a Terraform file"),
];

/// Folders, and what YAML in them is.
const FOLDERS: &[(&str, &str)] = &[
    ("helm", "a Helm chart"),
    ("k8s", "a Kubernetes manifest"),
    ("kubernetes", "a Kubernetes manifest"),
    ("playbooks", "an Ansible playbook"),
    ("roles", "an Ansible role"),
];

/// What a file of a deployment is that gonogo has no reader for: `a systemd timer`.
pub fn unread(path: &str) -> Option<&'static str> {
    let name = Name::new(path);
    let of = |table: &[(&str, &'static str)], word: &str| {
        table.iter().find(|(known, _)| *known == word).map(|(_, what)| *what)
    };
    let folder = || path.split('/').rev().skip(1).find_map(|part| of(FOLDERS, part));
    let yaml = matches!(name.ending(), "yaml" | "yml");
    of(FILES, name.lower()).or_else(|| of(ENDINGS, name.ending())).or_else(|| if yaml { folder() } else { None })
}
