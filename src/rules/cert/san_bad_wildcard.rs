//! `cert/san-bad-wildcard`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A wildcard that browsers do not accept.
    ///
    /// ## Why
    /// `*` must be the whole leftmost label, with at least two labels behind it. `w*.example.com`, `www.*.com` and `*.com`
    /// match nothing in a browser, even where OpenSSL accepts them.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=cert/san-bad-wildcard@1:1
    /// | wildcard `w*.example.com` matches no host in a browser
    /// | help: name the hosts, or use `*.` before a domain of your own
    /// -----BEGIN CERTIFICATE-----
    /// MIIBXjCCAQOgAwIBAgIIETDh+b+u/w4wCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABEGc+L29ncfsBR4qU79hfOp9PfImZ4pjRZ2h2Gk8WEVRiHJyRuiV
    /// V6sNM0WLojKiE2mmkGbLCPqyMXQEHuXeGIijLzAtMCsGA1UdEQQkMCKCEHNob3Au
    /// ZXhhbXBsZS5jb22CDncqLmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0kAMEYCIQCV
    /// K6VQk4181RdVYZIOIyQNUueAcsAEwwVb0C1tx8F4owIhAIMMWZHCukg5OFSQTgqP
    /// 5EKjpaVgD7lgFidHmME96SzL
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSTCB8KADAgECAgg70XD8xucChTAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMcMBowGAYDVR0RBBEwD4INKi5leGFt
    /// cGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiBtYZHMLf25y89m8urLMW8Vq2qExgA5
    /// AuAfQt18yQ/5+AIhAI9mtDFpSYg2cecUuWL28BKhfI90fBHs7hFpsuS/JCkO
    /// -----END CERTIFICATE-----
    /// ```
    "cert/san-bad-wildcard" {
        severity: Medium, effect: BreaksAtRuntime,
        refs: &["https://www.rfc-editor.org/rfc/rfc9525#section-6.3"],
        check: Check::Chain(check),
    }
}

/// Second-level suffixes below which anyone can register.
const SUFFIXES: [&str; 12] =
    ["co.uk", "org.uk", "ac.uk", "gov.uk", "com.au", "net.au", "co.jp", "co.nz", "co.za", "com.br", "com.cn", "co.in"];

fn check(chain: &Chain, _: &Context, sink: &mut Sink) {
    let Some((leaf, names)) = chain.leaf().and_then(|leaf| Some((leaf, leaf.names.as_ref()?))) else {
        return sink.not_applicable();
    };
    let bad = |name: &&String| match name.strip_prefix("*.") {
        Some(base) => {
            base.contains('*') || !base.contains('.') || SUFFIXES.contains(&base.to_ascii_lowercase().as_str())
        }
        None => name.contains('*'),
    };
    if let Some(name) = names.dns.iter().find(bad) {
        let name: String = name.chars().take(80).collect();
        sink.report(leaf.at, format!("wildcard `{name}` matches no host in a browser"))
            .help("name the hosts, or use `*.` before a domain of your own");
    }
}
