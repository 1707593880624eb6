//! `cert/ca-as-leaf`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A server certificate that may sign other certificates.
    ///
    /// ## Why
    /// `openssl req -x509` makes an authority unless told otherwise. Whoever gets the server's key can then make
    /// certificates for any name that everyone who trusts this one accepts. Some clients refuse such a leaf.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/ca-as-leaf@1:1
    /// | the certificate for `shop.example.com` is an authority (CA:TRUE): its key can sign certificates for any name
    /// | help: issue it again with `-addext basicConstraints=critical,CA:FALSE`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXzCCAQSgAwIBAgIIHu1aS4LavGcwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijMDAuMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA
    /// wUt+/kVsWhYCUH7zh/bdaFwZXhPSvUIolm28KDv5lO4CIQDNEB/kW2YRB+tznyJn
    /// B7uBaUkll0xPG9EkLeseSxvoVg==
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem both file=privkey.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
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
    "cert/ca-as-leaf" {
        severity: Medium, effect: Weakens,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if leaf.is_ca() {
        let message = format!(
            "the certificate for `{}` is an authority (CA:TRUE): its key can sign certificates for any name",
            leaf.subject
        );
        let finding = sink.report(leaf.at, message);
        finding.help("issue it again with `-addext basicConstraints=critical,CA:FALSE`");
        // OpenSSL makes them so when nobody says otherwise, and that it must be replaced is said already.
        if leaf.is_self_signed() {
            finding.severity(Low);
        }
    }
}
