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
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /admin/ {
    ///       satisfy any;
    ///       allow all;
    /// #     ^^^^^^^^^ nginx/unreachable-access
    /// # | `auth_basic` asks nobody: with `satisfy any` it is enough to be let in by `allow all`
    /// # | help: write `deny all` for it, below the addresses that need no password
    ///       auth_basic "Admin";
    ///       auth_basic_user_file /etc/nginx/users;
    ///       root /srv;
    ///     }
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
    satisfied_by_all(tree, sink);
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

/// `satisfy any` beside `allow all`: who may come from anywhere is asked for nothing else.
fn satisfied_by_all(tree: &Expanded, sink: &mut Sink) {
    for (_, node) in tree.named("satisfy").filter(|(_, node)| node.directive.arg(0) == Some("any")) {
        let asks = ["auth_basic", "auth_request", "auth_jwt"].into_iter().find(|name| {
            let set = tree.own(node.parent, name).last();
            set.is_some_and(|set| set.arg(0) != Some("off"))
        });
        let first = tree.level(node.parent).map(|(_, own)| own.directive).find(|own| own.is("allow") || own.is("deny"));
        let Some(allow) = first.filter(|own| own.is("allow") && own.arg(0) == Some("all")) else { continue };
        let Some(asks) = asks else { continue };
        let message = format!("`{asks}` asks nobody: with `satisfy any` it is enough to be let in by `allow all`");
        sink.report(allow.words(), message)
            .effect(Exposes)
            .help("write `deny all` for it, below the addresses that need no password")
            .related(node.directive.words(), "one of them is enough");
    }
}
