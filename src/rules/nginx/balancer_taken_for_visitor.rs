//! `nginx/balancer-taken-for-visitor`

use crate::model::nginx::{Effective, Expanded, Node};
use crate::rules::prelude::*;

rule! {
    /// The application is told the address of the balancer.
    ///
    /// ## Why
    /// With `proxy_protocol` the balancer says at the start of each connection who the visitor is. nginx reads that, and uses it for
    /// `$remote_addr` only when `real_ip_header proxy_protocol` and `set_real_ip_from` tell it to. Until then logs, limits and the
    /// application see one address for everybody.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80 proxy_protocol;
    /// #             ^^^^^^^^^^^^^^ nginx/balancer-taken-for-visitor
    /// # | nginx does not take the visitor from here: the application and the log see the balancer's address
    /// # | help: add `set_real_ip_from` with the balancer's addresses, and `real_ip_header proxy_protocol;`
    /// # >     listen 80 proxy_protocol;
    /// # >     set_real_ip_from 10.0.0.0/8;
    /// # >     real_ip_header proxy_protocol;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Real-IP $remote_addr;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80 proxy_protocol;
    ///     set_real_ip_from 10.0.0.0/8;
    ///     real_ip_header proxy_protocol;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Real-IP $remote_addr;
    ///     }
    ///   }
    ///   server {
    ///     listen 81 proxy_protocol;
    ///     location / {
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Real-IP $proxy_protocol_addr;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/balancer-taken-for-visitor" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_realip_module.html#real_ip_header"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("listen").filter(|(_, node)| node.place.is_http()) {
        let Some(word) = node.directive.args.iter().find(|word| &*word.value == "proxy_protocol") else { continue };
        let Some(server) = node.parent else { continue };
        let level = Some(server);
        if !ctx.project.look(tree.size(level)) {
            return;
        }
        let end = tree.nodes.get(server as usize).map_or(server, |own| own.end);
        let inside = |at: u32| (server..end).contains(&at);
        let addresses = |(at, own): &(u32, &Node)| {
            let [name, value] = &own.directive.args[..] else { return false };
            let name = name.value.to_ascii_lowercase();
            inside(*at)
                && matches!(&*name, "x-real-ip" | "x-forwarded-for")
                && matches!(&*value.value, "$remote_addr" | "$proxy_add_x_forwarded_for")
        };
        let Some((_, header)) = tree.named("proxy_set_header").find(addresses) else { continue };
        let missing = ["real_ip_header", "set_real_ip_from"].map(|name| tree.effective(level, name));
        if missing.iter().any(|own| matches!(own, Effective::Absent)) {
            sink.report(
                word.span,
                "nginx does not take the visitor from here: the application and the log see the balancer's address",
            )
            .help("add `set_real_ip_from` with the balancer's addresses, and `real_ip_header proxy_protocol;`")
            .related(header.directive.words(), "this is the balancer")
            .cause((server, header.directive.span), "here as well");
        } else if missing.iter().any(|own| matches!(own, Effective::Unknown)) {
            let why = tree
                .gap_anywhere()
                .map_or_else(String::new, |why| why.leaves("the visitor's address may be taken elsewhere"));
            sink.unknown(word.span, why);
        }
    }
}
