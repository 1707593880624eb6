//! `nginx/header-without-always`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};
use crate::syntax::nginx::Directive;

rule! {
    /// A security header that answers with an error do not carry.
    ///
    /// ## Why
    /// Without `always`, nginx adds a header to answers with 200, 201, 204, 206 and redirects only. Error pages, which often
    /// show what somebody put into the address, go out without it.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header X-Frame-Options DENY;
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/header-without-always
    /// # | error pages go out without `X-Frame-Options`
    /// # | help: add the word `always` in front of the `;`
    /// # >     add_header X-Frame-Options DENY always;
    ///     add_header X-Content-Type-Options nosniff;
    /// # >     add_header X-Content-Type-Options nosniff always;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx fixed file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header X-Frame-Options DENY always;
    ///     add_header X-Content-Type-Options nosniff always;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header X-Frame-Options DENY always;
    ///     add_header X-Content-Type-Options nosniff always;
    ///     add_header X-Shop de;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    "nginx/header-without-always" {
        severity: Info, effect: Weakens, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header"],
        check: Check::Blocks(check),
    }
}

const PROTECTING: [&str; 4] =
    ["strict-transport-security", "content-security-policy", "x-frame-options", "x-content-type-options"];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let mut told = None;
    for (_, node) in tree.named("add_header").filter(|(_, node)| node.place.is_http()) {
        let Some(name) = node.directive.arg(0).filter(|_| lacks(node.directive)) else { continue };
        if told == Some(node.parent) {
            continue;
        }
        told = Some(node.parent);
        // All of the level, so that it reads alike.
        let same = tree.own(node.parent, "add_header").filter(|header| lacks(header));
        let behind = same.filter_map(|header| header.args.last()).map(|word| word.span.at_end());
        sink.report(node.directive.words(), format!("error pages go out without `{name}`"))
            .help("add the word `always` in front of the `;`")
            .fix(Fix {
                title: "add `always`".into(),
                safety: Safety::Safe,
                edits: behind.map(|span| Edit { span, text: " always".into() }).collect(),
            });
    }
}

/// Whether it is a header that protects, and not sent with errors.
fn lacks(header: &Directive) -> bool {
    let protects = header.arg(0).is_some_and(|name| PROTECTING.iter().any(|one| one.eq_ignore_ascii_case(name)));
    protects && !header.args.iter().skip(2).any(|word| &*word.value == "always")
}
