//! `chain/pathlen-exceeded`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// More authorities in a row than the upper one allows.
    ///
    /// ## Why
    /// `pathlen` says how many authorities may stand between a certificate and the server's. Clients refuse more
    /// (RFC 5280, 4.2.1.9).
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=chain/pathlen-exceeded@19:1
    /// | `Example Policy CA` allows 0 authorities below it (pathlen), and there are 1: clients refuse the chain
    /// | help: have the server's certificate issued by an authority further up
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
    /// MIIBQTCB6KADAgECAgg4WflGc5g2tzAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFF
    /// eGFtcGxlIFBvbGljeSBDQTAeFw0yNTA3MDgxMjAwMDBaFw0zMDEyMjkxMjAwMDBa
    /// MB0xGzAZBgNVBAMMEkV4YW1wbGUgSXNzdWluZyBDQTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABDFWyQzWBP95tKfPTb9sUxWzQS+uwS+svgqIooHMcdZhyeoeaNrY
    /// ZJRMhAy/okwc3QBM1rcitQgu3sbdMtwZ5p2jEzARMA8GA1UdEwEB/wQFMAMBAf8w
    /// CgYIKoZIzj0EAwIDSAAwRQIgbs0pQpKN10zWWs1UXvDc+I4ztU+kvl1jux9eP+Hb
    /// BxACIQDG5qGoQHdjyMSCd09Ihnq64TWRJS4OtBK7oaqXUyDYBg==
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBQTCB6KADAgECAgge5oLkXDUp7zAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjUwNzA4MTIwMDAwWhcNMzAxMjI5MTIwMDAwWjAc
    /// MRowGAYDVQQDDBFFeGFtcGxlIFBvbGljeSBDQTBZMBMGByqGSM49AgEGCCqGSM49
    /// AwEHA0IABDn+aKXtEDTu1k6/lyr7ElIMXM4q1pfsvgDgmdl+CGpMyuiY9SP5nFyb
    /// dl0/m/NNJXELtgAEyhMhFuzp4TBnXIKjFjAUMBIGA1UdEwEB/wQIMAYBAf8CAQAw
    /// CgYIKoZIzj0EAwIDSAAwRQIgeU0Jw6gk9ySK60xaWf4t3Y+oH32V8cml7igW5nJN
    /// OvwCIQCN9MK9qgbLkg8fp0zTAwTAqD6D9KO/hGSKuH0+3VtqDw==
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
    "chain/pathlen-exceeded" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(path) = chain.best_path(ctx.at) else { return sink.not_applicable() };
    for (depth, &index) in path.members.iter().enumerate().skip(1) {
        let authority = &chain.certificates[index];
        let Some((true, Some(limit))) = authority.authority else { continue };
        // Certificates an authority made for itself do not count.
        let below = path.members[1..depth].iter().filter(|&&i| !chain.certificates[i].is_self_issued()).count();
        if below > limit as usize {
            let message = format!(
                "`{}` allows {limit} authorities below it (pathlen), and there are {below}: clients refuse the chain",
                authority.subject
            );
            sink.report(authority.at, message).help("have the server's certificate issued by an authority further up");
        }
    }
}
