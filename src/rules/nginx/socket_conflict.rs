//! `nginx/socket-conflict`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// Two servers want different things of one address.
    ///
    /// ## Why
    /// Each address has one default server and one set of socket options. nginx refuses a second one with `a duplicate default
    /// server` or `duplicate listen options`, also when the two stand in different files. `80`, `*:80` and `0.0.0.0:80` are the same.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80 default_server;
    ///   server_name shop.example;
    /// }
    /// server {
    ///   listen 0.0.0.0:80 default_server;
    /// # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/socket-conflict
    /// # | another server is the default of this address already
    /// # | help: keep `default_server` on one of the two lines
    /// # >   listen 0.0.0.0:80;
    ///   server_name www.shop.example;
    /// }
    /// server {
    ///   listen 8080 backlog=64;
    /// }
    /// server {
    ///   listen *:8080 reuseport;
    /// # ^^^^^^^^^^^^^^^^^^^^^^^ nginx/socket-conflict
    /// # >   listen *:8080;
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80 default_server;
    ///   listen [::]:80 default_server;
    ///   server_name shop.example;
    /// }
    /// server {
    ///   listen 80;
    ///   listen 127.0.0.1:80 default_server;
    ///   server_name www.shop.example;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Ranges of ports.
    "nginx/socket-conflict" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#listen"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Socket, config, sink);
}
