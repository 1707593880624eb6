//! `cert/unusual-curve`

use crate::model::tls::{Chain, Curve, PublicKey};
use crate::rules::prelude::*;

rule! {
    /// A key on a curve that browsers do not know.
    ///
    /// ## Why
    /// Browsers know P-256 and P-384, some P-521. With secp256k1 or a Brainpool curve nginx starts and every handshake with a browser fails.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/unusual-curve@1:1
    /// | the key of `shop.example.com` is on secp256k1: browsers cannot connect
    /// | help: make a new key on P-256 (`-name prime256v1`) and have the certificate issued for it
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSTCB8KADAgECAgg2e3DHrNquyTAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFYwEAYHKoZIzj0CAQYFK4EE
    /// AAoDQgAExBMicML4Br4GFm8CnncJ8ug15KFfrEdWLeTQLyPFPd643jqij4x6Vfu4
    /// uacuQvRy9qPj+dwIaXcZpjBSwBfYMaMfMB0wGwYDVR0RBBQwEoIQc2hvcC5leGFt
    /// cGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiEAu5GoZ9OZZVfqFHm7h6C/VPJl1zjt
    /// xiU7FUtVvDqvMaQCIGp7Kj97KVeQML/Ld2kgf8aqZQT9boxOK8VrO0JF9XYG
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
    "cert/unusual-curve" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc8446#section-4.2.7"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let PublicKey::Ec { curve, .. } = leaf.key else { return };
    let finding = match curve {
        Curve::Secp256k1 | Curve::Brainpool | Curve::Other => sink
            .report(leaf.at, format!("the key of `{}` is on {}: browsers cannot connect", leaf.subject, curve.name())),
        Curve::P521 => sink
            .report(leaf.at, format!("the key of `{}` is on P-521, which not every browser knows", leaf.subject))
            .severity(Low),
        _ => return,
    };
    finding.help("make a new key on P-256 (`-name prime256v1`) and have the certificate issued for it");
}
