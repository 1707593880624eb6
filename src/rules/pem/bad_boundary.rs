//! `pem/bad-boundary`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;
use crate::syntax::pem::ProblemKind;

rule! {
    /// A BEGIN or END line that OpenSSL does not recognise.
    ///
    /// ## Why
    /// A marker has five dashes on both sides, the same label in BEGIN and END, and a line of its own. With a broken END
    /// OpenSSL fails; a broken BEGIN it takes for a comment, so that the block is silently missing.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=pem/bad-boundary@1:1
    /// | the marker has 4 dashes before and 5 behind it instead of 5 and 5: OpenSSL does not recognise it
    /// | help: write five dashes on both sides
    /// ----BEGIN CERTIFICATE-----
    /// MIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiAtP3m67B3fx6kbzGuwsljJuMsQ
    /// zFX4oHk3D+48Om8YAQIgbNw0aVmkKUp+REgURmROIu2MeA5dbabVvcVtSukv/Rk=
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
    "pem/bad-boundary" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://www.rfc-editor.org/rfc/rfc7468#section-2"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    for problem in &pem.problems {
        let (message, help) = match problem.kind {
            ProblemKind::Dashes(left, right) => (
                format!(
                    "the marker has {left} dashes before and {right} behind it instead of 5 and 5: OpenSSL does not recognise it"
                ),
                "write five dashes on both sides",
            ),
            ProblemKind::TextOnMarker => (
                "the marker does not stand alone on its line: OpenSSL does not recognise it".into(),
                "give BEGIN and END lines of their own",
            ),
            ProblemKind::LabelMismatch => (
                "END names something other than BEGIN: OpenSSL refuses the block".into(),
                "write the same label in both lines; check that no block is cut off before it",
            ),
            ProblemKind::MissingEnd => (
                "the block has no END before the next BEGIN: OpenSSL cannot read the file from here on".into(),
                "copy the file again; part of it is missing",
            ),
            ProblemKind::MissingBegin => {
                ("END without BEGIN: the block before it is lost".into(), "copy the file again; part of it is missing")
            }
            ProblemKind::EmptyBlock => {
                ("nothing stands between BEGIN and END".into(), "put the certificate or key between them")
            }
            _ => continue,
        };
        let finding = sink.report(problem.span, message);
        finding.help(help);
        super::weigh(finding, pem, ctx.project);
        // What OpenSSL takes for a comment does not stop it, unless it is the first block.
        let begins = pem.labels.binary_search_by_key(&problem.span, |(_, begin)| *begin).ok();
        if begins.is_some_and(|index| index > 0) && matches!(problem.kind, ProblemKind::Dashes(..)) {
            finding.severity(High).effect(BreaksAtRuntime);
        }
        if problem.kind == ProblemKind::MissingBegin {
            finding.severity(Medium).effect(BreaksAtRuntime);
        }
    }
}
