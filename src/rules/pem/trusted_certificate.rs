//! `pem/trusted-certificate`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;

rule! {
    /// A certificate in the form that only OpenSSL reads.
    ///
    /// ## Why
    /// `openssl x509 -trustout` writes `TRUSTED CERTIFICATE`, with OpenSSL's own settings behind the certificate. nginx reads
    /// it; Go, Java, rustls and most others do not.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=pem/trusted-certificate@1:1
    /// | only OpenSSL reads a TRUSTED CERTIFICATE
    /// | help: convert it: `openssl x509 -in OLD -out NEW`
    /// -----BEGIN TRUSTED CERTIFICATE-----
    /// MIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiAtP3m67B3fx6kbzGuwsljJuMsQ
    /// zFX4oHk3D+48Om8YAQIgbNw0aVmkKUp+REgURmROIu2MeA5dbabVvcVtSukv/Rk=
    /// -----END TRUSTED CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=cert.pem
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
    "pem/trusted-certificate" {
        severity: Low, effect: BreaksAtRuntime,
        refs: &["https://docs.openssl.org/3.0/man1/openssl-x509/"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, _: &Context, sink: &mut Sink) {
    for (_, begin) in pem.labels.iter().filter(|(label, _)| label == "TRUSTED CERTIFICATE") {
        sink.report(*begin, "only OpenSSL reads a TRUSTED CERTIFICATE")
            .help("convert it: `openssl x509 -in OLD -out NEW`");
    }
}
