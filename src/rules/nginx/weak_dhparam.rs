//! `nginx/weak-dhparam`

use std::collections::HashSet;

use crate::model::nginx::Config;
use crate::rules::prelude::*;

rule! {
    /// Parameters for Diffie-Hellman that OpenSSL does not take.
    ///
    /// ## Why
    /// nginx loads the file when it starts. OpenSSL 3.2 and newer, and that of Debian and Ubuntu, refuse less than 2048 bits: `dh key
    /// too small`, and nginx stays down; older ones take 1024 bits, which a rich attacker breaks (Logjam). Since TLS 1.3 nobody needs
    /// the file: without it ECDHE is used.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.example.com;
    ///     ssl_certificate fullchain.pem;
    ///     ssl_certificate_key /run/secrets/privkey.pem;
    ///     ssl_dhparam dhparam.pem;
    /// #               ^^^^^^^^^^^ nginx/weak-dhparam
    /// # | the group for Diffie-Hellman has 1024 bits; OpenSSL 3.2 and that of Debian want 2048, and nginx does not
    /// # | start there
    /// # | help: remove the line, then ECDHE is used; or make a new file: `openssl dhparam -out dhparam.pem 2048`
    /// # >
    /// }
    /// ```
    /// ```pem bad file=dhparam.pem
    /// -----BEGIN X9.42 DH PARAMETERS-----
    /// MIIBJgKBgQC/cBcHw23T2rjnxX0kSF/8p3S+XB+pBtNIgd7bS9o40gqfs3LX1Myn
    /// zahHdDg5PgzHoFlLo4CiLHNcnuISTRMt4R3AsyxMAgfEk5HsvEZ6tNNvCecSrZXT
    /// wy77QbR0l6y/fBQK2RL96EqK6bnAssE3i4B2DK6YsKbFmAD8vEQbaQKBgCdTeDGn
    /// /Ie/4xnUKEP6djNIwjUCHjUHDSOCZsiWquiHA5Yi9fyYpDaTGz1ZM70gv2xNqFOp
    /// 2FtsF0UrVjj4U1Tspo0HtQyZ6DsXHvvmThF++LtLjJdstmZvP3iJ3K3GI+6CQFoR
    /// z4E0l/gXiIJzLuFCMtgA+SXyheD+iuKmTNyqAh0AsDa4c98XGoDV+LBNf/kh9FyQ
    /// o3h1+2yhD5EOyQ==
    /// -----END X9.42 DH PARAMETERS-----
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
    /// ```nginx good file=nginx.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.example.com;
    ///     ssl_certificate fullchain.pem;
    ///     ssl_certificate_key /run/secrets/privkey.pem;
    ///     ssl_dhparam dhparam.pem;
    /// }
    /// ```
    /// ```pem good file=dhparam.pem
    /// -----BEGIN DH PARAMETERS-----
    /// MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
    /// +8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
    /// 87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
    /// YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
    /// 7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
    /// ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
    /// -----END DH PARAMETERS-----
    /// ```
    ///
    /// ### Something else in the file
    /// ```nginx bad file=nginx.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.example.com;
    ///     ssl_certificate fullchain.pem;
    ///     ssl_certificate_key /run/secrets/privkey.pem;
    ///     ssl_dhparam fullchain.pem;
    /// #               ^^^^^^^^^^^^^ nginx/weak-dhparam
    /// # | there are no `DH PARAMETERS` in `fullchain.pem`, so nginx does not start
    /// # | help: remove the line; without it ECDHE is used
    /// # >
    /// }
    /// ```
    /// ```pem bad file=fullchain.pem
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
    /// Servers without a certificate, for which nginx does not look at the file.
    "nginx/weak-dhparam" {
        severity: High, effect: WillNotStart,
        refs: &[
            "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_dhparam",
            "https://docs.openssl.org/master/man3/SSL_CTX_set_security_level/",
            "https://weakdh.org/",
        ],
        check: Check::Config(check),
    }
}

/// What OpenSSL takes at its security level 1, and at level 2 (`ssl_security_default_callback`).
const AT_ALL: usize = 1024;
const NOW: usize = 2048;

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let mut seen = HashSet::new();
    for server in config.servers.iter().filter(|server| !server.certificates.is_empty()) {
        let Some(written) = server.dhparam.as_ref().filter(|written| seen.insert(written.span)) else { continue };
        let Answer::Yes(file) = ctx.project.tls_file(config, &written.value) else { continue };
        let Some(pem) = ctx.project.pem_file(file) else { continue };
        let Some((at, bits)) = pem.groups.first() else {
            // What is broken in it is said there.
            if pem.problems.is_empty() {
                let message = format!("there are no `DH PARAMETERS` in `{}`, so nginx does not start", pem.path);
                sink.report(written.span, message).severity(Critical).help("remove the line; without it ECDHE is used");
            }
            continue;
        };
        if *bits >= NOW {
            continue;
        }
        let message = match *bits < AT_ALL {
            true => {
                format!("the group for Diffie-Hellman has {bits} bits, and OpenSSL refuses it: nginx does not start")
            }
            false => format!(
                "the group for Diffie-Hellman has {bits} bits; OpenSSL 3.2 and that of Debian want {NOW}, and nginx does not start there"
            ),
        };
        let finding = sink.report(written.span, message);
        finding
            .help("remove the line, then ECDHE is used; or make a new file: `openssl dhparam -out dhparam.pem 2048`");
        finding.related(*at, "this group");
        match *bits < AT_ALL {
            true => finding.severity(Critical),
            false => finding.confidence(Likely),
        };
    }
}
