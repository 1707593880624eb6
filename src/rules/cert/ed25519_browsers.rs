//! `cert/ed25519-browsers`

use crate::model::tls::{Chain, PublicKey};
use crate::rules::prelude::*;

rule! {
    /// An Ed25519 certificate on a server for browsers.
    ///
    /// ## Why
    /// No browser accepts Ed25519 or Ed448 in a certificate. nginx starts, and every handshake with a browser fails. Between own services it works.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/ed25519-browsers@1:1
    /// | the key of `shop.example.com` is Ed25519, which no browser accepts
    /// | help: use P-256 or RSA-2048; keep this one only for services that talk to each other
    /// -----BEGIN CERTIFICATE-----
    /// MIIBHDCBxKADAgECAggVi3hPBHpzvjAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMCowBQYDK2VwAyEALGqfLLZK
    /// p4a5zuy1VC2IXWQnsZqLneIQdVQ29cLAzBqjHzAdMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDRwAwRAIgT9dS+9wHpZSfVtYNMaCyyml9
    /// rhxcVf93krdGLD8TMJMCIBvMlsK21kNwYEIwCdyhGb1PSrOQRmVPHJre2lmu6pGk
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
    "cert/ed25519-browsers" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://community.letsencrypt.org/t/200775"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if matches!(leaf.key, PublicKey::Ed25519(_) | PublicKey::Ed448(_)) {
        let kind = leaf.key.algorithm();
        sink.report(leaf.at, format!("the key of `{}` is {kind}, which no browser accepts", leaf.subject))
            .help("use P-256 or RSA-2048; keep this one only for services that talk to each other");
    }
}
