//! `nginx/trusts-any-proxy`

use crate::model::Host;
use crate::model::compose::{Port, Service};
use crate::model::nginx::Expanded;
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::nginx::Word;

rule! {
    /// Anybody may say which address a request comes from.
    ///
    /// ## Why
    /// `set_real_ip_from 0.0.0.0/0` believes the header of every client. Limits, address lists and logs then see the address
    /// that the attacker writes there.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     set_real_ip_from 0.0.0.0/0;
    /// #                    ^^^^^^^^^ nginx/trusts-any-proxy
    /// # | every client is believed: limits, address lists and logs see the address it makes up
    /// # | help: name the addresses of the proxy in front of nginx
    /// # >     set_real_ip_from 10.0.0.7;
    ///     real_ip_header X-Forwarded-For;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     set_real_ip_from 10.0.0.0/8;
    ///     real_ip_header X-Forwarded-For;
    ///   }
    /// }
    /// ```
    "nginx/trusts-any-proxy" {
        severity: Medium, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_realip_module.html#set_real_ip_from"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    // What is not published, or only on the host itself, is reached through another proxy, whose word stands last in the
    // header. `real_ip_recursive` looks for the first one that nobody vouches for.
    let recursive =
        tree.named("real_ip_recursive").any(|(_, node)| node.directive.args.iter().any(|word| *word.value == *"on"));
    let inner = !recursive
        && matches!(ctx.project.machine(tree.file), Answer::Yes(Machine::Container(service)) if is_inner(service));
    for (_, node) in tree.named("set_real_ip_from").filter(|(_, node)| node.place.is_http()) {
        let any = |word: &&Word| matches!(&*word.value, "0.0.0.0/0" | "::/0");
        let Some(word) = node.directive.args.first().filter(any) else { continue };
        let finding = sink
            .report(word.span, "every client is believed: limits, address lists and logs see the address it makes up");
        finding.help("name the addresses of the proxy in front of nginx");
        if inner {
            finding.severity(Low);
        }
    }
}

/// Whether nobody but other services and programs of the host reaches a service.
fn is_inner(service: &Service) -> bool {
    let closed = |port: &Port| port.host_ip.get().is_some_and(|host| Host::is_loopback(host));
    service.network_mode.is_absent() && service.ports.iter().all(closed)
}
