//! `nginx/own-page-kept`

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// The page of somebody who is logged in is kept for everybody.
    ///
    /// ## Why
    /// `proxy_cache_bypass` says who does not get a page from the cache, `proxy_no_cache` whose page is not put there. With the first alone
    /// somebody who is logged in gets a fresh page, and nginx keeps it: the next visitor sees the name and the basket of another one.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=pages:1m;
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_valid 200 10m;
    ///       proxy_cache_bypass $cookie_session;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/own-page-kept
    /// # | who has this gets a fresh page, and it is kept all the same: the next visitor sees it
    /// # | help: add `proxy_no_cache $cookie_session;`
    /// # >       proxy_cache_bypass $cookie_session;
    /// # >       proxy_no_cache $cookie_session;
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
    ///     root /srv/shop;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_valid 200 10m;
    ///       proxy_cache_bypass $cookie_session;
    ///       proxy_no_cache $cookie_session;
    ///     }
    ///     location /fresh {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_valid 200 10m;
    ///       proxy_cache_bypass $arg_fresh $http_pragma;
    ///     }
    ///     location /own {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_valid 200 10m;
    ///       proxy_cache_key $request_uri$cookie_session;
    ///       proxy_cache_bypass $cookie_session;
    ///     }
    ///     location /none {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache_bypass $cookie_session;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/own-page-kept" {
        severity: Medium, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_no_cache"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (kind, pass) in [("proxy", "proxy_pass"), ("fastcgi", "fastcgi_pass"), ("uwsgi", "uwsgi_pass")] {
        for (_, node) in tree.named(pass).filter(|(_, node)| node.place.is_http()) {
            let level = node.parent;
            let named = |own: &str| format!("{kind}_{own}");
            let caches = tree.value(level, &named("cache")).is_some_and(|zone| &*zone.value != "off");
            let Effective::Set(lines) = tree.effective(level, &named("cache_bypass")) else { continue };
            let personal = |word: &Word| {
                word.value.starts_with("$cookie_") || matches!(&*word.value, "$http_authorization" | "$http_cookie")
            };
            let Some(line) = lines.into_iter().find(|line| line.args.iter().any(personal)) else { continue };
            let apart = tree
                .value(level, &named("cache_key"))
                .is_some_and(|key| ["cookie", "authorization"].iter().any(|own| key.value.contains(own)));
            if caches && !apart && tree.lacks(level, &named("no_cache")) && !tree.is_for_files(level) {
                let words: Vec<&str> = line.args.iter().map(|word| &*word.value).collect();
                sink.report(
                    line.words(),
                    "who has this gets a fresh page, and it is kept all the same: the next visitor sees it",
                )
                .help(format!("add `{kind}_no_cache {};`", words.join(" ")))
                .related(node.directive.words(), "these pages");
            }
        }
    }
}
