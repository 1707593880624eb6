//! `cert/self-signed`

use crate::model::tls::{Chain, End};
use crate::rules::prelude::*;

rule! {
    /// A certificate signed with its own key.
    ///
    /// ## Why
    /// Nobody vouches for it: browsers show a warning page, client libraries refuse, and people learn to click warnings away.
    ///
    /// ## Examples
    /// ```pem bad file=server.crt expect=cert/self-signed@1:1
    /// | the certificate for `shop.example.com` is self-signed: no client trusts it
    /// | help: get one from a public authority (certbot, acme.sh), or from your own authority whose root the clients
    /// | have
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSjCB8aADAgECAggRDLjA20DtVzAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBz
    /// aG9wLmV4YW1wbGUuY29tMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAwMFow
    /// GzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49
    /// AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiVV6sN
    /// M0WLojKiE2mmkGbLCPqyMXQEHuXeGIijHzAdMBsGA1UdEQQUMBKCEHNob3AuZXhh
    /// bXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIgBc+/n5QBOUmtz8LQnqVKVLExn1c8
    /// N3aq8PdcQQzx+QICIQCqqxT/YXzoLzyRA5byK4FnR01gbSmo8msl62ikfNw+ug==
    /// -----END CERTIFICATE-----
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
    ///
    /// ## What it does not report
    /// Roots and lists of authorities, which are meant to sign themselves, and a certificate that `tls: {roots: ...}` in the
    /// configuration names.
    "cert/self-signed" {
        severity: High, effect: BreaksAtRuntime,
        refs: &["https://cwe.mitre.org/data/definitions/296.html"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let path = chain.best_path(ctx.at);
    if !leaf.is_self_signed() {
        // Which roots clients have is only known where the configuration says it.
        let end = path.filter(|path| path.end == End::SelfSigned && !ctx.project.roots().is_empty());
        let root = end.and_then(|path| chain.certificates.get(*path.members.last()?));
        if let Some(root) = root {
            let message = format!(
                "the certificate for `{}` leads to `{}`, which signed itself and is none of the roots in the configuration: no \
                 client trusts it",
                leaf.subject, root.subject
            );
            sink.report(leaf.at, message)
                .related(root.at, "where it leads to")
                .help("get one from an authority whose root the clients have, or add this root to `tls: {roots: ...}`");
        }
        return;
    }
    if path.is_some_and(|path| path.end == End::OwnRoot) {
        return;
    }
    sink.report(leaf.at, format!("the certificate for `{}` is self-signed: no client trusts it", leaf.subject)).help(
        "get one from a public authority (certbot, acme.sh), or from your own authority whose root the clients have",
    );
}
