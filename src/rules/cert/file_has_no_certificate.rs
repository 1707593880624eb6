//! `cert/file-has-no-certificate`

use crate::model::tls::{Chain, Served};
use crate::rules::prelude::*;
use crate::syntax::pem::Content;
rule! {
    /// A certificate file without a certificate.
    ///
    /// ## Why
    /// The file is something else: a key, a web page, a pointer left by git-lfs, base64 nobody decoded. nginx refuses to start.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/file-has-no-certificate@1:1
    /// | fullchain.pem is a git-lfs pointer, not the file itself: there is no certificate to serve
    /// | help: run `git lfs pull` before deploying
    /// version https://git-lfs.github.com/spec/v1
    /// oid sha256:0000000000000000000000000000000000000000000000000000000000000000
    /// size 1234
    /// ```
    /// ```pem both file=privkey.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
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
    "cert/file-has-no-certificate" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    // Requests, empty files and UTF-16 have rules of their own.
    let other = chain.has_request || matches!(chain.content, Content::Empty | Content::Utf16);
    if other || !chain.has_no_certificate() {
        return;
    }
    if let Some(why) = chain.content.asked(&chain.path, "certificate") {
        return sink.unknown(chain.place(), why);
    }
    let finding =
        sink.report(chain.place(), format!("{} is {}: there is no certificate to serve", chain.path, what(chain)));
    finding.help(match chain.has_bundle {
        true => "convert it: `openssl pkcs7 -in FILE -print_certs -out fullchain.pem`",
        false => chain.content.remedy(),
    });
    if chain.origin != Served::Server {
        finding.severity(High).effect(BreaksAtRuntime);
    }
    if chain.content.is_sealed() {
        // Sealed files are meant to be so in the repository; they are opened on the way to the host.
        finding.severity(Info).effect(Hygiene);
    }
}

fn what(chain: &Chain) -> &'static str {
    match chain.content {
        Content::Pem if chain.holds_key => "a private key",
        Content::Pem if chain.has_bundle => "a PKCS#7 bundle",
        Content::Pem => "a PEM file of something else",
        content => content.describe(),
    }
}
