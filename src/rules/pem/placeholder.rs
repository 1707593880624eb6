//! `pem/placeholder`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;
use crate::syntax::pem::ProblemKind;

rule! {
    /// Text that stands for a certificate or key.
    ///
    /// ## Why
    /// Somebody was to put the real thing there and did not. OpenSSL refuses the file.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=pem/placeholder@2:1
    /// | a placeholder stands where the certificate or key belongs: OpenSSL refuses the file
    /// | help: put the real one there
    /// -----BEGIN CERTIFICATE-----
    /// YOUR_CERTIFICATE_HERE
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
    "pem/placeholder" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://www.rfc-editor.org/rfc/rfc7468#section-2"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    for problem in super::problems(pem, |kind| *kind == ProblemKind::Placeholder) {
        let finding = sink.report(
            problem.span,
            "a placeholder stands where the certificate or key belongs: OpenSSL refuses the file",
        );
        finding.help("put the real one there");
        super::weigh(finding, pem, ctx.project);
    }
}
