//! `cert/san-internal-name`

use std::net::IpAddr;

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// Names of the inside in a certificate that is shown to everyone.
    ///
    /// ## Why
    /// A server shows its certificate to anyone who connects. `db.internal` or `10.0.0.5` among the names tells a stranger
    /// what lies behind.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/san-internal-name@1:1
    /// | `db.internal` stands beside public names: everyone who connects learns it
    /// | help: use a certificate of its own for the inside
    /// -----BEGIN CERTIFICATE-----
    /// MIIBWTCCAQCgAwIBAgIIHJ6dHK6qthIwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijLDAqMCgGA1UdEQQhMB+CEHNob3Au
    /// ZXhhbXBsZS5jb22CC2RiLmludGVybmFsMAoGCCqGSM49BAMCA0cAMEQCIDhHCw7U
    /// qnXy+tBg/OgzRwlcLUnJdA7nz7vS8xTf6PfrAiBKKhwypehmn0Uy9bWRNgKLT2X3
    /// XAGr1qBwiUe7mAShgA==
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
    /// ## What it does not report
    /// Certificates that hold names of the inside only: they are for the inside.
    "cert/san-internal-name" {
        severity: Low, confidence: Likely, effect: Weakens,
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some((leaf, names)) = chain.leaf().and_then(|leaf| Some((leaf, leaf.names.as_ref()?))) else {
        return sink.not_applicable();
    };
    let outside = names.dns.iter().any(|name| !internal(name));
    let address = names.ips.iter().find(|ip| private(**ip)).map(ToString::to_string);
    let inside = names.dns.iter().find(|name| internal(name)).cloned().or(address);
    if let (true, Some(name)) = (outside, inside) {
        let name: String = name.chars().take(80).collect();
        sink.report(leaf.at, format!("`{name}` stands beside public names: everyone who connects learns it"))
            .help("use a certificate of its own for the inside");
    }
}

fn internal(name: &str) -> bool {
    const ENDINGS: [&str; 9] =
        [".local", ".internal", ".lan", ".corp", ".home", ".intranet", ".localdomain", ".private", ".localhost"];
    let name = name.to_ascii_lowercase();
    !name.contains('.') || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
