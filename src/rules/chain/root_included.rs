//! `chain/root-included`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A root in the chain that is served.
    ///
    /// ## Why
    /// Clients trust the roots they have, never one that is sent to them. It costs some hundred bytes in every handshake.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=chain/root-included@19:1
    /// | the root `Example Root CA` is sent to every client and ignored
    /// | help: take this block out of the file
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
    "chain/root-included" {
        severity: Info, effect: Hygiene,
        refs: &["https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    for (index, certificate) in chain.certificates.iter().enumerate() {
        let on_path = chain.paths().iter().any(|path| path.members.contains(&index));
        if index != chain.leaf_index() && on_path && certificate.is_self_signed() {
            sink.report(
                certificate.at,
                format!("the root `{}` is sent to every client and ignored", certificate.subject),
            )
            .help("take this block out of the file");
        }
    }
}
