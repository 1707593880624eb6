//! `cert/not-yet-valid`

use crate::model::tls::{Chain, when};

use crate::rules::prelude::*;

/// A clock may be this many seconds off.
const SKEW: i64 = 3600;

rule! {
    /// A certificate whose validity has not begun.
    ///
    /// ## Why
    /// Clients refuse a certificate before its first second just as they refuse an expired one (RFC 5280, 6.1.3).
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/not-yet-valid@1:1
    /// | the certificate for `shop.example.com` is valid only from 2026-11-23, in 3 days; until then clients refuse the
    /// | connection
    /// | help: deploy it later, or keep the current certificate until then
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTDCB86ADAgECAgg1zeQc5rWvJjAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMTIzMTIwMDAwWhcNMjcwMjIxMTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiEArda5p3922Nog+3G7spQo8siI
    /// IIDRUqaAKtTWSTS/3F0CIEPsj2EyXZy+l3QFbgGLVpnAZ72n/sxO+oMW/WU67qj8
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
    "cert/not-yet-valid" {
        severity: Critical, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let wait = leaf.not_before - ctx.at.unix_timestamp();
    if wait > 0 && !leaf.is_never_valid() {
        let message = format!(
            "the certificate for `{}` is valid only from {}, in {}; until then clients refuse the connection",
            leaf.subject,
            when::date(leaf.not_before),
            when::span(wait)
        );
        let finding = sink.report(leaf.at, message).help("deploy it later, or keep the current certificate until then");
        if wait < SKEW {
            finding.severity(Medium).confidence(Likely);
        }
    }
}
