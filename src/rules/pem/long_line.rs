//! `pem/long-line`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;
use crate::syntax::pem::ProblemKind;

rule! {
    /// A base64 line that is longer than programs expect.
    ///
    /// ## Why
    /// Lines of a block have 64 characters (RFC 7468). OpenSSL 3 reads longer ones; older OpenSSL, LibreSSL and small libraries do not.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=pem/long-line@2:1
    /// | the whole block is one long line: older programs do not read it
    /// | help: wrap it: `openssl x509 -in OLD -out NEW`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJFeGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAwWjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVXqw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiAtP3m67B3fx6kbzGuwsljJuMsQzFX4oHk3D+48Om8YAQIgbNw0aVmkKUp+REgURmROIu2MeA5dbabVvcVtSukv/Rk=
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
    "pem/long-line" {
        severity: Low, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc7468#section-2"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    if let Some(problem) = super::problems(pem, |kind| matches!(kind, ProblemKind::LongLine(_))).next() {
        let finding = sink.report(problem.span, "the whole block is one long line: older programs do not read it");
        finding.help("wrap it: `openssl x509 -in OLD -out NEW`");
        let _ = ctx;
    }
}
