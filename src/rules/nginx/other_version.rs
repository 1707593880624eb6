//! `nginx/other-version`

use super::tree;
use crate::model::nginx::NginxFile;
use crate::project::Version;
use crate::rules::prelude::*;
use crate::syntax::nginx::table;

rule! {
    /// A directive is newer than the nginx that will read it.
    ///
    /// ## Why
    /// nginx refuses what it does not know: `unknown directive "http2"`. Examples on the web are written for the newest version;
    /// the tag of the image says which one it is here.
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   http2 on;
    /// # ^^^^^ nginx/other-version
    /// # | nginx knows `http2` since 1.25.1, and the image here is older: it does not start
    /// # | help: use an image of nginx 1.25.1 or later, or remove the line
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.24-alpine
    /// # >     image: nginx:1.28-alpine
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// server {
    ///   listen 80;
    ///   http2 on;
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.25
    ///     volumes: ["./conf.d:/etc/nginx/conf.d:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Files of an nginx whose version is not known: `latest`, images of others, packages of the host.
    "nginx/other-version" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/CHANGES"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let version = ctx.project.stock_of(nginx.file).and_then(|stock| stock.version);
    let (Some(version), Some(file)) = (version, tree(nginx, ctx).filter(|file| !file.unbalanced)) else {
        return sink.not_applicable();
    };
    for directive in &file.directives {
        let name = &*directive.name.value;
        let mut since = table::lookup(name).iter().map(|entry| entry.since);
        // Where one row has no version, the directive has always been there.
        let first = since.next().filter(|first| since.all(|other| other == *first));
        let Some(first) = first.filter(|first| Version::parse(first).is_some_and(|first| version < first)) else {
            continue;
        };
        let inside = directive.parent.and_then(|at| file.directives.get(at as usize));
        if inside.is_some_and(|block| matches!(&*block.name.value, "map" | "geo" | "types")) {
            continue;
        }
        let first = first.trim_end_matches('+');
        sink.report(
            directive.name.span,
            format!("nginx knows `{name}` since {first}, and the image here is older: it does not start"),
        )
        .help(format!("use an image of nginx {first} or later, or remove the line"));
    }
}
