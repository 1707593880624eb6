//! `nginx/invalid-value`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// A value that a directive does not take.
    ///
    /// ## Why
    /// nginx reads every value when it loads the configuration: numbers, sizes, times, words, addresses, parameters. One that it
    /// cannot read, and it does not start, or a reload keeps the old configuration.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 99999;
    /// #        ^^^^^ nginx/invalid-value
    /// # | ports go from 1 to 65535
    /// # | help: write a port like `listen 8080;`
    /// # >   listen 8080;
    ///   gzip yes;
    /// #      ^^^ nginx/invalid-value
    /// # >   gzip on;
    ///   client_max_body_size $limit;
    /// #                      ^^^^^^ nginx/invalid-value
    /// # >   client_max_body_size 20m;
    ///   location / {
    ///     proxy_next_upstream error http_5xx;
    /// #                             ^^^^^^^^ nginx/invalid-value
    /// # >     proxy_next_upstream error http_500;
    ///     add_header X-Frame-Options DENY alwyas;
    /// #                                   ^^^^^^ nginx/invalid-value
    /// # >     add_header X-Frame-Options DENY always;
    ///     rewrite ^/a$ /b 301;
    /// #                   ^^^ nginx/invalid-value
    /// # >     rewrite ^/a$ /b permanent;
    ///     if ($host == shop.example) { return 404; }
    /// #             ^^ nginx/invalid-value
    /// # >     if ($host = shop.example) { return 404; }
    ///     gzip_comp_level 11;
    /// #                   ^^ nginx/invalid-value
    /// # >     gzip_comp_level 9;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 8080;
    ///   gzip on;
    ///   client_max_body_size 20m;
    ///   location / {
    ///     proxy_next_upstream error http_502;
    ///     add_header X-Frame-Options DENY always;
    ///     rewrite ^/a$ /b permanent;
    ///     if ($host = shop.example) { return 404; }
    ///     gzip_comp_level 9;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Values in capitals like `${PORT}`, which a program may fill in first, words that only later versions of nginx or its
    /// commercial version know, and everything in templates of Jinja, ERB and their like.
    "nginx/invalid-value" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/syntax.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Value, config, sink);
}
