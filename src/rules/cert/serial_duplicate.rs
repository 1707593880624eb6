//! `cert/serial-duplicate`

use std::collections::HashMap;

use crate::model::tls::Certificate;
use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// Two certificates of one issuer with the same serial number.
    ///
    /// ## Why
    /// An issuer gives every number once. Firefox refuses the second certificate it sees with
    /// SEC_ERROR_REUSED_ISSUER_AND_SERIAL, and a revocation hits both. Home-made authorities with `-set_serial 1` do this.
    ///
    /// ## Examples
    /// ```pem bad file=certs/shop.pem
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
    /// ```pem bad file=certs/web.pem expect=cert/serial-duplicate@1:1
    /// | `api.example.com` and `shop.example.com` have the same issuer and serial number: Firefox refuses whichever it
    /// | sees second
    /// | help: issue one of them again with a random serial number (`openssl x509 -req -CAcreateserial`)
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSjCB8aADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAaMRgwFgYDVQQDDA9hcGkuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAAS7f0ttlZbTTrZm2ViteVc5qELnhpeBr15I8MoHnelrMWYQk9T5N7b3
    /// V/rp+gZQDkVJVxmS4oOx0pUFgoY4/mkMox4wHDAaBgNVHREEEzARgg9hcGkuZXhh
    /// bXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIgCEVDSH1LPHHSWv33xPH1pDwt2wl3
    /// Vwt2YsK/Oc8mZnoCIQCPgCtu4TmbnRUHuRFKNCkrZ6/8RlIrsXVtaij96BfHrA==
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
    "cert/serial-duplicate" {
        severity: Medium, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.2"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, ctx: &Context, sink: &mut Sink) {
    let mut seen: HashMap<(&[u8], &[u8]), &Certificate> = HashMap::new();
    // What only stands in a list of authorities is shown to no browser.
    for certificate in project.chains().iter().flat_map(|chain| &chain.certificates) {
        let first = seen.entry((&certificate.issuer_der, &certificate.serial)).or_insert(certificate);
        if !first.is_same(certificate) {
            let message = format!(
                "`{}` and `{}` have the same issuer and serial number: Firefox refuses whichever it sees second",
                certificate.subject, first.subject
            );
            sink.report(certificate.at, message)
                .related(first.at, format!("the other one, in {}", ctx.path(first.at)))
                .help("issue one of them again with a random serial number (`openssl x509 -req -CAcreateserial`)");
        }
    }
}
