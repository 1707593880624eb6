//! `compose/mount-mismatch`

use crate::model::compose::{Composition, MountKind, Service};
use crate::rules::prelude::*;
use crate::source::Presence;

rule! {
    /// A file is mounted onto a folder of the image, or a folder onto a file.
    ///
    /// ## Why
    /// Docker mounts a file onto a file and a folder onto a folder, and refuses anything else: `not a directory: Are you trying to
    /// mount a directory onto a file (or vice-versa)?` The container is not even created.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/mount-mismatch
    /// # | service `web` gets the file `site.conf` in place of the folder `/etc/nginx/conf.d`: Docker refuses it
    /// # | help: name the file in the container, too: `/etc/nginx/conf.d/NAME`
    /// # >       - ./site.conf:/etc/nginx/conf.d/default.conf
    ///   other:
    ///     image: nginx:1.28
    ///     ports: ["81:80"]
    ///     volumes:
    ///       - ./nginx:/etc/nginx/nginx.conf
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/mount-mismatch
    /// # >       - ./nginx/nginx.conf:/etc/nginx/nginx.conf
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf
    ///       - ./nginx/nginx.conf:/etc/nginx/nginx.conf
    /// ```
    /// ```nginx both file=nginx/nginx.conf
    /// events {}
    /// http { include /etc/nginx/conf.d/*.conf; }
    /// ```
    /// ```nginx both file=site.conf
    /// server { listen 80 default_server; return 204; }
    /// ```
    ///
    /// ## What it does not report
    /// Paths of which it is not known whether the image has them.
    "compose/mount-mismatch" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/storage/bind-mounts/"],
        check: Check::Compose(check),
    }
}

/// Folders of well-known images, and files of theirs (what their Dockerfiles make and copy).
const HAS: [(&str, &[&str], &[&str]); 9] = [
    (
        "nginx",
        &["/etc/nginx", "/etc/nginx/conf.d", "/usr/share/nginx/html", "/docker-entrypoint.d"],
        &["/etc/nginx/nginx.conf", "/etc/nginx/mime.types", "/etc/nginx/conf.d/default.conf"],
    ),
    ("postgres", &["/docker-entrypoint-initdb.d"], &[]),
    ("mysql", &["/docker-entrypoint-initdb.d", "/etc/mysql/conf.d"], &["/etc/my.cnf"]),
    ("mariadb", &["/docker-entrypoint-initdb.d", "/etc/mysql/conf.d"], &["/etc/mysql/my.cnf"]),
    ("mongo", &["/docker-entrypoint-initdb.d"], &[]),
    ("httpd", &["/usr/local/apache2/htdocs", "/usr/local/apache2/conf"], &["/usr/local/apache2/conf/httpd.conf"]),
    ("caddy", &["/etc/caddy"], &["/etc/caddy/Caddyfile"]),
    ("prom/prometheus", &["/etc/prometheus"], &["/etc/prometheus/prometheus.yml"]),
    ("grafana/grafana", &["/etc/grafana", "/etc/grafana/provisioning"], &["/etc/grafana/grafana.ini"]),
];

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    if ctx.project.sent_alone(&compose.path) {
        return sink.not_applicable();
    }
    for service in compose.services.iter().filter(|service| service.build.is_none()) {
        let Some((_, folders, files)) =
            service.image.get().and_then(|image| HAS.iter().find(|row| row.0 == image.name))
        else {
            continue;
        };
        judge(service, folders, files, ctx, sink);
    }
}

fn judge(service: &Service, folders: &[&str], files: &[&str], ctx: &Context, sink: &mut Sink) {
    let targets = || service.mounts.iter().filter_map(|mount| mount.target.get());
    for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
        let (Some(source), Some(target)) = (mount.source.get(), mount.target.get()) else { continue };
        let target = target.trim_end_matches('/');
        // What is mounted around it decides what is there.
        let covered = targets().any(|other| target.starts_with(&format!("{}/", other.trim_end_matches('/'))));
        let title = service.title();
        let (message, help) = match ctx.project.files().presence(source) {
            Presence::File if folders.contains(&target) && !covered => (
                format!("{title} gets the file `{source}` in place of the folder `{target}`: Docker refuses it"),
                format!("name the file in the container, too: `{target}/NAME`"),
            ),
            Presence::Directory if files.contains(&target) && !covered => (
                format!("{title} gets the folder `{source}` in place of the file `{target}`: Docker refuses it"),
                format!("name the file in `{source}`"),
            ),
            _ => continue,
        };
        sink.report(mount.span, message).help(help);
    }
}
