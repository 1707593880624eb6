//! `cert/unparseable`

use crate::model::tls::{PemFile, Unreadable};
use crate::rules::prelude::*;

rule! {
    /// A certificate block that does not hold a certificate.
    ///
    /// ## Why
    /// The armour is fine, what is in it is not: OpenSSL cannot read it, and nginx refuses to start.
    ///
    /// ## Examples
    /// ```pem bad file=cert.pem expect=cert/unparseable@1:1
    /// | this block does not hold a certificate: it cannot be read
    /// | help: copy the certificate again from where it came from
    /// -----BEGIN CERTIFICATE-----
    /// MAMCAQUwAwIBBTADAgEFMAMCAQUwAwIBBTADAgEFMAMCAQUwAwIBBQ==
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=cert.pem
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
    "cert/unparseable" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    for (begin, why) in &pem.unreadable {
        let message = match why {
            Unreadable::Structure => "this block does not hold a certificate: it cannot be read",
            Unreadable::Text => "a name in this certificate is not valid UTF-8: OpenSSL refuses it",
            Unreadable::Trailing(_) => continue,
        };
        let finding = sink.report(*begin, message);
        finding.help("copy the certificate again from where it came from");
        if !ctx.project.is_served(pem.file) {
            finding.severity(High).effect(BreaksAtRuntime);
        }
    }
}
