//! `cert/no-san`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A server certificate without the names it is for.
    ///
    /// ## Why
    /// Clients look only at the subject alternative names; the common name has not counted since 2017 (RFC 9525). Without
    /// names no host matches, and every browser refuses the connection.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/no-san@1:1
    /// | the certificate for `shop.example.com` names no host: browsers refuse it whatever its common name
    /// | help: issue it again with `subjectAltName`, e.g. `-addext subjectAltName=DNS:shop.example.com`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBRDCB66ADAgECAggyBoQQX+6y0zAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMXMBUwEwYDVR0lBAwwCgYIKwYBBQUH
    /// AwEwCgYIKoZIzj0EAwIDSAAwRQIgJXMINhvZ+tvS/Vf0sDSI/5n/OvP7CJFvggWQ
    /// e6om+L4CIQCta29shSFKT+d+2Cc+nBgRXil8ja4G11+DSy8+mKqVuw==
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
    "cert/no-san" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc9525"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let named = leaf.names.as_ref().is_some_and(|n| !n.dns.is_empty() || !n.ips.is_empty() || n.broken > 0);
    // A client's certificate needs no host names.
    let client = leaf.purposes.is_some_and(|purposes| purposes.client && !purposes.server);
    if !named && !client {
        let message = format!(
            "the certificate for `{}` names no host: browsers refuse it whatever its common name",
            leaf.subject
        );
        sink.report(leaf.at, message)
            .help("issue it again with `subjectAltName`, e.g. `-addext subjectAltName=DNS:shop.example.com`");
    }
}
