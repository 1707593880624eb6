//! `nginx/password-without-tls`

use crate::model::compose::Port;
use crate::model::nginx::{Expanded, Place};
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::nginx::Directive;

rule! {
    /// A password is asked for over plain HTTP.
    ///
    /// ## Why
    /// Browsers send it with each request, in a form that everybody on the way can read.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    /// # >     listen 443 ssl;
    /// # >     ssl_certificate /etc/ssl/shop.pem;
    /// # >     ssl_certificate_key /etc/ssl/shop.key;
    ///     location /admin/ {
    ///       auth_basic "Staff";
    /// #     ^^^^^^^^^^^^^^^^^^ nginx/password-without-tls
    /// # | the password goes over plain HTTP, where everybody on the way can read it
    /// # | help: let this server listen with `ssl`, and send visitors of port 80 there
    ///       auth_basic_user_file /etc/nginx/users;
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 127.0.0.1:80;
    ///     auth_basic "Staff";
    ///     auth_basic_user_file /etc/nginx/users;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers on loopback addresses, and those that only a proxy in front reaches.
    "nginx/password-without-tls" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    // What is not published is reached through another proxy, which may have TLS.
    let machine = ctx.project.machine(tree.file);
    if matches!(machine, Answer::Yes(Machine::Container(service)) if service.ports.is_empty() && service.network_mode.is_absent())
    {
        return sink.not_applicable();
    }
    // Visitors themselves come in there, unless it knows that somebody else does.
    let at_port_80 = |port: &Port| port.host_port_of(80) == Some(80) && port.on_all_interfaces() == Some(true);
    let meets_visitors =
        matches!(machine, Answer::Yes(Machine::Container(service)) if service.ports.iter().any(at_port_80));
    let behind_another = tree.named("set_real_ip_from").next().is_some() || ctx.project.has_tls();
    for (index, server) in tree.named("server").filter(|(_, node)| node.place == Place::Http) {
        let own = || tree.level(Some(index)).map(|(_, node)| node.directive);
        let inner = |value: &str| ["127.", "[::1]", "localhost", "unix:"].iter().any(|start| value.starts_with(start));
        let mut listens = own().filter(|directive| directive.is("listen")).peekable();
        let bare = listens.peek().is_none();
        let plain = |listen: &Directive| {
            let words = || listen.args.iter().map(|word| &*word.value);
            !words().any(|word| matches!(word, "ssl" | "quic" | "proxy_protocol")) && !listen.arg(0).is_some_and(inner)
        };
        let open = bare || listens.all(plain);
        if !open
            || tree.gap(Some(index)).is_some()
            || own().any(|directive| directive.is("return") || directive.is("ssl"))
        {
            continue;
        }
        let inside = &tree.nodes.get(index as usize..server.end as usize).unwrap_or(&[]);
        let asks = |directive: &Directive| directive.is("auth_basic") && directive.arg(0) != Some("off");
        if let Some(node) = inside.iter().find(|node| asks(node.directive)) {
            let finding = sink.report(
                node.directive.words(),
                "the password goes over plain HTTP, where everybody on the way can read it",
            );
            finding.help("let this server listen with `ssl`, and send visitors of port 80 there");
            if meets_visitors && !behind_another {
                finding.severity(Medium);
            }
        }
    }
}
