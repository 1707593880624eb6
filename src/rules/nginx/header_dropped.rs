//! `nginx/header-dropped`

use crate::model::nginx::{Dropped, Server};
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};

rule! {
    /// A block that sets headers loses the security headers from around it.
    ///
    /// ## Why
    /// nginx inherits `add_header` all or nothing: one `add_header` inside a block, and none from around it is sent
    /// there any more. The pages below that block go out without the protection that the rest of the site has.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   add_header Strict-Transport-Security "max-age=63072000" always;
    ///   add_header X-Content-Type-Options nosniff always;
    ///   location /static/ {
    ///     root /srv;
    ///     add_header Cache-Control "public";
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/header-dropped
    /// # | `location /static/` sets a header of its own and thereby loses Strict-Transport-Security and
    /// # | X-Content-Type-Options
    /// # | help: repeat them in this block, or put them into a file that both levels include
    /// # >     add_header Cache-Control "public";
    /// # >     add_header Strict-Transport-Security "max-age=63072000" always;
    /// # >     add_header X-Content-Type-Options nosniff always;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   add_header Strict-Transport-Security "max-age=63072000" always;
    ///   add_header X-Content-Type-Options nosniff always;
    ///   location /static/ {
    ///     root /srv;
    ///     add_header Cache-Control "public";
    ///     add_header Strict-Transport-Security "max-age=63072000" always;
    ///     add_header X-Content-Type-Options nosniff always;
    ///   }
    ///   location /health {
    ///     add_header Content-Type text/plain;
    ///     return 200 "ok";
    ///   }
    ///   location /files/ {
    ///     add_header_inherit merge;
    ///     add_header Cache-Control "private";
    ///   }
    /// }
    /// ```
    ///
    /// ## Headers set again by an include
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   add_header X-Frame-Options DENY;
    ///   location /a/ {
    ///     add_header X-Part a;
    /// #   ^^^^^^^^^^^^^^^^^^^ nginx/header-dropped
    /// # | `location /a/` sets a header of its own and thereby loses X-Frame-Options
    /// # | help: repeat it in this block, or put it into a file that both levels include
    /// # >     add_header X-Part a;
    /// # >     add_header X-Frame-Options DENY;
    ///     include snippets/cache.conf;
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=snippets/cache.conf
    /// expires 30d;
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   include snippets/headers.conf;
    ///   location /a/ {
    ///     add_header X-Part a;
    ///     include snippets/headers.conf;
    ///   }
    ///   location /b/ {
    ///     add_header X-Part b;
    ///     include not-in-the-project.conf;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=snippets/headers.conf
    /// add_header X-Frame-Options DENY;
    /// ```
    ///
    /// ## One file of headers for all levels
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   include snippets/headers.conf;
    ///   location /a/ {
    ///     add_header X-Part a;
    /// #   ^^^^^^^^^^^^^^^^^^^ nginx/header-dropped
    /// # | `location /a/` sets a header of its own and thereby loses X-Frame-Options
    /// # | help: repeat it in this block, or put it into a file that both levels include
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=snippets/headers.conf
    /// add_header X-Frame-Options DENY;
    /// ```
    /// ```nginx fixed file=conf.d/shop.conf
    /// server {
    ///   include snippets/headers.conf;
    ///   location /a/ {
    ///     include snippets/headers.conf;
    ///     add_header X-Part a;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   include snippets/headers.conf;
    ///   location /a/ {
    ///     include snippets/headers.conf;
    ///     add_header X-Part a;
    ///   }
    /// }
    /// ```
    ///
    /// ## In an `if`
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   location / {
    ///     add_header X-Frame-Options DENY always;
    ///     root /srv;
    ///     if ($request_uri ~ \.css$) {
    ///       add_header Cache-Control "public";
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/header-dropped
    /// # | `if ($request_uri ~ \.css$)` sets a header of its own and thereby loses X-Frame-Options
    /// # | help: repeat it in this block, or put it into a file that both levels include
    /// # >       add_header Cache-Control "public";
    /// # >       add_header X-Frame-Options DENY always;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   location / {
    ///     add_header X-Frame-Options DENY always;
    ///     root /srv;
    ///     if ($request_method = OPTIONS) {
    ///       add_header Allow "GET";
    ///       return 204;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Blocks that answer with `return`, and other headers than those that protect the browser.
    "nginx/header-dropped" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header"],
        check: Check::Server(check),
    }
}

/// The headers that protect the browser.
const PROTECTING: [&str; 9] = [
    "strict-transport-security",
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
];

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    for dropped in server.dropped.iter().filter(|dropped| !dropped.returns) {
        let protecting = |name: &str| PROTECTING.iter().any(|one| one.eq_ignore_ascii_case(name));
        let mut names: Vec<&str> = Vec::new();
        for header in dropped.lost.iter().filter(|header| protecting(&header.name)) {
            if !names.contains(&header.name.as_str()) {
                names.push(&header.name);
            }
        }
        let Some(lost) = dropped.lost.iter().find(|header| protecting(&header.name)) else { continue };
        if let Some(why) = &dropped.gap {
            sink.unknown(dropped.span, why.leaves("the lost headers may be set again elsewhere"));
            continue;
        }
        let them = if names.len() == 1 { "it" } else { "them" };
        let finding = sink.report(
            dropped.span,
            format!("`{}` sets a header of its own and thereby loses {}", dropped.block, phrase::all(&names)),
        );
        finding
            .help(format!("repeat {them} in this block, or put {them} into a file that both levels include"))
            .related(lost.span, "set here, for everything but that block");
        if let Some(include) = included(server, dropped, ctx) {
            let source = ctx.project.source(dropped.span.file);
            let start = dropped.span.range().start;
            let before = ctx.quote(Span::new(dropped.span.file, source.part_of_line(start).start, start));
            let apart = if before.trim().is_empty() { format!("\n{before}") } else { " ".to_owned() };
            finding.fix(Fix {
                title: "include the file with the headers here, too".into(),
                safety: Safety::Safe,
                edits: vec![Edit { span: dropped.span.at_start(), text: format!("include {include};{apart}") }],
            });
        }
    }
}

/// What an `include` names that brings all headers a block has lost, and nothing but headers.
fn included(server: &Server, dropped: &Dropped, ctx: &Context) -> Option<String> {
    let file = dropped.lost.first()?.span.file;
    if file == dropped.span.file || dropped.lost.iter().any(|header| header.span.file != file) {
        return None;
    }
    let tree = ctx.project.nginx_tree(ctx.project.config_of(server)?);
    if !tree.nodes.iter().all(|node| node.directive.span.file != file || node.directive.is("add_header")) {
        return None;
    }
    let at = tree.nodes.iter().position(|node| node.directive.span.file == file)?;
    let include = tree.nodes.get(at.checked_sub(1)?)?.directive;
    let word = include.args.first().filter(|word| include.is("include") && !word.is_open())?;
    let plain = |name: &str| !name.contains(['*', '?', '[', '"', '\'', ' ']) && !name.is_empty();
    plain(&word.value).then(|| word.value.to_string())
}
