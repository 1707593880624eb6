//! `nginx/defined-twice`

use std::collections::HashMap;

use crate::model::nginx::Config;
use crate::rules::prelude::*;

rule! {
    /// Two files define the same upstream, or both claim the default server.
    ///
    /// ## Why
    /// Each file is right by itself. nginx reads them as one and refuses to start: `duplicate upstream`, `a duplicate default
    /// server`. With a second site in `conf.d` that takes the first one down as well.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/a.conf
    /// upstream app { server 127.0.0.1:8000; }
    /// server {
    ///   listen 80 default_server;
    ///   server_name a.shop.de;
    /// }
    /// ```
    /// ```nginx bad file=conf.d/b.conf
    /// upstream app { server 127.0.0.1:9000; }
    /// #        ^^^ nginx/defined-twice
    /// # | upstream `app` is defined in another file already: nginx does not start
    /// # | help: keep one of the two, or give this one another name
    /// server {
    ///   listen 80 default_server;
    /// # ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/defined-twice
    ///   server_name b.shop.de;
    /// }
    /// ```
    /// ```nginx good file=conf.d/a.conf
    /// upstream app { server 127.0.0.1:8000; }
    /// server {
    ///   listen 80 default_server;
    ///   server_name a.shop.de;
    /// }
    /// ```
    /// ```nginx good file=conf.d/b.conf
    /// upstream other { server 127.0.0.1:9000; }
    /// server {
    ///   listen 80;
    ///   listen [::]:80 default_server;
    ///   server_name b.shop.de;
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    "nginx/defined-twice" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#listen"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    let mut upstreams: HashMap<&str, Span> = HashMap::new();
    for upstream in &config.upstreams {
        let (name, here) = (upstream.name.value.as_str(), upstream.name.span);
        let first = *upstreams.entry(name).or_insert(here);
        // Within one file it is said where the file is read.
        if first.file != here.file {
            sink.report(here, format!("upstream `{name}` is defined in another file already: nginx does not start"))
                .help("keep one of the two, or give this one another name")
                .related(first, "the first one");
        }
    }
    let mut defaults: HashMap<(Option<&str>, u16), Span> = HashMap::new();
    for listen in config.servers.iter().flat_map(|server| &server.listens).filter(|listen| listen.default) {
        let Some(port) = listen.port else { continue };
        let address = listen.address.as_deref().filter(|address| *address != "0.0.0.0");
        let first = *defaults.entry((address, port)).or_insert(listen.span);
        if first.file != listen.span.file {
            sink.report(
                listen.span,
                format!("another file has the default server of port {port}: nginx does not start"),
            )
            .help("remove `default_server` from one of the two")
            .related(first, "the first one");
        }
    }
}
