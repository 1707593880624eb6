//! `nginx/bad-regex`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// A regular expression that cannot be compiled.
    ///
    /// ## Why
    /// nginx compiles the expressions of locations, server names, maps, `if` and `rewrite` when it loads the configuration. One that
    /// is wrong, and nginx does not start.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// map $uri $kind {
    ///   "~^/(a" 1;
    /// # ^^^^^^^ nginx/bad-regex
    /// # | nginx cannot compile this regular expression: a `)` is missing
    /// # | help: correct the expression; quote it if it holds spaces, `;` or `{`
    /// # >   "~^/(a)" 1;
    /// }
    /// server {
    ///   location ~ [z-a] { return 204; }
    /// #            ^^^^^ nginx/bad-regex
    /// # >   location ~ [a-z] { return 204; }
    ///   rewrite *.php$ /index.php last;
    /// #         ^^^^^^ nginx/bad-regex
    /// # >   rewrite \.php$ /index.php last;
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// map $uri $kind {
    ///   "~^/(a|b)" 1;
    /// }
    /// server {
    ///   location ~ [a-z] { return 204; }
    ///   rewrite \.php$ /index.php last;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Expressions that only some versions of the PCRE library take.
    "nginx/bad-regex" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Regex, config, sink);
}
