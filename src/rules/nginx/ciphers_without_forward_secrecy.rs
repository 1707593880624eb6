//! `nginx/ciphers-without-forward-secrecy`

use crate::model::nginx::Expanded;
use crate::model::tls::ciphers::offered;
use crate::rules::prelude::*;

rule! {
    /// Under some of the ciphers, what is recorded today can be read later.
    ///
    /// ## Why
    /// With a key exchange of RSA alone the key of the session is sent under the key of the certificate. Whoever has recorded
    /// connections and gets that key years later reads all of them. `HIGH:!aNULL:!MD5`, which many examples have, offers sixteen
    /// such suites beside the better ones; only clients that know nothing else use them.
    ///
    /// ## Examples
    /// ```config both
    /// packs: [web-tls]
    /// ```
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   ssl_protocols TLSv1.2 TLSv1.3;
    ///   ssl_ciphers HIGH:!aNULL:!MD5;
    /// #             ^^^^^^^^^^^^^^^^ nginx/ciphers-without-forward-secrecy
    /// # | 16 of the suites have no forward secrecy, `AES256-GCM-SHA384` is one
    /// # | help: add `:!kRSA` to the list, or write `ECDHE+AESGCM:ECDHE+CHACHA20`
    /// # >   ssl_ciphers HIGH:!aNULL:!MD5:!kRSA;
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   ssl_protocols TLSv1.2 TLSv1.3;
    ///   ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    /// }
    /// ```
    "nginx/ciphers-without-forward-secrecy" {
        severity: Info, effect: Weakens, audience: Strict, since: "0.1.0",
        refs: &["https://www.rfc-editor.org/rfc/rfc9325#section-4.1", "https://wiki.mozilla.org/Security/Server_Side_TLS"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("ssl_ciphers").filter(|(_, node)| node.place.is_http()) {
        let Some(list) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        // TLS 1.3 has ciphers of its own.
        if tree.value(node.parent, "ssl_protocols").is_some_and(|first| &*first.value == "TLSv1.3") {
            continue;
        }
        let all = offered(&list.value, false);
        let weak: Vec<&str> = all
            .suites
            .iter()
            .filter(|suite| suite.keeps_no_secrets() && suite.is_for_certificates() && suite.broken().is_none())
            .map(|suite| suite.name)
            .collect();
        if let Some(first) = weak.first() {
            let message = match weak.len() {
                1 => format!("`{first}` has no forward secrecy"),
                count => format!("{count} of the suites have no forward secrecy, `{first}` is one"),
            };
            sink.report(list.span, message).help("add `:!kRSA` to the list, or write `ECDHE+AESGCM:ECDHE+CHACHA20`");
        }
    }
}
