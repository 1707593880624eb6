//! `chain/too-long`

use crate::model::tls::Chain;
use crate::rules::prelude::*;

rule! {
    /// A chain with more intermediates than any public authority needs.
    ///
    /// ## Why
    /// Every certificate is sent at every connection, before the first byte of a page. Old clients stop at a fixed number of them.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=chain/too-long@1:1
    /// | 4 intermediates are sent to every client; 3 are the most that is usual
    /// | help: ask the authority for a shorter chain
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTTCB9aADAgECAggWzJz7neD2MjAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRF
    /// eGFtcGxlIElzc3VpbmcgQ0EgNDAeFw0yNjEwMjExMjAwMDBaFw0yNzAxMTkxMjAw
    /// MDBaMBsxGTAXBgNVBAMMEHNob3AuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggq
    /// hkjOPQMBBwNCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeKY0WdodhpPFhFUYhyckbo
    /// lVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiIox8wHTAbBgNVHREEFDASghBzaG9w
    /// LmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0cAMEQCIFl5W51cD/A4NZ8n3qcUiBPL
    /// lIYe+eMo4V0V1BvO8uOhAiB8w1YT9Dlhm5q++x2ZL2TOOWz1uqfdpJEfabCwRrSB
    /// dg==
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBRTCB7aADAgECAghp6koRRTgswjAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRF
    /// eGFtcGxlIElzc3VpbmcgQ0EgMzAeFw0yNTA3MDgwMDAwMDBaFw0zMDEyMjkwMDAw
    /// MDBaMB8xHTAbBgNVBAMMFEV4YW1wbGUgSXNzdWluZyBDQSA0MFkwEwYHKoZIzj0C
    /// AQYIKoZIzj0DAQcDQgAEvvHZXqoBKavMVb6Jqw2XZumHkAG0DMgX5+uhdZ5aaFP9
    /// hbaMgIBOjSjYHq+jR840CyG+w41R2CnBA6AMDc93NaMTMBEwDwYDVR0TAQH/BAUw
    /// AwEB/zAKBggqhkjOPQQDAgNHADBEAiARxnYGvoEEFlNJyMoT/w58vUNz19oVzWW0
    /// QZmIDpTSDwIgXtg60eCLSGsLdaLlMyI/5KzxolF+gfME7YEjuhNbUI4=
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBRjCB7aADAgECAghh2RDk2YcmmDAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRF
    /// eGFtcGxlIElzc3VpbmcgQ0EgMjAeFw0yNTA3MDgwMDAwMDBaFw0zMDEyMjkwMDAw
    /// MDBaMB8xHTAbBgNVBAMMFEV4YW1wbGUgSXNzdWluZyBDQSAzMFkwEwYHKoZIzj0C
    /// AQYIKoZIzj0DAQcDQgAEf5e2BoS+BYakDlfIkGcNW8yYzitByYCZGNlgWfSDVpjE
    /// nYCsqQyrnOPurwHn46Oo88wxJWGTz/4ee3qp6AgNQKMTMBEwDwYDVR0TAQH/BAUw
    /// AwEB/zAKBggqhkjOPQQDAgNIADBFAiEAtsSjmrQ9F63kvsFSE4E0aBxVk7UP2M+r
    /// DG38EKWzfXkCIFHb5UW5T2FqX0ljhn0DyFZnM5F/6+VapVjbJn9Y1GAv
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBRTCB7aADAgECAggh6xKjos1VljAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRF
    /// eGFtcGxlIElzc3VpbmcgQ0EgMTAeFw0yNTA3MDgwMDAwMDBaFw0zMDEyMjkwMDAw
    /// MDBaMB8xHTAbBgNVBAMMFEV4YW1wbGUgSXNzdWluZyBDQSAyMFkwEwYHKoZIzj0C
    /// AQYIKoZIzj0DAQcDQgAEj/C2NCFfOIHm/m5Db5WMTENhOkXKBv8CN6RRNI+4gdLV
    /// z+GZWfaEEDl5+G0s4jm79+O5l9PCA4AOJ/6fSi9i7qMTMBEwDwYDVR0TAQH/BAUw
    /// AwEB/zAKBggqhkjOPQQDAgNHADBEAiAisM9vFmVKrvHr7F+gWc2ZwkCOrXk65lKR
    /// VbMEWvRSuQIgSQxHokiYc3jixKScxIjE/6jZKiV6nkbG1yGgi/eMHWU=
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBQjCB6KADAgECAgg8Ap4rMA2clDAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjUwNzA4MDAwMDAwWhcNMzAxMjI5MDAwMDAwWjAf
    /// MR0wGwYDVQQDDBRFeGFtcGxlIElzc3VpbmcgQ0EgMTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABFsDBVgC2+EI4Kosymp+srEAnL+/PLzJ6f966tWRFIq7016yZLdT
    /// podapiNuA0Fjo+V12VWGY0/qJhBAXn3Zq6ajEzARMA8GA1UdEwEB/wQFMAMBAf8w
    /// CgYIKoZIzj0EAwIDSQAwRgIhAL1uqVy2Hn8CZWF2Q3c2jWc7QPUXfkxJ1ZnG1wiX
    /// VqwaAiEAtsZ4eDrljA4oO+4Pj+MY5Jun8j/eQ9+msIlZW7wP184=
    /// -----END CERTIFICATE-----
    /// ```
    /// ```pem good fixed file=fullchain.pem
    /// -----BEGIN CERTIFICATE-----
    /// MIIBTjCB9aADAgECAggD2LR8PD1k8DAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRF
    /// eGFtcGxlIElzc3VpbmcgQ0EgMzAeFw0yNjEwMjExMjAwMDBaFw0yNzAxMTkxMjAw
    /// MDBaMBsxGTAXBgNVBAMMEHNob3AuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggq
    /// hkjOPQMBBwNCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeKY0WdodhpPFhFUYhyckbo
    /// lVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiIox8wHTAbBgNVHREEFDASghBzaG9w
    /// LmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIDBNUqmQcJiNPFwftal8kSdt
    /// 8twsHwH7v/bbwDCf0gwHAiEAoF1nQrow8VqwJXI18+9MN6CBdUGvh1dwjvndfHkA
    /// t9k=
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBRjCB7aADAgECAghh2RDk2YcmmDAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRF
    /// eGFtcGxlIElzc3VpbmcgQ0EgMjAeFw0yNTA3MDgwMDAwMDBaFw0zMDEyMjkwMDAw
    /// MDBaMB8xHTAbBgNVBAMMFEV4YW1wbGUgSXNzdWluZyBDQSAzMFkwEwYHKoZIzj0C
    /// AQYIKoZIzj0DAQcDQgAEf5e2BoS+BYakDlfIkGcNW8yYzitByYCZGNlgWfSDVpjE
    /// nYCsqQyrnOPurwHn46Oo88wxJWGTz/4ee3qp6AgNQKMTMBEwDwYDVR0TAQH/BAUw
    /// AwEB/zAKBggqhkjOPQQDAgNIADBFAiEAtsSjmrQ9F63kvsFSE4E0aBxVk7UP2M+r
    /// DG38EKWzfXkCIFHb5UW5T2FqX0ljhn0DyFZnM5F/6+VapVjbJn9Y1GAv
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBRTCB7aADAgECAggh6xKjos1VljAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRF
    /// eGFtcGxlIElzc3VpbmcgQ0EgMTAeFw0yNTA3MDgwMDAwMDBaFw0zMDEyMjkwMDAw
    /// MDBaMB8xHTAbBgNVBAMMFEV4YW1wbGUgSXNzdWluZyBDQSAyMFkwEwYHKoZIzj0C
    /// AQYIKoZIzj0DAQcDQgAEj/C2NCFfOIHm/m5Db5WMTENhOkXKBv8CN6RRNI+4gdLV
    /// z+GZWfaEEDl5+G0s4jm79+O5l9PCA4AOJ/6fSi9i7qMTMBEwDwYDVR0TAQH/BAUw
    /// AwEB/zAKBggqhkjOPQQDAgNHADBEAiAisM9vFmVKrvHr7F+gWc2ZwkCOrXk65lKR
    /// VbMEWvRSuQIgSQxHokiYc3jixKScxIjE/6jZKiV6nkbG1yGgi/eMHWU=
    /// -----END CERTIFICATE-----
    /// -----BEGIN CERTIFICATE-----
    /// MIIBQjCB6KADAgECAgg8Ap4rMA2clDAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9F
    /// eGFtcGxlIFJvb3QgQ0EwHhcNMjUwNzA4MDAwMDAwWhcNMzAxMjI5MDAwMDAwWjAf
    /// MR0wGwYDVQQDDBRFeGFtcGxlIElzc3VpbmcgQ0EgMTBZMBMGByqGSM49AgEGCCqG
    /// SM49AwEHA0IABFsDBVgC2+EI4Kosymp+srEAnL+/PLzJ6f966tWRFIq7016yZLdT
    /// podapiNuA0Fjo+V12VWGY0/qJhBAXn3Zq6ajEzARMA8GA1UdEwEB/wQFMAMBAf8w
    /// CgYIKoZIzj0EAwIDSQAwRgIhAL1uqVy2Hn8CZWF2Q3c2jWc7QPUXfkxJ1ZnG1wiX
    /// VqwaAiEAtsZ4eDrljA4oO+4Pj+MY5Jun8j/eQ9+msIlZW7wP184=
    /// -----END CERTIFICATE-----
    /// ```
    "chain/too-long" {
        severity: Info, effect: Hygiene,
        check: Check::Chain(check),
    }
}

/// Leaf and root aside.
const MOST: usize = 3;

fn check(chain: &Chain, ctx: &Context, sink: &mut Sink) {
    let Some(path) = chain.best_path(ctx.at) else { return sink.not_applicable() };
    let members = path.members.iter().skip(1).filter_map(|&index| chain.certificates.get(index));
    let count = members.filter(|certificate| !certificate.is_self_signed()).count();
    if count > MOST {
        sink.report(
            chain.place(),
            format!("{count} intermediates are sent to every client; {MOST} are the most that is usual"),
        )
        .help("ask the authority for a shorter chain");
    }
}
