//! `nginx/impossible-server-name`

use crate::model::nginx::{Expanded, Place};
use crate::rules::prelude::*;

rule! {
    /// A server name that no request can have.
    ///
    /// ## Why
    /// `server_name` takes names with spaces between them and nothing else. With a scheme, a port, a path or a comma nginx
    /// starts, and never finds the server by it.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name https://shop.de;
    /// #               ^^^^^^^^^^^^^^^ nginx/impossible-server-name
    /// # | no request has a scheme in its name: nginx never finds the server by this
    /// # | help: write the host alone
    /// # >     server_name shop.de;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.de www.shop.de ~^(?<a>.+)\.shop\.de:?$ [::1] "";
    ///   }
    /// }
    /// ```
    "nginx/impossible-server-name" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#server_name"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("server_name").filter(|(_, node)| node.place == Place::Server) {
        for word in &node.directive.args {
            let name = &*word.value;
            if word.is_open() || name.starts_with(['~', '[']) || name.contains(['{', '<', '%', '@']) {
                continue;
            }
            let (what, help) = if name.contains("://") {
                ("a scheme", "write the host alone")
            } else if name.contains([',', ';']) {
                ("a comma", "put spaces between names, and no commas")
            } else if name.contains('/') {
                ("a path", "write the host alone")
            } else if name.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
                && name.matches(':').count() == 1
            {
                ("a port", "write the port on the `listen` line")
            } else {
                continue;
            };
            sink.report(word.span, format!("no request has {what} in its name: nginx never finds the server by this"))
                .help(help);
        }
    }
}
