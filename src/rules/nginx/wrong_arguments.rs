//! `nginx/wrong-arguments`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// Too few or too many arguments, or a block where none belongs.
    ///
    /// ## Why
    /// nginx counts the words of each directive and refuses to start with `invalid number of arguments`. Often a `;` or a quote is
    /// missing.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   proxy_set_header Host;
    /// # ^^^^^^^^^^^^^^^^^^^^^ nginx/wrong-arguments
    /// # | `proxy_set_header` takes 2 arguments, 1 is given
    /// # | help: give `proxy_set_header` 2 arguments
    /// # >   proxy_set_header Host $host;
    ///   location / {
    ///     limit_req burst=5;
    /// #   ^^^^^^^^^^^^^^^^^ nginx/wrong-arguments
    /// # >     limit_req zone=login burst=5;
    ///   }
    ///   location /a;
    /// # ^^^^^^^^ nginx/wrong-arguments
    /// # >   location /a { return 204; }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   proxy_set_header Host $host;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Directives of modules that are not part of nginx.
    "nginx/wrong-arguments" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/dirindex.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Arguments, config, sink);
}
