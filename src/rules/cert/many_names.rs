//! `cert/many-names`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A certificate with more than a hundred names.
    ///
    /// ## Why
    /// It is sent in every full handshake. What is larger than ten packets takes another round trip before the first byte of the page,
    /// and one name that fails to renew fails them all. Let's Encrypt issues none with more than a hundred.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/many-names@1:1
    /// | the certificate for `a0.example.com` has 101 names: each handshake carries them all
    /// | help: issue one for each site, or one with a wildcard
    /// -----BEGIN CERTIFICATE-----
    /// MIIEYzCCBAigAwIBAgIIVotqnZf/+m8wCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGTEXMBUGA1UEAwwOYTAuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjO
    /// PQMBBwNCAARsKMBIMTQVgoCP5BnZAPLg6sfhvkaL6+I2bL9M7ZyQYXr3pwQrtJ7c
    /// 3F2b7SaDx307ls1qo1QRzVm5wvYVjhp6o4IDNDCCAzAwggMsBgNVHREEggMjMIID
    /// H4IFYTAuZGWCBWExLmRlggVhMi5kZYIFYTMuZGWCBWE0LmRlggVhNS5kZYIFYTYu
    /// ZGWCBWE3LmRlggVhOC5kZYIFYTkuZGWCBmExMC5kZYIGYTExLmRlggZhMTIuZGWC
    /// BmExMy5kZYIGYTE0LmRlggZhMTUuZGWCBmExNi5kZYIGYTE3LmRlggZhMTguZGWC
    /// BmExOS5kZYIGYTIwLmRlggZhMjEuZGWCBmEyMi5kZYIGYTIzLmRlggZhMjQuZGWC
    /// BmEyNS5kZYIGYTI2LmRlggZhMjcuZGWCBmEyOC5kZYIGYTI5LmRlggZhMzAuZGWC
    /// BmEzMS5kZYIGYTMyLmRlggZhMzMuZGWCBmEzNC5kZYIGYTM1LmRlggZhMzYuZGWC
    /// BmEzNy5kZYIGYTM4LmRlggZhMzkuZGWCBmE0MC5kZYIGYTQxLmRlggZhNDIuZGWC
    /// BmE0My5kZYIGYTQ0LmRlggZhNDUuZGWCBmE0Ni5kZYIGYTQ3LmRlggZhNDguZGWC
    /// BmE0OS5kZYIGYTUwLmRlggZhNTEuZGWCBmE1Mi5kZYIGYTUzLmRlggZhNTQuZGWC
    /// BmE1NS5kZYIGYTU2LmRlggZhNTcuZGWCBmE1OC5kZYIGYTU5LmRlggZhNjAuZGWC
    /// BmE2MS5kZYIGYTYyLmRlggZhNjMuZGWCBmE2NC5kZYIGYTY1LmRlggZhNjYuZGWC
    /// BmE2Ny5kZYIGYTY4LmRlggZhNjkuZGWCBmE3MC5kZYIGYTcxLmRlggZhNzIuZGWC
    /// BmE3My5kZYIGYTc0LmRlggZhNzUuZGWCBmE3Ni5kZYIGYTc3LmRlggZhNzguZGWC
    /// BmE3OS5kZYIGYTgwLmRlggZhODEuZGWCBmE4Mi5kZYIGYTgzLmRlggZhODQuZGWC
    /// BmE4NS5kZYIGYTg2LmRlggZhODcuZGWCBmE4OC5kZYIGYTg5LmRlggZhOTAuZGWC
    /// BmE5MS5kZYIGYTkyLmRlggZhOTMuZGWCBmE5NC5kZYIGYTk1LmRlggZhOTYuZGWC
    /// BmE5Ny5kZYIGYTk4LmRlggZhOTkuZGWCB2ExMDAuZGUwCgYIKoZIzj0EAwIDSQAw
    /// RgIhAJ1s5C4+17lvE/bdZwxD8wiRcKfTvomKTYeAsA7rNo+7AiEA5d9osaJlE+Z9
    /// N41u7dLchOhDPjjocEZTIhpuL40fivY=
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTjCB9KADAgECAghXVcLfrIs4jDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAZMRcwFQYDVQQDDA5hMC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49
    /// AwEHA0IABGwowEgxNBWCgI/kGdkA8uDqx+G+Rovr4jZsv0ztnJBhevenBCu0ntzc
    /// XZvtJoPHfTuWzWqjVBHNWbnC9hWOGnqjIjAgMB4GA1UdEQQXMBWCBWEwLmRlggVh
    /// MS5kZYIFYTIuZGUwCgYIKoZIzj0EAwIDSQAwRgIhAMo8ICfFKN4rb/EMKbqiI431
    /// awtgWcpDfz85xvlrDYSpAiEAlJunAeYuFd+9Or/8JVZBe7qaWgpBluHVBLS2vzHa
    /// JZ8=
    /// -----END CERTIFICATE-----
    /// ```
    "cert/many-names" {
        severity: Info, effect: Hygiene,
        refs: &["https://letsencrypt.org/docs/rate-limits/"],
        check: Check::Chain(check),
    }
}

/// Let's Encrypt's own limit (read on 2026-11-29).
const MOST: usize = 100;

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some(leaf) = chain.leaf() else { return sink.not_applicable() };
    let names = leaf.names.as_ref().map_or(0, |names| names.dns.len() + names.ips.len());
    if names > MOST {
        let message =
            format!("the certificate for `{}` has {names} names: each handshake carries them all", leaf.subject);
        sink.report(leaf.at, message).help("issue one for each site, or one with a wildcard");
    }
}
