//! `nginx/alias-traversal`

use crate::model::nginx::{Location, Server};
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};

rule! {
    /// A location without a trailing slash lets clients out of its `alias`.
    ///
    /// ## Why
    /// nginx puts the rest of the path right behind the alias. With `location /static` and `alias /srv/static/`, the
    /// path `/static../secret.txt` becomes `/srv/static/../secret.txt`: files beside the directory are served.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   location /static {
    /// #          ^^^^^^^ nginx/alias-traversal
    ///     alias /srv/static/;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   location /static/ {
    ///     alias /srv/static/;
    ///   }
    ///   location = /favicon.ico {
    ///     alias /srv/static/favicon.ico;
    ///   }
    ///   location /robots.txt {
    ///     alias /srv/static/robots.txt;
    ///   }
    /// }
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// server {
    ///   location /static/ {
    ///     alias /srv/static/;
    ///   }
    /// }
    /// ```
    ///
    /// ## Neither ends with a slash
    /// `..` does not help an attacker here, but every neighbour whose name starts alike is served: `/static-old`,
    /// `/static.bak`.
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   location /static {
    /// #          ^^^^^^^ nginx/alias-traversal
    ///     alias /srv/static;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   location /static/ {
    ///     alias /srv/static/;
    ///   }
    /// }
    /// ```
    "nginx/alias-traversal" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#alias", "https://cwe.mitre.org/data/definitions/22.html"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, _: &Context, sink: &mut Sink) {
    for location in &server.locations {
        judge(location, sink);
    }
}

fn judge(location: &Location, sink: &mut Sink) {
    let Some(alias) = &location.alias else { return };
    let path = &location.path.value;
    let prefix = matches!(location.modifier.as_str(), "" | "^~") && path.starts_with('/');
    if !prefix || path.ends_with('/') || alias.value.contains('$') || path.contains('$') {
        return;
    }
    let span = location.path.span;
    if alias.value.ends_with('/') {
        sink.report(span, format!("`{path}../` leads out of `{}`: files beside the directory are served", alias.value))
            .help(format!("write `location {}{path}/`", modifier(location)))
            .related(alias.span, "the alias ends with a slash, the location does not")
            .fix(Fix::replace("add the slash to the location", Safety::Unsafe, span, format!("{path}/")));
    } else if !is_file(path) && !is_file(&alias.value) {
        sink.report(span, format!("`{path}-old` and every other name that starts alike is served from beside `{}`", alias.value))
            .lower(Low)
            .help(format!("write `location {}{path}/` and `alias {}/;`", modifier(location), alias.value));
    }
}

fn modifier(location: &Location) -> String {
    if location.modifier.is_empty() { String::new() } else { format!("{} ", location.modifier) }
}

/// Whether the last part of a path has an extension: then it names one file.
fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.trim_start_matches('.').contains('.'))
}
