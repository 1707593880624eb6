//! `nginx/public-resolver`

use std::collections::HashSet;

use crate::model::nginx::{Expanded, Node};
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::Answer;
use crate::syntax::nginx::Word;

rule! {
    /// Hosts are looked up at a public name server.
    ///
    /// ## Why
    /// Answers come over the open network without protection: whoever changes them decides where your requests go. Names of
    /// containers and of the own network are not known there at all.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     resolver 8.8.8.8 valid=300s;
    /// #            ^^^^^^^ nginx/public-resolver
    /// # | hosts are looked up at a public name server, whose answers anybody on the way can change
    /// # | help: use the one of the network: `127.0.0.11` in a container, `127.0.0.53` on Ubuntu and its like
    /// # >     resolver 127.0.0.11 valid=300s;
    ///     location / {
    ///       set $app api.shop.de;
    ///       proxy_pass http://$app;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     resolver 127.0.0.11 valid=10s;
    ///     location / {
    ///       set $app api.shop.de;
    ///       proxy_pass http://$app;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Name servers that only OCSP stapling needs.
    "nginx/public-resolver" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver"],
        check: Check::Blocks(check),
    }
}

const PUBLIC: [&str; 12] = [
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "1.0.0.1",
    "9.9.9.9",
    "149.112.112.112",
    "208.67.222.222",
    "208.67.220.220",
    "[2001:4860:4860::8888]",
    "[2001:4860:4860::8844]",
    "[2606:4700:4700::1111]",
    "[2606:4700:4700::1001]",
];

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    // OCSP stapling needs one, too, and its answers are signed.
    let asks = |(_, node): &(u32, &Node)| node.directive.arg(0).is_some_and(|to| to.contains('$'));
    let Some((_, pass)) = tree.named("proxy_pass").find(asks) else { return sink.not_applicable() };
    let services: HashSet<&str> = ctx
        .project
        .deployment_of(tree.file)
        .iter()
        .flat_map(|set| &set.services)
        .map(|service| service.name.value.as_str())
        .collect();
    let inner = tree.named("set").filter_map(|(_, node)| node.directive.args.get(1)).find(|word| {
        let host = word.value.split_once("://").map_or(&*word.value, |(_, rest)| rest);
        services.contains(host.split([':', '/']).next().unwrap_or(host))
    });
    let container = matches!(ctx.project.machine(tree.file), Answer::Yes(Machine::Container(_)));
    for (_, node) in tree.named("resolver").filter(|(_, node)| node.place.is_http()) {
        let public = |word: &&Word| PUBLIC.contains(&word.value.strip_suffix(":53").unwrap_or(&word.value));
        let Some(word) = node.directive.args.iter().find(public) else { continue };
        match inner.filter(|_| container) {
            Some(name) => {
                sink.report(
                    word.span,
                    "this name server does not know the services of Compose: requests to them are answered with 502",
                )
                .severity(High)
                .effect(BreaksAtRuntime)
                .help("write `resolver 127.0.0.11 valid=10s;`, which is Docker's own")
                .related(name.span, "this is the name of a service");
            }
            None => {
                sink.report(
                    word.span,
                    "hosts are looked up at a public name server, whose answers anybody on the way can change",
                )
                .help("use the one of the network: `127.0.0.11` in a container, `127.0.0.53` on Ubuntu and its like")
                .related(pass.directive.words(), "this needs it");
            }
        }
    }
}
