//! `key/cert-mismatch`

use crate::model::tls::{Certificate, Chain, PrivateKey};
use crate::rules::prelude::*;

rule! {
    /// A private key that does not belong to its certificate.
    ///
    /// ## Why
    /// nginx refuses to start ("key values mismatch"), and a reload keeps the old certificate until it expires. When the
    /// algorithms differ, nginx does start, and every handshake fails.
    ///
    /// ## Examples
    /// ```pem bad file=privkey.pem expect=key/cert-mismatch@1:1
    /// | this key does not belong to the certificate for `shop.example.com`: servers refuse to load the two
    /// | help: use the key the certificate was requested with, or request a new certificate with this key
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYQ+Ipaw8bBoTkw8Q
    /// vtrj1qyWhZKh1im8ef+VM3P65+ehRANCAAS7f0ttlZbTTrZm2ViteVc5qELnhpeB
    /// r15I8MoHnelrMWYQk9T5N7b3V/rp+gZQDkVJVxmS4oOx0pUFgoY4/mkM
    /// -----END PRIVATE KEY-----
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
    /// Encrypted keys: they cannot be compared without the pass phrase.
    "key/cert-mismatch" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate_key"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    for reference in &chain.keys {
        let Some(key) = &reference.key else { continue };
        match key.belongs_to(&leaf.key) {
            Some(false) => report(chain, leaf, key, ctx, sink),
            Some(true) => {}
            None => sink.unknown(key.at, "the key cannot be compared with its certificate"),
        }
    }
}

fn report(chain: &Chain, leaf: &Certificate, key: &PrivateKey, ctx: &Context, sink: &mut Sink) {
    let other_kind = key.algorithm().is_some_and(|algorithm| algorithm != leaf.key.algorithm());
    let served = !chain.uses.is_empty();
    let message = match (other_kind, served) {
        (true, _) => format!(
            "this key is {}, the certificate for `{}` is for an {} key: every handshake fails",
            key.describe(),
            leaf.subject,
            leaf.key.describe()
        ),
        (false, true) => {
            format!("this key does not belong to the certificate for `{}`: nginx refuses to start", leaf.subject)
        }
        (false, false) => format!(
            "this key does not belong to the certificate for `{}`: servers refuse to load the two",
            leaf.subject
        ),
    };
    let help = advice(chain, leaf, key, ctx);
    let finding = sink.report(key.at, message);
    finding.related(leaf.at, "the certificate").help(help);
    if other_kind || !served {
        finding.effect(BreaksAtRuntime);
    }
    if !served {
        finding.confidence(Likely);
    }
}

/// Where the right one is, if it is in the project.
fn advice(chain: &Chain, leaf: &Certificate, key: &PrivateKey, ctx: &Context) -> String {
    if let Some(index) = chain.certificates.iter().position(|c| key.belongs_to(&c.key) == Some(true)) {
        return format!(
            "the key belongs to certificate number {} of {} (`{}`); use the key of the first",
            index + 1,
            chain.path,
            chain.certificates[index].subject
        );
    }
    let pems = &ctx.project.pem;
    if let Some(pem) = pems.iter().find(|pem| pem.keys.iter().any(|k| k.belongs_to(&leaf.key) == Some(true))) {
        return format!("the key of this certificate is in {}; use that", pem.path);
    }
    if let Some(pem) = pems.iter().find(|pem| pem.certificates.iter().any(|c| key.belongs_to(&c.key) == Some(true))) {
        return format!("this key belongs to {}; use the key the certificate was requested with", pem.path);
    }
    "use the key the certificate was requested with, or request a new certificate with this key".into()
}
