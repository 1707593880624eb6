//! `project/path-doubled`

use crate::model::compose::MountKind;
use crate::model::nginx::{Effective, Modifier, Server};
use crate::project::{Located, Machine};
use crate::rules::prelude::*;
use crate::source::normalize;

rule! {
    /// nginx looks for files in a folder within the folder of the same name.
    ///
    /// ## Why
    /// `root` puts the whole path of the request behind the folder: `location /static/` with `root /srv/static` asks for
    /// `/srv/static/static/app.css`. Every file is answered with 404. `alias` takes the place of the location's path.
    ///
    /// ## Examples
    /// ```nginx bad file=site.conf
    /// server {
    ///     listen 80;
    ///     location /static/ { root /srv/static/; }
    /// #                            ^^^^^^^^^^^^ project/path-doubled
    /// # | nginx looks below `/srv/static/static`, which is not there: every file is answered with 404
    /// # | help: write `alias /srv/static/;` in place of `root`
    /// # >     location /static/ { alias /srv/static/; }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///     listen 80;
    ///     location /static/ { alias /srv/static/; }
    ///     location /help/ { root /srv/static; }
    ///     location /media/ { root /srv; }
    /// }
    /// ```
    /// ```text both file=static/app.css
    /// body { margin: 0 }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - ./static:/srv/static:ro
    ///       - ./media:/srv/media:ro
    /// ```
    /// ```text both file=media/logo.svg
    /// <svg/>
    /// ```
    ///
    /// ## What it does not report
    /// Folders that the project does not mount, or that have another one of the same name in them, and `try_files`.
    "project/path-doubled" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#root"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Answer::Yes(Machine::Container(nginx)) = ctx.project.machine(server.file) else {
        return sink.not_applicable();
    };
    for location in &server.locations {
        let Some(written) = location.files.as_ref().filter(|_| !location.denies && !location.returns) else { continue };
        let own = |name: &str| matches!(ctx.project.in_effect(server, location.level, name), Effective::Set(_));
        let (folder, path) = (normalize(&written.value), location.path.value.trim_matches('/'));
        let plain = matches!(location.modifier, Modifier::Prefix | Modifier::Final) && !path.is_empty();
        if !plain || !folder.ends_with(&format!("/{path}")) || own("alias") || own("try_files") {
            continue;
        }
        let asked = format!("{folder}/{path}");
        // The folder itself is mounted, from the project, and has none of that name in it.
        let mounted = nginx.mounts.iter().any(|mount| {
            mount.kind == MountKind::Bind && mount.target.get().is_some_and(|target| normalize(target) == folder)
        });
        let there = matches!(ctx.project.locate(nginx, &folder), Answer::Yes(Located::Project(_)));
        if !mounted || !there || !ctx.project.locate(nginx, &asked).is_no() {
            continue;
        }
        let message = format!("nginx looks below `{asked}`, which is not there: every file is answered with 404");
        let end = if location.path.value.ends_with('/') { "/" } else { "" };
        sink.report(written.span, message).help(format!("write `alias {folder}{end};` in place of `root`"));
    }
}
