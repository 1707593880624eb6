//! `nginx/duplicate`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// Something twice that nginx takes once.
    ///
    /// ## Why
    /// Most settings may stand once at a level, locations and upstreams once by name. nginx refuses the second one with `directive
    /// is duplicate`.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// upstream app { server 10.0.0.1:80; }
    /// upstream APP { server 10.0.0.2:80; }
    /// ^^^^^^^^^^^^ nginx/duplicate
    /// | this upstream exists already
    /// | help: keep one of the two
    /// # >
    /// server {
    ///   client_max_body_size 10m;
    ///   client_max_body_size 20m;
    /// # ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/duplicate
    /// # >
    ///   location / { return 204; }
    ///   location / { return 404; }
    /// # ^^^^^^^^^^ nginx/duplicate
    /// # >
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   client_max_body_size 20m;
    ///   index index.html;
    ///   index index.htm;
    ///   location / { return 204; }
    ///   location = / { return 404; }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Lists, which may be written in several lines.
    "nginx/duplicate" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/dirindex.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Duplicate, config, sink);
}
