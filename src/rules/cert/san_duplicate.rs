//! `cert/san-duplicate`

use std::collections::HashSet;

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A name that stands in a certificate twice.
    ///
    /// ## Why
    /// It does no harm by itself, but the list it was made from has a slip: often the second was meant to be another name.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/san-duplicate@1:1
    /// | `shop.example.com` stands twice among the names of the certificate
    /// | help: check the list of names; perhaps one of them was meant to be another host
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXzCCAQWgAwIBAgIINWxMvX4eqsowCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijMTAvMC0GA1UdEQQmMCSCEHNob3Au
    /// ZXhhbXBsZS5jb22CEHNob3AuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIh
    /// AO6kaT2NCWgfGKNOI8pRjBSGFCNXI4cV1F+omKDA2ak3AiAwMOEZMVPPr/3tuWAM
    /// NiE8l4tCvE3jka6e/7eCXPp3OQ==
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
    "cert/san-duplicate" {
        severity: Low, effect: Hygiene,
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some((leaf, names)) = chain.leaf().and_then(|leaf| Some((leaf, leaf.names.as_ref()?))) else {
        return sink.not_applicable();
    };
    let mut seen = HashSet::new();
    if let Some(name) = names.dns.iter().find(|name| !seen.insert(name.to_ascii_lowercase())) {
        let name: String = name.chars().take(80).collect();
        sink.report(leaf.at, format!("`{name}` stands twice among the names of the certificate"))
            .help("check the list of names; perhaps one of them was meant to be another host");
    }
}
