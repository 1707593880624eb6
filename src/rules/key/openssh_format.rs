//! `key/openssh-format`

use crate::model::tls::{Chain, KeyContent};
use crate::rules::prelude::*;

rule! {
    /// A key in OpenSSH's format where TLS needs PEM.
    ///
    /// ## Why
    /// `ssh-keygen` writes a format of its own. OpenSSL does not read it, and nginx refuses to start.
    ///
    /// ## Examples
    /// ```pem bad file=privkey.pem expect=key/openssh-format@1:1
    /// | the key is in OpenSSH's format: TLS servers do not read it and refuse to start
    /// | help: convert it: `ssh-keygen -p -m PKCS8 -f FILE`
    /// -----BEGIN OPENSSH PRIVATE KEY-----
    /// b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUx
    /// OQAAACBQqFNmicfYx91XErVExsDE8+rxAutICAurifJNsKyM7QAAAIi1lPu4tZT7uAAAAAtzc2gt
    /// ZWQyNTUxOQAAACBQqFNmicfYx91XErVExsDE8+rxAutICAurifJNsKyM7QAAAEAkZJxSxwcalaDP
    /// 7YlFUTxy/Dy1CYweGLMG6HlHbMn++lCoU2aJx9jH3VcStUTGwMTz6vEC60gIC6uJ8k2wrIztAAAA
    /// AAECAwQF
    /// -----END OPENSSH PRIVATE KEY-----
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
    /// ```pem good fixed file=privkey.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    "key/openssh-format" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate_key"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    for key in chain.keys.iter().filter_map(|reference| reference.key.as_ref()) {
        if matches!(key.content, KeyContent::OpenSsh) {
            sink.report(key.at, "the key is in OpenSSH's format: TLS servers do not read it and refuse to start")
                .help("convert it: `ssh-keygen -p -m PKCS8 -f FILE`");
        }
    }
}
