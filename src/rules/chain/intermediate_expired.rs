//! `chain/intermediate-expired`

use crate::model::tls::{Chain, when};
use crate::rules::prelude::*;

rule! {
    /// An issuer's certificate that is no longer valid.
    ///
    /// ## Why
    /// A chain is valid only while all of its certificates are. The server's own certificate may look fine for months while
    /// clients refuse it because of this one.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=chain/intermediate-expired@10:1
    /// | the issuer `Example Issuing CA` expired on 2026-11-19: clients refuse the whole chain
    /// | help: replace this block with the issuer's current certificate, or have the server's issued again
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
    /// MIIBPzCB5qADAgECAgg+OHTDmWG6eTAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjUwNzA4MTIwMDAwWhcNMjYxMTE5MTIwMDAwWjAd
    /// MRswGQYDVQQDDBJFeGFtcGxlIElzc3VpbmcgQ0EwWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAAQxVskM1gT/ebSnz02/bFMVs0EvrsEvrL4KiKKBzHHWYcnqHmja2GSU
    /// TIQMv6JMHN0ATNa3IrUILt7G3TLcGeadoxMwETAPBgNVHRMBAf8EBTADAQH/MAoG
    /// CCqGSM49BAMCA0gAMEUCIQDTkN4AESZBId/hhOIoIgPN4mtrp1L8SRKcvV9jgGtA
    /// ugIgYd09k3E1lHBq2CSWGbo9rXkYhFZKXTvNOBt/PZ1KBQc=
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
    ///
    /// ## What it does not report
    /// An expired issuer beside a valid one of the same name: clients find the other way.
    "chain/intermediate-expired" {
        severity: Critical, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(path) = chain.best_path(ctx.at) else { return sink.not_applicable() };
    for &index in path.members.iter().skip(1) {
        let issuer = &chain.certificates[index];
        if issuer.is_valid_at(ctx.at) || issuer.is_self_signed() {
            continue;
        }
        let state = if issuer.not_after < ctx.at.unix_timestamp() {
            format!("expired on {}", when::date(issuer.not_after))
        } else {
            format!("is valid only from {}", when::date(issuer.not_before))
        };
        sink.report(issuer.at, format!("the issuer `{}` {state}: clients refuse the whole chain", issuer.subject))
            .help("replace this block with the issuer's current certificate, or have the server's issued again");
    }
}
