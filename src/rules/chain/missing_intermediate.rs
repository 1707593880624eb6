//! `chain/missing-intermediate`

use crate::model::tls::{Chain, End, Verdict};
use crate::rules::prelude::*;

rule! {
    /// A certificate file that lacks the issuer of its certificate.
    ///
    /// ## Why
    /// The server must send every certificate between its own and the root. Desktop browsers often have the missing one by
    /// chance; phones, `curl`, payment providers' webhooks and other servers do not, and refuse the connection.
    ///
    /// ## Examples
    /// ```pem bad file=certs/cert.pem expect=chain/missing-intermediate@1:1
    /// | the file does not hold `Example Issuing CA`, the issuer of `shop.example.com`: clients that do not know it
    /// | refuse the connection
    /// | help: join them: `cat certs/cert.pem certs/intermediate.pem > fullchain.pem`, and serve that file
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
    /// ```pem bad file=certs/intermediate.pem
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
    /// ```pem good file=certs/fullchain.pem
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
    /// A private certificate whose issuer may be the root that clients have, and a public authority whose issuer may be
    /// a root that Mozilla's list no longer (or not yet) holds: that cannot be told from the files. Where the configuration
    /// names the roots of a private authority (`tls: {roots: [certs/root.pem]}`), it can.
    "chain/missing-intermediate" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2"],
        check: Check::Chain(check),
    }
}

/// Signatures to check per chain: a folder full of authorities of one name must not take long.
const CANDIDATES: usize = 16;

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(path) = chain.best_path(ctx.at).filter(|path| path.end == End::Open && chain.gap.is_none()) else {
        return;
    };
    let Some(last) = path.members.last().and_then(|&index| chain.certificates.get(index)) else { return };
    let message = format!(
        "the file does not hold `{}`, the issuer of `{}`: clients that do not know it refuse the connection",
        last.issuer, last.subject
    );
    let certificates = ctx.project.pem.iter().flat_map(|pem| pem.certificates.iter().map(move |c| (pem, c)));
    let mut named = certificates.filter(|(_, other)| last.names_as_issuer(other)).take(CANDIDATES);
    let issuer = named.find(|(_, other)| last.signed_by(&other.key) != Verdict::Bad);
    let private = !ctx.project.roots().is_empty() && !chain.is_public();
    if let Some((pem, issuer)) = issuer.filter(|(_, issuer)| !issuer.is_self_signed()) {
        sink.report(last.at, message)
            .related(issuer.at, "the missing certificate")
            .help(format!("join them: `cat {} {} > fullchain.pem`, and serve that file", chain.path, pem.path));
    } else if private {
        let message = format!(
            "`{}`, the issuer of `{}`, is not in the file and none of the roots in the configuration: clients refuse the \
             connection",
            last.issuer, last.subject
        );
        sink.report(last.at, message)
            .help("append the issuer's certificate to this file, or name it in `tls: {roots: ...}` if it is a root");
    } else if issuer.is_some() {
        // A root of their own, which the clients may have.
    } else if chain.is_public() && !last.is_ca() {
        sink.report(last.at, message)
            .help("serve `fullchain.pem` instead of `cert.pem`, or append the authority's intermediate certificate");
    } else if calls_itself_intermediate(&last.issuer) {
        sink.report(last.at, message)
            .confidence(Likely)
            .help(format!("append the certificate of `{}` to this file", last.issuer));
    } else {
        sink.unknown(last.at, format!("whether clients know `{}` cannot be told from the files", last.issuer));
    }
}

/// Roots do not call themselves so.
fn calls_itself_intermediate(name: &str) -> bool {
    let name = name.to_lowercase();
    ["intermediate", "issuing", "subordinate", "sub ca", "subca"].iter().any(|word| name.contains(word))
}
