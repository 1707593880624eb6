//! `cert/expired`

use crate::model::tls::{Chain, Served, when};
use crate::rules::prelude::*;

rule! {
    /// A certificate that is no longer valid.
    ///
    /// ## Why
    /// Every browser and every client library refuses the connection from the second after the end (RFC 5280, 4.1.2.5:
    /// the end itself still counts). nginx loads it without a word.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/expired@1:1
    /// | the certificate for `shop.example.com` expired on 2026-11-10, 10 days ago; clients refuse the connection
    /// | help: renew it and deploy the new file before anything else
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTDCB86ADAgECAggwJjTEfK96QzAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYwODEyMTIwMDAwWhcNMjYxMTEwMTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiEA6vCJw1J24GqyktPwwvd0Awg2
    /// aIJVmaQzZlFtghxD2V0CIFMuM4cpnWDSAlGmW4JNCmhJEGtZCXh+irha9i5JxkCk
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
    /// ```
    "cert/expired" {
        severity: Critical, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if ctx.at.unix_timestamp() > leaf.not_after && !leaf.is_never_valid() {
        let message = format!(
            "the certificate for `{}` expired on {}, {} ago; clients refuse the connection",
            leaf.subject,
            when::date(leaf.not_after),
            when::span(ctx.at.unix_timestamp() - leaf.not_after)
        );
        let finding = sink.report(leaf.at, message);
        finding.help("renew it and deploy the new file before anything else");
        // Who serves it is not seen; it may lie here from earlier.
        if chain.origin != Served::Server {
            finding.confidence(Likely);
        }
    }
}
