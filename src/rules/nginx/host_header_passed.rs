//! `nginx/host-header-passed`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// The application gets the host as the client writes it.
    ///
    /// ## Why
    /// `$http_host` is the header as it came, also where the request line names another host. An application that builds links
    /// from it, in mails to reset a password say, sends people elsewhere. `$host` is what nginx chose the server by.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header Host $http_host;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/host-header-passed
    /// # | the application sees the host as the client writes it, not the one nginx chose the server by
    /// # | help: write `proxy_set_header Host $host;`, or `$host:$server_port` where the port counts
    /// # >       proxy_set_header Host $host;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header Host $host;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/host-header-passed" {
        severity: Info, effect: Weakens, audience: Audit, since: "0.1.0",
        refs: &["https://portswigger.net/web-security/host-header"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("proxy_set_header").filter(|(_, node)| node.place.is_http()) {
        let [name, value] = &node.directive.args[..] else { continue };
        if name.value.eq_ignore_ascii_case("host") && &*value.value == "$http_host" {
            sink.report(
                node.directive.words(),
                "the application sees the host as the client writes it, not the one nginx chose the server by",
            )
            .help("write `proxy_set_header Host $host;`, or `$host:$server_port` where the port counts");
        }
    }
}
