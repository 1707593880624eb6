//! `cert/name-mismatch`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A server name that its certificate does not cover.
    ///
    /// ## Why
    /// A client compares the name it asked for with the names in the certificate and refuses the connection when none
    /// matches. `*` stands for exactly one label: `*.example.com` covers neither `example.com` nor `a.b.example.com`. An
    /// address needs an IP entry. The common name does not count (RFC 9525).
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///     server {
    ///         listen 443 ssl;
    ///         server_name shop.example.com api.example.com;
    /// #                                    ^^^^^^^^^^^^^^^ cert/name-mismatch
    /// # | the certificate does not cover `api.example.com`: clients that ask for it refuse the connection
    /// # | help: get a certificate that has `api.example.com` among its names, or take the name out of `server_name`
    ///         ssl_certificate certs/fullchain.pem;
    ///         ssl_certificate_key certs/privkey.pem;
    ///     }
    /// }
    /// ```
    /// ```pem both file=certs/fullchain.pem
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
    /// ```nginx good fixed file=nginx.conf
    /// events {}
    /// http {
    ///     server {
    ///         listen 443 ssl;
    ///         server_name shop.example.com _ localhost;
    ///         ssl_certificate certs/fullchain.pem;
    ///         ssl_certificate_key certs/privkey.pem;
    ///     }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Catch-alls (`_`, `localhost`), expressions, templates, placeholders, and certificates without any names.
    "cert/name-mismatch" {
        severity: Critical, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc9525"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(names) = chain.leaf().and_then(|leaf| leaf.names.as_ref()) else { return sink.not_applicable() };
    if names.dns.is_empty() && names.ips.is_empty() && names.broken == 0 {
        return sink.not_applicable();
    }
    for (written, wanted) in chain.wanted() {
        let missing = wanted.uncovered(names);
        if missing.is_empty() {
            continue;
        }
        let missing = missing.join("` and `");
        let message =
            format!("the certificate does not cover `{missing}`: clients that ask for it refuse the connection");
        let finding = sink.report(written.span, message);
        if let Some(leaf) = chain.leaf() {
            finding.related(leaf.at, format!("{} covers {}", ctx.path(leaf.at), list(&names.dns, &names.ips)));
        }
        let help = if names.ips.is_empty() && wanted_is_address(&missing) {
            "an address needs an IP entry in the certificate; better use a host name".to_owned()
        } else {
            format!("get a certificate that has `{missing}` among its names, or take the name out of `server_name`")
        };
        finding.help(help);
    }
}

fn wanted_is_address(name: &str) -> bool {
    name.parse::<std::net::IpAddr>().is_ok()
}

/// The first few names; there may be ten thousand.
fn list(dns: &[String], ips: &[std::net::IpAddr]) -> String {
    let all = dns.iter().map(|name| format!("`{name}`")).chain(ips.iter().map(|ip| format!("`{ip}`")));
    phrase::some(&all.collect::<Vec<_>>(), 5)
}
