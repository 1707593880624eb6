//! `nginx/syntax`

use crate::model::Tree;
use crate::model::nginx::{NginxFile, structure};
use crate::rules::prelude::*;

rule! {
    /// Something nginx cannot read or does not accept where it stands.
    ///
    /// ## Why
    /// nginx reads all files before it starts or reloads. One missing semicolon, one directive in the wrong block or
    /// one value of the wrong type, and it refuses everything: a start fails, a reload keeps the old configuration.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80
    /// #           ^ nginx/syntax
    /// # | `;` is missing after `listen`
    /// # | help: add `;` at the end of the line
    ///     server_name shop.example;
    ///     gzip yes;
    /// #        ^^^ nginx/syntax
    /// # | `gzip` takes only `on` or `off`
    /// # | help: write `gzip on;` or `gzip off;`
    ///     worker_connections 1024;
    /// #   ^^^^^^^^^^^^^^^^^^ nginx/syntax
    /// # | `worker_connections` is not allowed in `server`
    /// # | help: move it to `events`
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {
    ///   worker_connections 1024;
    /// }
    /// http {
    ///   server {
    ///     listen 80;
    ///     server_name shop.example;
    ///     gzip on;
    ///   }
    /// }
    /// ```
    ///
    /// ## A value set twice
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   client_max_body_size 10m;
    ///   client_max_body_size 20m;
    /// # ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/syntax
    /// # | `client_max_body_size` is set twice at the same level
    /// # | help: keep one of the two
    /// }
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   client_max_body_size 20m;
    ///   index index.html;
    ///   index index.htm;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Fragments are judged where they are included, or at the place their directives fit best. Nothing is said about
    /// templates, about directives of modules that are not part of nginx, and about files whose braces do not match
    /// beyond the braces themselves.
    "nginx/syntax" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/dirindex.html"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Tree::Nginx(file) = &ctx.project.document(nginx.file).tree else { return };
    for fault in &file.faults {
        let finding = sink.report(fault.span, fault.message.clone());
        if let Some(help) = &fault.help {
            finding.help(help.clone());
        }
    }
    for fault in &file.swallowed {
        let finding = sink.report(fault.span, fault.message.clone());
        finding.severity(High).effect(BreaksAtRuntime).confidence(Likely).help(fault.help.clone().unwrap_or_default());
    }
    for problem in structure::problems(ctx.project.places(nginx), file) {
        let finding = sink.report(problem.span, problem.message);
        finding.help(problem.help);
        if let Some((span, text)) = problem.related {
            finding.related(span, text);
        }
    }
}
