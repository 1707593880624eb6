//! `nginx/limit-counts-cloudflare`

use crate::model::nginx::{Effective, Expanded, Level, Node};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A limit counts the addresses of Cloudflare, not of visitors.
    ///
    /// ## Why
    /// Behind Cloudflare every connection comes from one of its machines. `$binary_remote_addr` is that machine until `real_ip_header`
    /// tells nginx otherwise: visitors who share one are turned away together, and a robot comes by many.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    /// #                ^^^^^^^^^^^^^^^^^^^ nginx/limit-counts-cloudflare
    /// # | this is a machine of Cloudflare, which many visitors share: they are turned away together
    /// # | help: name Cloudflare's addresses with `set_real_ip_from`, and add `real_ip_header CF-Connecting-IP;`
    ///   server {
    ///     listen 80;
    /// # >     listen 80;
    /// # >     set_real_ip_from 173.245.48.0/20;
    /// # >     real_ip_header CF-Connecting-IP;
    ///     location / {
    ///       limit_req zone=login burst=5 nodelay;
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Real-IP $http_cf_connecting_ip;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    ///   server {
    ///     listen 80;
    ///     set_real_ip_from 173.245.48.0/20;
    ///     real_ip_header CF-Connecting-IP;
    ///     location / {
    ///       limit_req zone=login burst=5 nodelay;
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Country $http_cf_ipcountry;
    ///     }
    ///   }
    ///   server {
    ///     listen 81;
    ///     location / {
    ///       limit_req zone=login burst=5 nodelay;
    ///       proxy_pass http://10.0.0.5:8000;
    ///       proxy_set_header X-Real-IP $remote_addr;
    ///     }
    ///   }
    /// }
    /// ```
    "nginx/limit-counts-cloudflare" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://developers.cloudflare.com/support/troubleshooting/restoring-visitor-ips/restoring-original-visitor-ips/"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (zones, limit) in [("limit_req_zone", "limit_req"), ("limit_conn_zone", "limit_conn")] {
        for (_, node) in tree.named(zones) {
            let (Some(key), Some((_, zone))) = (node.directive.args.first(), node.directive.parameter("zone=")) else {
                continue;
            };
            if !matches!(&*key.value, "$binary_remote_addr" | "$remote_addr") || !ctx.project.look(tree.nodes.len()) {
                continue;
            }
            let zone = zone.split(':').next();
            let of = |own: &Directive| {
                own.arg(0) == zone || own.parameter("zone=").is_some_and(|(_, own)| Some(own) == zone)
            };
            // The header is Cloudflare's, and who hands it on is behind it.
            let behind = |level: Level| {
                let server = tree.server_of(level)?;
                let end = tree.nodes.get(server as usize).map_or(server, |own| own.end);
                let inside = tree.nodes.get(server as usize..end as usize)?;
                let says = |own: &&Node| {
                    own.directive.is("proxy_set_header")
                        && own.directive.args.iter().any(|word| &*word.value == "$http_cf_connecting_ip")
                };
                inside.iter().find(says)
            };
            let used = tree.named(limit).filter(|(_, own)| of(own.directive));
            let Some((level, sign)) = used.into_iter().find_map(|(_, own)| Some((own.parent, behind(own.parent)?)))
            else {
                continue;
            };
            match tree.effective(level, "real_ip_header") {
                Effective::Set(_) => {}
                Effective::Absent => drop(
                    sink.report(key.span, "this is a machine of Cloudflare, which many visitors share: they are turned away together")
                        .help("name Cloudflare's addresses with `set_real_ip_from`, and add `real_ip_header CF-Connecting-IP;`")
                        .related(sign.directive.words(), "visitors come by Cloudflare"),
                ),
                Effective::Unknown => {
                    let why = tree.gap_anywhere().map_or_else(String::new, |why| why.leaves("the visitor's address may be taken elsewhere"));
                    sink.unknown(key.span, why);
                }
            }
        }
    }
}
