//! `nginx/auth-request-missing`

use crate::model::nginx::{Effective, Server, parts, route};
use crate::rules::prelude::*;

rule! {
    /// `auth_request` asks a path where nobody answers.
    ///
    /// ## Why
    /// nginx asks the path before each request, and anything but 2xx, 401 and 403 counts as a fault. Where no location passes
    /// the question on, nginx looks for a file, finds none, and answers every request with 500: `auth request unexpected
    /// status: 404`.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / {
    ///       auth_request /auth;
    /// #                  ^^^^^ nginx/auth-request-missing
    /// # | every request is answered with 500: no location passes `/auth` on to whoever knows the users
    /// # | help: add `location = /auth { internal; proxy_pass ...; }` to the server
    ///       try_files $uri =404;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / {
    ///       auth_request /auth;
    ///       try_files $uri =404;
    ///     }
    ///     location = /auth {
    ///       internal;
    ///       proxy_pass http://10.0.0.5:9000;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Paths that an application answers, and servers of which a part is not in the project.
    "nginx/auth-request-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_auth_request_module.html"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    for location in &server.locations {
        let Effective::Set(asked) = ctx.project.in_effect(server, location.level, "auth_request") else { continue };
        let Some(word) = asked.last().and_then(|own| own.args.first()).filter(|word| !word.is_open()) else { continue };
        let path = word.value.split('?').next().unwrap_or_default();
        if !path.starts_with('/') {
            continue;
        }
        let answers = match route(server, path) {
            Answer::Yes(own) => own.pass.is_some() || own.returns || !ends_in_a_file(server, own.level, ctx),
            Answer::No(_) => server.returns || !ends_in_a_file(server, server.level, ctx),
            Answer::Unknown(_) => true,
        };
        if answers {
            continue;
        }
        if let Some(why) = &server.gap {
            sink.unknown(word.span, why.leaves("the location may stand elsewhere"));
            continue;
        }
        let message =
            format!("every request is answered with 500: no location passes `{path}` on to whoever knows the users");
        sink.report(word.span, message)
            .help(format!("add `location = {path} {{ internal; proxy_pass ...; }}` to the server"))
            .cause(word.span, "here as well");
    }
}

/// Whether nothing but files is behind a level.
fn ends_in_a_file(server: &Server, level: u32, ctx: &Context) -> bool {
    let Some(config) = ctx.project.config_of(server) else { return false };
    let tree = ctx.project.nginx_tree(config);
    let other = |name: &str| {
        let passes = ["_pass", "return", "rewrite", "if", "empty_gif", "_block", "_by_lua", "js_content"];
        passes.iter().any(|own| name.contains(own)) || name.contains("status")
    };
    let away =
        tree.own(Some(level), "try_files").any(|own| own.args.last().is_some_and(|word| !word.value.starts_with('=')));
    let by_itself = tree.level(Some(level)).any(|(_, node)| other(&node.directive.name.value));
    // A nested location may take it.
    let nested = tree.own(Some(level), "location").any(|own| parts(own).is_some()) && level != server.level;
    !away && !by_itself && !nested && tree.gap(Some(level)).is_none()
}
