//! Which host names a certificate is good for (RFC 6125 as browsers apply it, RFC 9525).

use std::net::IpAddr;

use super::certificate::AltNames;

/// A `server_name` (or another host name of a configuration) as a certificate sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// One host, in ASCII, lower case, without a final dot.
    Host(String),
    /// `*.example.com`: any name one label below.
    Below(String),
    /// `.example.com`: the name itself and any name one label below.
    Around(String),
    /// An address.
    Address(IpAddr),
    /// Nothing a certificate could cover or gonogo could know: a catch-all, an expression, a template, a placeholder.
    Open,
}

impl Wanted {
    /// Reads a name as nginx does (`ngx_http_core_server_name`).
    pub fn new(name: &str) -> Self {
        let name = name.trim_end_matches('.').to_lowercase();
        let open = name.is_empty()
            || name.starts_with('~')
            || name.ends_with(".*")
            || name.contains(['$', '{', '}', '<', '>', '%', '[', ']', '/', '@', '"', '\''])
            || name.chars().all(|c| matches!(c, '_' | '-' | '!' | '.' | '*'))
            || matches!(name.as_str(), "localhost" | "default" | "default_server" | "invalid" | "127.0.0.1" | "::1")
            || is_placeholder(&name);
        if open {
            return Wanted::Open;
        }
        if let Ok(address) = name.parse() {
            return Wanted::Address(address);
        }
        if let Some(rest) = name.strip_prefix("*.") {
            return Wanted::Below(to_ascii(rest));
        }
        if let Some(rest) = name.strip_prefix('.') {
            return Wanted::Around(to_ascii(rest));
        }
        if name.contains('*') { Wanted::Open } else { Wanted::Host(to_ascii(&name)) }
    }

    /// The parts of the name that `names` do not cover; empty when all is covered.
    pub fn uncovered(&self, names: &AltNames) -> Vec<String> {
        let below = |base: &str| names.dns.iter().any(|dns| dns.to_ascii_lowercase().strip_prefix("*.") == Some(base));
        let host = |host: &str| names.dns.iter().any(|dns| matches_dns(dns, host));
        let missing = match self {
            Wanted::Open => vec![],
            Wanted::Host(name) => vec![(host(name), name.clone())],
            Wanted::Below(base) => vec![(below(base), format!("*.{base}"))],
            Wanted::Around(base) => vec![(host(base), base.clone()), (below(base), format!("*.{base}"))],
            Wanted::Address(address) => vec![(names.ips.contains(address), address.to_string())],
        };
        missing.into_iter().filter(|(covered, _)| !covered).map(|(_, name)| name).collect()
    }
}

/// Whether a DNS entry covers a host: equal, or `*` for exactly the leftmost label. `w*.example.com` and `*.com` cover
/// nothing in a browser; entries with a final dot, a port or a path are no host names.
pub fn matches_dns(entry: &str, host: &str) -> bool {
    let entry = entry.to_ascii_lowercase();
    if let Some(base) = entry.strip_prefix("*.") {
        // `*.test` is accepted by OpenSSL; it is reported on its own.
        return !base.contains('*')
            && host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == base);
    }
    !entry.contains('*') && entry == host
}

/// Names that stand for a name.
pub fn is_placeholder(name: &str) -> bool {
    let kept = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.');
    let squeezed: String = kept.map(|c| c.to_ascii_lowercase()).collect();
    // Spanish, Portuguese, French and German write it so.
    const WORDS: [&str; 14] = [
        "yourdomain",
        "mydomain",
        "yoursite",
        "yourserver",
        "yourhost",
        "domainname",
        "changeme",
        "placeholder",
        "tudominio",
        "sudominio",
        "seudominio",
        "votredomaine",
        "ihredomain",
        "deinedomain",
    ];
    WORDS.iter().any(|word| squeezed.contains(word))
        || squeezed.split('.').any(|label| label == "domain" || label == "tld")
}

/// A name with its labels as A-labels (RFC 3492). Names are taken as typed: no mapping beyond lower case.
fn to_ascii(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    let labels = name
        .split('.')
        .map(|label| if label.is_ascii() { label.to_owned() } else { format!("xn--{}", punycode(label)) });
    labels.collect::<Vec<_>>().join(".")
}

/// RFC 3492, section 6.3.
fn punycode(label: &str) -> String {
    let input: Vec<u32> = label.chars().take(63).map(u32::from).collect();
    let mut out: String = label.chars().take(63).filter(char::is_ascii).collect();
    let basic = out.len();
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic as u32);
    while (handled as usize) < input.len() {
        let Some(next) = input.iter().copied().filter(|&c| c >= n).min() else { break };
        delta = delta.saturating_add((next - n).saturating_mul(handled + 1));
        n = next;
        for &c in &input {
            if c < n {
                delta = delta.saturating_add(1);
            }
            if c == n {
                let mut q = delta;
                let mut k = 36;
                loop {
                    let threshold = if k <= bias { 1 } else { (k - bias).min(26) };
                    if q < threshold {
                        break;
                    }
                    out.push(digit(threshold + (q - threshold) % (36 - threshold)));
                    q = (q - threshold) / (36 - threshold);
                    k += 36;
                }
                out.push(digit(q));
                bias = adapt(delta, handled + 1, handled as usize == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.saturating_add(1);
        n += 1;
    }
    out
}

fn digit(value: u32) -> char {
    char::from(if value < 26 { b'a' + value as u8 } else { b'0' + (value as u8).saturating_sub(26) })
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(dns: &[&str], name: &str) -> bool {
        let names = AltNames { dns: dns.iter().map(|&n| n.to_owned()).collect(), ..AltNames::default() };
        Wanted::new(name).uncovered(&names).is_empty()
    }

    #[test]
    fn wildcards_cover_one_label() {
        assert!(covered(&["*.example.com"], "www.example.com"));
        assert!(covered(&["*.EXAMPLE.com"], "WWW.example.com."));
        assert!(!covered(&["*.example.com"], "example.com"));
        assert!(!covered(&["*.example.com"], "a.b.example.com"));
        assert!(!covered(&["w*.example.com"], "www.example.com"));
        assert!(!covered(&["www.*.com"], "www.example.com"));
    }

    #[test]
    fn nginx_forms() {
        assert!(covered(&["example.com", "*.example.com"], ".example.com"));
        assert!(!covered(&["*.example.com"], ".example.com"));
        assert!(!covered(&["a.example.com"], "*.example.com"));
        for open in
            ["_", "", "~^www\\.(.+)$", "www.example.*", "${DOMAIN}", "localhost", "your-domain.com", "{{ host }}"]
        {
            assert_eq!(Wanted::new(open), Wanted::Open, "{open}");
        }
    }

    #[test]
    fn names_outside_ascii_compare_as_a_labels() {
        assert_eq!(Wanted::new("bücher.example.test"), Wanted::Host("xn--bcher-kva.example.test".into()));
        assert_eq!(Wanted::new("他们为什么不说中文"), Wanted::Host("xn--ihqwcrb4cv8a8dqg056pqjye".into()));
        assert_eq!(Wanted::new("münchen.de"), Wanted::Host("xn--mnchen-3ya.de".into()));
    }

    #[test]
    fn addresses_need_address_entries() {
        let names = AltNames { dns: vec!["192.0.2.10".into()], ..AltNames::default() };
        assert_eq!(Wanted::new("192.0.2.10").uncovered(&names), ["192.0.2.10"]);
    }
}
