//! Whether a command is told not to check whom it talks to.

use crate::source::Spanned;
use crate::syntax::shell::base_name;

/// Programs, and the words that switch their checks off: an option as a whole, one letter among others (`-k` in `-fsSk`),
/// or two words in a row. From their manual pages.
const SWITCHES: [(&[&str], &[&str]); 11] = [
    (&["curl"], &["-k", "--insecure", "--proxy-insecure"]),
    (&["wget"], &["--no-check-certificate"]),
    (&["git"], &["http.sslVerify=false", "http.sslverify=false", "http.sslVerify false", "http.sslverify false"]),
    (&["pip", "pip3", "python", "python3", "uv"], &["--trusted-host", "--allow-insecure-host"]),
    (&["npm", "yarn", "pnpm"], &["strict-ssl false", "strict-ssl=false", "--strict-ssl=false"]),
    (&["apk"], &["--allow-untrusted"]),
    (&["apt-get", "apt"], &["--allow-unauthenticated", "--force-yes", "Acquire::https::Verify-Peer=false"]),
    (&["yum", "dnf", "microdnf"], &["--nogpgcheck", "--setopt=sslverify=false"]),
    (&["composer"], &["disable-tls true"]),
    (&["gem"], &[":ssl_verify_mode: 0"]),
    (&["conda"], &["ssl_verify false", "ssl_verify False"]),
];

/// The word by which a command is told not to check whom it talks to.
pub fn unchecked(words: &[Spanned<String>]) -> Option<&Spanned<String>> {
    let name = base_name(&words.first()?.value);
    let (_, switches) = SWITCHES.iter().find(|(programs, _)| programs.contains(&name))?;
    let says = |part: &str| words.iter().any(|word| word.value.contains(part));
    // A package from a file that the build brought itself has no signature to check.
    let own_file = words.iter().any(|word| word.value == "--allow-untrusted")
        && words.iter().skip(1).all(|word| !word.value.starts_with("http") && !word.value.contains("-X"));
    if says("localhost") || says("127.0.0.1") || own_file || trusts_nobody(words) {
        return None;
    }
    let found = words.iter().enumerate().skip(1).find(|(at, word)| {
        let pair = words.get(at + 1).map(|next| format!("{} {}", word.value, next.value));
        let is =
            |switch: &&str| word.value == *switch || pair.as_deref() == Some(*switch) || in_bundle(&word.value, switch);
        switches.iter().any(is)
    });
    found.map(|(_, word)| word)
}

/// Whether all hosts that `pip` is told to trust are ones it asks nothing: the index moved from pypi.python.org to pypi.org in 2018.
fn trusts_nobody(words: &[Spanned<String>]) -> bool {
    let hosts = words.iter().enumerate().filter_map(|(at, word)| match word.value.strip_prefix("--trusted-host") {
        Some("") => words.get(at + 1).map(|next| next.value.as_str()),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    let mut hosts = hosts.peekable();
    let asked = |host: &str| words.iter().any(|word| word.value.contains("://") && word.value.contains(host));
    hosts.peek().is_some() && hosts.all(|host| host == "pypi.python.org" && !asked(host))
}

/// Whether an option of one letter stands among others behind one dash.
fn in_bundle(word: &str, switch: &str) -> bool {
    let (Some(letters), Some(letter)) = (word.strip_prefix('-'), switch.strip_prefix('-')) else { return false };
    letter.len() == 1
        && letters.len() > 1
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && letters.contains(letter)
}
