//! `nginx/named-location-missing`

use crate::model::nginx::{Expanded, parts};
use crate::rules::prelude::*;

rule! {
    /// `try_files` or `error_page` leads to a named location that is not there.
    ///
    /// ## Why
    /// nginx looks for the location only when a request gets there. `nginx -t` is content, and every request that should be
    /// passed on is answered with 500: `could not find named location "@app"`. Named locations belong to one server.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     location / { try_files $uri @app; }
    /// #                               ^^^^ nginx/named-location-missing
    /// # | this server has no location `@app`: what is no file is answered with 500
    /// # | help: write `@application`, or add `location @app`
    /// # >     location / { try_files $uri @application; }
    ///     location @application { proxy_pass http://10.0.0.5:8000; }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     root /srv/www;
    ///     error_page 502 @down;
    ///     location / { try_files $uri @app; }
    ///     location @app { proxy_pass http://10.0.0.5:8000; }
    ///     location @down { return 503; }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Servers that include files nobody sees, and what stands outside of a server.
    "nginx/named-location-missing" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#location"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (name, answer) in [
        ("try_files", "what is no file is answered with 500"),
        ("error_page", "the error is answered with 500 instead"),
    ] {
        for (_, node) in tree.named(name) {
            let Some(word) = node.directive.args.last().filter(|word| word.value.starts_with('@') && !word.is_open())
            else {
                continue;
            };
            let Some(server) = tree.server_of(node.parent) else { continue };
            if !ctx.project.look(tree.size(Some(server))) {
                return;
            }
            let own = tree.own(Some(server), "location").filter_map(parts).map(|(_, path)| path);
            let known: Vec<&str> = own.filter(|path| path.starts_with('@')).collect();
            if known.contains(&&*word.value) {
                continue;
            }
            if let Some(why) = tree.gap(Some(server)) {
                sink.unknown(word.span, why.leaves("the location may stand elsewhere"));
                continue;
            }
            let wanted = &*word.value;
            let help = match &known[..] {
                [] => format!("add `location {wanted} {{ ... }}` to the server"),
                known => format!("write `{}`, or add `location {wanted}`", known[..known.len().min(5)].join("` or `")),
            };
            sink.report(word.span, format!("this server has no location `{wanted}`: {answer}"))
                .help(help)
                .cause((server, wanted), "here as well");
        }
    }
}
