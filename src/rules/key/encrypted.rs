//! `key/encrypted`

use crate::model::tls::{Chain, KeyContent};
use crate::rules::prelude::*;

rule! {
    /// A key with a pass phrase that nobody is there to type.
    ///
    /// ## Why
    /// nginx asks for the pass phrase when it starts. Without a terminal it fails: the service does not come up after a
    /// reboot or in a container.
    ///
    /// ## Examples
    /// ```pem bad file=privkey.pem expect=key/encrypted@1:1
    /// | this key has a pass phrase and no `ssl_password_file` gives it: nginx does not start by itself
    /// | help: remove the pass phrase with `openssl pkey -in OLD -out NEW` and protect the file with mode 600
    /// -----BEGIN ENCRYPTED PRIVATE KEY-----
    /// MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBCTNMCZT5KytNhx8z+h
    /// czg0AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQukQRq/hZbKPQWfoa
    /// YCYzWgSBkAlavSkNSYMqO/dWc7l9x7XPHzInYzan/+BDHZStteTxyvCQUNaM9l/y
    /// FiPy12dxBLRK6il/tgL68mogth6BmiGEX7g5L3TdMJDKD2zeyJYXXBthHVtPmqMg
    /// k7j0s0W2oN6rpLZlGQkK1em5YVYJ33ImzPVzcGZVOap4CZNSyhgDV6mAoQ4CX+jv
    /// IZ508dSQyw==
    /// -----END ENCRYPTED PRIVATE KEY-----
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
    ///
    /// ## What it does not report
    /// Projects that use `ssl_password_file`.
    "key/encrypted" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_password_file"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    for reference in &chain.keys {
        let Some(key) = &reference.key else { continue };
        let KeyContent::Encrypted { old } = key.content else { continue };
        if ctx.project.configs().iter().any(|config| !config.password_files.is_empty()) {
            continue;
        }
        let weak = if old { "; its old format protects it badly, too" } else { "" };
        let message = format!(
            "this key has a pass phrase and no `ssl_password_file` gives it: nginx does not start by itself{weak}"
        );
        let finding = sink.report(key.at, message);
        finding.help("remove the pass phrase with `openssl pkey -in OLD -out NEW` and protect the file with mode 600");
        if chain.uses.is_empty() {
            // Some other program may be given the pass phrase.
            finding.severity(Low).effect(BreaksAtRuntime).confidence(Likely);
        }
    }
}
