//! `cert/too-few-scts`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A public certificate that no log has seen.
    ///
    /// ## Why
    /// Chrome and Safari take a certificate of a public authority only with timestamps of public logs, two of them for up to 180 days and
    /// three for longer ones. Without them they show an error page.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/too-few-scts@1:1
    /// | the certificate for `shop.example.com` has no timestamp of a public log: Chrome and Safari refuse it
    /// | help: have it issued again by an authority that sends them along, as all that browsers know do
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYTCCAQigAwIBAgIIXA8UZ7XVO4kwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABGwowEgxNBWCgI/kGdkA8uDqx+G+Rovr4jZsv0ztnJBhevenBCu0
    /// ntzcXZvtJoPHfTuWzWqjVBHNWbnC9hWOGnqjNDAyMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEwYDVR0gBAwwCjAIBgZngQwBAgEwCgYIKoZIzj0EAwIDRwAw
    /// RAIgcjF9WPWgqaZJNH9ikry0PrqWvWqA6hJO7wgVddJNldUCIGfANYbqGkx8iyIy
    /// seKpw9Rp1vTLImoLvkYI7OAls45Y
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem bad file=other.pem expect=cert/too-few-scts@1:1
    /// -----BEGIN CERTIFICATE-----
    /// MIIBsDCCAVagAwIBAgIIXKssy164mP8wCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABGwowEgxNBWCgI/kGdkA8uDqx+G+Rovr4jZsv0ztnJBhevenBCu0
    /// ntzcXZvtJoPHfTuWzWqjVBHNWbnC9hWOGnqjgYEwfzAbBgNVHREEFDASghBzaG9w
    /// LmV4YW1wbGUuY29tMBMGA1UdIAQMMAowCAYGZ4EMAQIBMEsGCisGAQQB1nkCBAIE
    /// PQQ7ADkANwABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQAAAaE7hgAA
    /// AAAEAwAIMAYCAQECAQEwCgYIKoZIzj0EAwIDSAAwRQIgcHNBiZcF6wDO09V6T0zl
    /// 196ip8Ywfds6rKwGDoUbFEwCIQDmKmaRmMV97s4XT0nP7eICSzGYKs4Nh9PcRGqJ
    /// 7yJhfQ==
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIB6zCCAZGgAwIBAgIIEEwF/aCzoNEwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABGwowEgxNBWCgI/kGdkA8uDqx+G+Rovr4jZsv0ztnJBhevenBCu0
    /// ntzcXZvtJoPHfTuWzWqjVBHNWbnC9hWOGnqjgbwwgbkwGwYDVR0RBBQwEoIQc2hv
    /// cC5leGFtcGxlLmNvbTATBgNVHSAEDDAKMAgGBmeBDAECATCBhAYKKwYBBAHWeQIE
    /// AgR2BHQAcgA3AAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAAABoTuG
    /// AAAAAAQDAAgwBgIBAQIBAQA3AAICAgICAgICAgICAgICAgICAgICAgICAgICAgIC
    /// AgICAAABoTuGAAAAAAQDAAgwBgIBAQIBATAKBggqhkjOPQQDAgNIADBFAiEAwzq3
    /// c7oz0RKF9YXCi1wVXasPLhntP7CUlYPzL1sP6tACIBF9pNg+/bPgUq8MXvNmtjr7
    /// +RZ81Kp4Ov3Hi/XI7DVG
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## What it does not report
    /// Certificates of private authorities. A server may also send the timestamps by itself, which no file shows.
    "cert/too-few-scts" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://googlechrome.github.io/CertificateTransparency/ct_policy.html"],
        check: Check::Chain(check),
    }
}

/// 2018-05-01, since when Chrome asks for them.
const SINCE: i64 = 1_525_132_800;

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf().filter(|_| chain.is_public()) else { return sink.not_applicable() };
    let needed = if leaf.lifetime() <= 180 * 86_400 { 2 } else { 3 };
    if leaf.is_ca() || leaf.is_precertificate || leaf.not_before < SINCE || leaf.scts >= needed {
        return;
    }
    let has = match leaf.scts {
        0 => "no timestamp of a public log".to_owned(),
        1 => format!("the timestamp of one public log, {needed} are needed"),
        own => format!("timestamps of {own} public logs, {needed} are needed"),
    };
    sink.report(leaf.at, format!("the certificate for `{}` has {has}: Chrome and Safari refuse it", leaf.subject))
        .help("have it issued again by an authority that sends them along, as all that browsers know do");
}
