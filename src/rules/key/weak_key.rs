//! `key/weak-key`

use crate::model::tls::{PemFile, PublicKey};
use crate::rules::prelude::*;

rule! {
    /// A key that is too short or of a kind nobody accepts.
    ///
    /// ## Why
    /// Browsers refuse RSA below 2048 bits and curves below P-256, and OpenSSL at its usual security level refuses to load
    /// most of them: nginx fails with "ee key too small" or "ca key too small". RSA-1024 is within reach of a rich attacker.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=key/weak-key@1:1
    /// | the key of `shop.example.com` is RSA with 1024 bits; 2048 is the least
    /// | help: make a new key (P-256 or RSA-2048) and have the certificate issued for it
    /// -----BEGIN CERTIFICATE-----
    /// MIIBlDCCATqgAwIBAgIIMs7oRf4QtSUwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTCBnzANBgkqhkiG9w0BAQEF
    /// AAOBjQAwgYkCgYEAobKVu3I+CD+RPQKUKE/7nUEAF9DfILs3iY46uV59jUCvcITI
    /// 1FVdARd5s1kvj2mvIo1ND6ArWbXPxk1YOMbhBz37u3uZVOGomOjSoucBAOmC8LuL
    /// bFoRP1NXFFCNNR3HDvwnmng6MJqjWj7GudIDPRd1Gniwhpdj1zmsOuyFXVUCAwEA
    /// AaMfMB0wGwYDVR0RBBQwEoIQc2hvcC5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNI
    /// ADBFAiEAzOGmJNMgKcy1qpKfCIOW1qE02XfOTNbq6OnRChLkuEYCIC2KA82d4y5D
    /// qmvefliPOrz1wx5edpZu6SXjLdlhBcm4
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
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
    /// Roots and lists of authorities: what clients trust is their choice.
    "key/weak-key" {
        severity: High, effect: Weakens,
        aliases: &["cert/weak-key"],
        refs: &["https://csrc.nist.gov/pubs/sp/800/131/a/r2/final"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    if pem.is_authority_bundle() {
        return sink.not_applicable();
    }
    for certificate in &pem.certificates {
        if certificate.is_ca() && certificate.is_self_issued() && pem.certificates.len() > 1 {
            continue;
        }
        if let Some(why) = certificate.key.weakness() {
            sink.report(certificate.at, format!("the key of `{}` is {why}", certificate.subject))
                .help("make a new key (P-256 or RSA-2048) and have the certificate issued for it");
        }
    }
    for key in &pem.keys {
        let Some(why) = key.public().and_then(PublicKey::weakness) else { continue };
        // The certificate says it already.
        let certified = ctx.project.pem.iter().flat_map(|p| &p.certificates).any(|c| Some(&c.key) == key.public());
        if !certified {
            sink.report(key.at, format!("this key is {why}"))
                .help("make a new one: `openssl ecparam -name prime256v1 -genkey -noout -out privkey.pem`");
        }
    }
}
