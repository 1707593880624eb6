//! `pem/truncated`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;
use crate::syntax::pem::ProblemKind;

rule! {
    /// A block that the end of the file cuts off.
    ///
    /// ## Why
    /// A copy that was interrupted or a disk that was full: the rest of the certificate is missing, and OpenSSL refuses the file.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=pem/truncated@1:1
    /// | the file ends inside this block: OpenSSL cannot read it
    /// | help: copy the file again and compare the sizes
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
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
    "pem/truncated" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://www.rfc-editor.org/rfc/rfc7468#section-2"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    if let Some(problem) = super::problems(pem, |kind| *kind == ProblemKind::Truncated).next() {
        let finding = sink.report(problem.span, "the file ends inside this block: OpenSSL cannot read it");
        finding.help("copy the file again and compare the sizes");
        super::weigh(finding, pem, ctx.project);
    }
}
