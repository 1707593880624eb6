//! `chain/duplicate-cert`

use std::collections::HashMap;

use crate::model::tls::{Certificate, Chain};
use crate::rules::prelude::*;

rule! {
    /// A certificate that stands in the file twice.
    ///
    /// ## Why
    /// Usually `cat cert.pem fullchain.pem`. Strict clients refuse a chain in which a certificate follows itself.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=chain/duplicate-cert@10:1
    /// | the certificate of `shop.example.com` stands here a second time
    /// | help: take the second block out of the file
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
    "chain/duplicate-cert" {
        severity: Low, effect: Hygiene,
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let mut seen: HashMap<&[u8], &Certificate> = HashMap::new();
    for certificate in &chain.certificates {
        let first = *seen.entry(certificate.der()).or_insert(certificate);
        if first.at != certificate.at {
            sink.report(
                certificate.at,
                format!("the certificate of `{}` stands here a second time", certificate.subject),
            )
            .related(first.at, "the first time")
            .help("take the second block out of the file");
        }
    }
}
