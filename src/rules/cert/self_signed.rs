//! `cert/self-signed`

use crate::model::Host;
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
    /// ### An authority of one's own
    /// ```pem bad file=chain.pem expect=cert/self-signed@1:1
    /// | the certificate for `shop.kleinladen.de` leads to `Kleinladen Root`, which signed itself and is no root that
    /// | browsers know: only clients that were given it trust it
    /// | help: get one from an authority whose root the clients have, or add this root to `tls: {roots: ...}`
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTjCB9KADAgECAghTiZ+8liiYNDAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9L
    /// bGVpbmxhZGVuIFJvb3QwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAwWjAd
    /// MRswGQYDVQQDDBJzaG9wLmtsZWlubGFkZW4uZGUwWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAAQ0mwm57lpZUY57BAOVr54frp1AwK2g0h7J/2Gj2ha9D+YxtrZDK4RB
    /// p/m2Y9WxigREblNZfvXCx/r11lkmFV+coyEwHzAdBgNVHREEFjAUghJzaG9wLmts
    /// ZWlubGFkZW4uZGUwCgYIKoZIzj0EAwIDSQAwRgIhAJXXEYpGgfbnVQoRamkfIIIW
    /// R48XxeTfC16CUogbAnRTAiEA7JIBhEFnvKXAfUDiamdTibm1wfB9aEJLJ8p7Ngu1
    /// gms=
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBPDCB46ADAgECAggz4dkTXMyxfTAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9L
    /// bGVpbmxhZGVuIFJvb3QwHhcNMjYwMTAxMDAwMDAwWhcNMzEwMTAxMDAwMDAwWjAa
    /// MRgwFgYDVQQDDA9LbGVpbmxhZGVuIFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMB
    /// BwNCAATcIjUTPwqbgX3a/ufyGdVPzB68Lk+md/oy+6aS8V7uDvVGLTdCT4i3nYZW
    /// 8X1N+hX/eRw/+k65QGmU5pENbqAxoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
    /// SM49BAMCA0gAMEUCIBC7MzwEdacmpyLA0PwrVd6OEcDZj0WwBC6TNicIk5eKAiEA
    /// seqtXJh2w70BdXqX92cHaRaYmCOTWN+o5BhecdpKcX8=
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
        let end = path.filter(|path| path.end == End::SelfSigned);
        let Some(root) = end.and_then(|path| chain.certificates.get(*path.members.last()?)) else { return };
        // Which roots clients have is only known where the configuration says it.
        let told = !ctx.project.roots().is_empty();
        let public = leaf.names.iter().flat_map(|names| &names.dns).any(|name| Host::of(name) == Host::Public);
        if !told && !public {
            return;
        }
        let who = match told {
            true => "is none of the roots in the configuration: no client trusts it",
            false => "is no root that browsers know: only clients that were given it trust it",
        };
        let message = format!(
            "the certificate for `{}` leads to `{}`, which signed itself and {who}",
            leaf.subject, root.subject
        );
        let finding = sink.report(leaf.at, message);
        finding.related(root.at, "where it leads to");
        finding.help("get one from an authority whose root the clients have, or add this root to `tls: {roots: ...}`");
        if !told {
            finding.severity(Low).confidence(Likely);
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
