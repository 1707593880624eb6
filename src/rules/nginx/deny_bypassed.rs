//! `nginx/deny-bypassed`

use crate::model::nginx::{Expanded, Place};
use crate::rules::prelude::*;

rule! {
    /// A `return` answers before `deny` or the password is looked at.
    ///
    /// ## Why
    /// nginx runs `return` in an earlier phase than `allow`, `deny` and `auth_basic`. At the same level they are only
    /// decoration.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /status {
    ///       allow 10.0.0.0/8;
    ///       deny all;
    ///       return 200 "build 4711";
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^ nginx/deny-bypassed
    /// # | everybody gets this answer: nginx returns it before it looks at `deny`
    /// # | help: serve a file instead of `return`: `try_files /answer.txt =404;`
    /// # >       try_files /answer.txt =404;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /status {
    ///       allow 10.0.0.0/8;
    ///       deny all;
    ///       try_files /status.txt =404;
    ///     }
    ///     location /old {
    ///       deny all;
    ///       return 404;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Answers with an error or a redirect.
    "nginx/deny-bypassed" {
        severity: Low, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/dev/development_guide.html#http_phases"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("return").filter(|(_, node)| matches!(node.place, Place::Location | Place::Server)) {
        let good = node.directive.arg(0).is_some_and(|code| code.starts_with('2') && code.len() == 3);
        let mut guard = ["deny", "auth_basic", "auth_request"].iter().flat_map(|name| tree.own(node.parent, name));
        let guard = guard.find(|other| other.arg(0) != Some("off"));
        let Some(guard) = guard.filter(|_| good) else { continue };
        let message = format!("everybody gets this answer: nginx returns it before it looks at `{}`", guard.name.value);
        sink.report(node.directive.words(), message)
            .help("serve a file instead of `return`: `try_files /answer.txt =404;`")
            .related(guard.words(), "this is never asked");
    }
}
