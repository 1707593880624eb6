//! `chain/wrong-order`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// Certificates of a chain in the wrong order.
    ///
    /// ## Why
    /// Each certificate should follow the one it issued (RFC 8446, 4.4.2). OpenSSL and browsers sort them; Java, mbedTLS
    /// and devices with small libraries do not, and refuse the connection.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=chain/wrong-order@10:1
    /// | the certificates are not in the order in which they were issued
    /// | help: write them in this order: `shop.example.com`, `Example Issuing CA`, `Example Root CA`
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
    /// MIIBPDCB46ADAgECAggVscT5YRh/uzAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjQwMjI0MTIwMDAwWhcNMzUwMjA2MTIwMDAwWjAa
    /// MRgwFgYDVQQDDA9FeGFtcGxlIFJvb3QgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMB
    /// BwNCAARwt9fC5+xBSNxVE8ZmQa1rUdAk+/lz2SpGamKhU9FqvOtwfGSh359JFljF
    /// pmPRWq1ELrQia8AmcAbgQr23PmHFoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
    /// SM49BAMCA0gAMEUCIBQ4VLHS2OMPKZZwFbyihm+v7+ljnTFXy+cn84hnC7I3AiEA
    /// g13zeLZ/2AXmnUcVVoZy3MJzhgKeX8WKecipnD5KqVc=
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
    /// -----BEGIN CERTIFICATE-----
    /// MIIBPDCB46ADAgECAggVscT5YRh/uzAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjQwMjI0MTIwMDAwWhcNMzUwMjA2MTIwMDAwWjAa
    /// MRgwFgYDVQQDDA9FeGFtcGxlIFJvb3QgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMB
    /// BwNCAARwt9fC5+xBSNxVE8ZmQa1rUdAk+/lz2SpGamKhU9FqvOtwfGSh359JFljF
    /// pmPRWq1ELrQia8AmcAbgQr23PmHFoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
    /// SM49BAMCA0gAMEUCIBQ4VLHS2OMPKZZwFbyihm+v7+ljnTFXy+cn84hnC7I3AiEA
    /// g13zeLZ/2AXmnUcVVoZy3MJzhgKeX8WKecipnD5KqVc=
    /// -----END CERTIFICATE-----
    /// ```
    "chain/wrong-order" {
        severity: Medium, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    if chain.leaf_index() != 0 {
        return;
    }
    // Certificates of several paths (cross-signed ones) have no single order: one path in order is enough.
    if chain.paths().iter().any(|path| path.members.len() > 1 && path.members.is_sorted()) {
        return;
    }
    let Some(path) = chain.best_path(ctx.at).filter(|path| !path.members.is_sorted()) else { return };
    let Some(misplaced) = path.members.windows(2).find(|pair| pair[1] < pair[0]).map(|pair| pair[1]) else { return };
    let order: Vec<String> =
        path.members.iter().map(|&index| format!("`{}`", chain.certificates[index].subject)).collect();
    sink.report(chain.certificates[misplaced].at, "the certificates are not in the order in which they were issued")
        .help(format!("write them in this order: {}", order.join(", ")));
}
