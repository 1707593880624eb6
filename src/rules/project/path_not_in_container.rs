//! `project/path-not-in-container`

use crate::model::compose::{MountKind, Service};
use crate::model::nginx::{Effective, Modifier, Server};
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::{Answer, below, normalize};

rule! {
    /// nginx serves files from a folder that its container does not have.
    ///
    /// ## Why
    /// A volume has a path of its own in each container: what lies at `/app/static` for the application lies elsewhere for nginx. With
    /// the path of the other container every file is answered with 404, and the page comes without styles and scripts.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 80;
    ///     location /static/ { alias /app/static/; }
    /// #                             ^^^^^^^^^^^^ project/path-not-in-container
    /// # | `/app/static` is not in the container of service `nginx`: every request for a file there is answered with
    /// # | 404
    /// # | help: write `/srv/static/`, where volume `static` is in this container
    /// # >     location /static/ { alias /srv/static/; }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 80;
    ///     location /static/ { alias /srv/static/; }
    ///     location /help/ { root /usr/share/nginx/html; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes: ["static:/app/static"]
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - static:/srv/static:ro
    /// volumes:
    ///   static: {}
    /// ```
    ///
    /// ## What it does not report
    /// nginx in an image that is built here or is not the official one, and paths with variables.
    "project/path-not-in-container" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#alias"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Answer::Yes(Machine::Container(nginx)) = ctx.project.machine(server.file) else {
        return sink.not_applicable();
    };
    for location in &server.locations {
        let Some(written) = &location.files else { continue };
        // What passes requests on looks for no file, unless it tries some first.
        let tries = || !matches!(ctx.project.in_effect(server, location.level, "try_files"), Effective::Absent);
        let on_disk = location.pass.is_none() || tries();
        if location.denies || location.returns || !on_disk || !ctx.project.has_nothing_at(nginx, &written.value) {
            continue;
        }
        let path = normalize(&written.value);
        // One page of its own, most often that of an error.
        let page = location.modifier == Modifier::Exact && location.path.value != "/";
        let what = if page { "this page" } else { "every request for a file there" };
        let message =
            format!("`{path}` is not in the container of service `{}`: {what} is answered with 404", nginx.name.value);
        let (help, place) = help(&path, written.value.ends_with('/'), nginx, ctx);
        let finding = sink.report(written.span, message).help(help);
        if let Some(place) = place {
            finding.related(place, "here it is in the other container");
        }
        // Without certbot nobody asks for its files.
        if page || location.path.value.starts_with("/.well-known/acme") && !uses_certbot(nginx, ctx) {
            finding.severity(Low).effect(Hygiene);
        }
    }
}

/// Whether certbot runs beside nginx, or nginx serves what it has fetched.
fn uses_certbot(nginx: &Service, ctx: &Context) -> bool {
    let set = ctx.project.compose().get(nginx.id.composition);
    let is_certbot = |service: &Service| service.image.get().is_some_and(|image| image.name.contains("certbot"));
    let mut served = ctx.project.servers_in(nginx).flat_map(|server| &server.certificates);
    // What takes port 80 itself writes no files.
    let standalone = || ctx.project.renews_without_files();
    set.is_some_and(|set| set.services.iter().any(is_certbot))
        || !standalone() && served.any(|path| path.value.contains("letsencrypt"))
}

/// Where the files are in the container of nginx, if another service has them at the path.
fn help(path: &str, slash: bool, nginx: &Service, ctx: &Context) -> (String, Option<Span>) {
    let set = ctx.project.compose().get(nginx.id.composition);
    let others = set.into_iter().flat_map(|set| &set.services).filter(|service| service.id != nginx.id);
    let mounts = others.flat_map(|service| &service.mounts).filter(|mount| mount.kind == MountKind::Volume);
    for mount in mounts {
        let (Some(source), Some(target)) = (mount.source.get(), mount.target.get()) else { continue };
        let Some(rest) = below(path, target) else { continue };
        let same = nginx.mounts.iter().find(|own| own.kind == MountKind::Volume && own.source.get() == Some(source));
        let help = match same.and_then(|own| own.target.get()) {
            Some(own) => {
                let path = format!("{own}/{rest}");
                let end = if slash { "/" } else { "" };
                format!("write `{}{end}`, where volume `{source}` is in this container", path.trim_end_matches('/'))
            }
            None => format!("mount the volume here, too: `{source}:{target}:ro`"),
        };
        return (help, Some(mount.span));
    }
    (format!("mount the files there: `./FOLDER:{path}:ro`"), None)
}
