//! `chain/name-constraint-violated`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A name that the issuer is not allowed to certify.
    ///
    /// ## Why
    /// An authority can be limited to certain domains (`nameConstraints`). Clients refuse its certificates for any other.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=chain/name-constraint-violated@1:1
    /// | `Example Issuing CA` may not issue certificates for `shop.example.com`: clients refuse this one
    /// | help: have the certificate issued by an authority that is allowed to
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
    /// MIIBYDCCAQWgAwIBAgIIMIdPP5dTKaUwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwP
    /// RXhhbXBsZSBSb290IENBMB4XDTI1MDcwODEyMDAwMFoXDTMwMTIyOTEyMDAwMFow
    /// HTEbMBkGA1UEAwwSRXhhbXBsZSBJc3N1aW5nIENBMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEMVbJDNYE/3m0p89Nv2xTFbNBL67BL6y+Coiigcxx1mHJ6h5o2thk
    /// lEyEDL+iTBzdAEzWtyK1CC7ext0y3BnmnaMyMDAwDwYDVR0TAQH/BAUwAwEB/zAd
    /// BgNVHR4BAf8EEzARoA8wDYILZXhhbXBsZS5vcmcwCgYIKoZIzj0EAwIDSQAwRgIh
    /// AOim5BNapVpPUzgR4DtQXB+A4zhNsQ+QyNW/ATG9QdQIAiEAwVe3oGEWwKmpnWXx
    /// pQ2WV2DZ3BXGu8tOPPDiJOxdOcU=
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
    "chain/name-constraint-violated" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let (Some(leaf), Some(path)) = (chain.leaf(), chain.best_path(ctx.at)) else { return sink.not_applicable() };
    let Some(names) = &leaf.names else { return sink.not_applicable() };
    for &index in path.members.iter().skip(1) {
        let issuer = &chain.certificates[index];
        let Some(limits) = &issuer.constraints else { continue };
        let outside = |name: &&String| {
            !limits.permitted_dns.is_empty() && !limits.permitted_dns.iter().any(|base| below(name, base))
                || limits.excluded_dns.iter().any(|base| below(name, base))
        };
        if let Some(name) = names.dns.iter().find(outside) {
            let name: String = name.chars().take(80).collect();
            sink.report(
                leaf.at,
                format!("`{}` may not issue certificates for `{name}`: clients refuse this one", issuer.subject),
            )
            .related(issuer.at, "its `nameConstraints` rule the name out")
            .help("have the certificate issued by an authority that is allowed to");
        }
    }
}

/// The base itself and everything below it (RFC 5280, 4.2.1.10); an empty base is every name.
fn below(name: &str, base: &str) -> bool {
    let (name, base) = (name.to_ascii_lowercase(), base.to_ascii_lowercase());
    let base = base.trim_start_matches('.');
    base.is_empty() || name == base || name.strip_suffix(base).is_some_and(|rest| rest.ends_with('.'))
}
