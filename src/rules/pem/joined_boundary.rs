//! `pem/joined-boundary`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};
use crate::syntax::pem::ProblemKind;

rule! {
    /// Two blocks joined on one line.
    ///
    /// ## Why
    /// `cat cert.pem chain.pem` puts END and BEGIN on one line when the first file has no final line end. OpenSSL then fails
    /// with "bad end line", and nginx refuses to start.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=pem/joined-boundary@9:1
    /// | END and BEGIN stand on one line: OpenSSL cannot read the file from here on
    /// | help: put a line end between the dashes of END and those of BEGIN
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiAtP3m67B3fx6kbzGuwsljJuMsQ
    /// zFX4oHk3D+48Om8YAQIgbNw0aVmkKUp+REgURmROIu2MeA5dbabVvcVtSukv/Rk=
    /// -----END CERTIFICATE----------BEGIN CERTIFICATE-----
    /// # > -----END CERTIFICATE-----
    /// # > -----BEGIN CERTIFICATE-----
    /// MIIBPzCB5qADAgECAggy2I3q5lNtvzAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjUwNzA4MTIwMDAwWhcNMzAxMjI5MTIwMDAwWjAd
    /// MRswGQYDVQQDDBJFeGFtcGxlIElzc3VpbmcgQ0EwWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAAQxVskM1gT/ebSnz02/bFMVs0EvrsEvrL4KiKKBzHHWYcnqHmja2GSU
    /// TIQMv6JMHN0ATNa3IrUILt7G3TLcGeadoxMwETAPBgNVHRMBAf8EBTADAQH/MAoG
    /// CCqGSM49BAMCA0gAMEUCIQCEc9a1cS3T2coH3DJgJee1ihMt8rVw8ALsJcoq3kED
    /// yAIgesa8y+9Y4nxMk0LhTP6v1uKppv2lOeiOLp+nWMhdzvY=
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
    /// -----BEGIN CERTIFICATE-----
    /// MIIBPzCB5qADAgECAggy2I3q5lNtvzAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjUwNzA4MTIwMDAwWhcNMzAxMjI5MTIwMDAwWjAd
    /// MRswGQYDVQQDDBJFeGFtcGxlIElzc3VpbmcgQ0EwWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAAQxVskM1gT/ebSnz02/bFMVs0EvrsEvrL4KiKKBzHHWYcnqHmja2GSU
    /// TIQMv6JMHN0ATNa3IrUILt7G3TLcGeadoxMwETAPBgNVHRMBAf8EBTADAQH/MAoG
    /// CCqGSM49BAMCA0gAMEUCIQCEc9a1cS3T2coH3DJgJee1ihMt8rVw8ALsJcoq3kED
    /// yAIgesa8y+9Y4nxMk0LhTP6v1uKppv2lOeiOLp+nWMhdzvY=
    /// -----END CERTIFICATE-----
    /// ```
    "pem/joined-boundary" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://www.rfc-editor.org/rfc/rfc7468#section-2"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    for problem in super::problems(pem, |kind| *kind == ProblemKind::Joined) {
        let text = ctx.quote(problem.span);
        let finding =
            sink.report(problem.span, "END and BEGIN stand on one line: OpenSSL cannot read the file from here on");
        finding.help("put a line end between the dashes of END and those of BEGIN");
        if let Some(at) = text.find("-----BEGIN") {
            let here = Span::new(pem.file, problem.span.start as usize + at, problem.span.start as usize + at);
            finding.fix(Fix::replace("put a line end between END and BEGIN", Safety::Safe, here, "\n"));
        }
        super::weigh(finding, pem, ctx.project);
    }
}
