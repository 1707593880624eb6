//! `nginx/csp-allows-everything`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;

rule! {
    /// A content security policy that lets scripts come from anywhere.
    ///
    /// ## Why
    /// The policy is there so that what an attacker puts into a page cannot run. With `*`, `https:`, `http:` or `data:` among the
    /// sources of scripts it runs all the same: a script can lie on any server. Browsers take `default-src` where `script-src`
    /// is not written, and anything where neither is.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header Content-Security-Policy "default-src * 'unsafe-inline' data:; img-src *" always;
    /// #                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/csp-allows-everything
    /// # | `*` lets scripts come from anywhere: the policy stops nothing
    /// # | help: write `'self'` and the hosts that scripts do come from: `script-src 'self'`
    /// # >     add_header Content-Security-Policy "default-src 'self'; img-src *" always;
    ///     root /srv/www;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     add_header Content-Security-Policy "default-src *; script-src 'self' https://cdn.shop.example" always;
    ///     location /a/ { add_header Content-Security-Policy "frame-ancestors 'self'; upgrade-insecure-requests" always; }
    ///     location /b/ { add_header Content-Security-Policy "script-src 'nonce-$request_id' 'strict-dynamic' https:" always; }
    ///     root /srv/www;
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// A policy that says nothing of scripts: it is there for something else. `Content-Security-Policy-Report-Only`. `https:` beside
    /// `'strict-dynamic'`, which newer browsers do not look at.
    "nginx/csp-allows-everything" {
        severity: Low, effect: Weakens, since: "0.1.0",
        refs: &["https://www.w3.org/TR/CSP3/#directive-script-src", "https://owasp.org/www-project-secure-headers/"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("add_header").filter(|(_, node)| node.place.is_http()) {
        let [name, value, ..] = &*node.directive.args else { continue };
        if !name.value.eq_ignore_ascii_case("content-security-policy") {
            continue;
        }
        if let Some(source) = anywhere(&value.value) {
            let message = format!("`{source}` lets scripts come from anywhere: the policy stops nothing");
            sink.report(value.span, message)
                .help("write `'self'` and the hosts that scripts do come from: `script-src 'self'`");
        }
    }
}

/// The source of scripts that stands for everything.
fn anywhere(policy: &str) -> Option<&str> {
    let directives = policy.split(';').map(|directive| directive.split_ascii_whitespace());
    let sources = |name: &str| {
        let mut own =
            directives.clone().find(|words| words.clone().next().is_some_and(|own| own.eq_ignore_ascii_case(name)))?;
        own.next();
        Some(own)
    };
    let mut scripts = sources("script-src").or_else(|| sources("default-src"))?;
    let strict = scripts.clone().any(|source| source.eq_ignore_ascii_case("'strict-dynamic'"));
    let any = |source: &&str| {
        let source = source.to_ascii_lowercase();
        matches!(&*source, "*" | "http:" | "https:" | "data:" | "http://*" | "https://*" | "*:*")
    };
    scripts.find(any).filter(|_| !strict)
}
