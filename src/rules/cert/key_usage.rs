//! `cert/key-usage`

use crate::model::tls::{Chain, PublicKey};
use crate::rules::prelude::*;

rule! {
    /// A certificate whose `keyUsage` does not let its key serve.
    ///
    /// ## Why
    /// In TLS 1.3, and in every exchange of TLS 1.2 that is still in use, the server signs with its key. Without
    /// `digitalSignature` Chrome and Edge refuse the connection (`ERR_SSL_KEY_USAGE_INCOMPATIBLE`), and with an elliptic curve
    /// OpenSSL offers no TLS 1.2 at all: `no shared cipher`. `keyCertSign` is for authorities: a certificate that has it and is none
    /// contradicts itself, and strict clients refuse it.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/key-usage@1:1
    /// | the key of the certificate for `shop.example.com` may not sign (`keyUsage` lacks `digitalSignature`): Chrome
    /// | and Edge refuse the connection
    /// | help: issue it again with `keyUsage=critical,digitalSignature`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXjCCAQOgAwIBAgIIVQh6RQq6HBAwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijLzAtMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wDgYDVR0PAQH/BAQDAgUgMAoGCCqGSM49BAMCA0kAMEYCIQDg
    /// vbPHPNqRdzSedv9XUuQD64dLlNRu/x06Nm/o8fTShgIhAOkbJnAr3U1Cr8tTA8mc
    /// mc0CV21io2f/z28Jnwiet133
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXDCCAQOgAwIBAgIIZrnQ2H8arL4wCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijLzAtMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wDgYDVR0PAQH/BAQDAgeAMAoGCCqGSM49BAMCA0cAMEQCICmV
    /// NMS56RKB2JSoayP07WttrQUtCTCWq+6MEcI+jvObAiBd+sgAGyphZRGxngV8ZwHQ
    /// T1Hjd/Cqh65sgiW0fP17PA==
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## It may sign certificates
    /// ```pem bad file=fullchain.pem expect=cert/key-usage@1:1
    /// | the certificate for `shop.example.com` may sign certificates (`keyCertSign`) and is no authority: strict
    /// | clients refuse it
    /// | help: issue it again with `keyUsage=critical,digitalSignature`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXDCCAQOgAwIBAgIIC5MKKfttULQwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijLzAtMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wDgYDVR0PAQH/BAQDAgKEMAoGCCqGSM49BAMCA0cAMEQCIBtX
    /// IxkGs4PfVrd7DQ0BaehCvCBC9wLKyay4RsTV7G+0AiAEkd+VocM6RmZeBnw6DUky
    /// Ea8pKV746WZa5yA1ZGcXLw==
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXDCCAQOgAwIBAgIIZrnQ2H8arL4wCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijLzAtMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wDgYDVR0PAQH/BAQDAgeAMAoGCCqGSM49BAMCA0cAMEQCICmV
    /// NMS56RKB2JSoayP07WttrQUtCTCWq+6MEcI+jvObAiBd+sgAGyphZRGxngV8ZwHQ
    /// T1Hjd/Cqh65sgiW0fP17PA==
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// ## What it does not report
    /// Certificates without the extension, which allow everything.
    "cert/key-usage" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3", "https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2.2"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    // That an authority is served is said already.
    let Some(usage) = leaf.usage.filter(|_| !leaf.is_ca()) else { return };
    if !usage.digital_signature {
        let message = format!(
            "the key of the certificate for `{}` may not sign (`keyUsage` lacks `digitalSignature`): Chrome and Edge refuse \
             the connection",
            leaf.subject
        );
        let finding = sink.report(leaf.at, message);
        finding.help("issue it again with `keyUsage=critical,digitalSignature`");
        // Programs on OpenSSL connect all the same with an RSA key that may encipher (nginx 1.22, OpenSSL 3.0).
        if matches!(leaf.key, PublicKey::Rsa { .. }) && usage.key_encipherment && chain.uses.is_empty() {
            finding.severity(Medium);
        }
    } else if usage.signs_certificates {
        let message = format!(
            "the certificate for `{}` may sign certificates (`keyCertSign`) and is no authority: strict clients refuse it",
            leaf.subject
        );
        sink.report(leaf.at, message).help("issue it again with `keyUsage=critical,digitalSignature`").severity(Low);
    }
}
