//! `nginx/secret-in-log`

use std::collections::HashSet;

use crate::model::nginx::Expanded;
use crate::model::nginx::flow::variables;
use crate::rules::prelude::*;

rule! {
    /// The access log keeps what logs somebody in.
    ///
    /// ## Why
    /// Passwords, session cookies and tokens are written into a file that is kept for months, copied to other systems, and read
    /// by many.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   log_format full '$remote_addr $http_authorization';
    /// #                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/secret-in-log
    /// # | `$http_authorization` is written into the log: who reads it can log in as somebody else
    /// # | help: take `$http_authorization` out of the format
    /// # >   log_format full '$remote_addr';
    ///   server {
    ///     listen 80;
    ///     access_log /var/log/nginx/access.log full;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   log_format full '$remote_addr $request $http_user_agent';
    ///   log_format unused '$http_cookie';
    ///   server {
    ///     listen 80;
    ///     access_log /var/log/nginx/access.log full;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Formats that no `access_log` uses.
    "nginx/secret-in-log" {
        severity: Medium, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/532.html"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    let used: HashSet<&str> = tree.named("access_log").filter_map(|(_, node)| node.directive.arg(1)).collect();
    for (_, node) in tree.named("log_format") {
        if !node.directive.arg(0).is_some_and(|name| used.contains(name)) {
            continue;
        }
        let words = node.directive.args.iter().skip(1);
        let found = words.flat_map(|word| variables(&word.value).map(move |variable| (word, variable.name)));
        let Some((word, name)) = found.into_iter().find(|(_, name)| is_secret(name)) else { continue };
        let finding = sink
            .report(word.span, format!("`${name}` is written into the log: who reads it can log in as somebody else"));
        finding.help(format!("take `${name}` out of the format"));
        if name == "request_body" {
            finding.confidence(Likely);
        }
    }
}

/// Whether a variable holds what logs somebody in.
fn is_secret(name: &str) -> bool {
    const NAMES: [&str; 6] = [
        "http_authorization",
        "http_cookie",
        "http_x_api_key",
        "http_proxy_authorization",
        "request_body",
        "upstream_http_set_cookie",
    ];
    const WORDS: [&str; 8] = ["token", "secret", "password", "passwd", "apikey", "api_key", "session", "jwt"];
    let within = |rest: &str| WORDS.iter().any(|word| rest.contains(word));
    NAMES.contains(&name)
        || name.strip_prefix("arg_").is_some_and(within)
        || name.strip_prefix("cookie_").is_some_and(|rest| within(rest) || rest.contains("sess"))
}
