//! `cert/san-ip-as-dns`

use std::collections::HashSet;
use std::net::IpAddr;

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// An address written as a DNS name.
    ///
    /// ## Why
    /// Clients compare an address only with the IP entries of a certificate (RFC 9525). As a DNS entry it matches nothing.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/san-ip-as-dns@1:1
    /// | address 192.0.2.10 stands among the DNS names: clients that ask for it refuse the connection
    /// | help: issue it again with `subjectAltName=IP:192.0.2.10`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBWDCB/6ADAgECAggeabD3ApPOFDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMrMCkwJwYDVR0RBCAwHoIQc2hvcC5l
    /// eGFtcGxlLmNvbYIKMTkyLjAuMi4xMDAKBggqhkjOPQQDAgNIADBFAiEAq7zBpxn6
    /// o2xJUig6Pg++guOvV2gHZrgFC+EMeU19afACIBNjCAXbDDFmnrRhh3Sd0UanJRko
    /// y/e677LA2S6Ras1O
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
    "cert/san-ip-as-dns" {
        severity: Medium, effect: BreaksAtRuntime,
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some((leaf, names)) = chain.leaf().and_then(|leaf| Some((leaf, leaf.names.as_ref()?))) else {
        return sink.not_applicable();
    };
    let ips: HashSet<IpAddr> = names.ips.iter().copied().collect();
    let address = |name: &&String| name.parse::<IpAddr>().is_ok_and(|ip| !ips.contains(&ip));
    if let Some(name) = names.dns.iter().find(address) {
        sink.report(
            leaf.at,
            format!("address {name} stands among the DNS names: clients that ask for it refuse the connection"),
        )
        .help(format!("issue it again with `subjectAltName=IP:{name}`"));
    }
}
