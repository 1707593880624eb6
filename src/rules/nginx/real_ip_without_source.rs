//! `nginx/real-ip-without-source`

use crate::model::nginx::{Effective, Expanded};
use crate::rules::prelude::*;

rule! {
    /// The visitor's address is to be taken from a header, and nobody may send it.
    ///
    /// ## Why
    /// `real_ip_header` is obeyed for connections from the addresses that `set_real_ip_from` names. Without any it does nothing: logs, limits
    /// and address lists see the proxy.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     real_ip_header X-Forwarded-For;
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/real-ip-without-source
    /// # | this does nothing: no address is named whose header is believed
    /// # | help: add `set_real_ip_from` with the address of the proxy in front
    /// # >     real_ip_header X-Forwarded-For;
    /// # >     set_real_ip_from 10.0.0.7;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   set_real_ip_from 10.0.0.7;
    ///   server {
    ///     listen 80;
    ///     root /srv/shop;
    ///     real_ip_header X-Forwarded-For;
    ///   }
    /// }
    /// ```
    "nginx/real-ip-without-source" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_realip_module.html#set_real_ip_from"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("real_ip_header").filter(|(_, node)| node.place.is_http()) {
        // Where it is set for several servers, one of them may have the addresses.
        let elsewhere = tree.named("set_real_ip_from").next().is_some();
        if elsewhere {
            continue;
        }
        match (tree.effective(node.parent, "set_real_ip_from"), tree.gap_anywhere()) {
            (Effective::Absent, None) => drop(
                sink.report(node.directive.words(), "this does nothing: no address is named whose header is believed")
                    .help("add `set_real_ip_from` with the address of the proxy in front"),
            ),
            (Effective::Set(_), _) => {}
            (_, why) => {
                let why = why.map_or_else(String::new, |why| why.leaves("the addresses may be named elsewhere"));
                sink.unknown(node.directive.words(), why);
            }
        }
    }
}
