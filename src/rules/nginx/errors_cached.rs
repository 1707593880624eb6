//! `nginx/errors-cached`

use crate::model::nginx::Expanded;
use crate::model::nginx::values::seconds;
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// A cache keeps errors for as long as pages.
    ///
    /// ## Why
    /// `any` goes for every status. When the application fails for a moment, nginx keeps that 502 and gives it to everybody, long
    /// after the application has recovered.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   proxy_cache_path /tmp/c keys_zone=pages:1m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_valid any 1d;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/errors-cached
    /// # | this keeps errors as well: a page that fails once fails for everybody, for 1d
    /// # | help: write `proxy_cache_valid 200 301 302 1d`, and a minute at most for `any`
    /// # >       proxy_cache_valid 200 301 302 1d;
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
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_valid 200 1d;
    ///       proxy_cache_valid any 1m;
    ///     }
    ///     location /a {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache pages;
    ///       proxy_cache_valid 500 502 503 504 0;
    ///       proxy_cache_valid any 1d;
    ///     }
    ///     location /b {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_cache off;
    ///       proxy_cache_valid any 1d;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/errors-cached" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_valid"],
        check: Check::Blocks(check),
    }
}

/// From here on a failure is noticed by those who were not there when it happened.
const LONG: u64 = 10 * 60;

const CACHES: [(&str, &str); 4] = [
    ("proxy_cache_valid", "proxy_cache"),
    ("fastcgi_cache_valid", "fastcgi_cache"),
    ("uwsgi_cache_valid", "uwsgi_cache"),
    ("scgi_cache_valid", "scgi_cache"),
];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (valid, cache) in CACHES {
        for (_, node) in tree.named(valid) {
            let [codes @ .., time] = &node.directive.args[..] else { continue };
            let broken = |word: &&Word| matches!(&*word.value, "any" | "500" | "502" | "503" | "504");
            let (Some(code), Some(age)) = (codes.iter().find(broken), seconds(&time.value)) else { continue };
            // The first line that names a status decides (`ngx_http_file_cache_valid`).
            let earlier = tree.own(node.parent, valid).take_while(|own| own.span != node.directive.span);
            let decided = earlier.flat_map(|own| &own.args).any(|word| matches!(&*word.value, "500" | "502"));
            let on = |word: &Word| &*word.value != "off";
            let used = match tree.value(node.parent, cache) {
                Some(zone) => on(zone),
                None => tree.named(cache).any(|(_, own)| own.directive.args.first().is_some_and(on)),
            };
            if age < LONG || decided || !used {
                continue;
            }
            let all = if &*code.value == "any" { "errors as well" } else { "errors" };
            let message = format!("this keeps {all}: a page that fails once fails for everybody, for {}", time.value);
            sink.report(node.directive.words(), message)
                .help(format!("write `{valid} 200 301 302 {}`, and a minute at most for `any`", time.value));
        }
    }
}
