//! Lists of ciphers, read as OpenSSL reads them (`ssl_create_cipher_list`): which suites a server offers up to TLS 1.2. TLS 1.3
//! has suites of its own, which no such list names.

use std::sync::{Arc, LazyLock};

use crate::memo::Memo;
use crate::source::Cut;

/// A cipher suite of TLS 1.2 or earlier.
#[derive(Debug)]
pub struct Suite {
    /// Its name in OpenSSL.
    pub name: &'static str,
    protocol: &'static str,
    exchange: &'static str,
    authentication: &'static str,
    cipher: &'static str,
    bits: &'static str,
    integrity: &'static str,
    strength: &'static str,
    sets: &'static str,
    /// Whether only OpenSSL before 1.1.0, and special builds, have it.
    pub old: bool,
}

/// What a list of ciphers means.
#[derive(Debug)]
pub struct Offered {
    /// What it offers, in the order of the table.
    pub suites: Vec<&'static Suite>,
    /// `@SECLEVEL=`
    pub level: Option<u8>,
    /// A word that no suite and no group of suites is called by.
    pub unknown: bool,
    /// What OpenSSL cannot read in it.
    pub unreadable: bool,
}

static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| {
    let lines = include_str!("ciphers.tsv").lines().filter(|line| !line.starts_with('#'));
    let suite = |line: &'static str| {
        let mut columns = line.split('\t');
        let mut next = || columns.next().unwrap_or("-");
        let (name, protocol, exchange, authentication) = (next(), next(), next(), next());
        let (encryption, integrity, strength, sets) = (next(), next(), next(), next());
        let (cipher, bits) = encryption.split_once('(').unwrap_or((encryption, ""));
        let bits = bits.trim_end_matches(')');
        let old = next() == "old";
        Suite { name, protocol, exchange, authentication, cipher, bits, integrity, strength, sets, old }
    };
    lines.map(suite).collect()
});

impl Suite {
    /// Why nobody should offer it.
    pub fn broken(&self) -> Option<&'static str> {
        Some(match self.cipher {
            _ if self.strength == "EXP" => "export ciphers are broken",
            _ if self.authentication == "None" => "nobody proves who they are",
            "None" => "nothing is encrypted",
            "RC4" => "RC4 is broken",
            "DES" => "DES is broken",
            "3DES" => "3DES is broken",
            _ => return None,
        })
    }

    /// Whether what was recorded can be read later by whoever gets the key of the certificate.
    pub fn keeps_no_secrets(&self) -> bool {
        matches!(self.exchange, "RSA" | "DH/RSA" | "DH/DSS" | "ECDH/RSA" | "ECDH/ECDSA")
    }

    /// Whether a server needs an RSA or ECDSA certificate for it, and no shared secret.
    pub fn is_for_certificates(&self) -> bool {
        matches!(self.authentication, "RSA" | "ECDSA" | "ECDH" | "DSS" | "DH") && !self.exchange.contains("PSK")
    }
}

/// Whether a suite belongs to a group, given the name of the group.
type Group = fn(&Suite, &str) -> bool;

/// A group of suites by its name (`cipher_aliases` in `ssl_ciph.c`). `None`: there is no such group.
fn group(name: &str) -> Option<Group> {
    Some(match name {
        "ALL" => |suite, _| suite.cipher != "None",
        "COMPLEMENTOFALL" | "eNULL" | "NULL" => |suite, _| suite.cipher == "None",
        "COMPLEMENTOFDEFAULT" => |suite, _| !suite.sets.contains("default"),
        "FIPS" => |suite, _| suite.sets.contains("fips"),
        "kRSA" => |suite, _| suite.exchange == "RSA",
        "kEDH" | "kDHE" | "DH" => |suite, _| suite.exchange == "DH",
        "kEECDH" | "kECDHE" => |suite, _| suite.exchange == "ECDH",
        "ECDH" => |suite, _| suite.exchange.starts_with("ECDH") && suite.exchange != "ECDHEPSK",
        "kDHr" => |suite, _| suite.exchange == "DH/RSA",
        "kDHd" => |suite, _| suite.exchange == "DH/DSS",
        "kDH" => |suite, _| matches!(suite.exchange, "DH/RSA" | "DH/DSS"),
        "kECDHr" => |suite, _| suite.exchange == "ECDH/RSA",
        "kECDHe" => |suite, _| suite.exchange == "ECDH/ECDSA",
        "kECDH" => |suite, _| matches!(suite.exchange, "ECDH/RSA" | "ECDH/ECDSA"),
        "kPSK" | "kRSAPSK" | "kDHEPSK" | "kECDHEPSK" => |suite, name| name.strip_prefix('k') == Some(suite.exchange),
        "PSK" => |suite, _| suite.exchange.ends_with("PSK"),
        "kSRP" | "SRP" => |suite, _| suite.exchange == "SRP",
        "kGOST" | "kGOST18" => |suite, name| name.strip_prefix('k') == Some(suite.exchange),
        "aDSS" | "DSS" => |suite, _| suite.authentication == "DSS",
        "aNULL" => |suite, _| suite.authentication == "None",
        "aECDSA" | "ECDSA" => |suite, _| suite.authentication == "ECDSA",
        "aRSA" | "aDH" | "aECDH" | "aPSK" | "aSRP" | "aGOST01" | "aGOST12" => {
            |suite, name| name.strip_prefix('a') == Some(suite.authentication)
        }
        "aGOST" => |suite, _| suite.authentication.starts_with("GOST"),
        "EDH" | "DHE" => |suite, _| suite.exchange == "DH" && suite.authentication != "None",
        "EECDH" | "ECDHE" => |suite, _| suite.exchange == "ECDH" && suite.authentication != "None",
        "RSA" => |suite, _| suite.exchange == "RSA" && suite.authentication == "RSA",
        "ADH" => |suite, _| suite.exchange == "DH" && suite.authentication == "None",
        "AECDH" => |suite, _| suite.exchange == "ECDH" && suite.authentication == "None",
        "3DES" | "DES" | "RC4" | "RC2" | "IDEA" | "SEED" | "GOST89" | "AESGCM" | "ARIAGCM" | "AESCCM8" => {
            |suite, name| suite.cipher == name
        }
        "AESCCM" => |suite, _| matches!(suite.cipher, "AESCCM" | "AESCCM8"),
        "AES" => |suite, _| suite.cipher.starts_with("AES"),
        "AES128" | "AES256" => |suite, name| suite.cipher.starts_with("AES") && name.ends_with(suite.bits),
        "CAMELLIA" => |suite, _| suite.cipher == "Camellia",
        "CAMELLIA128" | "CAMELLIA256" => |suite, name| suite.cipher == "Camellia" && name.ends_with(suite.bits),
        "ARIA" => |suite, _| suite.cipher == "ARIAGCM",
        "ARIA128" | "ARIA256" => |suite, name| suite.cipher == "ARIAGCM" && name.ends_with(suite.bits),
        "CHACHA20" => |suite, _| suite.cipher.starts_with("CHACHA20"),
        "CBC" => |suite, _| matches!(suite.cipher, "AES" | "Camellia" | "3DES" | "DES" | "RC2" | "IDEA" | "SEED"),
        "SHA1" | "SHA" => |suite, _| suite.integrity == "SHA1",
        "MD5" | "SHA256" | "SHA384" | "GOST94" | "GOST12" => |suite, name| suite.integrity == name,
        "GOST89MAC" => |suite, _| suite.integrity == "GOST89",
        "SSLv3" | "TLSv1" | "TLSv1.2" => |suite, name| suite.protocol == name,
        "TLSv1.0" => |suite, _| suite.protocol == "TLSv1",
        "LOW" | "MEDIUM" | "HIGH" => |suite, name| suite.strength == name,
        "EXP" | "EXPORT" => |suite, _| suite.strength == "EXP",
        "EXPORT40" => |suite, _| suite.strength == "EXP" && suite.bits == "40",
        "EXPORT56" => |suite, _| suite.strength == "EXP" && suite.bits == "56",
        _ => return None,
    })
}

/// What a list means to a library that has all suites, or only those that OpenSSL has by itself since 1.1.0.
pub fn offered(list: &str, old: bool) -> Arc<Offered> {
    static KNOWN: [Memo<Arc<Offered>>; 2] = [Memo::new(), Memo::new()];
    KNOWN[usize::from(old)].get(list, || Arc::new(evaluate(list, old)))
}

fn evaluate(list: &str, old: bool) -> Offered {
    let mut out = Offered { suites: Vec::new(), level: None, unknown: false, unreadable: false };
    let suites: Vec<&'static Suite> = SUITES.iter().filter(|suite| old || !suite.old).collect();
    let (mut on, mut gone) = (vec![false; suites.len()], vec![false; suites.len()]);
    let mut apply = |sign: u8, words: &str, unknown: &mut bool| {
        let Some(words) = meant(words) else {
            *unknown = true;
            return;
        };
        for (index, suite) in suites.iter().enumerate() {
            let meant = words.iter().all(|word| word.means(suite));
            match sign {
                _ if !meant => {}
                b'!' => (on[index], gone[index]) = (false, true),
                b'-' => on[index] = false,
                // It only changes the order.
                b'+' => {}
                _ => on[index] = !gone[index],
            }
        }
    };
    let mut rest = list;
    if let Some(more) = list.strip_prefix("DEFAULT") {
        for (sign, word) in [(b' ', "ALL"), (b'!', "COMPLEMENTOFDEFAULT"), (b'!', "eNULL")] {
            apply(sign, word, &mut out.unknown);
        }
        rest = more;
    } else if list.starts_with("SUITEB") {
        rest = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
    }
    loop {
        rest = rest.trim_start_matches(SEPARATORS);
        let Some(first) = rest.bytes().next() else { break };
        rest = rest.strip_prefix(['!', '-', '+', '@']).unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-._=+".contains(c)).unwrap_or(rest.len());
        let words = rest.cut(..end);
        rest = rest.cut(end..);
        if first == b'@' {
            let level = words.strip_prefix("SECLEVEL=").and_then(|level| level.parse::<u8>().ok());
            out.level = level.or(out.level);
            out.unreadable |= words != "STRENGTH" && level.is_none_or(|level| level > 5);
        } else if words.split('+').any(str::is_empty) {
            out.unreadable |= !words.split('+').take_while(|word| !word.is_empty()).any(|word| !is_known(word));
        } else {
            apply(first, words, &mut out.unknown);
        }
        if out.unreadable {
            break;
        }
        if first == b'@' || !is_known(words) {
            rest = rest.cut(rest.find(SEPARATORS).unwrap_or(rest.len())..);
        }
    }
    out.suites = suites.into_iter().zip(on).filter(|(_, on)| *on).map(|(suite, _)| suite).collect();
    out
}

const SEPARATORS: [char; 4] = [':', ',', ' ', ';'];

/// A word of a list.
enum Word<'a> {
    Suite(&'a str),
    Group(&'a str, Group),
}

impl Word<'_> {
    fn means(&self, suite: &Suite) -> bool {
        match self {
            Word::Suite(name) => *name == suite.name,
            Word::Group(name, has) => has(suite, name),
        }
    }
}

/// The suites and groups that words joined by `+` name; `None` when one of them is neither.
fn meant(words: &str) -> Option<Vec<Word<'_>>> {
    // No group is called like a suite.
    let suite = |word: &str| SUITES.iter().any(|suite| suite.name == word);
    words
        .split('+')
        .map(|word| match group(word) {
            Some(has) => Some(Word::Group(word, has)),
            None => suite(word).then_some(Word::Suite(word)),
        })
        .collect()
}

fn is_known(words: &str) -> bool {
    meant(words).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list as OpenSSL 3 prints it: its suites, or `error`.
    fn printed(list: &str) -> String {
        let offered = offered(list, false);
        let mut names: Vec<&str> = offered.suites.iter().map(|suite| suite.name).collect();
        names.sort_unstable();
        if offered.unreadable || names.is_empty() { "error".to_owned() } else { names.join(" ") }
    }

    #[test]
    fn lists_mean_what_openssl_says() {
        let recorded = include_str!("../../../testdata/nginx/cipher-lists.tsv");
        let mut wrong = Vec::new();
        for line in recorded.lines().filter(|line| !line.starts_with('#')) {
            let (list, names) = line.split_once('\t').unwrap();
            if printed(list) != names {
                wrong.push(format!("{list}\n  OpenSSL: {names}\n  here:    {}", printed(list)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn old_libraries_have_what_is_broken() {
        let broken = |list| -> Vec<&str> {
            offered(list, true).suites.iter().filter(|suite| suite.broken().is_some()).map(|suite| suite.name).collect()
        };
        assert_eq!(broken("HIGH:RC4-SHA:!aNULL:!MD5"), ["RC4-SHA"]);
        assert_eq!(broken("EXP-RC4-MD5:DES-CBC-SHA:DES-CBC3-SHA:!RC4:!DES"), ["DES-CBC3-SHA"]);
        assert_eq!(broken("ECDHE+AESGCM:HIGH:!aNULL:!MD5:!3DES"), [""; 0]);
        assert!(offered("PROFILE=SYSTEM", true).unknown && offered("RC4-SHA", false).suites.is_empty());
    }
}
