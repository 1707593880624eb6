//! `cert/must-staple-without-stapling`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A certificate that asks for stapling nobody does.
    ///
    /// ## Why
    /// With the must-staple feature clients refuse the connection unless the server sends an OCSP answer along. Without an
    /// OCSP address in the certificate nginx has nobody to ask, and ignores `ssl_stapling` with no more than a warning.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/must-staple-without-stapling@1:1
    /// | the certificate for `shop.example.com` demands OCSP stapling but names no OCSP server: Firefox refuses the
    /// | connection
    /// | help: request the certificate again without must-staple
    /// -----BEGIN CERTIFICATE-----
    /// MIIBYDCCAQagAwIBAgIIM2nC/OBjQ2swCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijMjAwMBsGA1UdEQQUMBKCEHNob3Au
    /// ZXhhbXBsZS5jb20wEQYIKwYBBQUHARgEBTADAgEFMAoGCCqGSM49BAMCA0gAMEUC
    /// IQDP7ZMnrpJcq1XsXCtmwoqPkeoePJQz1zXeGCOv+ULOEwIgFbgfRWFBpQk+sYjz
    /// Sp7ZrsSvGWHbkjsxo7xvl2JL19E=
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
    "cert/must-staple-without-stapling" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc7633"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if leaf.must_staple && !leaf.has_ocsp {
        let message = format!(
            "the certificate for `{}` demands OCSP stapling but names no OCSP server: Firefox refuses the connection",
            leaf.subject
        );
        sink.report(leaf.at, message).help("request the certificate again without must-staple");
    }
}
