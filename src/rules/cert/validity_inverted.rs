//! `cert/validity-inverted`

use crate::model::tls::{Chain, when};
use crate::rules::prelude::*;

rule! {
    /// A certificate that ends before it begins.
    ///
    /// ## Why
    /// There is no moment at which it is valid: every client refuses the connection, today and later. It comes of a clock that was
    /// wrong or a date that was mistyped when it was made.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/validity-inverted@1:1
    /// | the certificate for `shop.example.com` begins on 2027-01-19 and ends before that, on 2026-10-21: it is never
    /// | valid, and clients refuse the connection
    /// | help: issue it again with the end after the beginning
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSzCB86ADAgECAgh/r5zmcR0rHzAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjcwMTE5MTIwMDAwWhcNMjYxMDIxMTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiANwbyPfQUrEhuZh5BmZF99cYK9
    /// u/UFIud8Y+XCXXo5nQIgNXyFf7xyh6gghVvUhjS8Ci6W2MZ15dBJLq2PlQPusSg=
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
    "cert/validity-inverted" {
        severity: Critical, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if !leaf.is_never_valid() {
        return;
    }
    let message = format!(
        "the certificate for `{}` begins on {} and ends before that, on {}: it is never valid, and clients refuse the connection",
        leaf.subject,
        when::date(leaf.not_before),
        when::date(leaf.not_after)
    );
    sink.report(leaf.at, message).help("issue it again with the end after the beginning");
}
