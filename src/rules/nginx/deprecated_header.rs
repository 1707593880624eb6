//! `nginx/deprecated-header`

use std::collections::HashSet;

use super::removal;
use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};

rule! {
    /// A header that browsers do not know any more, or that does harm.
    ///
    /// ## Why
    /// `X-XSS-Protection` switched on a filter that could be used against the page; it is gone from all browsers, like `Expect-
    /// CT`, `Public-Key-Pins` and `Feature-Policy`. `ALLOW-FROM` of `X-Frame-Options` protects nothing.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header X-XSS-Protection "1; mode=block" always;
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/deprecated-header
    /// # | no browser has this filter any more
    /// # | help: remove the line, or write 0
    /// # >
    ///   }
    /// }
    /// ```
    /// ```nginx fixed file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header X-XSS-Protection 0 always;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header X-XSS-Protection 0 always;
    ///     add_header X-Frame-Options DENY always;
    ///   }
    /// }
    /// ```
    "nginx/deprecated-header" {
        severity: Info, effect: Hygiene, since: "0.1.0",
        refs: &["https://owasp.org/www-project-secure-headers/#deprecated-headers"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    let mut told = HashSet::new();
    for (_, node) in tree.named("add_header") {
        let (Some(name), Some(value)) = (node.directive.arg(0), node.directive.arg(1)) else { continue };
        let lower = name.to_ascii_lowercase();
        let (message, help) = match lower.as_str() {
            "x-xss-protection" if value.trim() != "0" => {
                ("no browser has this filter any more", "remove the line, or write 0")
            }
            "x-frame-options" if value.to_ascii_lowercase().contains("allow-from") => (
                "browsers ignore `ALLOW-FROM`: everybody may frame the page",
                "use `frame-ancestors` of Content-Security-Policy",
            ),
            "expect-ct" | "public-key-pins" => ("no browser reads this header any more", "remove the line"),
            "feature-policy" => ("browsers read `Permissions-Policy` instead", "write it as `Permissions-Policy`"),
            _ => continue,
        };
        // One file may say it for many servers.
        if told.insert((node.directive.name.span.file, lower)) {
            let alone = tree.own(node.parent, "add_header").count() == 1;
            let finding = sink.report(node.directive.words(), message).help(help);
            match (node.directive.args.get(1).map(|word| word.span), name.to_ascii_lowercase().as_str()) {
                (Some(value), "x-xss-protection") => {
                    finding.fix(Fix::replace("switch the filter off", Safety::Safe, value, "0"));
                }
                // Without any header of its own, a level gets those from around it.
                (_, "expect-ct" | "public-key-pins") if !alone => {
                    let edits = vec![removal(node.directive, ctx)];
                    finding.fix(Fix { title: "remove the header".into(), safety: Safety::Safe, edits });
                }
                _ => {}
            }
        }
    }
}
