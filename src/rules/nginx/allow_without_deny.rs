//! `nginx/allow-without-deny`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// An `allow` without a `deny` keeps nobody out.
    ///
    /// ## Why
    /// Who is on no list is let in. The addresses look like a protection, and `deny all` is what makes them one.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location /admin/ {
    ///       allow 10.0.0.0/8;
    /// #     ^^^^^^^^^^^^^^^^ nginx/allow-without-deny
    /// # | nothing is denied here: who is on no list gets in all the same
    /// # | help: add `deny all;` below
    /// # >       allow 10.0.0.0/8;
    /// # >       deny all;
    ///       proxy_pass http://127.0.0.1:8000;
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
    ///       proxy_pass http://127.0.0.1:8000;
    ///     }
    ///     location /any/ {
    ///       satisfy any;
    ///       allow 10.0.0.0/8;
    ///       auth_basic "who";
    ///       auth_basic_user_file /etc/nginx/users;
    ///     }
    ///     location /open/ {
    ///       allow all;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## A list that is included
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     location / {
    ///       allow 10.0.0.0/8;
    /// #     ^^^^^^^^^^^^^^^^ nginx/allow-without-deny
    /// # | nothing is denied here: who is on no list gets in all the same
    /// # | help: add `deny all;` below
    /// # >       allow 10.0.0.0/8;
    /// # >       deny all;
    ///       root /srv;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=lists/office.conf
    /// allow 10.0.0.0/8;
    /// allow 192.168.7.0/24;
    /// ```
    ///
    /// ## What it does not report
    /// Levels where a password may let the others in.
    "nginx/allow-without-deny" {
        severity: Medium, effect: Exposes, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_access_module.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let mut told = None;
    for (_, node) in tree.named("allow").filter(|(_, node)| node.place.is_http()) {
        if told == Some(node.parent) || node.directive.arg(0) == Some("all") {
            continue;
        }
        told = Some(node.parent);
        // Lists around this one do not count any more.
        let denies = tree.own(node.parent, "deny").next().is_some();
        let other =
            tree.value(node.parent, "auth_basic").is_some() || tree.value(node.parent, "auth_request").is_some();
        let opens = tree.own(node.parent, "allow").any(|allow| allow.arg(0) == Some("all"));
        if denies || other || opens {
            continue;
        }
        let place = node.directive.words();
        // What includes a list of addresses may well go on with `deny all`.
        let around = if node.parent.is_none() { tree.gap_around() } else { None };
        match tree.gap(node.parent).or(around) {
            Some(why) => sink.unknown(place, why.leaves("`deny` may stand elsewhere")),
            None => drop(
                sink.report(place, "nothing is denied here: who is on no list gets in all the same")
                    .help("add `deny all;` below"),
            ),
        }
    }
}
