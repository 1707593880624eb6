//! `key/reused`

use crate::model::tls::PublicKey;
use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// One key for certificates of different names.
    ///
    /// ## Why
    /// Whoever gets the key of one server can pose as all of them, and replacing it means replacing all.
    ///
    /// ## Examples
    /// ```pem bad file=certs/api.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSTCB8aADAgECAgg+juqBvmcY8jAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAaMRgwFgYDVQQDDA9hcGkuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeKY0WdodhpPFhFUYhyckbolVer
    /// DTNFi6IyohNpppBmywj6sjF0BB7l3hiIox4wHDAaBgNVHREEEzARgg9hcGkuZXhh
    /// bXBsZS5jb20wCgYIKoZIzj0EAwIDRwAwRAIgQ1bErCSPKly6bqD+zzPOdDWuY1q4
    /// AwiYzZN8cD+K/G4CIHWTn9NeozXiCqnp9Ha65gfl8kqHASGr4BLyc9u3Ts1G
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem bad file=certs/shop.pem expect=key/reused@1:1
    /// | `shop.example.com` and `api.example.com` share one private key: who gets one gets both
    /// | help: make a key of its own for each certificate
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
    /// ```pem good fixed file=certs/api.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSzCB8aADAgECAggZ2ZlypNEVIDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAaMRgwFgYDVQQDDA9hcGkuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAAS7f0ttlZbTTrZm2ViteVc5qELnhpeBr15I8MoHnelrMWYQk9T5N7b3
    /// V/rp+gZQDkVJVxmS4oOx0pUFgoY4/mkMox4wHDAaBgNVHREEEzARgg9hcGkuZXhh
    /// bXBsZS5jb20wCgYIKoZIzj0EAwIDSQAwRgIhAJqpszKc/E6QjyeyzpZ4Woj7uoFM
    /// cnfmjNs52tn+UlrTAiEAiSN3AujnIDY44+7MUAjjmm/jV2Ccxgi++v87qbyo/M8=
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=certs/shop.pem
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
    /// A renewed certificate for the same names.
    "key/reused" {
        severity: Low, effect: Weakens,
        check: Check::Project(check),
    }
}

fn check(project: &Project, ctx: &Context, sink: &mut Sink) {
    let mut seen: Vec<&crate::model::tls::Certificate> = Vec::new();
    let leaves = project.pem.iter().flat_map(|pem| &pem.certificates).filter(|c| c.is_for_server());
    // A collection of certificates is not a deployment: a few hundred are enough to compare.
    for certificate in leaves.take(500).filter(|c| c.key != PublicKey::Other && c.key != PublicKey::Dsa) {
        let first = seen.iter().find(|first| first.key == certificate.key);
        match first {
            None => seen.push(certificate),
            Some(first) if first.names != certificate.names => {
                let message = format!(
                    "`{}` and `{}` share one private key: who gets one gets both",
                    certificate.subject, first.subject
                );
                sink.report(certificate.at, message)
                    .related(first.at, format!("the other one, in {}", ctx.path(first.at)))
                    .help("make a key of its own for each certificate");
            }
            Some(_) => {}
        }
    }
}
