//! Releases of distributions, and what their packages bring.

use super::{Image, Os};
use crate::source::Cut;

/// A release of Debian, Ubuntu or Alpine.
#[derive(PartialEq, Eq, Debug)]
pub struct Release {
    /// As people write it.
    pub name: &'static str,
    /// Its code name.
    code: &'static str,
    /// The nginx it brings.
    pub nginx: &'static str,
    /// The OpenSSL it brings.
    pub openssl: &'static str,
    /// The major version of PostgreSQL it brings; 0: several.
    pub postgres: u32,
    /// Where the version of nginx was seen. What was seen nowhere is not certain.
    pub seen: &'static str,
}

/// What their packages are. `apt`: asked of Debian's own package lists on 2026-11-28, for nginx, OpenSSL and PostgreSQL;
/// `page`: packages.ubuntu.com; `notice`: the version that a security notice for the release names; `log`: what a published build
/// with the release installed; `pin`: what published Dockerfiles on top of it ask for by number.
#[rustfmt::skip]
static RELEASES: [Release; 17] = [
    Release { name: "Debian 13", code: "trixie", nginx: "1.26.3", openssl: "3.5", postgres: 17, seen: "apt" },
    Release { name: "Debian 12", code: "bookworm", nginx: "1.22.1", openssl: "3.0", postgres: 15, seen: "apt" },
    Release { name: "Debian 11", code: "bullseye", nginx: "1.18.0", openssl: "1.1", postgres: 13, seen: "apt" },
    Release { name: "Debian 10", code: "buster", nginx: "1.14.2", openssl: "1.1", postgres: 11, seen: "notice" },
    Release { name: "Ubuntu 25.10", code: "questing", nginx: "1.28.0", openssl: "3.5", postgres: 0, seen: "notice" },
    Release { name: "Ubuntu 25.04", code: "plucky", nginx: "1.26.3", openssl: "3.4", postgres: 17, seen: "" },
    Release { name: "Ubuntu 24.04", code: "noble", nginx: "1.24.0", openssl: "3.0", postgres: 16, seen: "page" },
    Release { name: "Ubuntu 22.04", code: "jammy", nginx: "1.18.0", openssl: "3.0", postgres: 14, seen: "notice" },
    Release { name: "Ubuntu 20.04", code: "focal", nginx: "1.18.0", openssl: "1.1", postgres: 12, seen: "notice" },
    Release { name: "Ubuntu 18.04", code: "bionic", nginx: "1.14.0", openssl: "1.1", postgres: 10, seen: "notice" },
    Release { name: "Alpine 3.22", code: "", nginx: "1.28", openssl: "3.5", postgres: 0, seen: "pin" },
    Release { name: "Alpine 3.21", code: "", nginx: "1.26", openssl: "3.3", postgres: 0, seen: "log" },
    Release { name: "Alpine 3.20", code: "", nginx: "1.26", openssl: "3.3", postgres: 0, seen: "" },
    Release { name: "Alpine 3.19", code: "", nginx: "1.24.0", openssl: "3.1", postgres: 0, seen: "" },
    Release { name: "Alpine 3.18", code: "", nginx: "1.24.0", openssl: "3.1", postgres: 0, seen: "" },
    Release { name: "Alpine 3.17", code: "", nginx: "1.22.1", openssl: "3.0", postgres: 0, seen: "" },
    Release { name: "Alpine 3.16", code: "", nginx: "1.22.1", openssl: "1.1", postgres: 0, seen: "log" },
];

impl Release {
    fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once(' ').unwrap_or((self.name, ""))
    }

    /// The release of a name: `debian 12`, `Ubuntu 24.04`, `bookworm`.
    pub fn of(name: &str) -> Option<&'static Release> {
        let name = name.trim();
        RELEASES.iter().find(|release| {
            release.name.eq_ignore_ascii_case(name)
                || !release.code.is_empty() && release.code.eq_ignore_ascii_case(name)
        })
    }

    /// The nginx that each of them brings.
    pub fn nginx_of_all() -> impl Iterator<Item = &'static str> {
        RELEASES.iter().map(|release| release.nginx)
    }

    /// The names of all.
    pub fn names() -> impl Iterator<Item = &'static str> {
        RELEASES.iter().map(|release| release.name)
    }

    /// The only release that a text for people names: `Ubuntu 22.04 LTS`.
    pub fn told(text: &str) -> Option<&'static Release> {
        let small = text.to_ascii_lowercase();
        let names = |release: &&Release| {
            let name = release.name.to_ascii_lowercase();
            let whole = |at: usize| {
                !small.get(at + name.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            };
            small.match_indices(&name).any(|(at, _)| whole(at))
        };
        let mut found = RELEASES.iter().filter(names);
        found.next().filter(|_| found.next().is_none())
    }

    /// The releases that a text for people names, none when it names one that is not known: `Ubuntu 22.04 or 24.04`.
    pub fn all_told(text: &str) -> Vec<&'static Release> {
        const BETWEEN: [&str; 8] = [" or ", "/", " / ", ", ", " and ", " oder ", " ou ", " или "];
        let small = text.to_lowercase().replace(['*', '`'], "");
        let mut found: Vec<&'static Release> = Vec::new();
        for family in ["ubuntu", "debian"] {
            for (at, _) in small.match_indices(&format!("{family} ")) {
                let mut rest = small.cut(at + family.len() + 1..);
                while rest.starts_with(|c: char| c.is_ascii_digit()) {
                    let length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
                    let number = rest.cut(..length).trim_end_matches('.');
                    match Release::of(&format!("{family} {number}")) {
                        Some(release) if !found.iter().any(|own| own.name == release.name) => found.push(release),
                        Some(_) => {}
                        None => return Vec::new(),
                    }
                    let behind = rest.cut(length..).trim_start_matches(" lts");
                    if or_later(behind) {
                        return Vec::new();
                    }
                    rest = BETWEEN.iter().find_map(|word| behind.strip_prefix(word)).unwrap_or_default();
                }
            }
        }
        found
    }

    /// Whether all releases that a text names bring a PostgreSQL before 15, or the text names such a one itself. `or newer`
    /// leaves both open.
    pub fn old_postgres(text: &str) -> bool {
        let small = text.to_ascii_lowercase();
        let told = Release::all_told(text);
        let old = |release: &&Release| (1..15).contains(&release.postgres);
        let number = |at: usize| small.cut(at..).bytes().take_while(u8::is_ascii_digit).count();
        let package = ["postgresql-", "postgresql/", "postgresql ", "postgres:"].iter().any(|name| {
            small.match_indices(name).any(|(at, _)| {
                let at = at + name.len();
                let (own, behind) = small.cut(at..).split_at(number(at));
                own.parse().is_ok_and(|major| (8..15).contains(&major)) && !or_later(behind)
            })
        });
        package || !told.is_empty() && told.iter().all(old)
    }

    /// The release that an image is made of, as its tag says: `bookworm`, `alpine3.19`, `ubuntu:24.04`.
    pub fn of_image(image: &Image) -> Option<&'static Release> {
        let (base, _) = image.base()?;
        let tag = base.tag()?;
        let debian = matches!(image.os(), Some(Os::Debian | Os::Buildpack));
        RELEASES.iter().find(|release| {
            let (family, number) = release.parts();
            let family = family.to_ascii_lowercase();
            // A number alone is a release of the distribution itself, not of what is built on it.
            let own = base.official() == Some(family.as_str());
            tag.split('-').any(|word| {
                let word = if own { word } else { word.strip_prefix(family.as_str()).unwrap_or("") };
                word == number || word.strip_prefix(number).is_some_and(|rest| rest.starts_with('.'))
            }) || debian && tag.split('-').any(|word| !release.code.is_empty() && word == release.code)
        })
    }
}

/// Whether what stands behind a version, in small letters, takes in those that come after it: `+`, ` or newer`.
fn or_later(behind: &str) -> bool {
    const WORDS: [&str; 10] =
        ["later", "newer", "higher", "above", "superior", "выше", "новее", "lebih", "neuer", "以上"];
    let near: String = behind.chars().take(24).collect();
    near.starts_with('+') || WORDS.iter().any(|word| near.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_names_one_release_or_none() {
        assert_eq!(Release::told("A server with Ubuntu 24.04 LTS or so").map(|found| found.name), Some("Ubuntu 24.04"));
        assert_eq!(Release::told("Debian 12 (bookworm)").map(|found| found.name), Some("Debian 12"));
        for text in ["Ubuntu 22.04 or 24.04, or Debian 12", "Ubuntu", "Alpine 3.190", "Debian 12, Debian 13"] {
            assert_eq!(Release::told(text), None, "{text}");
        }
        assert_eq!(Release::of("Bookworm"), Release::of("debian 12"));
    }
}
