//! `cert/unknown-critical-extension`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A certificate with an extension that clients must understand and do not.
    ///
    /// ## Why
    /// `critical` says: who does not handle this extension must refuse the certificate. The poison of Certificate Transparency is
    /// made for that: a precertificate is what an authority shows to the logs before it issues the certificate, and is refused
    /// everywhere.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/unknown-critical-extension@1:1
    /// | the certificate of `shop.example.com` has the critical extension 1.3.6.1.4.1.55555.1, which OpenSSL and others
    /// | do not handle: they refuse it
    /// | help: issue it again with this extension not critical, or without it
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYjCCAQegAwIBAgIIUFzhkBC+XBowCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijMzAxMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEgYJKwYBBAGDsgMBAQH/BAIFADAKBggqhkjOPQQDAgNJADBG
    /// AiEAh5gjzsDoxHePgvtYeZfKFkW+trhi2mte/O1R480KODUCIQDFWC6/mk6XCvr3
    /// 9cP/wKMbFBfeZj4nJY4jdIUh0pN9/Q==
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXTCCAQSgAwIBAgIIDRqk0CldygIwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijMDAuMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wDwYJKwYBBAGDsgMBBAIFADAKBggqhkjOPQQDAgNHADBEAiBl
    /// r+Sk06rmE7GYf0y5s5Eu/19BNaQ2uqSKidTeMPtLugIgUT+hCkWWXm2I5GWfSzPL
    /// 7gV7aXZwz2tUSHLg94iRONc=
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## A precertificate
    /// ```pem bad file=fullchain.pem expect=cert/unknown-critical-extension@1:1
    /// | this is the precertificate for `shop.example.com`, made for the logs of Certificate Transparency: every client
    /// | refuses it
    /// | help: serve the certificate that the authority issued after it
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYzCCAQigAwIBAgIIGQELTIvq1KYwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijNDAyMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEwYKKwYBBAHWeQIEAwEB/wQCBQAwCgYIKoZIzj0EAwIDSQAw
    /// RgIhAJ+l6vrjIOpL2q5YUo2xIhEP3OcJCZsHamEJdz3N0Zp2AiEAveI/intqp38q
    /// EVla9yc2QRdEHDRDSMTlfaLQoHjvUKA=
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good file=fullchain.pem
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
    "cert/unknown-critical-extension" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2", "https://www.rfc-editor.org/rfc/rfc6962#section-3.1"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(path) = chain.best_path(ctx.at) else { return sink.not_applicable() };
    for certificate in path.members.iter().filter_map(|&index| chain.certificates.get(index)) {
        if certificate.is_precertificate {
            let message = format!(
                "this is the precertificate for `{}`, made for the logs of Certificate Transparency: every client refuses it",
                certificate.subject
            );
            sink.report(certificate.at, message).help("serve the certificate that the authority issued after it");
        } else if let Some(oid) = certificate.unknown_critical.first() {
            let message = format!(
                "the certificate of `{}` has the critical extension {oid}, which OpenSSL and others do not handle: they refuse it",
                certificate.subject
            );
            sink.report(certificate.at, message).help("issue it again with this extension not critical, or without it");
        }
    }
}
