//! `cert/rsa-exponent`

use crate::model::tls::{Chain, PublicKey, bits};
use crate::rules::prelude::*;

rule! {
    /// An RSA key with an unusual exponent.
    ///
    /// ## Why
    /// The exponent is 65537 in every key of today. Small ones turn mistakes in padding into forgeries, and some libraries refuse the key.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/rsa-exponent@1:1
    /// | the RSA exponent of `shop.example.com` is 3; 65537 is the usual one
    /// | help: make a new key with `openssl genrsa 2048` and have the certificate issued for it
    /// -----BEGIN CERTIFICATE-----
    /// MIICFjCCAbygAwIBAgIIEcKjfmEg2e8wCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTCCASAwDQYJKoZIhvcNAQEB
    /// BQADggENADCCAQgCggEBAMH2sb/mF1V9Wm96KDaX9M0u/YNkKt/nIMdqAv4LO27L
    /// M/DWy9jjRZAVjePdg3K3OrwnrDYnjLKFCurmLhHtWWRa1kS6st7dWxmoQvsfv6aR
    /// qCLXh/fb8QBHXE19L9wOXtzq8zzQhimZRZhAaBhT2Se/EP570BIFElw+Iubl23XZ
    /// JABJgADn6pYxIcOH/3rpqfuwvO3tZkQNxQBnrIYvlDtFwCyCvSAfevEi6sP2GTNe
    /// hFa1H8LkouTnrZFnilsK6lxbeishM+mDRuYyWhCKRhaQZaRYeoGFTCXliRrjK73w
    /// hv43TcWmCPW8Wcj7CtQDd7NSOOte9FJNJg4oiQco6PMCAQOjHzAdMBsGA1UdEQQU
    /// MBKCEHNob3AuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIhAMlpH6iuVy2G
    /// EZYL8MNjoB/IfzH1cO3VhsVzrH8rloO5AiBrfm0L9WzD6fS/hMtukZKZu9alS9HJ
    /// fH5+LiDuHZO7Gw==
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
    "cert/rsa-exponent" {
        severity: Low, confidence: Certain, effect: Weakens,
        refs: &["https://csrc.nist.gov/pubs/fips/186-5/final"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let PublicKey::Rsa { e, .. } = &leaf.key else { return };
    if bits(e) < 17 {
        let value = e.iter().fold(0u32, |sum, &byte| sum << 8 | u32::from(byte));
        sink.report(leaf.at, format!("the RSA exponent of `{}` is {value}; 65537 is the usual one", leaf.subject))
            .help("make a new key with `openssl genrsa 2048` and have the certificate issued for it");
    }
}
