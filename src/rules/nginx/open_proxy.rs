//! `nginx/open-proxy`

use crate::model::nginx::Expanded;
use crate::model::nginx::flow::{Flow, Holds, variables};
use crate::rules::prelude::*;
use crate::source::Cut;

rule! {
    /// The client chooses which host requests are passed to.
    ///
    /// ## Why
    /// What comes out of the path, an argument or a header becomes the host of `proxy_pass`. Whoever finds it reads through
    /// your server what only your network reaches: other containers, databases with an HTTP door, the metadata service of the
    /// cloud with its keys.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     resolver 127.0.0.11;
    ///     location ~ ^/fetch/(.*)$ {
    /// # >     location ~ ^/fetch/(api|shop)$ {
    ///       proxy_pass http://$1;
    /// #                ^^^^^^^^^ nginx/open-proxy
    /// # | `$1` comes from the request: clients choose the host that nginx asks
    /// # | help: name the hosts that may be asked: with `map`, or as the group of an expression: `(api|shop)`
    ///     }
    ///     location ~ ^/app/(?<rest>.*)$ {
    ///       proxy_pass http://app$rest;
    /// #                ^^^^^^^^^^^^^^^ nginx/open-proxy
    /// # >       proxy_pass http://app/$rest$is_args$args;
    ///     }
    ///     location /img {
    ///       set $from $arg_url;
    /// # >
    ///       proxy_pass $from;
    /// #                ^^^^^ nginx/open-proxy
    /// # >       proxy_pass http://images:8000;
    ///     }
    ///     location /signal/ {
    ///       rewrite ^/signal/(.*)$ $1 break;
    /// # >       rewrite ^/signal(/.*)$ $1 break;
    ///       proxy_pass http://video$uri$is_args$args;
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/open-proxy
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     resolver 127.0.0.11;
    ///     location ~ ^/fetch/(api|shop)$ {
    ///       proxy_pass http://$1;
    ///     }
    ///     location /p {
    ///       set $app "http://app$request_uri";
    ///       proxy_pass $app;
    ///     }
    ///     location ~ ^/q(/.*)$ {
    ///       proxy_pass http://app$1;
    ///     }
    ///     location /img {
    ///       set $app app:8000;
    ///       proxy_pass http://$app;
    ///     }
    ///     location ~ ^/inner/(.*)$ {
    ///       internal;
    ///       proxy_pass http://$1;
    ///     }
    ///     location ~ ^(.+)\.json$ {
    ///       proxy_pass http://app$1;
    ///     }
    ///     location /signal/ {
    ///       rewrite ^/signal/(.*)$ /$1 break;
    ///       set $video video:8889;
    ///       proxy_pass http://$video$uri$is_args$args;
    ///     }
    ///     location /ask {
    ///       set $app app:8000;
    ///       proxy_pass http://$app$is_args$args;
    ///     }
    ///     location ~ ^/t/([a-z]+)/ {
    ///       proxy_pass http://$1.tenants.shop.de;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Locations that are `internal` or ask for a password, hosts with a fixed end, `$host`.
    "nginx/open-proxy" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://owasp.org/www-community/attacks/Server_Side_Request_Forgery"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let flow = Flow::new(tree);
    for (_, node) in tree.named("proxy_pass").filter(|(_, node)| node.place.is_http()) {
        let Some(word) = node.directive.args.first() else { continue };
        let address = flow.written(node.parent, &word.value);
        let host = address.split_once("://").map_or(address.as_str(), |(_, host)| host);
        let host = host.split(['/', '?']).next().unwrap_or(host);
        // `$uri` and what else begins with a slash ends the host, and so does the `?` of `$is_args`.
        let ends = variables(host).find(|variable| {
            variable.name == "is_args"
                || matches!(flow.holds(node.parent, variable.name), Holds::Client { path: true, .. })
        });
        let host = host.cut(..ends.map_or(host.len(), |variable| variable.start));
        let chosen = variables(host).find(|variable| {
            // A fixed end keeps what has no slash within one domain, and a fixed start within some names.
            let rest = host.get(variable.end..).unwrap_or("");
            let whole = variable.start == 0 && (rest.is_empty() || rest.starts_with([':', '$']));
            match flow.holds(node.parent, variable.name) {
                Holds::Client { any: true, path: false, slashes, .. } => whole || slashes,
                _ => false,
            }
        });
        let chosen = chosen.filter(|variable| variable.name != "http_host" && !tree.is_guarded(node.parent));
        let Some(chosen) = chosen else { continue };
        let message = format!("`${}` comes from the request: clients choose the host that nginx asks", chosen.name);
        sink.report(word.span, message)
            .help("name the hosts that may be asked: with `map`, or as the group of an expression: `(api|shop)`");
    }
}
