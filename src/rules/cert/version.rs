//! `cert/version`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A certificate in a format from before 1996.
    ///
    /// ## Why
    /// Certificates of version 1 and 2 cannot hold host names or say whether they are authorities. Browsers and Go refuse
    /// them. `openssl x509 -req` makes them when it gets no extensions.
    ///
    /// ## Examples
    /// ```pem bad file=server.crt expect=cert/version@1:1
    /// | the certificate for `shop.example.com` is version 1: browsers refuse it
    /// | help: issue it again with extensions, e.g. `openssl x509 -req -extfile names.cnf`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBITCBxwICEmcwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwSRXhhbXBsZSBJc3N1
    /// aW5nIENBMB4XDTI2MTEyMDEyNTg0MVoXDTI3MDExOTEyNTg0MVowGzEZMBcGA1UE
    /// AwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEGc
    /// +L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiVV6sNM0WLojKiE2mm
    /// kGbLCPqyMXQEHuXeGIgwCgYIKoZIzj0EAwIDSQAwRgIhAOGMg6hIUpocMZ9KvFpo
    /// 7h8jn+vhsI+iKB1KK+bmq7GeAiEArVGgmL+8Kn2yh1WTZ6AnA/6vPz+fi9hqzucL
    /// L/ftHOE=
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem both file=server.key
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```pem good fixed file=server.crt
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
    "cert/version" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.1"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    if leaf.version < 3 {
        let message = format!("the certificate for `{}` is version {}: browsers refuse it", leaf.subject, leaf.version);
        sink.report(leaf.at, message)
            .help("issue it again with extensions, e.g. `openssl x509 -req -extfile names.cnf`");
    }
}
