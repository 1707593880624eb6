//! `nginx/weak-ciphers`

use crate::model::nginx::Expanded;
use crate::model::tls::ciphers::offered;
use crate::rules::prelude::*;

rule! {
    /// The list of ciphers offers some that are broken.
    ///
    /// ## Why
    /// Whoever sits on the line reads or changes what is sent under RC4, DES, 3DES or an export cipher, and takes the place of
    /// the server where nobody proves who they are (`aNULL`). OpenSSL has most of them no more since 1.1; on an older system,
    /// or with `@SECLEVEL=0`, they are offered.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     add_header Strict-Transport-Security "max-age=63072000" always;
    ///     ssl_ciphers HIGH:RC4-SHA:!aNULL:!MD5;
    /// #               ^^^^^^^^^^^^^^^^^^^^^^^^ nginx/weak-ciphers
    /// # | the list offers RC4-SHA: RC4 is broken
    /// # | help: write `ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;`, or end the list with
    /// # | `:!aNULL:!eNULL:!RC4:!DES:!3DES:!EXP`
    /// # >     ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     listen 443 ssl;
    ///     ssl_certificate /etc/ssl/shop.pem;
    ///     ssl_certificate_key /etc/ssl/shop.key;
    ///     add_header Strict-Transport-Security "max-age=63072000" always;
    ///     ssl_ciphers ECDHE+AESGCM:HIGH:!aNULL:!MD5:!3DES;
    ///     root /srv;
    ///   }
    /// }
    /// ```
    "nginx/weak-ciphers" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.openssl.org/master/man1/openssl-ciphers/", "https://www.rfc-editor.org/rfc/rfc9325"],
        check: Check::Blocks(check),
    }
}

fn check(tree: &Expanded, ctx: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("ssl_ciphers").filter(|(_, node)| node.place.is_http()) {
        let Some(list) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        let only = tree.value(node.parent, "ssl_protocols");
        // TLS 1.3 has ciphers of its own.
        if only.is_some_and(|first| &*first.value == "TLSv1.3") {
            continue;
        }
        // The library of the official image has none of the old ones, and needs to be told to take those without a certificate.
        let (modern, older) = (offered(&list.value, false), offered(&narrow(&list.value), true));
        let known = ctx.project.stock_of(tree.file).is_some();
        let lowered = modern.level == Some(0);
        let new = modern.suites.iter().filter(|_| lowered || !known);
        let old = older.suites.iter().filter(|suite| suite.old && !known);
        let mut broken = old.chain(new).filter_map(|suite| Some((suite.name, suite.broken()?)));
        let Some((name, why)) = broken.next() else { continue };
        let finding = sink.report(list.span, format!("the list offers {name}: {why}"));
        finding.help("write `ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;`, or end the list with `:!aNULL:!eNULL:!RC4:!DES:!3DES:!EXP`");
        if lowered {
            finding.severity(Medium);
        }
    }
}

/// A list without the words for so many suites that what is broken among them says nothing: most libraries have none of it.
fn narrow(list: &str) -> String {
    let named = ["RC4", "3DES", "DES", "EXP", "EXPORT", "LOW", "MEDIUM", "NULL", "eNULL"];
    let keep = |item: &&str| {
        let signed = item.starts_with(['!', '-', '+', '@']);
        signed || item.split('+').any(|word| named.contains(&word) || word.contains('-'))
    };
    list.split([':', ',', ' ', ';']).filter(keep).collect::<Vec<_>>().join(":")
}
