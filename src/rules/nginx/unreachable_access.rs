//! `nginx/unreachable-access`

use std::collections::HashMap;

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::nginx::Directive;

rule! {
    /// An `allow` or `deny` stands below the line that already decided about everybody.
    ///
    /// ## Why
    /// nginx goes through `allow` and `deny` from the top, and the first one that fits decides. Below `deny all` nobody is let
    /// in any more, and below `allow all` nobody is kept out.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /admin/ {
    ///       deny all;
    ///       allow 10.0.0.0/8;
    /// #     ^^^^^^^^^^^^^^^^ nginx/unreachable-access
    /// # | nobody gets in: `deny all` stands above, and the first line that fits decides
    /// # | help: move the line above `deny all`
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     allow all;
    ///     deny 203.0.113.9;
    /// #   ^^^^^^^^^^^^^^^^ nginx/unreachable-access
    /// # | nobody is kept out: `allow all` stands above, and the first line that fits decides
    /// # | help: move the line above `allow all`
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /admin/ {
    ///       allow 10.0.0.0/8;
    ///       deny all;
    ///       root /srv;
    ///     }
    ///     location / {
    ///       deny 203.0.113.9;
    ///       allow all;
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// The second `deny all` of a list, which changes nothing.
    "nginx/unreachable-access" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_access_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    // By level: what decided about everybody, and whether it was told.
    let mut decided: HashMap<Option<u32>, (&Directive, bool)> = HashMap::new();
    for node in tree.nodes.iter().filter(|node| node.place.is_http()) {
        let own = node.directive;
        if !own.is("allow") && !own.is("deny") {
            continue;
        }
        match decided.get_mut(&node.parent) {
            Some((all, told)) if !*told && all.name.value != own.name.value => {
                *told = true;
                let (message, effect) = match all.is("deny") {
                    true => ("nobody gets in", BreaksAtRuntime),
                    false => ("nobody is kept out", Exposes),
                };
                let all = format!("{} all", all.name.value);
                let message = format!("{message}: `{all}` stands above, and the first line that fits decides");
                sink.report(own.words(), message).effect(effect).help(format!("move the line above `{all}`"));
            }
            Some(_) => {}
            None if own.arg(0) == Some("all") => drop(decided.insert(node.parent, (own, false))),
            None => {}
        }
    }
}
