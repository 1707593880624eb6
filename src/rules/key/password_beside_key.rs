//! `key/password-beside-key`

use crate::model::nginx::Config;
use crate::model::tls::PrivateKey;
use crate::rules::prelude::*;

rule! {
    /// The pass phrase of a key lies in the project, beside the key.
    ///
    /// ## Why
    /// A pass phrase protects a key where the key gets away alone: in a backup, an image, a repository. Kept in the same place it
    /// gets away with it.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.example.com;
    ///     ssl_certificate fullchain.pem;
    ///     ssl_certificate_key privkey.pem;
    ///     ssl_password_file privkey.pass;
    /// #                     ^^^^^^^^^^^^ key/password-beside-key
    /// # | the pass phrase of `privkey.pem` lies beside it, in `privkey.pass`: who takes one takes both
    /// # | help: keep it outside of the project, for example as a secret of Compose at `/run/secrets/privkey.pass`
    /// # >     ssl_password_file /run/secrets/privkey.pass;
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
    /// -----BEGIN ENCRYPTED PRIVATE KEY-----
    /// MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBCTNMCZT5KytNhx8z+h
    /// czg0AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQukQRq/hZbKPQWfoa
    /// YCYzWgSBkAlavSkNSYMqO/dWc7l9x7XPHzInYzan/+BDHZStteTxyvCQUNaM9l/y
    /// FiPy12dxBLRK6il/tgL68mogth6BmiGEX7g5L3TdMJDKD2zeyJYXXBthHVtPmqMg
    /// k7j0s0W2oN6rpLZlGQkK1em5YVYJ33ImzPVzcGZVOap4CZNSyhgDV6mAoQ4CX+jv
    /// IZ508dSQyw==
    /// -----END ENCRYPTED PRIVATE KEY-----
    /// ```
    /// ```text bad file=privkey.pass
    /// mulled-harbour-violet
    /// ```
    /// ```nginx good file=nginx.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.example.com;
    ///     ssl_certificate fullchain.pem;
    ///     ssl_certificate_key privkey.pem;
    ///     ssl_password_file /run/secrets/privkey.pass;
    /// }
    /// ```
    "key/password-beside-key" {
        severity: Low, effect: Weakens,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_password_file"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    for written in &config.password_files {
        let Some(path) = project.tls_place(config, &written.value) else { continue };
        let names = config.servers.iter().flat_map(|server| &server.certificate_keys);
        let files = names.filter_map(|name| match project.tls_file(config, &name.value) {
            Answer::Yes(file) => project.pem_file(file),
            _ => None,
        });
        let locked = files.filter_map(|pem| Some((pem, pem.keys.iter().find(|key| PrivateKey::is_encrypted(key))?)));
        let Some((pem, key)) = locked.into_iter().next() else { continue };
        let both = project.git().tracked(&path).is_yes() && project.git().tracked(&pem.path).is_yes();
        let who = if both {
            "git has both: everybody who reads the repository has the key"
        } else {
            "who takes one takes both"
        };
        let finding =
            sink.report(written.span, format!("the pass phrase of `{}` lies beside it, in `{path}`: {who}", pem.path));
        finding.related(key.at, "the key that it opens").cause(&path, "and named here");
        if both {
            finding.severity(High).effect(LeaksSecret);
            finding.help(
                "make a new key and have the certificate issued for it; keep the pass phrase outside of the project",
            );
        } else {
            finding.help(
                "keep it outside of the project, for example as a secret of Compose at `/run/secrets/privkey.pass`",
            );
        }
    }
}
