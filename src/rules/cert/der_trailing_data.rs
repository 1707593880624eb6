//! `cert/der-trailing-data`

use crate::model::tls::{PemFile, Unreadable};
use crate::rules::prelude::*;

rule! {
    /// Bytes behind the certificate inside its block.
    ///
    /// ## Why
    /// `openssl verify` passes over them, nginx does not: it refuses to start.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=cert/der-trailing-data@1:1
    /// | 3 bytes follow the certificate inside this block: nginx refuses it
    /// | help: write it again: `openssl x509 -in OLD -out NEW`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTTCB86ADAgECAggRvIsGwjkhrTAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNJADBGAiEAmOYzhL3zT0vuRV67LeWM1lvc
    /// 7/4j9o7q2y3qP+8lIQ8CIQDQ3i8uSo8WfyiI+wrAOP6O3fsja4NZLsHahvIVcol+
    /// OgAAAA==
    /// -----END CERTIFICATE-----
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
    "cert/der-trailing-data" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://www.rfc-editor.org/rfc/rfc7468#section-5"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    for (begin, why) in &pem.unreadable {
        let Unreadable::Trailing(count) = why else { continue };
        let finding =
            sink.report(*begin, format!("{count} bytes follow the certificate inside this block: nginx refuses it"));
        finding.help("write it again: `openssl x509 -in OLD -out NEW`");
        if !ctx.project.is_served(pem.file) {
            finding.severity(High).effect(BreaksAtRuntime);
        }
    }
}
