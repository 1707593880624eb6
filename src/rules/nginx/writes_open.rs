//! `nginx/writes-open`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// Everybody may write or delete files through WebDAV.
    ///
    /// ## Why
    /// `dav_methods PUT` writes what a client sends into the folder, `DELETE` removes what is there. Without a password or an
    /// address list anybody puts pages, scripts and malware under your name, or removes yours.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /files/ {
    ///       root /srv;
    ///       dav_methods PUT DELETE;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^ nginx/writes-open
    /// # | everybody can write and delete files here
    /// # | help: add `auth_basic` with `auth_basic_user_file`, or `allow` and `deny all`
    /// # >       dav_methods PUT DELETE;
    /// # >       allow 10.0.0.0/8;
    /// # >       deny all;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /files/ {
    ///       root /srv;
    ///       dav_methods PUT DELETE;
    ///       auth_basic "files";
    ///       auth_basic_user_file /etc/nginx/users;
    ///     }
    ///     location /drop/ {
    ///       root /srv;
    ///       dav_methods PUT;
    ///       limit_except GET { deny all; }
    ///     }
    ///     location /none/ { dav_methods off; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers that listen on loopback addresses or sockets only, and levels where nobody sees all files.
    "nginx/writes-open" {
        severity: High, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_dav_module.html#dav_methods"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("dav_methods") {
        let has = |wanted: &str| node.directive.args.iter().any(|word| &*word.value == wanted);
        let does = match (has("PUT") || has("COPY") || has("MOVE"), has("DELETE")) {
            (true, true) => "write and delete",
            (true, false) => "write",
            (false, true) => "delete",
            (false, false) => continue,
        };
        let level = node.parent;
        let limited =
            tree.own(level, "limit_except").next().is_some() || tree.value(level, "ssl_verify_client").is_some();
        let local = tree.server_of(level).is_none_or(|server| tree.is_local(server));
        if !limited && !local && !tree.is_guarded(level) && tree.gap(level).is_none() {
            sink.report(node.directive.words(), format!("everybody can {does} files here"))
                .help("add `auth_basic` with `auth_basic_user_file`, or `allow` and `deny all`");
        }
    }
}
