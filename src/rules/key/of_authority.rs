//! `key/of-authority`

use crate::model::tls::{Chain, PemFile, Verdict};
use crate::rules::prelude::*;

rule! {
    /// The private key of an authority lies with the certificates it has issued.
    ///
    /// ## Why
    /// A server needs its own key. With that of the authority, whoever gets into the server, or reads the repository, issues
    /// certificates for any name, and every client that was given the root trusts them.
    ///
    /// ## Examples
    /// ```pem both file=certs/ca.crt
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
    /// ```pem both file=certs/shop.crt
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
    /// ```
    /// ```pem bad file=certs/ca.key expect=key/of-authority@1:1
    /// | with this key of the authority `Kleinladen Root` anybody issues certificates for any name, as it has for
    /// | `shop.kleinladen.de`: every client that has its root trusts them
    /// | help: keep it where nothing is served, with a pass phrase; a server needs only its own key
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1/ekOE8KalsHzvWz
    /// ClRXRWvBkna/cBbzmoqi8ZV4BqOhRANCAATcIjUTPwqbgX3a/ufyGdVPzB68Lk+m
    /// d/oy+6aS8V7uDvVGLTdCT4i3nYZW8X1N+hX/eRw/+k65QGmU5pENbqAx
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```pem good file=certs/shop.key
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg12mudTw/9HaVfu08
    /// NBYMskGQU8Bgj2jUDw7KPokudNKhRANCAAQ0mwm57lpZUY57BAOVr54frp1AwK2g
    /// 0h7J/2Gj2ha9D+YxtrZDK4RBp/m2Y9WxigREblNZfvXCx/r11lkmFV+c
    /// -----END PRIVATE KEY-----
    /// ```
    ///
    /// ## What it does not report
    /// Keys with a pass phrase, and authorities that have issued nothing that is here.
    "key/of-authority" {
        severity: Medium, effect: Exposes,
        refs: &["https://cwe.mitre.org/data/definitions/522.html"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let Some(key) = pem.keys.iter().find(|key| !key.is_encrypted()) else { return sink.not_applicable() };
    let all = project.pem.iter().filter(|_| project.look(1)).flat_map(|pem| &pem.certificates);
    let Some(own) = all.into_iter().find(|own| own.is_ca() && key.belongs_to(&own.key) == Some(true)) else { return };
    let mut leaves = project.chains().iter().filter(|_| project.look(1)).filter_map(Chain::leaf);
    let issued = leaves
        .find(|leaf| !leaf.is_self_issued() && leaf.names_as_issuer(own) && leaf.signed_by(&own.key) == Verdict::Good);
    let Some(leaf) = issued else { return };
    let message = format!(
        "with this key of the authority `{}` anybody issues certificates for any name, as it has for `{}`: every client that \
         has its root trusts them",
        own.subject, leaf.subject
    );
    let finding = sink.report(key.at, message);
    finding.related(own.at, "the authority").related(leaf.at, "issued by it");
    finding.help("keep it where nothing is served, with a pass phrase; a server needs only its own key");
}
