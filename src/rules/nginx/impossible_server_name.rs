//! `nginx/impossible-server-name`

use crate::model::nginx::{Expanded, Place};
use crate::rules::prelude::*;
use crate::syntax::nginx::Word;

rule! {
    /// A server name that no request can have.
    ///
    /// ## Why
    /// `server_name` takes names with spaces between them and nothing else. With a scheme, a port, a path or a comma nginx
    /// starts, and never finds the server by it. Variables are not filled in either: `$DOMAIN` is taken as it stands, except
    /// `$hostname`.
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
    ///     server_name shop.de www.shop.de $hostname ~^(?<a>.+)\.shop\.de:?$ [::1] "";
    ///   }
    /// }
    /// ```
    "nginx/impossible-server-name" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#server_name"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("server_name").filter(|(_, node)| node.place == Place::Server) {
        for word in &node.directive.args {
            let name = &*word.value;
            if is_literal(word) && !ctx.project.may_be_filled_in(word.span.file) {
                sink.report(word.span, format!("nginx fills in no variables here: no request has the name `{name}`"))
                    .help("write the name, or make the file a template that `envsubst` fills in before nginx starts");
                continue;
            }
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

/// Whether a word begins with a variable that only something else than nginx could fill in.
fn is_literal(word: &Word) -> bool {
    let name = &*word.value;
    word.has_variables() && !word.is_placeholder() && name.starts_with('$') && name != "$hostname"
}
