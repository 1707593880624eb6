//! `cert/weak-signature`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A certificate signed over a broken hash.
    ///
    /// ## Why
    /// With MD5 and SHA-1 a second certificate with the same signature can be made. Browsers refuse them, and OpenSSL at
    /// its usual security level refuses to load them: nginx fails with "ca md too weak".
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/weak-signature@1:1
    /// | the certificate of `shop.example.com` is signed with SHA-1: clients refuse it, and nginx with OpenSSL's
    /// | defaults does not load it
    /// | help: have it issued again with SHA-256
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSTCB8qADAgECAggRvIsGwjkhrTAJBgcqhkjOPQQBMB0xGzAZBgNVBAMMEkV4
    /// YW1wbGUgSXNzdWluZyBDQTAeFw0yNjEwMjExMjAwMDBaFw0yNzAxMTkxMjAwMDBa
    /// MBsxGTAXBgNVBAMMEHNob3AuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeKY0WdodhpPFhFUYhyckbolVer
    /// DTNFi6IyohNpppBmywj6sjF0BB7l3hiIox8wHTAbBgNVHREEFDASghBzaG9wLmV4
    /// YW1wbGUuY29tMAkGByqGSM49BAEDRwAwRAIgEukpZmE5jJz1m+NYyc978hhwb5mn
    /// aXCZi5EaXSgp8dwCIFumZJIdDIXst0snqNdJ5CxYpjmws1UsEF4LrJd/vbkf
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
    ///
    /// ## What it does not report
    /// Roots: nobody checks the signature a root makes on itself.
    "cert/weak-signature" {
        severity: Critical, effect: BreaksAtRuntime,
        refs: &["https://shattered.io/", "https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    for (index, certificate) in chain.certificates.iter().enumerate() {
        let Some(hash) = certificate.algorithm.hash().filter(|hash| hash.is_broken()) else { continue };
        if certificate.is_self_issued() && (index != chain.leaf_index() || certificate.is_ca()) {
            continue;
        }
        let message = format!(
            "the certificate of `{}` is signed with {}: clients refuse it, and nginx with OpenSSL's defaults does not load it",
            certificate.subject,
            hash.name()
        );
        sink.report(certificate.at, message).help("have it issued again with SHA-256");
    }
}
