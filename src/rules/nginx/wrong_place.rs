//! `nginx/wrong-place`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// A directive in a block that it is not for.
    ///
    /// ## Why
    /// Each directive has its blocks. Anywhere else nginx refuses it with `directive is not allowed here`, and does not start or
    /// reload.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// # > events { worker_connections 1024; }
    /// http {
    ///   server {
    ///     listen 80;
    ///     worker_connections 1024;
    /// #   ^^^^^^^^^^^^^^^^^^ nginx/wrong-place
    /// # | `worker_connections` is not allowed in `server`
    /// # | help: move it to `events`
    /// # >
    ///     location /a/ {
    /// # >     location /a/ { return 204; }
    ///       location /b/ { return 204; }
    /// #     ^^^^^^^^^^^^ nginx/wrong-place
    /// # >     location /b/ { return 204; }
    ///     }
    /// # >
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {
    ///   worker_connections 1024;
    /// }
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /a/ {
    ///       location /a/b/ { return 204; }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## A brace too early
    /// ```nginx bad file=sites-available/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de;
    ///   }
    ///   location / { proxy_pass http://127.0.0.1:8000; }
    /// # ^^^^^^^^ nginx/wrong-place
    /// # | `location` is not allowed in `http`
    /// # | help: move it to `server` or `location`
    ///   location /media/ { root /srv/shop; }
    /// ```
    /// ```nginx good file=sites-available/shop.conf
    /// server {
    ///   listen 80;
    ///   server_name shop.kleinladen.de;
    ///   location / { proxy_pass http://127.0.0.1:8000; }
    ///   location /media/ { root /srv/shop; }
    /// }
    /// ```
    ///
    /// ## A block is missing around many
    /// ```nginx bad file=nginx.conf
    /// worker_processes auto;
    /// events {}
    /// upstream app { server 127.0.0.1:8000; }
    /// ^^^^^^^^ nginx/wrong-place
    /// | `upstream` is not allowed in the main level, and it is not alone: all of these belong into `http { ... }`
    /// | help: put `http { ... }` around them, or move them into the one that is there
    /// # > http { upstream app { server 127.0.0.1:8000; }
    /// server {
    ///   listen 80;
    ///   location / { proxy_pass http://app; }
    /// }
    /// # > } }
    /// ```
    ///
    /// ## What it does not report
    /// Directives of modules that are not part of nginx. A fragment is judged where it is included, or at the place that its
    /// directives fit best.
    "nginx/wrong-place" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/dirindex.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Place, config, sink);
}
