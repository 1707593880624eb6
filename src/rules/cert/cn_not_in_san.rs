//! `cert/cn-not-in-san`

use crate::model::tls::{Chain, Wanted};
use crate::rules::prelude::*;

rule! {
    /// A certificate whose common name is a host that it is not for.
    ///
    /// ## Why
    /// Clients look only at the subject alternative names. Who reads the common name takes the certificate for one of that host, and
    /// it is refused there; mostly a name was forgotten when it was issued.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/cn-not-in-san@1:1
    /// | the certificate is called `shop.example.com` and is not for that host: clients refuse it there
    /// | help: issue it again with `DNS:shop.example.com` among its names, if it is served under that name
    /// -----BEGIN CERTIFICATE-----
    /// MIIBUDCB96ADAgECAgg0tj+MD+u8qTAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMjMCEwHwYDVR0RBBgwFoIUd3d3LnNo
    /// b3AuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIhAM5mK8jlCoPffkbz626e
    /// ILiaN/tEqgqw+yJ9btU9zDBRAiBw/JQ5dBbwuxZvyM2Ym566OZ7Bx4vYKIX8LaS+
    /// SH5o4w==
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTjCB9qADAgECAggixFkqhFLeNjAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAaMRgwFgYDVQQDDA9TaG9wIG9mIEV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeKY0WdodhpPFhFUYhyckbolVer
    /// DTNFi6IyohNpppBmywj6sjF0BB7l3hiIoyMwITAfBgNVHREEGDAWghR3d3cuc2hv
    /// cC5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiArZu8GArRJxhjG7QDd6iN7
    /// nRgV5TqaXzJrZPm9/uaRSAIgTlTzh5YYVIlwlfyUer/ET1RSn3yO/CHUZfFIlFer
    /// V/U=
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## What it does not report
    /// Common names that are no host, and certificates without any name, which have a finding of their own.
    "cert/cn-not-in-san" {
        severity: Low, confidence: Likely, effect: Hygiene,
        refs: &["https://www.rfc-editor.org/rfc/rfc9525"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let (Some(name), Some(names)) = (&leaf.common_name, &leaf.names) else { return };
    let host = name.contains('.') && !name.contains(' ') && name.chars().any(|c| c.is_ascii_alphabetic());
    if !host || names.dns.is_empty() || leaf.is_ca() || Wanted::new(name).uncovered(names).is_empty() {
        return;
    }
    let message = format!("the certificate is called `{name}` and is not for that host: clients refuse it there");
    sink.report(leaf.at, message)
        .help(format!("issue it again with `DNS:{name}` among its names, if it is served under that name"));
}
