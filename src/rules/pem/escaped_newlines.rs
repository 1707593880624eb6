//! `pem/escaped-newlines`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;
use crate::syntax::pem::ProblemKind;

rule! {
    /// Line ends written as backslash and n.
    ///
    /// ## Why
    /// An environment variable with `\\n` in it was written to a file without being expanded. OpenSSL finds no block in it.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=pem/escaped-newlines@1:1
    /// | the line ends are written as a backslash and an n: OpenSSL finds no block here
    /// | help: write the file with `printf '%b'`, so that they become line ends
    /// -----BEGIN CERTIFICATE-----\nMIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF\neGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw\nWjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI\nzj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX\nqw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l\neGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiAtP3m67B3fx6kbzGuwsljJuMsQ\nzFX4oHk3D+48Om8YAQIgbNw0aVmkKUp+REgURmROIu2MeA5dbabVvcVtSukv/Rk=\n-----END CERTIFICATE-----
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
    "pem/escaped-newlines" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://www.rfc-editor.org/rfc/rfc7468#section-2"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    if let Some(problem) = super::problems(pem, |kind| *kind == ProblemKind::EscapedNewlines).next() {
        let finding =
            sink.report(problem.span, "the line ends are written as a backslash and an n: OpenSSL finds no block here");
        finding.help("write the file with `printf '%b'`, so that they become line ends");
        super::weigh(finding, pem, ctx.project);
    }
}
