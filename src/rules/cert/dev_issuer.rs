//! `cert/dev-issuer`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A certificate of an authority that is for trying things out.
    ///
    /// ## Why
    /// Staging and development authorities (Let's Encrypt staging, mkcert, minica, Caddy's local one, an ingress
    /// controller's fake) are trusted by nobody but the machine that made them. It works for the developer and for nobody else.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/dev-issuer@1:1
    /// | the certificate for `shop.example.com` comes from Let's Encrypt's staging environment: no user's browser
    /// | trusts it
    /// | help: get a certificate from a public authority before deploying
    /// -----BEGIN CERTIFICATE-----
    /// MIIBUzCB+qADAgECAggaY+ytTI18yzAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBko
    /// U1RBR0lORykgUHJldGVuZCBQZWFyIFgxMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDEx
    /// OTEyMDAwMFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49
    /// AgEGCCqGSM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVR
    /// iHJyRuiVV6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijHzAdMBsGA1UdEQQUMBKC
    /// EHNob3AuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIhAMYJwlJIn4GaIYR7
    /// 69b0fdigrnvSVjESaDugvLCd2NuNAiA7//ZU5b52KdmmiG6S0ovOD21tw1wJhLqL
    /// /2FUSUGODw==
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiAtP3m67B3fx6kbzGuwsljJuMsQ
    /// zFX4oHk3D+48Om8YAQIgbNw0aVmkKUp+REgURmROIu2MeA5dbabVvcVtSukv/Rk=
    /// -----END CERTIFICATE-----
    /// ```
    "cert/dev-issuer" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://letsencrypt.org/docs/staging-environment/"],
        check: Check::Chain(check),
    }
}

/// What such authorities call themselves, in lower case, and who they are.
const AUTHORITIES: [(&str, &str); 15] = [
    ("(staging)", "Let's Encrypt's staging environment"),
    ("fake le ", "Let's Encrypt's old staging environment"),
    ("mkcert ", "mkcert"),
    ("minica root ca", "minica"),
    ("pebble ", "Pebble, the ACME test server"),
    ("caddy local authority", "Caddy's local authority"),
    ("kubernetes ingress controller fake certificate", "an ingress controller's fake certificate"),
    ("acme co", "a fake certificate of Go or an ingress controller"),
    ("traefik default cert", "Traefik's default certificate"),
    ("snakeoil", "a snakeoil certificate"),
    ("internet widgits pty ltd", "OpenSSL's example values"),
    ("default company ltd", "OpenSSL's example values"),
    ("someorganization", "a distribution's example certificate"),
    ("localhost.localdomain", "a distribution's example certificate"),
    ("smallstep test", "a test authority"),
];

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    // Self-signed is the shorter word for it, and has its own rule.
    if leaf.is_self_signed() {
        return;
    }
    let names = leaf.all_names.to_lowercase();
    let found = AUTHORITIES.iter().find(|(name, _)| whole(&names, name));
    if let Some((_, who)) = found {
        sink.report(
            leaf.at,
            format!("the certificate for `{}` comes from {who}: no user's browser trusts it", leaf.subject),
        )
        .help("get a certificate from a public authority before deploying");
    }
}

/// `acme co` but not `acme corp`.
fn whole(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = text.get(at + word.len()..).and_then(|rest| rest.chars().next());
        word.ends_with([' ', ')']) || after.is_none_or(|c| !c.is_alphanumeric())
    })
}
