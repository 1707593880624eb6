//! `key/several-keys`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A key file with more than one private key.
    ///
    /// ## Why
    /// nginx and everything else on OpenSSL take the first key of a file and say nothing about the others. The next renewal that
    /// appends instead of replacing leaves the old key in front, and the server does not start with the new certificate.
    ///
    /// ## Examples
    /// ```nginx both file=nginx.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.example.com;
    ///     ssl_certificate fullchain.pem;
    ///     ssl_certificate_key privkey.pem;
    /// }
    /// ```
    /// ```pem both file=fullchain.pem
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
    /// ```pem bad file=privkey.pem expect=key/several-keys@6:1
    /// | this file holds 2 private keys, and only the first one is used
    /// | help: keep the key of the certificate, and take the others out
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJwqB8HaHQXsoxRX9
    /// dx16jbrGhxGBzrbw1QUVd26RH26hRANCAATy35uRsHQ6l8kG178tuoActyyqSVAT
    /// Nb74luYBgE2l9VQps0XOX82GZS0fbwNifhzGFWq4bSQIJtsNxHo9DAch
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```pem good fixed file=privkey.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    ///
    /// ## What it does not report
    /// Key files that no server names.
    "key/several-keys" {
        severity: Low, effect: Hygiene,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate_key"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let named = chain.keys.iter().filter(|key| key.written.is_some());
    for pem in named.filter_map(|key| ctx.project.pem_file(key.file)) {
        let Some(second) = pem.keys.get(1) else { continue };
        let message = format!("this file holds {} private keys, and only the first one is used", pem.keys.len());
        sink.report(second.at, message).help("keep the key of the certificate, and take the others out");
    }
}
