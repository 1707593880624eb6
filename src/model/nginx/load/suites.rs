//! Ciphers, curves and commands that OpenSSL does not take. nginx hands them over for servers that have a certificate, and for
//! `*_pass` to TLS, and does not start when OpenSSL refuses them (`ngx_ssl_ciphers`, `ngx_ssl_ecdh_curve`, `ngx_ssl_conf_commands`).

use std::collections::HashSet;

use super::last;
use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::{Expanded, Level};
use crate::model::tls::ciphers::offered;
use crate::source::Span;
use crate::syntax::near::distance;
use crate::syntax::nginx::{Directive, Place, Word};

/// The directives that are judged here.
#[rustfmt::skip]
pub(super) const NAMES: [&str; 6] =
    ["ssl_ciphers", "ssl_ecdh_curve", "ssl_conf_command", "proxy_ssl_ciphers", "grpc_ssl_ciphers", "uwsgi_ssl_ciphers"];

pub(super) fn check(tree: &Expanded<'_>, found: &mut Vec<Problem>) {
    let mut seen: HashSet<Span> = HashSet::new();
    let mut judge = |directive: Option<&Directive>, problem: fn(&Directive) -> Option<Problem>| {
        found.extend(directive.filter(|directive| seen.insert(directive.span)).and_then(problem));
    };
    for (index, node) in (0u32..).zip(&tree.nodes) {
        let directive = node.directive;
        match (&*directive.name.value, node.place) {
            ("server", Place::Http | Place::Stream | Place::Mail) => {
                let level = Some(index);
                if tree.nearest(level, "ssl_certificate").is_none() {
                    continue;
                }
                judge(last(tree, level, "ssl_ciphers"), ciphers);
                judge(last(tree, level, "ssl_ecdh_curve"), curves);
                let commands = tree.nearest(level, "ssl_conf_command").map(|(commands, _)| commands);
                commands.into_iter().flatten().for_each(|one| judge(Some(one), command));
            }
            (pass @ ("proxy_pass" | "grpc_pass" | "uwsgi_pass"), Place::Location) => {
                let secure = directive.arg(0).is_some_and(|to| {
                    let scheme = to.split("://").next().unwrap_or_default().to_ascii_lowercase();
                    matches!(&*scheme, "https" | "grpcs" | "suwsgi")
                });
                let name = match pass {
                    "proxy_pass" => "proxy_ssl_ciphers",
                    "grpc_pass" => "grpc_ssl_ciphers",
                    _ => "uwsgi_ssl_ciphers",
                };
                let level: Level = node.parent.filter(|_| secure);
                judge(level.and_then(|_| last(tree, level, name)), ciphers);
            }
            _ => {}
        }
    }
}

fn written(directive: &Directive, at: usize) -> Option<&Word> {
    directive.args.get(at).filter(|word| !word.is_open())
}

fn ciphers(directive: &Directive) -> Option<Problem> {
    list(written(directive, 0)?)
}

/// A list that selects nothing, whichever suites the library has.
fn list(word: &Word) -> Option<Problem> {
    let offered = offered(&word.value, true);
    if !offered.unreadable && (!offered.suites.is_empty() || offered.unknown && may_mean_something(&word.value)) {
        return None;
    }
    let thirteen = word.value.starts_with("TLS_");
    let help = "write a list like `ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256`";
    let (message, help) = match (offered.unreadable, thirteen) {
        (true, _) => ("OpenSSL cannot read this list of ciphers", help),
        (false, true) => (
            "this list names suites of TLS 1.3 only, which OpenSSL does not take here",
            "remove the line, TLS 1.3 brings its own; or add suites of TLS 1.2, like `ECDHE+AESGCM`",
        ),
        (false, false) => ("this list selects no cipher that OpenSSL knows", help),
    };
    Some(Problem::new(Kind::Value, word.span, message, help))
}

/// Whether a word that OpenSSL does not know may be one of another library, or of a distribution: `PROFILE=SYSTEM`, `[A|B]`.
fn may_mean_something(list: &str) -> bool {
    list.contains(['=', '[', '|'])
}

/// The groups of OpenSSL, in small letters.
#[rustfmt::skip]
const GROUPS: [&str; 35] = [
    "auto", "default", "p-256", "p-384", "p-521", "prime256v1", "prime192v1", "secp160k1", "secp160r1", "secp160r2",
    "secp192k1", "secp192r1", "secp224k1", "secp224r1", "secp256k1", "secp256r1", "secp384r1", "secp521r1", "x25519",
    "x448", "brainpoolp256r1", "brainpoolp384r1", "brainpoolp512r1", "brainpoolp256r1tls13", "brainpoolp384r1tls13",
    "brainpoolp512r1tls13", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192", "p-192", "p-224", "sm2",
    "curvesm2",
];

/// `SSL_CTX_set1_groups_list`. What only new libraries and providers know is left alone.
fn curves(directive: &Directive) -> Option<Problem> {
    let word = written(directive, 0)?;
    if word.value.contains([',', ' ', ';']) || word.value.is_empty() {
        let help = "write it as `X25519:prime256v1`";
        return Some(Problem::new(Kind::Value, word.span, "OpenSSL takes curves with `:` between them", help));
    }
    // Since 3.5 there are signs and tuples in it.
    let known = |name: &str| {
        let name = name.to_ascii_lowercase();
        GROUPS.contains(&&*name)
            || ["sect", "wap-", "wtls", "c2", "gc", "mlkem", "kyber", "frodo", "hqc", "bike", "oakley"]
                .iter()
                .any(|part| name.contains(part))
    };
    let wrong = word.value.split(':').find(|name| !known(name) && !name.contains(['?', '*', '-', '/', '@']))?;
    let near = GROUPS.iter().find(|group| distance(wrong.to_ascii_lowercase().as_bytes(), group.as_bytes()) <= 2);
    let help = match near {
        Some(near) => format!("`{near}` may be meant"),
        None => "write it as `X25519:prime256v1`, or remove the line".to_owned(),
    };
    Some(Problem::new(Kind::Value, word.span, "OpenSSL knows no curve of this name", help))
}

/// What `SSL_CONF_cmd` knows in files, in small letters.
#[rustfmt::skip]
const COMMANDS: [&str; 31] = [
    "cipherstring", "ciphersuites", "protocol", "options", "minprotocol", "maxprotocol", "groups", "curves",
    "signaturealgorithms", "clientsignaturealgorithms", "ecdhparameters", "dhparameters", "certificate", "privatekey",
    "serverinfofile", "chaincapath", "chaincafile", "chaincastore", "verifycapath", "verifycafile", "verifycastore",
    "requestcapath", "requestcafile", "requestcastore", "clientcapath", "clientcafile", "clientcastore",
    "recordpadding", "numtickets", "verifymode", "keyshares",
];

#[rustfmt::skip]
const OPTIONS: [&str; 26] = [
    "sessionticket", "emptyfragments", "bugs", "compression", "ecdhsingle", "dhsingle", "serverpreference",
    "noresumptiononrenegotiation", "norenegotiation", "allownodhekex", "prefernodhekex", "prioritizechacha",
    "middleboxcompat", "antireplay", "encryptthenmac", "extendedmastersecret", "canames", "ktls", "strictcertcheck",
    "unsafelegacyrenegotiation", "unsafelegacyserverconnect", "txcertificatecompression", "rxcertificatecompression",
    "ktlstxzerocopysendfile", "ignoreunexpectedeof", "cleanseplaintext",
];

fn command(directive: &Directive) -> Option<Problem> {
    let (name, value) = (written(directive, 0)?, written(directive, 1)?);
    let small = name.value.to_ascii_lowercase();
    let refuse = |word: &Word, message: &str, help: &str| Some(Problem::new(Kind::Value, word.span, message, help));
    if !COMMANDS.contains(&&*small) {
        let help =
            "write one of `Ciphersuites`, `CipherString`, `Groups`, `MinProtocol`, `Options`, ..., or remove the line";
        return refuse(name, "OpenSSL knows no command of this name", help);
    }
    let protocols = ["none", "sslv3", "tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3", "dtlsv1", "dtlsv1.2"];
    match &*small {
        "cipherstring" => list(value),
        "minprotocol" | "maxprotocol" if !protocols.contains(&&*value.value.to_ascii_lowercase()) => {
            refuse(value, "OpenSSL knows no protocol of this name", "write `TLSv1.2` or `TLSv1.3`")
        }
        "options" => {
            let known = |option: &str| {
                let option = option.trim().trim_start_matches(['+', '-']).to_ascii_lowercase();
                OPTIONS.contains(&&*option)
            };
            let help = "write names like `PrioritizeChaCha,-SessionTicket`, or remove the line";
            let wrong = !value.value.split(',').all(known);
            wrong.then(|| refuse(value, "OpenSSL knows no option of this name", help)).flatten()
        }
        _ => None,
    }
}
