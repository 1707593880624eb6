//! `cert/file-empty`

use crate::model::tls::{Chain, Served};
use crate::rules::prelude::*;
use crate::syntax::pem::Content;
rule! {
    /// An empty certificate file.
    ///
    /// ## Why
    /// nginx finds no certificate and refuses to start. Often the disk was full or the renewal failed half-way.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/file-empty@1:1
    /// | fullchain.pem is empty: there is no certificate to serve
    /// | help: put the certificate there, or find out what emptied the file
    ///
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
    "cert/file-empty" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    if !chain.has_no_certificate() || chain.content != Content::Empty {
        return;
    }
    let finding = sink.report(chain.place(), format!("{} is empty: there is no certificate to serve", chain.path));
    finding.help("put the certificate there, or find out what emptied the file");
    if chain.origin != Served::Server {
        finding.severity(High).effect(BreaksAtRuntime);
    }
}
