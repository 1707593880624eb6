//! `nginx/cached-cookies`

use crate::model::nginx::{Effective, Expanded, parts};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Pages are cached together with the cookie of the one who asked first.
    ///
    /// ## Why
    /// nginx does not cache answers that set a cookie. Told to ignore that, it keeps the cookie with the page and gives it to
    /// everybody: the next visitors are logged in as the first one.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=pages:1m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_cache pages;
    ///       proxy_ignore_headers Set-Cookie Cache-Control;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/cached-cookies
    /// # | cached pages keep their cookies: visitors get the session of the one who asked first
    /// # | help: add `proxy_hide_header Set-Cookie;`, or do not cache what is made for one visitor: `proxy_no_cache
    /// # | $cookie_NAME;`
    /// # >       proxy_ignore_headers Set-Cookie Cache-Control;
    /// # >       proxy_hide_header Set-Cookie;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=pages:1m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_cache pages;
    ///       proxy_ignore_headers Set-Cookie Cache-Control;
    ///       proxy_hide_header Set-Cookie;
    ///     }
    ///     location = /check {
    ///       internal;
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_cache pages;
    ///       proxy_ignore_headers Set-Cookie;
    ///     }
    ///     location /own {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_key $uri$cookie_session;
    ///       proxy_ignore_headers Set-Cookie;
    ///     }
    ///     location /a {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_cache pages;
    ///       proxy_ignore_headers Set-Cookie;
    ///       proxy_no_cache $cookie_session;
    ///       proxy_cache_bypass $cookie_session;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   fastcgi_cache_path /tmp/c keys_zone=pages:1m;
    ///   fastcgi_cache_key $scheme$host$request_uri;
    ///   server {
    ///     listen 80;
    ///     root /srv;
    ///     location = /index.php {
    ///       fastcgi_pass 127.0.0.1:9000;
    ///       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    ///       fastcgi_cache pages;
    ///       fastcgi_ignore_headers Cache-Control Expires Set-Cookie;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/cached-cookies
    /// # >       fastcgi_ignore_headers Cache-Control Expires Set-Cookie;
    /// # >       fastcgi_no_cache $cookie_session;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/cached-cookies" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers"],
        check: Check::Blocks(check),
    }
}

const PASSES: [&str; 2] = ["proxy_pass", "fastcgi_pass"];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let cookie =
        |directive: &&Directive| directive.args.iter().any(|word| word.value.eq_ignore_ascii_case("set-cookie"));
    let passed = |kind: &'static str| tree.named(PASSES[usize::from(kind == "fastcgi")]).map(move |own| (kind, own));
    let passes = passed("proxy").chain(passed("fastcgi"));
    for (kind, (_, pass)) in passes.filter(|(_, (_, node))| node.place.is_http()) {
        let level = pass.parent;
        let own = |name: &str| format!("{kind}_{name}");
        let set = |name: &str| match tree.effective(level, &own(name)) {
            Effective::Set(found) => found,
            Effective::Absent | Effective::Unknown => Vec::new(),
        };
        let Some(ignored) = set("ignore_headers").into_iter().find(cookie) else { continue };
        let caches = tree.value(level, &own("cache")).is_some_and(|zone| &*zone.value != "off");
        let internal = tree.own(level, "internal").next().is_some();
        let hidden = set("hide_header").iter().any(cookie);
        let asks = !set("no_cache").is_empty() || !set("cache_bypass").is_empty();
        // Files are the same for everybody, and nobody gives a cookie with them.
        let files =
            tree.block(level).and_then(parts).is_some_and(|(_, path)| path.contains("\\.(") || path.contains("static"));
        // With a key of its own each visitor has pages of his own.
        let apart = tree.value(level, &own("cache_key")).is_some_and(|key| {
            ["cookie", "authorization", "token", "session", "user"].iter().any(|word| key.value.contains(word))
        });
        if caches && !apart && !hidden && !asks && !files && tree.gap(level).is_none() && !internal {
            sink.report(ignored.words(), "cached pages keep their cookies: visitors get the session of the one who asked first")
                .help(format!("add `{kind}_hide_header Set-Cookie;`, or do not cache what is made for one visitor: `{kind}_no_cache $cookie_NAME;`"))
                .related(pass.directive.words(), "these answers are cached");
        }
    }
}
