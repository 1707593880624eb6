//! `nginx/tls-incomplete`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// A TLS setting that needs another one.
    ///
    /// ## Why
    /// A certificate needs its key, and a check of certificates needs to know who may issue them. Without, nginx does not start.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   ssl_certificate /etc/ssl/a.pem;
    ///   ssl_certificate_key /etc/ssl/a.key;
    ///   server {
    ///     listen 443 ssl;
    ///     ssl_verify_client on;
    /// #   ^^^^^^^^^^^^^^^^^^^^ nginx/tls-incomplete
    /// # | clients are to show a certificate, and nothing says who may issue it
    /// # | help: add `ssl_client_certificate /etc/ssl/CA.pem;`
    /// # >     ssl_verify_client on;
    /// # >     ssl_client_certificate /etc/ssl/CA.pem;
    ///     location / {
    ///       proxy_pass https://10.0.0.1;
    ///       proxy_ssl_verify on;
    /// #     ^^^^^^^^^^^^^^^^^^^ nginx/tls-incomplete
    /// # >       proxy_ssl_verify on;
    /// # >       proxy_ssl_trusted_certificate /etc/ssl/CA.pem;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   ssl_certificate /etc/ssl/a.pem;
    ///   ssl_certificate_key /etc/ssl/a.key;
    ///   server {
    ///     listen 443 ssl;
    ///     ssl_client_certificate /etc/ssl/clients.pem;
    ///     ssl_verify_client on;
    ///     location / {
    ///       proxy_pass https://10.0.0.1;
    ///       proxy_ssl_verify on;
    ///       proxy_ssl_trusted_certificate /etc/ssl/inner.pem;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// A server without any certificate: `nginx/missing-certificate`.
    "nginx/tls-incomplete" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Tls, config, sink);
}
