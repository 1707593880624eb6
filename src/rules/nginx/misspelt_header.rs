//! `nginx/misspelt-header`

use crate::model::nginx::Expanded;
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;
use crate::syntax::nginx::Word;

rule! {
    /// A header is written almost like one that programs and browsers know.
    ///
    /// ## Why
    /// nginx passes on any name. Nobody reads `X-Forward-For`, `Referer-Policy` or `X-Frame-Option`: the visitors' addresses are lost, the
    /// protection is not there, and nothing says so.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     set_real_ip_from 10.0.0.0/8;
    ///     real_ip_header X-Forward-For;
    /// #                  ^^^^^^^^^^^^^ nginx/misspelt-header
    /// # | nobody sends `X-Forward-For`: the address of the proxy stays that of every visitor
    /// # | help: write `X-Forwarded-For`
    /// # >     real_ip_header X-Forwarded-For;
    ///     add_header Referer-Policy no-referrer always;
    /// #              ^^^^^^^^^^^^^^ nginx/misspelt-header
    /// # | no browser knows `Referer-Policy`: the header does nothing
    /// # | help: write `Referrer-Policy`
    /// # >     add_header Referrer-Policy no-referrer always;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header X-Forwared-Proto $scheme;
    /// #                      ^^^^^^^^^^^^^^^^ nginx/misspelt-header
    /// # | applications look for `X-Forwarded-Proto`, not for `X-Forwared-Proto`
    /// # | help: write `X-Forwarded-Proto`
    /// # >       proxy_set_header X-Forwarded-Proto $scheme;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     set_real_ip_from 10.0.0.0/8;
    ///     real_ip_header X-Real-IP;
    ///     add_header Referrer-Policy no-referrer always;
    ///     add_header X-Shop-Policy 1 always;
    ///     location / {
    ///       proxy_pass http://127.0.0.1:8000;
    ///       proxy_set_header X-Forwarded-Proto $scheme;
    ///       proxy_set_header X-Forwarded-Protocol $scheme;
    ///       proxy_set_header X-Forwarded-By shop;
    ///       proxy_set_header X-Forward-For $remote_addr;
    ///       proxy_set_header X-Forwarded-For $remote_addr;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// A request header beside which the right one is set as well: some program may want both.
    "nginx/misspelt-header" {
        severity: Medium, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For"],
        check: Check::Blocks(check),
    }
}

/// What applications read of a proxy.
const OF_REQUESTS: [&str; 12] = [
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Protocol",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Server",
    "X-Forwarded-Scheme",
    "X-Forwarded-Ssl",
    "X-Real-IP",
    "Upgrade",
    "Connection",
];

/// What browsers read. Both lists hold names that look alike, so that none is taken for a slip of another.
const OF_ANSWERS: [&str; 16] = [
    "Strict-Transport-Security",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Feature-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Resource-Policy",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
];

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for name in ["proxy_set_header", "grpc_set_header", "real_ip_header", "add_header"] {
        let known: &[&str] = if name == "add_header" { &OF_ANSWERS } else { &OF_REQUESTS };
        for (_, node) in tree.named(name) {
            let Some(word) = node.directive.args.first() else { continue };
            let Some(meant) = meant(word, known) else { continue };
            let mut beside = tree.own(node.parent, name).filter_map(|other| other.arg(0));
            if name != "add_header" && beside.any(|other| other.eq_ignore_ascii_case(meant)) {
                continue;
            }
            let written = &word.value;
            let message = match name {
                "add_header" => format!("no browser knows `{written}`: the header does nothing"),
                "real_ip_header" => {
                    format!("nobody sends `{written}`: the address of the proxy stays that of every visitor")
                }
                _ => format!("applications look for `{meant}`, not for `{written}`"),
            };
            let finding = sink.report(word.span, message).help(format!("write `{meant}`"));
            if name == "add_header" {
                finding.effect(Weakens);
            }
        }
    }
}

/// The header that is meant: all its parts but one are the same, and that one, which is no short word, is one or two letters off.
fn meant(word: &Word, known: &[&'static str]) -> Option<&'static str> {
    let written = &*word.value;
    let parts = |name: &str| name.bytes().filter(|b| *b == b'-').count();
    if parts(written) == 0 || written.contains('$') || known.iter().any(|name| name.eq_ignore_ascii_case(written)) {
        return None;
    }
    known.iter().copied().find(|name| {
        let mut off = written.split('-').zip(name.split('-')).filter(|(own, other)| !own.eq_ignore_ascii_case(other));
        let Some((first, meant)) = off.next().filter(|_| parts(written) == parts(name)) else { return false };
        let apart = letters_apart(&first.to_ascii_lowercase(), &meant.to_ascii_lowercase());
        let near = if meant.len() > 6 { 2 } else { 1 };
        off.next().is_none() && meant.len() > 4 && apart <= near && first.len().abs_diff(meant.len()) <= near
    })
}
