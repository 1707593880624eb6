//! What a rule of `ufw` lets in. Its grammar is that of `ufw(8)`, "RULE SYNTAX".

use std::ops::RangeInclusive;

use super::Step;
use crate::source::{Span, Spanned};

/// What one rule lets in.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Opened {
    /// All that comes, or all from somewhere.
    all: bool,
    /// Something that a variable says.
    unknown: bool,
    ports: Vec<RangeInclusive<u16>>,
    /// Services and profiles, in small letters.
    names: Vec<String>,
}

/// Services and profiles, with their ports.
const NAMES: [(&str, &[u16]); 12] = [
    ("ssh", &[22]),
    ("openssh", &[22]),
    ("http", &[80]),
    ("www", &[80]),
    ("https", &[443]),
    ("nginx full", &[80, 443]),
    ("nginx http", &[80]),
    ("nginx https", &[443]),
    ("apache", &[80]),
    ("apache full", &[80, 443]),
    ("apache secure", &[443]),
    ("www full", &[80, 443]),
];

/// Ports that everybody uses for something else than SSH.
const OTHERS: [u16; 9] = [80, 443, 8080, 8443, 3000, 8000, 5432, 3306, 6379];

impl Step {
    /// What a rule of `ufw` lets in; `None` for everything else.
    pub fn opened(&self) -> Option<Opened> {
        if self.name() != "ufw" {
            return None;
        }
        let words = self.argv().iter().skip(1).map(|word| word.value.as_str());
        read(words.filter(|word| !word.starts_with('-')))
    }

    /// Where it lets everybody in on a port: `ufw allow 5432/tcp`, `firewall-cmd --add-port=5432/tcp`.
    pub fn opens_to_all(&self, port: u16) -> Option<Span> {
        let is = |text: &str| text.split('/').next().is_some_and(|number| number.parse() == Ok(port));
        let from_some = || {
            self.words
                .windows(2)
                .any(|two| two[0].value == "from" && two[1].value != "any" && two[1].value != "0.0.0.0/0")
        };
        let bound = from_some() || ["on", "delete", "deny", "out"].iter().any(|word| self.has(word));
        let word = match self.name() {
            "ufw" if self.has("allow") && !bound => self.argv().iter().rev().find(|word| is(&word.value)),
            "firewall-cmd" => self.argv().iter().find(|word| word.value.strip_prefix("--add-port=").is_some_and(is)),
            _ => None,
        };
        word.map(|word| word.span)
    }

    /// Where it shuts a port again.
    pub fn shuts(&self, port: u16) -> bool {
        let is = |text: &str| text.split('/').next().is_some_and(|number| number.parse() == Ok(port));
        self.name() == "ufw"
            && ["deny", "delete", "reject"].iter().any(|verb| self.has(verb))
            && self.argv().iter().any(|word| is(&word.value))
    }

    /// Where it lets every address log in to PostgreSQL: a line for `pg_hba.conf`, shown or written.
    pub fn takes_all_addresses(&self) -> Option<Span> {
        const EVERY: &str = "0.0.0.0/0";
        if self.name() == "host" && self.words.len() > 4 && self.has(EVERY) {
            return Some(self.words.first()?.span.to(self.words.last()?.span));
        }
        let line = |word: &&Spanned<String>| word.value.starts_with("host") && word.value.contains(EVERY);
        self.words.iter().find(line).map(|word| word.span)
    }
}

fn read<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Opened> {
    let mut opened = Opened::default();
    loop {
        match words.next()? {
            "allow" | "limit" => break,
            "insert" => _ = words.next(),
            "prepend" | "rule" => {}
            "default" => {
                let rest: Vec<&str> = words.collect();
                let incoming = !rest.iter().any(|word| matches!(*word, "outgoing" | "routed"));
                opened.all = true;
                return (rest.contains(&"allow") && incoming).then_some(opened);
            }
            _ => return None,
        }
    }
    let (mut from, mut bound) = (false, false);
    while let Some(word) = words.next() {
        match word {
            "out" => return None,
            "in" | "log" | "log-all" => {}
            "on" | "to" | "from" => {
                opened.all = true;
                from = word == "from";
                words.next();
            }
            "proto" => _ = words.next(),
            "comment" => break,
            "port" | "app" if from => _ = words.next(),
            "port" | "app" => {
                bound = true;
                opened.take(words.next().unwrap_or_default());
            }
            _ => {
                bound = true;
                opened.take(word);
            }
        }
    }
    opened.all &= !bound;
    Some(opened)
}

impl Opened {
    /// Takes ports, ranges, a service or a profile: `22`, `80,443/tcp`, `8000:8010/tcp`, `Nginx Full`.
    fn take(&mut self, word: &str) {
        if word.contains(['$', '`', '<', '{']) {
            self.unknown = true;
            return;
        }
        let word = word.split('/').next().unwrap_or(word).to_ascii_lowercase();
        for part in word.split(',') {
            let (low, high) = part.split_once(':').unwrap_or((part, part));
            match (low.parse(), high.parse()) {
                (Ok(low), Ok(high)) => self.ports.push(low..=high),
                _ => self.names.push(part.to_owned()),
            }
        }
    }

    /// Whether it may let a port in.
    pub fn may_open(&self, port: u16) -> bool {
        let named =
            |name: &String| NAMES.iter().find(|(own, _)| own == name).is_none_or(|(_, ports)| ports.contains(&port));
        self.all || self.unknown || self.ports.iter().any(|range| range.contains(&port)) || self.names.iter().any(named)
    }

    /// Whether it may let SSH in: a port of which nobody knows another use may be where it listens.
    pub fn may_let_ssh_in(&self) -> bool {
        let moved = |range: &RangeInclusive<u16>| range.start() == range.end() && !OTHERS.contains(range.start());
        self.may_open(22) || self.ports.iter().any(moved)
    }

    /// Whether it lets SSH in by its name or its usual port.
    pub fn names_ssh(&self) -> bool {
        self.ports.iter().any(|range| range.contains(&22)) || self.names.iter().any(|name| name.contains("ssh"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_ufw_reads_them() {
        let of = |text: &str| read(text.split(' '));
        let opens = |text: &str, port: u16| of(text).is_some_and(|opened| opened.may_open(port));
        for (text, port, expected) in [
            ("allow 22/tcp", 22, true),
            ("allow 80,443/tcp", 443, true),
            ("allow 8000:8010/tcp", 8005, true),
            ("allow 8000:8010/tcp", 8011, false),
            ("limit ssh", 22, true),
            ("allow https", 80, false),
            ("allow proto tcp from 10.0.0.0/8 to any port 5432", 5432, true),
            ("allow proto tcp from 10.0.0.0/8 to any port 5432", 8000, false),
            ("allow from 10.0.0.1", 8000, true),
            ("allow from 10.0.0.1 port 80", 8000, true),
            ("allow in on tailscale0", 8000, true),
            ("allow out 53", 53, false),
            ("deny 22", 22, false),
            ("delete allow 22", 22, false),
            ("insert 1 allow 22", 22, true),
            ("default allow incoming", 9000, true),
            ("default allow outgoing", 9000, false),
            ("allow 80 comment 22", 22, false),
            ("allow $PORT/tcp", 9000, true),
        ] {
            assert_eq!(opens(text, port), expected, "{text} {port}");
        }
        let ssh = |text: &str| of(text).is_some_and(|opened| opened.may_let_ssh_in());
        assert!(ssh("allow 2222/tcp") && ssh("allow 20:30/tcp") && ssh("allow 443 from 10.0.0.1 to any port 2022"));
        assert!(!ssh("allow 8000:8010/tcp") && !ssh("allow http") && !ssh("allow 80,443/tcp"));
    }
}
