//! `cert/expires-soon`

use crate::model::tls::{Chain, when};

use crate::rules::prelude::*;

const DAY: i64 = 86_400;

rule! {
    /// A certificate that ends soon, measured by its own lifetime.
    ///
    /// ## Why
    /// Automatic renewal replaces a certificate when two thirds of its life are over. One with less than a third left (and
    /// less than 30 days) was not renewed: the next thing to happen is an outage. Lifetimes are shrinking to 47 days and
    /// some are six days already, so a fixed number of days is wrong for most of them.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/expires-soon@1:1
    /// | the certificate for `shop.example.com` ends in 5 days, on 2026-11-25, with 5% of its 90 days left; then
    /// | clients refuse the connection
    /// | help: renew it now, and find out why the automatic renewal did not
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTDCB86ADAgECAggwPvlzRyfQCTAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYwODI3MTIwMDAwWhcNMjYxMTI1MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiAuLlzTvE4djRheeb5XorTsw+CC
    /// dE6E4/A8HbvI9ei4TgIhAPsoIsaOzz9uglPZEWFq4W8FRY9dVKEyvsPxn07Iqv7m
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
    ///
    /// ## A certificate of six days
    /// Five days left are nothing to worry about when six is all it ever has.
    /// ```pem good file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTDCB86ADAgECAggcNkdiNZPP0zAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMTE5MTYwMDAwWhcNMjYxMTI2MDgwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiEAv3nz09EDOhUJ7soXOYwIk7Ha
    /// dkqKi9L500OXirbffKgCIDerEeAiY5C1WYUeX6db7IgjXqAwfYVVXs4aQC88RB16
    /// -----END CERTIFICATE-----
    /// ```
    "cert/expires-soon" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://letsencrypt.org/docs/integration-guide/#when-to-renew"],
        params: &[Param::Int { name: "days", default: 30, doc: "Never warn earlier than this many days before the end." }],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let left = leaf.not_after - ctx.at.unix_timestamp();
    let lifetime = leaf.lifetime();
    if left < 0 || lifetime <= 0 || leaf.not_before > ctx.at.unix_timestamp() {
        return;
    }
    let short = lifetime <= 10 * DAY;
    let warn = if short { lifetime / 3 } else { (lifetime / 3).min(ctx.int("days") * DAY) };
    if left >= warn {
        return;
    }
    let message = format!(
        "the certificate for `{}` ends in {}, on {}, with {} of its {} left; then clients refuse the connection",
        leaf.subject,
        when::span(left),
        when::date(leaf.not_after),
        format_args!("{}%", left * 100 / lifetime),
        when::span(lifetime)
    );
    let urgent = !short && left < (lifetime / 10).min(7 * DAY) || short && left < lifetime / 6;
    let finding = sink.report(leaf.at, message).help("renew it now, and find out why the automatic renewal did not");
    if !urgent {
        finding.severity(Medium);
    }
}
