//! `cert/eku-no-serverauth`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A certificate that is not for servers.
    ///
    /// ## Why
    /// When `extendedKeyUsage` is there and does not hold `serverAuth`, clients refuse the certificate of a server
    /// (RFC 5280, 4.2.1.12). Without the extension every use is allowed.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/eku-no-serverauth@1:1
    /// | the certificate for `shop.example.com` is not for servers (`extendedKeyUsage` lacks `serverAuth`): clients
    /// | refuse it
    /// | help: issue it again with `extendedKeyUsage=serverAuth`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYjCCAQigAwIBAgIIE0CzlrK6dmUwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijNDAyMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEwYDVR0lBAwwCgYIKwYBBQUHAwMwCgYIKoZIzj0EAwIDSAAw
    /// RQIhAI/yiz4ejzDLEfaTKXrkyclPMsgP2J1rhAn5fCBKH7SyAiB7XAQ2B4dZw1ne
    /// junWVN/rGMMaNXnc7UBoeFa/elkocw==
    /// -----END CERTIFICATE-----
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
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    "cert/eku-no-serverauth" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let Some(purposes) = leaf.purposes.filter(|purposes| !purposes.server) else { return };
    // A pair of files that no server names may well be a client's.
    if purposes.client && chain.uses.is_empty() {
        return;
    }
    let message = format!(
        "the certificate for `{}` is not for servers (`extendedKeyUsage` lacks `serverAuth`): clients refuse it",
        leaf.subject
    );
    sink.report(leaf.at, message).help("issue it again with `extendedKeyUsage=serverAuth`");
}
