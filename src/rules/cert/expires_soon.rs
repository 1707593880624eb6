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
    /// ## Until the next deployment
    /// `valid_for`, or `gonogo check --valid-for 90d`, asks for more: the certificate and its issuers must live so long.
    /// ```yaml config
    /// rules:
    ///   cert/expires-soon: { valid_for: 90 }
    /// ```
    /// ```pem bad file=fullchain.pem expect=cert/expires-soon@1:1
    /// | the certificate for `shop.example.com` ends in 60 days, on 2027-01-19, and must be valid for another 90 days
    /// | help: renew it before this is deployed
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
        params: &[
            Param::Int { name: "days", default: 30, doc: "Never warn earlier than this many days before the end." },
            Param::Int { name: "valid_for", default: 0, doc: "Days the certificate and its issuers must still be valid." },
        ],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if must_live(chain, ctx, sink) {
        return;
    }
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

/// Whether a certificate ends before the deployment may; the issuers are needed as long as the leaf.
fn must_live(chain: &Chain, ctx: &Context, sink: &mut Sink) -> bool {
    let (days, now) = (ctx.int("valid_for"), ctx.at.unix_timestamp());
    let Some(path) = chain.best_path(ctx.at).filter(|_| days > 0) else { return false };
    let members = path.members.iter().filter_map(|&index| chain.certificates.get(index));
    let sent = members.enumerate().filter(|(place, member)| *place == 0 || !member.is_self_signed());
    let mut short = sent.map(|(_, member)| member).filter(|member| {
        let left = member.not_after - now;
        member.not_before <= now && left >= 0 && left < days.saturating_mul(DAY)
    });
    let Some(first) = short.next() else { return false };
    let message = format!(
        "the certificate for `{}` ends in {}, on {}, and must be valid for another {days} days",
        first.subject,
        when::span(first.not_after - now),
        when::date(first.not_after),
    );
    sink.report(first.at, message).help("renew it before this is deployed");
    true
}
