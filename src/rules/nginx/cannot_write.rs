//! `nginx/cannot-write`

use crate::model::compose::Service;
use crate::model::nginx::Effective;
use crate::project::Main;
use crate::rules::prelude::*;

rule! {
    /// nginx cannot write what it writes when it starts.
    ///
    /// ## Why
    /// nginx makes the folders of its cache and writes its process number before it serves anything: `mkdir()
    /// "/var/cache/nginx/client_temp" failed (30: Read-only file system)`, `open() "/run/nginx.pid" failed (13: Permission denied)`.
    /// With another user than root, or with a root file system that is read-only, it needs places of its own for that.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     read_only: true
    /// #              ^^^^ nginx/cannot-write
    /// # | nginx in service `web` writes to `/run` when it starts, and nothing can be written there: it does not start
    /// # | help: add `tmpfs: [/run]` to the service
    ///     tmpfs: [/var/cache/nginx]
    /// # >     tmpfs: [/var/cache/nginx, /run]
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     read_only: true
    ///     tmpfs: [/var/cache/nginx, /run]
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    /// ```nginx both file=nginx.conf
    /// events {}
    /// http { server { listen 80; } }
    /// ```
    ///
    /// ## Another user
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginxinc/nginx-unprivileged:1.28
    ///     volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    /// ```
    /// ```nginx bad file=nginx.conf
    /// pid /var/run/nginx.pid;
    /// ^^^^^^^^^^^^^^^^^^^^^^ nginx/cannot-write
    /// | nginx in service `web` does not run as root and cannot write `/var/run/nginx.pid`: it does not start
    /// | help: write `pid /tmp/nginx.pid;` in the main level of `nginx.conf`
    /// # > pid /tmp/nginx.pid;
    /// events {}
    /// http { server { listen 8080; } }
    /// ```
    /// ```nginx good file=nginx.conf
    /// pid /tmp/nginx.pid;
    /// events {}
    /// http { server { listen 8080; } }
    /// ```
    ///
    /// ## What it does not report
    /// Images of others, and those in which something was done: it may have made the places.
    "nginx/cannot-write" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://hub.docker.com/_/nginx", "https://hub.docker.com/r/nginxinc/nginx-unprivileged"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    if !project.stock(service).is_some_and(|stock| stock.bare) || !project.starts_nginx(service) {
        return sink.not_applicable();
    }
    let words = project.process(service).and_then(|process| process.words()).unwrap_or_default();
    if words.iter().any(|word| word.contains("pid ")) {
        return sink.not_applicable();
    }
    let (closed, user) =
        (service.read_only.set().filter(|set| set.value).map(|set| set.span), project.plain_user(service));
    if closed.is_none() && user.is_none() {
        return;
    }
    let (name, main) = (&service.name.value, project.main_of(service));
    let unprivileged = project.image_of(service).base().is_some_and(|(image, _)| image.name.contains("unprivileged"));
    let pid = match &main {
        Main::Unknown => return sink.unknown(service.name.span, "the main configuration of this nginx is not known"),
        Main::Image if unprivileged => Some(("/tmp/nginx.pid".to_owned(), None)),
        Main::Image => Some(("/run/nginx.pid".to_owned(), None)),
        Main::Own(config) => match project.main_setting(config, "pid") {
            Effective::Set(found) => found.last().and_then(|last| Some((last.arg(0)?.to_owned(), Some(last.words())))),
            Effective::Absent => Some(("/run/nginx.pid".to_owned(), None)),
            Effective::Unknown => None,
        },
    };
    let caches = match &main {
        Main::Image if unprivileged => Some("/tmp"),
        Main::Own(config) if project.nginx_tree(config).named("client_body_temp_path").next().is_some() => None,
        _ => Some("/var/cache/nginx"),
    };
    if let Some(span) = closed {
        let pid = pid
            .as_ref()
            .and_then(|(path, _)| path.rsplit_once('/'))
            .map(|(folder, _)| folder)
            .filter(|folder| !folder.is_empty());
        let missing: Vec<&str> =
            caches.into_iter().chain(pid).filter(|folder| !project.can_write(service, folder)).collect();
        if !missing.is_empty() {
            let folders = missing.join("` and `");
            let message = format!(
                "nginx in service `{name}` writes to `{folders}` when it starts, and nothing can be written there: it does not start"
            );
            sink.report(span, message).help(format!("add `tmpfs: [{}]` to the service", missing.join(", ")));
        }
        return;
    }
    let Some(user) = user else { return };
    let of_root = |path: &str| ["/run/", "/var/run/"].iter().any(|own| path.starts_with(own));
    let open = |path: &str| project.can_write(service, path.rsplit_once('/').map_or("", |(folder, _)| folder));
    // The unprivileged image has given its cache away.
    let cache = caches.filter(|folder| !unprivileged && !project.can_write(service, folder));
    let pid = pid.filter(|(path, _)| of_root(path) && !open(path));
    let (path, place) = match (pid, cache) {
        (Some((path, place)), _) => (path, place),
        (None, Some(cache)) => (cache.to_owned(), None),
        (None, None) => return,
    };
    let message =
        format!("nginx in service `{name}` does not run as root and cannot write `{path}`: it does not start");
    let help = match &main {
        Main::Image => "use the image `nginxinc/nginx-unprivileged`, which is made for that, or remove the user",
        _ if cache.is_none() => "write `pid /tmp/nginx.pid;` in the main level of `nginx.conf`",
        _ => "use the image `nginxinc/nginx-unprivileged` with `pid /tmp/nginx.pid;`, or remove the user",
    };
    let finding = sink.report(place.unwrap_or(user), message).help(help);
    if place.is_some() && user != service.name.span {
        finding.related(user, "the user is named here");
    }
}
