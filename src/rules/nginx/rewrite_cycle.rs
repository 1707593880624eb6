//! `nginx/rewrite-cycle`

use crate::model::nginx::{ENDLESS, Modifier, Server, request};
use crate::rules::prelude::*;

rule! {
    /// A `rewrite` leads back to the location it stands in, again and again.
    ///
    /// ## Why
    /// After `last` nginx looks for the location anew. When the new path ends in the same location the rewrite fits again; after
    /// ten rounds nginx answers with 500: `rewrite or internal redirection cycle while processing`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / { rewrite ^/(.*)$ /app/$1 last; }
    /// #            ^ nginx/rewrite-cycle
    /// # | requests like `/page` are answered with 500: the rewrites lead back here again and again
    /// # | help: write `break` for `last`, or add a location for the new path
    /// # >     location / { rewrite ^/(.*)$ /app/$1 break; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / { rewrite ^/(.*)$ /app/$1 last; }
    ///     location /app/ { try_files $uri =404; }
    ///     location /old/ { rewrite ^/old/(.*)$ /new/$1 break; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Rewrites with other variables than groups, and what an `if` decides.
    "nginx/rewrite-cycle" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#rewrite"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Some(config) = ctx.project.config_of(server).filter(|_| server.gap.is_none()) else { return };
    let prefixes =
        server.locations.iter().filter(|own| own.modifier == Modifier::Prefix && !own.path.value.contains('$'));
    let tree = ctx.project.nginx_tree(config);
    for location in prefixes.filter(|own| tree.own(Some(own.level), "rewrite").next().is_some()) {
        if !ctx.project.look(100) {
            return;
        }
        let asked = format!("{}/page", location.path.value.trim_end_matches('/'));
        if let Answer::Unknown(why) = request(&tree, server, &asked)
            && why.text == ENDLESS
        {
            let message =
                format!("requests like `{asked}` are answered with 500: the rewrites lead back here again and again");
            sink.report(location.path.span, message)
                .help("write `break` for `last`, or add a location for the new path");
        }
    }
}
