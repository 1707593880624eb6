//! `nginx/files-hide-application`

use crate::model::nginx::{Effective, Location, Modifier, Server, route};
use crate::rules::prelude::*;

rule! {
    /// Styles and scripts are kept from the application that has them.
    ///
    /// ## Why
    /// A location with an expression wins over `location /`. `location ~* \.(css|js)$` with an `expires` and nothing else takes
    /// these files away from the application behind `proxy_pass`. nginx looks for them in its own folder, and answers 404: the
    /// page comes up bare.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///     location ~* \.(css|js|png)$ { expires 30d; }
    /// #               ^^^^^^^^^^^^^^^ nginx/files-hide-application
    /// # | `/app.css` is not asked of the application any more: nginx looks in its own folder, which is empty
    /// # | help: repeat the `proxy_pass` of `location /` here, or add the `root` that these files lie in
    /// # >     location ~* \.(css|js|png)$ { expires 30d; proxy_pass http://10.0.0.5:8000; }
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
    ///     location ~* \.(css|js|png)$ {
    ///       expires 30d;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    ///   server {
    ///     listen 81;
    ///     root /srv/www;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///     location ~* \.(css|js|png)$ { expires 30d; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers with a `root`, where the files may lie.
    "nginx/files-hide-application" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#location"],
        check: Check::Server(check),
    }
}

const FILES: [&str; 4] = ["/app.css", "/app.js", "/app.png", "/app.jpg"];

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let slash = server.locations.iter().find(|own| own.path.value == "/" && own.modifier == Modifier::Prefix);
    let Some(slash) = slash.filter(|own| own.pass.is_some() && server.gap.is_none()) else {
        return sink.not_applicable();
    };
    // What serves the files, or may send the request on.
    let elsewhere = |location: &Location| {
        ["root", "alias", "try_files", "if", "rewrite", "error_page", "return"]
            .iter()
            .any(|name| !matches!(ctx.project.in_effect(server, location.level, name), Effective::Absent))
    };
    for location in server.locations.iter().filter(|own| matches!(own.modifier, Modifier::Regex | Modifier::AnyCase)) {
        if !ctx.project.look(FILES.len() * server.locations.len()) {
            return;
        }
        let taken =
            FILES.into_iter().find(|file| matches!(route(server, file), Answer::Yes(own) if own.span == location.span));
        let Some(file) = taken.filter(|_| location.pass.is_none() && !location.returns && !location.denies) else {
            continue;
        };
        if elsewhere(location) {
            continue;
        }
        sink.report(
            location.path.span,
            format!("`{file}` is not asked of the application any more: nginx looks in its own folder, which is empty"),
        )
        .help("repeat the `proxy_pass` of `location /` here, or add the `root` that these files lie in")
        .related(slash.path.span, "the application is here");
    }
}
