//! `nginx/weak-ciphers`

use crate::model::nginx::Expanded;
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

fn check(tree: &Expanded, _: &Context, sink: &mut Sink) {
    for (_, node) in tree.named("ssl_ciphers").filter(|(_, node)| node.place.is_http()) {
        let Some(list) = node.directive.args.first().filter(|word| !word.is_open()) else { continue };
        let only = tree.value(node.parent, "ssl_protocols");
        // TLS 1.3 has ciphers of its own.
        if only.is_some_and(|first| &*first.value == "TLSv1.3") {
            continue;
        }
        let weak = selected(&list.value);
        let Some(first) = weak.first() else { continue };
        let finding = sink.report(list.span, format!("the list offers {}: {}", first.0, first.1));
        finding.help("write `ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;`, or end the list with `:!aNULL:!eNULL:!RC4:!DES:!3DES:!EXP`");
        if list.value.contains("@SECLEVEL=0") {
            finding.severity(Medium);
        }
    }
}

/// One broken suite of each kind: its name, what is wrong with it, and the words of OpenSSL that mean it.
#[rustfmt::skip]
const BROKEN: [(&str, &str, &str); 9] = [
    ("ADH-AES256-SHA", "nobody proves who they are", "ALL HIGH ADH aNULL DH kDHE kEDH AES AES256 SHA SHA1 TLSv1 SSLv3"),
    ("AECDH-AES256-SHA", "nobody proves who they are", "ALL HIGH AECDH aNULL ECDH kECDHE kEECDH AES AES256 SHA SHA1 TLSv1"),
    ("NULL-SHA", "nothing is encrypted", "COMPLEMENTOFALL eNULL NULL RSA kRSA aRSA SHA SHA1 SSLv3"),
    ("RC4-SHA", "RC4 is broken", "ALL MEDIUM RC4 RSA kRSA aRSA SHA SHA1 SSLv3"),
    ("ECDHE-RSA-RC4-SHA", "RC4 is broken", "ALL MEDIUM RC4 ECDHE EECDH ECDH kECDHE kEECDH aRSA SHA SHA1 TLSv1"),
    ("DES-CBC3-SHA", "3DES is broken", "ALL MEDIUM 3DES RSA kRSA aRSA SHA SHA1 SSLv3"),
    ("ECDHE-RSA-DES-CBC3-SHA", "3DES is broken", "ALL MEDIUM 3DES ECDHE EECDH ECDH kECDHE kEECDH aRSA SHA SHA1 TLSv1"),
    ("DES-CBC-SHA", "DES is broken", "ALL LOW DES RSA kRSA aRSA SHA SHA1 SSLv3"),
    ("EXP-RC4-MD5", "export ciphers are broken", "ALL EXP EXPORT EXPORT40 RC4 MD5 RSA kRSA aRSA SSLv3"),
];

/// The broken suites that a list selects, read as OpenSSL does (`ssl_create_cipher_list`).
fn selected(list: &str) -> Vec<(&'static str, &'static str)> {
    let mut on = [false; BROKEN.len()];
    let mut never = [false; BROKEN.len()];
    for item in list.split([':', ',', ' ', ';']) {
        let (sign, words) = match item.strip_prefix(['!', '-', '+']) {
            Some(words) => (item.chars().next(), words),
            None => (None, item),
        };
        for (index, (name, _, meant)) in BROKEN.iter().enumerate() {
            let is = |word: &str| word == *name || meant.split(' ').any(|own| own == word);
            if words.is_empty() || !words.split('+').all(is) {
                continue;
            }
            match sign {
                Some('!') => (on[index], never[index]) = (false, true),
                Some('-') => on[index] = false,
                // It only moves what is there to the end.
                Some(_) => {}
                None => on[index] = !never[index] && broad(words).is_none_or(|broad| meant.contains(broad)),
            }
        }
    }
    BROKEN.iter().zip(on).filter(|(_, on)| *on).map(|((name, why, _), _)| (*name, *why)).collect()
}

/// Words for so many suites that what is broken among them only counts when it is the kind that every OpenSSL has.
fn broad(words: &str) -> Option<&'static str> {
    let narrow = ["RC4", "3DES", "DES", "EXP", "EXPORT", "LOW", "MEDIUM", "NULL", "eNULL"];
    let named = words.split('+').any(|word| narrow.contains(&word) || word.contains('-'));
    (!named).then_some("aNULL")
}
