//! `nginx/limit-shared-by-all`

use crate::model::nginx::flow::variables;
use crate::model::nginx::{Effective, Expanded, parts};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A limit counts all visitors as one.
    ///
    /// ## Why
    /// Requests with the same key share one counter. `$server_name` is the same for everybody: one visitor who reloads a few times, or
    /// one robot, uses up what there is for all, and the others get errors.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $server_name zone=api:10m rate=10r/s;
    /// #                ^^^^^^^^^^^^ nginx/limit-shared-by-all
    /// # | all visitors share these 10r/s: one of them uses them up, and the others are turned away
    /// # | help: count each visitor by itself: `$binary_remote_addr`
    /// # >   limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;
    ///   server {
    ///     listen 80;
    ///     limit_req zone=api burst=20 nodelay;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=one:10m rate=10r/s;
    ///   limit_req_zone $server_name zone=all:10m rate=20r/s;
    ///   limit_req_zone $server_name zone=many:10m rate=1000r/s;
    ///   server {
    ///     listen 80;
    ///     limit_req zone=one burst=20 nodelay;
    ///     limit_req zone=all burst=100 nodelay;
    ///     root /srv;
    ///     location /a { limit_req zone=many burst=100; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Rates above 20 a second, and limits for one page alone: those are for what all visitors do together.
    "nginx/limit-shared-by-all" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_limit_req_module.html#limit_req_zone"],
        check: Check::Blocks(check),
    }
}

/// The same for all visitors of a site.
const SAME: [&str; 7] = ["server_name", "server_addr", "server_port", "scheme", "host", "http_host", "hostname"];

/// What a single visitor, or a robot, comes near to.
const FEW: u32 = 20;

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("limit_req_zone") {
        let (Some(key), Some((_, zone))) = (node.directive.args.first(), node.directive.parameter("zone=")) else {
            continue;
        };
        let zone = zone.split(':').next().unwrap_or(zone);
        let rate = node.directive.parameter("rate=").map_or("", |(_, rate)| rate);
        let slow = match rate.strip_suffix("r/s") {
            Some(number) => number.parse::<u32>().is_ok_and(|number| number <= FEW),
            None => rate.ends_with("r/m"),
        };
        let same = variables(&key.value).all(|own| SAME.contains(&own.name));
        if !same || !slow || key.is_placeholder() || !ctx.project.look(tree.nodes.len()) {
            continue;
        }
        let of = |own: &Directive| own.parameter("zone=").is_some_and(|(_, own)| own == zone);
        // With a limit for each visitor beside it this one is for what they do together.
        let alone = |level| match tree.effective(level, "limit_req") {
            Effective::Set(all) => all.into_iter().all(of),
            Effective::Absent | Effective::Unknown => false,
        };
        // A limit for one costly page may well be for all together.
        let wide = |level| match tree.block(level).and_then(parts) {
            Some((modifier, path)) => {
                matches!((modifier, path), ("" | "^~", "/"))
                    || ["/api", "login", "auth", "signin"].iter().any(|own| path.contains(own))
            }
            None => true,
        };
        let uses =
            tree.named("limit_req").filter(|(_, own)| of(own.directive) && alone(own.parent) && wide(own.parent));
        for (_, used) in uses.take(1) {
            let message =
                format!("all visitors share these {rate}: one of them uses them up, and the others are turned away");
            sink.report(key.span, message)
                .help("count each visitor by itself: `$binary_remote_addr`")
                .related(used.directive.words(), "the limit is used here, and no other");
        }
    }
}
