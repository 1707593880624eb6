//! `nginx/fallback-elsewhere`

use crate::model::nginx::{Server, parts, route};
use crate::rules::prelude::*;

rule! {
    /// The last word of `try_files` leaves the folder of its location.
    ///
    /// ## Why
    /// The last word of `try_files` is a path of the site, not of the folder. In `location /app/` with an `alias`, `/index.html`
    /// is the start page of the whole site: deep links of the application, and a reload of any of its pages, end there.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   include mime.types;
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///     location /app/ {
    ///       alias /srv/app/;
    ///       try_files $uri $uri/ /index.html;
    /// #                          ^^^^^^^^^^^ nginx/fallback-elsewhere
    /// # | deep links below `/app/` get the `/index.html` of `location /`, not the one in this folder
    /// # | help: write `/app/index.html`
    /// # >       try_files $uri $uri/ /app/index.html;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   include mime.types;
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///     location /app/ {
    ///       alias /srv/app/;
    ///       try_files $uri $uri/ /app/index.html;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Locations with a `root`, where the page of the site is meant more often than not.
    "nginx/fallback-elsewhere" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Some(config) = ctx.project.config_of(server).filter(|_| !server.locations.is_empty()) else { return };
    let tree = ctx.project.nginx_tree(config);
    for location in &server.locations {
        let level = Some(location.level);
        let Some(("" | "^~", own)) = tree.block(level).and_then(parts) else { continue };
        let Some(word) = tree.own(level, "try_files").next().and_then(|own| own.args.last()) else { continue };
        let page = &*word.value;
        let inside = page.starts_with(own.trim_end_matches('/')) || own == "/";
        if inside
            || !page.starts_with('/')
            || !page.ends_with("index.html")
            || word.is_open()
            || tree.own(level, "alias").next().is_none()
        {
            continue;
        }
        if let Answer::Yes(taken) = route(server, page)
            && taken.span != location.span
        {
            let (path, base) = (&taken.path.value, own.trim_end_matches('/'));
            sink.report(
                word.span,
                format!("deep links below `{own}` get the `{page}` of `location {path}`, not the one in this folder"),
            )
            .help(format!("write `{base}{page}`"));
        }
    }
}
