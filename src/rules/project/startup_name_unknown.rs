//! `project/startup-name-unknown`

use crate::model::Host;
use crate::model::nginx::Config;
use crate::project::{Inside, Machine, Nowhere, Reach};
use crate::rules::prelude::*;

rule! {
    /// When it starts, nginx looks up a name that nobody has.
    ///
    /// ## Why
    /// nginx looks up the names in every `upstream` when it starts, used or not: `host not found in upstream`. What was left
    /// behind for a service that is gone stops the whole site. Upstreams of `stream` are looked up likewise, and so are the
    /// names in `set_real_ip_from`, `resolver` and `syslog:server=`.
    ///
    /// ## Examples
    /// ```nginx bad file=shop.conf
    /// upstream app { server app:8000; }
    /// upstream reports { server reports:9000; }
    /// #                         ^^^^^^^^^^^^ project/startup-name-unknown
    /// # | no service is called `reports`, so nginx in service `web` does not start
    /// # | help: remove the upstream, or name a service that is there
    /// # > upstream reports { server app:9000; }
    /// server {
    ///   listen 80;
    ///   location / { proxy_pass http://app; }
    /// }
    /// ```
    /// ```nginx good file=shop.conf
    /// upstream app { server app:8000; }
    /// upstream outside { server reports.kleinladen.de:9000; }
    /// server {
    ///   listen 80;
    ///   location / { proxy_pass http://app; }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///   web:
    ///     image: nginx:1.28
    ///     ports: ["80:80"]
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ### The proxy in front
    /// ```nginx bad file=shop.conf
    /// set_real_ip_from proxy;
    /// #                ^^^^^ project/startup-name-unknown
    /// # | no service is called `proxy`, so nginx in service `web` does not start
    /// # | help: remove the line, or name a service that is there
    /// # > set_real_ip_from 10.0.0.0/8;
    /// server { listen 80; }
    /// ```
    /// ```nginx good file=shop.conf
    /// set_real_ip_from edge;
    /// server { listen 80; }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   edge:
    ///     image: traefik:3.5
    ///     ports: ["80:80"]
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./shop.conf:/etc/nginx/conf.d/default.conf:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Names with a dot, and servers with `resolve`, which nginx looks up while it runs.
    "project/startup-name-unknown" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        aliases: &["project/spare-upstream-unknown"],
        refs: &[
            "https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server",
            "https://nginx.org/en/docs/http/ngx_http_realip_module.html#set_real_ip_from",
        ],
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let leads = ctx.project.spare_leads(config);
    if leads.is_empty() {
        return sink.not_applicable();
    }
    let in_container = matches!(ctx.project.machine(config.file), Answer::Yes(Machine::Container(_)));
    for (span, host, lead) in leads {
        let line = if config.looked_up.iter().any(|own| own.span == span) { "line" } else { "upstream" };
        match lead {
            Reach::Unknown(why)
                if !in_container && !Host::is_loopback(host) && !ctx.project.is_called_anywhere(host) =>
            {
                sink.unknown(span, format!("nginx does not start where nobody knows `{host}`, and {}", why.text));
            }
            Reach::Nowhere(Nowhere::Inside(Inside::NoSuchName { from, .. }), _) => {
                let message = format!("no service is called `{host}`, so nginx in service `{from}` does not start");
                sink.report(span, message)
                    .help(format!("remove the {line}, or name a service that is there"))
                    .cause((config.file, host), "here as well");
            }
            Reach::Nowhere(Nowhere::Inside(Inside::NoSharedNetwork { from, service, network }), _) => {
                let message = format!(
                    "services `{from}` and `{service}` have no network in common, so nginx in `{from}` does not start"
                );
                sink.report(span, message)
                    .help(format!("add `{network}` to the `networks:` of service `{from}`, or remove the {line}"));
            }
            _ => {}
        }
    }
}
