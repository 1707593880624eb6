//! `nginx/missing-capture`

use crate::model::nginx::Expanded;
use crate::model::nginx::flow::{groups, variables};
use crate::rules::prelude::*;

rule! {
    /// A group is used that the expression does not have.
    ///
    /// ## Why
    /// nginx puts nothing in its place and says nothing: all requests are sent to the same wrong address.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     rewrite ^/a/(.*)$ /b/$2 last;
    /// #                     ^^^^^ nginx/missing-capture
    /// # | `$2` is always empty: the expression has one group
    /// # | help: put brackets around what is meant: `(.*)`
    /// # >     rewrite ^/(a)/(.*)$ /b/$2 last;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     rewrite ^/a/(.*)$ /b/$1 last;
    ///     rewrite ^/(?<lang>[a-z]+)/(.*)$ /$2?lang=$lang&x=$1 last;
    ///   }
    /// }
    /// ```
    "nginx/missing-capture" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#rewrite"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("rewrite").filter(|(_, node)| node.place.is_http()) {
        let [pattern, target, ..] = &node.directive.args[..] else { continue };
        let count = groups(&pattern.value).len();
        // `(?|a(b)|c(d))` numbers its groups anew.
        if pattern.value.contains("(?|") {
            continue;
        }
        let missing = variables(&target.value).find(|variable| variable.name.parse::<usize>().is_ok_and(|n| n > count));
        let Some(missing) = missing else { continue };
        let has = match count {
            0 => "has no group".to_owned(),
            1 => "has one group".to_owned(),
            count => format!("has {count} groups"),
        };
        sink.report(target.span, format!("`${}` is always empty: the expression {has}", missing.name))
            .help("put brackets around what is meant: `(.*)`")
            .related(pattern.span, "the expression");
    }
}
