//! `nginx/expression-never-reached`

use crate::model::nginx::{Location, Modifier, Server};
use crate::rules::prelude::*;

rule! {
    /// A location with an expression stands below one that takes all of its requests.
    ///
    /// ## Why
    /// nginx tries expressions from the top, and the first that fits wins, not the longest. `location ~ ^/api` takes `/api/admin`
    /// as well, and what stands below about `^/api/admin` is never looked at: no password is asked for, nobody is denied.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location ~ ^/api { proxy_pass http://10.0.0.5:8000; }
    ///     location ~ ^/api/admin { deny all; }
    /// #              ^^^^^^^^^^^ nginx/expression-never-reached
    /// # | nobody is turned away here: `^/api` above takes these requests, the first expression that fits wins
    /// # | help: move this location above the other one
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location ~ ^/api/admin { deny all; }
    ///     location ~ ^/api { proxy_pass http://10.0.0.5:8000; }
    ///     location ~ ^/ap$ { return 204; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Expressions with more than a plain beginning.
    "nginx/expression-never-reached" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#location"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let mut above: Vec<(&Location, &str)> = Vec::new();
    for location in server.locations.iter().filter(|own| matches!(own.modifier, Modifier::Regex | Modifier::AnyCase)) {
        let Some(start) = location.path.value.strip_prefix('^') else { continue };
        if !ctx.project.look(1 + above.len()) {
            return;
        }
        let literal = plain(start);
        // What fits both letter cases takes those of one.
        let takes = |(other, own): &&(&Location, &str)| {
            other.around == location.around
                && (other.modifier == Modifier::AnyCase || location.modifier == Modifier::Regex)
                && literal.starts_with(own)
        };
        if let Some((taker, _)) = above.iter().find(takes) {
            let what = if location.denies { "nobody is turned away here" } else { "no request gets here" };
            let first = &taker.path.value;
            sink.report(
                location.path.span,
                format!("{what}: `{first}` above takes these requests, the first expression that fits wins"),
            )
            .effect(if location.denies { Exposes } else { BreaksAtRuntime })
            .help("move this location above the other one")
            .related(taker.path.span, "this one takes them");
        }
        if literal == start && start.starts_with('/') {
            above.push((location, start));
        }
    }
}

/// The beginning of an expression that stands for itself.
fn plain(expression: &str) -> &str {
    let special = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-'));
    expression.split(special).next().unwrap_or_default()
}
