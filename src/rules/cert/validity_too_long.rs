//! `cert/validity-too-long`

use crate::model::tls::{Certificate, Chain, when};
use crate::rules::prelude::*;

rule! {
    /// A public certificate that is valid for longer than is allowed.
    ///
    /// ## Why
    /// The limit depends on the day of issue: 398 days since September 2020, 200 since 15 March 2026, 100 from 15 March 2027, 47
    /// from 15 March 2029. Safari and Chrome refuse a certificate over it, and the authority must revoke it.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/validity-too-long@1:1
    /// | the certificate for `shop.example.com` is valid for 365 days; one that a public authority issued on 2026-04-01
    /// | may have 200 days, and browsers refuse it
    /// | help: have it issued again for 199 days at most
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYTCCAQigAwIBAgIIAJHA6QXNPpswCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MDQwMTAwMDAwMFoXDTI3MDQwMTAwMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijNDAyMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEwYDVR0gBAwwCjAIBgZngQwBAgEwCgYIKoZIzj0EAwIDRwAw
    /// RAIgOwSkxfMNl48kDPPZ3SFZlTZc6dMck+p60o2PGgAqHZECIBPh0dT2hNJfog7y
    /// 4ajkq8eMLgg2OZlhQS2aORHmNjvl
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYTCCAQigAwIBAgIIBVX8CdTi6hwwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MDkwMTAwMDAwMFoXDTI3MDMxOTIzNTk1
    /// OVowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijNDAyMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEwYDVR0gBAwwCjAIBgZngQwBAgEwCgYIKoZIzj0EAwIDRwAw
    /// RAIgeTVofXuhS06FE+CWX8EU/1XX1hhbVIPPWLmW7wXvE/ICIGYMq2Oqu67L7tYs
    /// 0WHACvaE0iXL6Dr0JLTwb6nsNGLg
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## Issued before the limit changed
    /// What was allowed on the day of issue stays allowed.
    /// ```pem good file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYzCCAQigAwIBAgIIaPq01vfChUcwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MDMwMTAwMDAwMFoXDTI3MDQwMjAwMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijNDAyMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEwYDVR0gBAwwCjAIBgZngQwBAgEwCgYIKoZIzj0EAwIDSQAw
    /// RgIhAJakZJFuVksR1rUU1D5EfWALF/N4o8fgyrj200N3oBTZAiEA7hfUaD/YZg/u
    /// 63+SNhsAgArJunSLqqDkoItYp2W0RLk=
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## What it does not report
    /// Certificates of private authorities, roots and intermediates.
    "cert/validity-too-long" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://cabforum.org/working-groups/server/baseline-requirements/requirements/"],
        check: Check::Chain(check),
    }
}

/// The first second on which a limit holds, and the limit in days (CA/Browser Forum, Baseline Requirements 6.3.2).
const LIMITS: [(i64, i64); 6] = [
    (1_868_227_200, 47),   // 2029-03-15
    (1_805_068_800, 100),  // 2027-03-15
    (1_773_532_800, 200),  // 2026-03-15
    (1_598_918_400, 398),  // 2020-09-01
    (1_519_862_400, 825),  // 2018-03-01
    (1_427_846_400, 1188), // 2015-04-01: 39 months
];
const DAY: i64 = 86_400;

fn limit(leaf: &Certificate) -> Option<i64> {
    LIMITS.iter().find(|(from, _)| leaf.not_before >= *from).map(|(_, days)| *days)
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if !chain.is_public() || leaf.is_ca() {
        return sink.not_applicable();
    }
    // Both ends count.
    let Some(days) = limit(leaf).filter(|days| leaf.lifetime() + 1 > days * DAY) else { return };
    let message = format!(
        "the certificate for `{}` is valid for {}; one that a public authority issued on {} may have {days} days, and browsers \
         refuse it",
        leaf.subject,
        when::span(leaf.lifetime()),
        when::date(leaf.not_before)
    );
    sink.report(leaf.at, message).help(format!("have it issued again for {} days at most", days - 1));
}
