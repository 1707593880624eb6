//! `nginx/limit-without-burst`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// A limit of requests refuses what one page needs.
    ///
    /// ## Why
    /// nginx counts in milliseconds: `rate=5r/s` is one request every 200 ms, and without `burst` the second one within that
    /// time is refused with 503. A page asks for its styles, scripts and pictures at once, so visitors get half of it.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=visitors:10m rate=5r/s;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       limit_req zone=visitors;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^ nginx/limit-without-burst
    /// # | the second request within 200 ms is refused: no page with styles and pictures gets through whole
    /// # | help: add `burst=40 nodelay`
    /// # >       limit_req zone=visitors burst=40 nodelay;
    ///       limit_req_status 429;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_status 429;
    ///   limit_req_zone $binary_remote_addr zone=visitors:10m rate=5r/s;
    ///   limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       limit_req zone=visitors burst=40 nodelay;
    ///       proxy_pass http://10.0.0.5:8000;
    ///     }
    ///     location /login { limit_req zone=login; proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Limits of single paths, such as a login, and more than 20 requests a second.
    "nginx/limit-without-burst" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_limit_req_module.html#limit_req"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("limit_req") {
        let Some((_, zone)) = node.directive.parameter("zone=") else { continue };
        let bursts = node.directive.args.iter().any(|word| word.value.starts_with("burst="));
        let whole = match tree.block(node.parent) {
            Some(block) if block.is("location") => block.arg(0) == Some("/"),
            _ => true,
        };
        if bursts || !whole || !ctx.project.look(tree.nodes.len()) {
            continue;
        }
        let own =
            |wanted: &&Directive| wanted.parameter("zone=").is_some_and(|(_, own)| own.split(':').next() == Some(zone));
        let Some(made) = tree.named("limit_req_zone").map(|(_, node)| node.directive).find(own) else { continue };
        let every = made.parameter("rate=").and_then(|(_, rate)| rate.strip_suffix("r/s")?.parse::<u32>().ok());
        let Some(apart) = every.filter(|rate| (1..=20).contains(rate)).map(|rate| 1000 / rate) else { continue };
        let message = format!(
            "the second request within {apart} ms is refused: no page with styles and pictures gets through whole"
        );
        sink.report(node.directive.words(), message)
            .help("add `burst=40 nodelay`")
            .related(made.words(), "the rate is here");
    }
}
