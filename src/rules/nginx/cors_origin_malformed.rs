//! `nginx/cors-origin-malformed`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// `Access-Control-Allow-Origin` holds something that is no origin.
    ///
    /// ## Why
    /// Browsers compare the header letter by letter with one origin: scheme, host and port. A list, a pattern like
    /// `https://*.example.com`, a path or a slash at the end fits nobody, and every answer is kept from the page.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header Access-Control-Allow-Origin "https://shop.kleinladen.de/" always;
    /// #                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/cors-origin-malformed
    /// # | no browser lets a page read these answers: an origin has no path, and no slash at its end
    /// # | help: write `https://shop.kleinladen.de`
    /// # >     add_header Access-Control-Allow-Origin "https://shop.kleinladen.de" always;
    ///     location / { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   map $http_origin $allowed { ~^https://[a-z]+\.kleinladen\.de$ $http_origin; }
    ///   server {
    ///     listen 80;
    ///     location /a/ {
    ///       add_header Access-Control-Allow-Origin "https://a.kleinladen.de, https://b.kleinladen.de";
    /// #                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/cors-origin-malformed
    /// # | no browser lets a page read these answers: the header takes one origin, and no list
    /// # | help: choose the one that asks with a `map` of `$http_origin`
    /// # >       add_header Access-Control-Allow-Origin $allowed;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /b/ {
    ///       add_header Access-Control-Allow-Origin https://*.kleinladen.de;
    /// #                                            ^^^^^^^^^^^^^^^^^^^^^^^ nginx/cors-origin-malformed
    /// # | no browser lets a page read these answers: the header takes one origin, and no pattern
    /// # | help: choose the one that asks with a `map` of `$http_origin`
    /// # >       add_header Access-Control-Allow-Origin $allowed;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   map $http_origin $allowed {
    ///     ~^https://[a-z]+\.kleinladen\.de$ $http_origin;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       add_header Access-Control-Allow-Origin $allowed always;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /fonts/ {
    ///       add_header Access-Control-Allow-Origin *;
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/cors-origin-malformed" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://fetch.spec.whatwg.org/#http-access-control-allow-origin"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("add_header").filter(|(_, node)| node.place.is_http()) {
        let [name, word, ..] = &*node.directive.args else { continue };
        if !name.value.eq_ignore_ascii_case("access-control-allow-origin") || word.is_open() {
            continue;
        }
        let value = word.value.trim();
        let choose = || "choose the one that asks with a `map` of `$http_origin`".to_owned();
        let (why, help) = match value.split_once("://") {
            _ if value.contains([',', ' ']) => ("the header takes one origin, and no list", choose()),
            _ if value.contains('*') && value != "*" => ("the header takes one origin, and no pattern", choose()),
            Some((scheme, rest)) if rest.contains('/') => {
                let host = rest.split('/').next().unwrap_or_default();
                ("an origin has no path, and no slash at its end", format!("write `{scheme}://{host}`"))
            }
            None if value.contains('.') => ("an origin begins with its scheme", format!("write `https://{value}`")),
            _ => continue,
        };
        sink.report(word.span, format!("no browser lets a page read these answers: {why}")).help(help);
    }
}
