//! `cert/san-bad-name`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// An entry among a certificate's names that is no host name.
    ///
    /// ## Why
    /// A DNS entry must be a host name and nothing else. With a scheme, a port, a path, a final dot or bytes outside ASCII
    /// it matches no host, and some clients refuse the whole certificate.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/san-bad-name@1:1
    /// | name `https://shop.example.com` of the certificate is a URL, not a host name: no client matches it
    /// | help: issue it again with plain host names
    /// -----BEGIN CERTIFICATE-----
    /// MIIBZzCCAQ2gAwIBAgIIFczVRDsZxVEwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijOTA3MDUGA1UdEQQuMCyCEHNob3Au
    /// ZXhhbXBsZS5jb22CGGh0dHBzOi8vc2hvcC5leGFtcGxlLmNvbTAKBggqhkjOPQQD
    /// AgNIADBFAiBTp5nKoSHkvTEId7Z/GUMPQh9gq1lOiJByPSxfW7oirQIhAPtuaxG9
    /// oE1py4X0LDdc2ViRcIntDf/vV9zwGzxi3eJL
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
    "cert/san-bad-name" {
        severity: Medium, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some((leaf, names)) = chain.leaf().and_then(|leaf| Some((leaf, leaf.names.as_ref()?))) else {
        return sink.not_applicable();
    };
    let wrong = names.dns.iter().find_map(|name| Some((name, fault(name)?)));
    let what = match wrong {
        Some((name, why)) => format!("name `{}` of the certificate {why}", name.chars().take(80).collect::<String>()),
        None if names.broken > 0 => {
            "a name of the certificate has bytes outside ASCII; host names are written in A-labels (`xn--...`)".into()
        }
        None => return,
    };
    sink.report(leaf.at, format!("{what}: no client matches it")).help("issue it again with plain host names");
}

fn fault(name: &str) -> Option<&'static str> {
    let host = name.strip_prefix("*.").unwrap_or(name);
    if host.is_empty() {
        Some("is empty")
    } else if host.contains("://") || host.contains('/') {
        Some("is a URL, not a host name")
    } else if host.contains(':') {
        Some("has a port")
    } else if host.ends_with('.') {
        Some("ends with a dot")
    } else if host.contains('_') {
        Some("has an underscore, which host names do not have")
    } else if host.split('.').any(str::is_empty) {
        Some("has an empty label")
    } else if host.len() > 253 || host.split('.').any(|label| label.len() > 63) {
        Some("is longer than a host name can be")
    } else if host.contains(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | '*')) {
        Some("has characters that host names do not have")
    } else {
        None
    }
}
