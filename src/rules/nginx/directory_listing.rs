//! `nginx/directory-listing`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// Visitors see the names of all files in a directory.
    ///
    /// ## Why
    /// With `autoindex on`, a request for a directory without an index page is answered with the list of what is in it: also
    /// what nobody links to.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /files/ {
    ///       root /srv;
    ///       autoindex on;
    /// #     ^^^^^^^^^^^^ nginx/directory-listing
    /// # | everybody sees the names of all files here, also of those nobody links to
    /// # | help: remove the line, or ask for a password with `auth_basic`
    /// # >
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
    ///     }
    ///     location /own/ {
    ///       root /srv;
    ///       autoindex on;
    ///       auth_basic "who";
    ///       auth_basic_user_file /etc/nginx/users;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Directories behind a password, an address list or `internal`.
    "nginx/directory-listing" {
        severity: Low, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_autoindex_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("autoindex").filter(|(_, node)| node.place.is_http()) {
        let on = node.directive.arg(0).is_some_and(|value| value.eq_ignore_ascii_case("on"));
        if on && !tree.is_guarded(node.parent) {
            sink.report(
                node.directive.words(),
                "everybody sees the names of all files here, also of those nobody links to",
            )
            .help("remove the line, or ask for a password with `auth_basic`");
        }
    }
}
