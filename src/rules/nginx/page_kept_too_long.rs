//! `nginx/page-kept-too-long`

use crate::model::nginx::values::seconds;
use crate::model::nginx::{Effective, Expanded, Server, request};
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// Browsers keep the page of the application for days or longer.
    ///
    /// ## Why
    /// The names of scripts and styles change with each release, that of `index.html` does not. A browser that keeps the page
    /// asks for scripts of the last release: visitors see the old application, or a white page once the old scripts are gone.
    /// Nothing on the server brings them back.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   include mime.types;
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / {
    ///       try_files $uri /index.html;
    ///       expires 1y;
    /// #             ^^ nginx/page-kept-too-long
    /// # | this goes for `/index.html` too: visitors do not get the next release
    /// # | help: keep only files with a hash in their name that long: `location /assets/`
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   include mime.types;
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / { try_files $uri /index.html; }
    ///     location /assets/ {
    ///       try_files $uri =404;
    ///       expires 1y;
    ///     }
    ///   }
    ///   server {
    ///     listen 81;
    ///     root /srv/www;
    ///     expires 1y;
    ///     location / { try_files $uri /index.html; }
    ///     location = /index.html { expires -1; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers without `try_files ... /index.html`, less than a day, and what a variable decides.
    "nginx/page-kept-too-long" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_headers_module.html#expires"],
        check: Check::Blocks(check),
    }
}

const DAY: u64 = 24 * 60 * 60;

const PAGE: &str = "/index.html";

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let leads = |own: &Directive| own.args.last().is_some_and(|word| &*word.value == PAGE);
    let mut leading = tree.named("try_files").filter(|(_, node)| leads(node.directive));
    let Some(config) = leading.next().and_then(|_| ctx.project.config_in(tree)) else { return sink.not_applicable() };
    for server in &config.servers {
        let mut levels = server.locations.iter().map(|own| own.level).chain([server.level]);
        if ctx.project.look(1 + server.locations.len())
            && levels.any(|level| tree.own(Some(level), "try_files").any(leads))
        {
            kept(tree, server, sink);
        }
    }
}

fn kept(tree: &Expanded, server: &Server, sink: &mut Sink) {
    let Answer::Yes(page) = request(tree, server, PAGE) else { return };
    let level = Some(page.level);
    // What says anything else about caches decides, or at least is heard.
    let says = |own: &Directive| own.is_header("cache-control");
    let headers = match tree.effective(level, "add_header") {
        Effective::Set(headers) => headers,
        Effective::Absent => Vec::new(),
        Effective::Unknown => return,
    };
    let control = headers.into_iter().find(|own| says(own)).and_then(|own| own.args.get(1));
    let long = match (control, tree.value(level, "expires")) {
        (Some(word), _) if ["no-cache", "no-store", "must-revalidate"].iter().any(|own| word.value.contains(own)) => {
            None
        }
        (Some(word), _) if max_age(&word.value).is_some_and(|age| age >= DAY) => Some(word),
        (_, Some(word)) if &*word.value == "max" || seconds(&word.value).is_some_and(|age| age >= DAY) => Some(word),
        _ => None,
    };
    if let Some(word) = long {
        sink.report(word.span, format!("this goes for `{PAGE}` too: visitors do not get the next release"))
            .help("keep only files with a hash in their name that long: `location /assets/`");
    }
}

/// The seconds of `public, max-age=31536000`.
fn max_age(value: &str) -> Option<u64> {
    let (_, rest) = value.split_once("max-age=")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
