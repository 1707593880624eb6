//! The PostgreSQL client of an image.

use super::dockerfile::Step;
use super::packages::{Change, Manager, change};
use super::{Image, Os};
use crate::source::Span;

/// The version of `postgresql-client` that a distribution brings, by its name or number in a tag. From packages.debian.org and
/// packages.ubuntu.com, read on 2026-11-28.
const RELEASES: [(&str, u32); 12] = [
    ("trixie", 17),
    ("bookworm", 15),
    ("bullseye", 13),
    ("buster", 11),
    ("noble", 16),
    ("jammy", 14),
    ("focal", 12),
    ("24.04", 16),
    ("22.04", 14),
    ("20.04", 12),
    ("13", 17),
    ("12", 15),
];

/// The major version of the client programs that a step of an image installs, with the name of the package. `None` as well when it
/// is not known: another source of packages, a base that does not say what it is.
pub fn postgres_client(image: &Image) -> Option<(u32, Span)> {
    let chain = image.chain();
    let runs = chain.iter().flat_map(|stage| &stage.steps).filter_map(|step| match step {
        Step::Run(run) => Some(run),
        Step::Copy(_) => None,
    });
    let commands: Vec<_> = runs.flat_map(|run| &run.commands).collect();
    if commands.iter().flat_map(|words| words.iter()).any(|word| word.value.contains("postgresql.org")) {
        return None;
    }
    commands.into_iter().find_map(|words| {
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let Change::Installs(manager @ (Manager::Apt | Manager::Apk), packages, _) = change(&texts) else {
            return None;
        };
        let package =
            packages.iter().find(|package| package.starts_with("postgresql") && package.contains("client"))?;
        let place = words.iter().find(|word| word.value.starts_with(package.as_str()))?.span;
        let own: String = package.chars().filter(char::is_ascii_digit).collect();
        let version = own.parse().ok().or_else(|| brought(image).filter(|_| manager == Manager::Apt))?;
        Some((version, place))
    })
}

/// The version that the distribution of an image brings.
fn brought(image: &Image) -> Option<u32> {
    let (base, _) = image.base()?;
    let tag = base.tag()?;
    let names_it = |release: &str| {
        // A number alone is a release of the distribution itself, not of what is built on it.
        let number = release.starts_with(|c: char| c.is_ascii_digit());
        let own = matches!(base.official(), Some("debian" | "ubuntu"));
        tag.split('-').any(|word| {
            word == release || number && word.strip_prefix(release).is_some_and(|rest| rest.starts_with('.'))
        }) && (own || !number)
    };
    let debian = matches!(image.os(), Some(Os::Debian | Os::Buildpack));
    RELEASES.iter().find(|(release, _)| debian && names_it(release)).map(|(_, version)| *version)
}
