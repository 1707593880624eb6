//! `key/file-has-no-key`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A key file without a private key.
    ///
    /// ## Why
    /// nginx refuses to start. Usually the two `ssl_certificate` lines are swapped.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///     server {
    ///         listen 443 ssl;
    ///         server_name shop.example.com;
    ///         ssl_certificate privkey.pem;
    ///         ssl_certificate_key fullchain.pem;
    /// #                           ^^^^^^^^^^^^^ key/file-has-no-key
    /// # | fullchain.pem holds no private key: nginx refuses to start
    /// # | help: swap the values of `ssl_certificate` and `ssl_certificate_key`
    ///     }
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
    /// ```pem both file=privkey.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```nginx good fixed file=nginx.conf
    /// events {}
    /// http {
    ///     server {
    ///         listen 443 ssl;
    ///         server_name shop.example.com;
    ///         ssl_certificate fullchain.pem;
    ///         ssl_certificate_key privkey.pem;
    ///     }
    /// }
    /// ```
    "key/file-has-no-key" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate_key"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    for reference in chain.keys.iter().filter(|reference| reference.key.is_none()) {
        let Some(pem) = ctx.project.pem_file(reference.file) else { continue };
        let broken = pem.problems.iter().any(|problem| problem.kind.hides_blocks());
        let Some(written) = reference.written.filter(|_| !broken && !pem.content.is_sealed()) else { continue };
        if let Some(why) = pem.content.asked(&pem.path, "private key") {
            sink.unknown(written, why);
            continue;
        }
        let help = if chain.holds_key {
            "swap the values of `ssl_certificate` and `ssl_certificate_key`"
        } else {
            "name the file with the private key here"
        };
        sink.report(written, format!("{} holds no private key: nginx refuses to start", pem.path)).help(help);
    }
}
