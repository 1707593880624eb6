//! `key/file-missing`

use crate::model::nginx::Config;
use crate::rules::prelude::*;

rule! {
    /// A key file that nginx names and that is not there.
    ///
    /// ## Why
    /// nginx refuses to start without it. A key is often put in place by hand, so this only says: do not forget.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///     server {
    ///         listen 443 ssl;
    ///         server_name shop.example.com;
    ///         ssl_certificate certs/fullchain.pem;
    ///         ssl_certificate_key certs/privkey.pem;
    /// #                           ^^^^^^^^^^^^^^^^^ key/file-missing
    /// # | certs/privkey.pem is not there, and nginx does not start without the key
    /// # | help: put the key in place before deploying, with mode 600
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
    ///         server_name shop.example.com;
    ///         ssl_certificate certs/fullchain.pem;
    ///         ssl_certificate_key /etc/letsencrypt/live/shop/privkey.pem;
    ///     }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Absolute paths, which only the host knows, and servers whose certificate is not in the project either.
    "key/file-missing" {
        severity: Low, confidence: Likely, effect: WillNotStart,
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    for (certificate, key) in config.servers.iter().flat_map(|s| s.certificates.iter().zip(&s.certificate_keys)) {
        let Answer::No(why) = ctx.project.tls_file(config, &key.value) else { continue };
        if ctx.project.tls_file(config, &certificate.value).is_yes() {
            sink.report(key.span, format!("{}, and nginx does not start without the key", why.text))
                .help("put the key in place before deploying, with mode 600");
        }
    }
}
