//! `key/weak-key`

use crate::model::tls::{PemFile, PublicKey};
use crate::rules::prelude::*;

rule! {
    /// A key that is too short or of a kind nobody accepts.
    ///
    /// ## Why
    /// Browsers refuse RSA below 2048 bits and curves below P-256, and OpenSSL at its usual security level refuses to load
    /// most of them: nginx fails with "ee key too small" or "ca key too small". RSA-1024 is within reach of a rich attacker.
    /// Some long keys are no better: broken generators chose primes that can be found again.
    ///
    /// ## Examples
    /// ```pem bad file=fullchain.pem expect=key/weak-key@1:1
    /// | the key of `shop.example.com` is RSA with 1024 bits; 2048 is the least
    /// | help: make a new key (P-256 or RSA-2048) and have the certificate issued for it
    /// -----BEGIN CERTIFICATE-----
    /// MIIBlDCCATqgAwIBAgIIMs7oRf4QtSUwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwS
    /// RXhhbXBsZSBJc3N1aW5nIENBMB4XDTI2MTAyMTEyMDAwMFoXDTI3MDExOTEyMDAw
    /// MFowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTCBnzANBgkqhkiG9w0BAQEF
    /// AAOBjQAwgYkCgYEAobKVu3I+CD+RPQKUKE/7nUEAF9DfILs3iY46uV59jUCvcITI
    /// 1FVdARd5s1kvj2mvIo1ND6ArWbXPxk1YOMbhBz37u3uZVOGomOjSoucBAOmC8LuL
    /// bFoRP1NXFFCNNR3HDvwnmng6MJqjWj7GudIDPRd1Gniwhpdj1zmsOuyFXVUCAwEA
    /// AaMfMB0wGwYDVR0RBBQwEoIQc2hvcC5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNI
    /// ADBFAiEAzOGmJNMgKcy1qpKfCIOW1qE02XfOTNbq6OnRChLkuEYCIC2KA82d4y5D
    /// qmvefliPOrz1wx5edpZu6SXjLdlhBcm4
    /// -----END CERTIFICATE-----
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
    ///
    /// ### A private key that can be computed
    /// ```pem bad file=roca.pem expect=key/weak-key@1:1
    /// | this key is RSA from a chip with the ROCA fault (CVE-2017-15361): it can be computed from the certificate
    /// | help: make a new one: `openssl ecparam -name prime256v1 -genkey -noout -out privkey.pem`
    /// -----BEGIN RSA PRIVATE KEY-----
    /// MIIEpgIBAAKCAQEA2i/2BAVPeDLIZ+2smQ7srtVg9LoIFlu1zFcvRIMsORpJpVLA
    /// sJT3UbvP4ty9zcpH0NGjPXOuvXhW6ZTDvi1WYbzNjLOYH/VyeP2hKSl1xEhq1VXy
    /// Ab44fMADu+xZir4uDtuYHSOSFpRkX7z2O1/JLzTVl438VS6TpPoJOzBbJwDlEp79
    /// A+pfDFHZLVLTlFMmDC0yFf1W7vBdeQrVc97Uxsp62mUWqyOH0zNiv4r6cC/NY4D5
    /// 6A0wu0roPjMrDJqwONd87rh8XQo9KiEaQhb//C9s1VKe9ehLskrP5XgXaxNi6ZAE
    /// HFnNQlmoTZGDo0K2VMx2rLc4BUPcYtq/e8B+lwIDAQABAoIBAQDHafJV9myNlQxp
    /// QGbxdRyJJmh5A9YEaUmdO0nuOl0ey5Hn0dxfB6eLQjZcSBgJkAlXJ2Mk9SgN74Cv
    /// 99F3bYR3y9Gp+TLecrxvLJAxSL1j6jQKS4TmZu7FxdEj3n5wOiVqWvWKHEqW7IVY
    /// oyIBXihIRue4noKzb+BtdkEdobKNz6lLXstyK8ACQ0BDp4KOY5UOQMwi+/GH0slC
    /// 3ChLotA63Cz8vIWQKU+FXN8BEbUe3uteU0NqKOuUC/GjHRIbi/no8Z8JXJznKLRw
    /// 9XABhS8PjN2j4vjzskN/JtfmLMIC+5/Z8a1/pHYqx4zqTZaeEVPZDpfsIcIAKLG7
    /// o63u7uuRAoGBAPR3FkX6VKGTQA1/3hj5FrKYLdMkZm47kaLy6lHtCgIey3i9cUO1
    /// Wh7nkaII6Pes8pvS5rbxHuA27fXKNosyKGGf3U8/uYnVCI25PZusSIVOLtd7xnSt
    /// bf6mYIqjH8Z8V1HX+YUcq/41eniCy2l5A8uBKg974BYLkiltgFshNu0lAoGBAOR7
    /// dkp1VY2uh/EjlHL7+MNIRp2b6fU1Ci+C8x6jGloOSWR1/2WHBREWl3w4OVdkgLzh
    /// lRUq5odOAl3gzFCyi3LYWmbfhguWBtmVWIcYQkzgiZ4gD32wuOiyddO42Yq+LP9b
    /// /8HCrnnxQ2/2Ju/hVS0hfrhZgzEusBwPwFx+3LYLAoGBALzRek+kcVe2/yMuHyJU
    /// yhY5ejN6Cu+bbPpZ+2g52KAYnvnsAJ7WZPw3ygFINoCOgXifpfmpNTri0lsky4op
    /// vIziyDHcu3bdJ1UnvZEOuZjU8VMYVAlspueoJCsQoYtSILOjSCNrKOEY9zY7d9dI
    /// VAkMA6uf902vtD3xSNGaTu1NAoGBALqACLuYcSA4YaC08Ty2boVAntuR4/QSumCz
    /// 3C2a5yyxUrkdFD7Uao9bSIXOAwhR8j+7RwzDOu8g/w+QKlaIlwlEju4/8FPOv4Kl
    /// xGBprdzAv7SB6QMo2Jag7UrILVJyD5rVhrurZO4GwIxIedn+rZ8sIxrpfgwMVxZg
    /// yRz3NMOnAoGBAIgq0nWY3jQuFPCbvIJcUED7JHknxPHNHZwQxTBPAtTKWBiokiVX
    /// ovIZtF7W6ujMrz1AHirJRQBiAIGpglkU2PJkIsiBNBqXfH9Jwmzv2+ctNoIF8TV0
    /// FQcMqU7k0twsTXOjyfl1crI6tTn7frypiJCEyQsyTVcdn5TCAkhJdwv1
    /// -----END RSA PRIVATE KEY-----
    /// ```
    /// ```pem bad file=close.pem expect=key/weak-key@1:1
    /// | the two primes of this key begin alike: anybody can compute it from the certificate
    /// | help: make a new key with OpenSSL and have the certificate issued for it
    /// -----BEGIN RSA PRIVATE KEY-----
    /// MIIEpAIBAAKCAQEA4fjuWRX0tIW62PNMu/xpiUpeyrSTXBlQDmZ8bKrDO05V4vUd
    /// wgtBbsR2/yHgOttKtQiz93So1Y9rxH75SeRNqFXX82SMjVT8uTaljfotEkf9xLIF
    /// XfRKr2bTL/dn5iU5z54Phx3TSf1AV1immT4b9KVkjd1XsT6l9s7IGNcvZ0fbsbOX
    /// wKplrl/LK01qTKJvQrXkRVzCyu7Y0irT1vneerxpz2Dy6Z8UOYfE8S42NWNTZDA9
    /// UtIJ213h+/Yo9LsLiqWmKRFgmfZ/J42hedSbJ5s5M9OiCuGcOShXYQxTipSLANUu
    /// F5tDsMf7H7QzEakTFh7U/2a04IAfr1ViH6X7SwIDAQABAoIBAAMcL/ud575MUOQH
    /// hTjZIoK3OVLE5XpRBt8L3g6I0yMP0vLKuNwg14e0wIaGatWkiwSu1/tB6cj2rl8H
    /// +FpiAAefFtfMvHp9fvT1oZWwqcokn4ODh7thT13WpnV0jEOIo6EN5dzQNkZAbBBH
    /// shNN3Yiidh3VvA0+dX5OHkbpP0fGmMqUxY40zWboLQuWKzmzu8WW18Dkor/hStug
    /// y5kEM9KWJkUvRxu8F/JINc/56cXhnCr6mtGd+sLlfLEGuyhdl+GW4f09mHeA/467
    /// i/Qql7IHjTFfxxrDDTwFbYV8YIMy1QBaDYBmwg1AZ/Ew3G9fZZk8rjjzyTO9Jpul
    /// 9sJrwsECgYEA8ISevmX1UzyRiRhRKhlo2Tdnz4w0ZClKwo8p9UyUp+P4etFVC3oI
    /// WPWTn3btIxSJo15Cb80Otni3g6al6OYbpInl5lyuejhWxQIGAimJ03L81czcsXD7
    /// 39bzUCv/WhRIikzlgI90u/RsVeKckLP+Z2VF/CW6/kKc8kMu1V/JBlsCgYEA8ISe
    /// vmX1UzyRiRhRKhlo2Tdnz4w0ZClKwo8p9UyUp+P4etFVC3oIWPWTn3btIxSJo15C
    /// b80Otni3g6al6OYbpInl5lyuejhWxQIGAimJ03L81czcsXD739bzUCv/WhRIikzl
    /// gI90u/RsVeKckLP+Z2VF/CW6/tceHLwGFE2fUdECgYEA6AaYeYc0lnrszzvVOO7Q
    /// VhR8Ih3YgPPQukaQLKMXGav0Ds+Y4nx0RxWJtyFsfRYX/bE2GFLSqbdlGi0PCtHJ
    /// wv6A+a1ZaHCnTGC6WSWnX4QjY0HBebBMW9EqYqI/MbA1lq2+DTrXW2bdiDEX5wSt
    /// HSP20tu3PAgZDiE/sfo4nNcCgYAV1DOEHETTtR+QTcCwDXZSoJCvaY4nuQer+Mpa
    /// FQU455vZqb4KOJ0hVch8JJMJKAgF57wn4XiAXxxoums8ZAYGPO28ppS/SvW1E6Xv
    /// 9E0p/7mqvdkZ0aNKgXu7vwKB7m1W//ukW2DA3kIm2VZUW8GvKKXdaJ88GdIF0ZrL
    /// pO/cwQKBgQCK5MIyb870Adb7OccvcqZcKvQypCTVc16dL8gJumxSHTaZrErQWD+e
    /// f4yXtikofeu8RxMKpDUxutwua7/d4zi/O8sueqTsBOqOu5dFavVc1riy7GaqfJG9
    /// HeqOYNP1dOfM3G8hgqiEfhBU7m+EwkSmOtfLCNK4EZH98NZZgdDH5g==
    /// -----END RSA PRIVATE KEY-----
    /// ```
    /// ```pem fixed file=roca.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```pem fixed file=close.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJwqB8HaHQXsoxRX9
    /// dx16jbrGhxGBzrbw1QUVd26RH26hRANCAATy35uRsHQ6l8kG178tuoActyyqSVAT
    /// Nb74luYBgE2l9VQps0XOX82GZS0fbwNifhzGFWq4bSQIJtsNxHo9DAch
    /// -----END PRIVATE KEY-----
    /// ```
    ///
    /// ## What it does not report
    /// Roots and lists of authorities: what clients trust is their choice.
    "key/weak-key" {
        severity: High, effect: Weakens,
        aliases: &["cert/weak-key"],
        refs: &["https://csrc.nist.gov/pubs/sp/800/131/a/r2/final"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    if pem.is_authority_bundle() {
        return sink.not_applicable();
    }
    for certificate in &pem.certificates {
        if certificate.is_ca() && certificate.is_self_issued() && pem.certificates.len() > 1 {
            continue;
        }
        if let Some(why) = certificate.key.weakness() {
            sink.report(certificate.at, format!("the key of `{}` is {why}", certificate.subject))
                .help("make a new key (P-256 or RSA-2048) and have the certificate issued for it");
        }
    }
    for key in &pem.keys {
        if key.close_primes {
            let message = "the two primes of this key begin alike: anybody can compute it from the certificate";
            sink.report(key.at, message).help("make a new key with OpenSSL and have the certificate issued for it");
            continue;
        }
        let Some(why) = key.public().and_then(PublicKey::weakness) else { continue };
        // The certificate says it already.
        let certified = ctx.project.pem.iter().flat_map(|p| &p.certificates).any(|c| Some(&c.key) == key.public());
        if !certified {
            sink.report(key.at, format!("this key is {why}"))
                .help("make a new one: `openssl ecparam -name prime256v1 -genkey -noout -out privkey.pem`");
        }
    }
}
