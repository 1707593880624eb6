//! `nginx/placeholder-name`

use crate::model::env::is_placeholder_domain;
use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// A name of an example is left in the configuration.
    ///
    /// ## Why
    /// Nobody asks for `your-domain.com` here, and a redirect to it sends your visitors to a stranger.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.kleinladen.de;
    ///     return 301 https://your-domain.com$request_uri;
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/placeholder-name
    /// # | visitors are sent to `your-domain.com`, which is a name of an example
    /// # | help: write the name of your site
    /// # >     return 301 https://kleinladen.de$request_uri;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.kleinladen.de;
    ///     return 301 https://www.kleinladen.de$request_uri;
    ///   }
    /// }
    /// ```
    "nginx/placeholder-name" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#server_name"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.nodes.iter().enumerate().filter(|(_, node)| node.place.is_http()) {
        let directive = node.directive;
        let sends = directive.is("return") || directive.is("rewrite");
        if !sends && !directive.is("server_name") {
            continue;
        }
        for word in &directive.args {
            let host = match sends {
                true => word
                    .value
                    .split_once("://")
                    .map_or("", |(_, rest)| rest.split(['/', ':', '$', '?']).next().unwrap_or("")),
                false => word.value.trim_start_matches("*.").trim_start_matches('.'),
            };
            let reserved = [".example", ".invalid", ".test"].iter().any(|end| host.ends_with(end));
            if reserved || !is_placeholder_domain(host) {
                continue;
            }
            match sends {
                true => sink.report(word.span, format!("visitors are sent to `{host}`, which is a name of an example")),
                false => sink
                    .report(word.span, format!("`{host}` is a name of an example: no visitor asks for it"))
                    .severity(Low),
            }
            .help("write the name of your site");
            break;
        }
    }
}
