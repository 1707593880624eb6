//! `cert/file-is-csr`

use crate::model::tls::{Chain, Served};
use crate::rules::prelude::*;

rule! {
    /// A signing request where the certificate should be.
    ///
    /// ## Why
    /// The request is what goes to the authority; the certificate is what comes back. nginx finds no certificate and refuses to start.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/file-is-csr@1:1
    /// | fullchain.pem holds a signing request, not the certificate
    /// | help: put the certificate there that the authority sent back
    /// -----BEGIN CERTIFICATE REQUEST-----
    /// MIHWMH0CAQAwGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49
    /// AgEGCCqGSM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVR
    /// iHJyRuiVV6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIigADAKBggqhkjOPQQDAgNJ
    /// ADBGAiEA4UeYL1jpNUKbEQdzc9On8IQS/O7q+nRy+/uKoE6hSJcCIQC9O3m7y0bR
    /// INIewwRUlckE0UoUTzrvuVD7y82ktiPVkw==
    /// -----END CERTIFICATE REQUEST-----
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
    "cert/file-is-csr" {
        severity: Critical, effect: WillNotStart,
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate"],
        check: Check::Chain(check),
    }
}

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    if !chain.has_no_certificate() || !chain.has_request {
        return;
    }
    let finding = sink.report(chain.place(), format!("{} holds a signing request, not the certificate", chain.path));
    finding.help("put the certificate there that the authority sent back");
    if chain.origin != Served::Server {
        finding.severity(High).effect(BreaksAtRuntime);
    }
}
