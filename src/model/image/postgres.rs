//! The PostgreSQL client of an image.

use super::dockerfile::Step;
use super::packages::{Change, Manager, change};
use super::{Image, Release};
use crate::source::Span;

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
    let brought = Release::of_image(image).map(|release| release.postgres).filter(|version| *version > 0);
    commands.into_iter().find_map(|words| {
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let Change::Installs(manager @ (Manager::Apt | Manager::Apk), packages, _) = change(&texts) else {
            return None;
        };
        let package =
            packages.iter().find(|package| package.starts_with("postgresql") && package.contains("client"))?;
        let place = words.iter().find(|word| word.value.starts_with(package.as_str()))?.span;
        let own: String = package.chars().filter(char::is_ascii_digit).collect();
        let version = own.parse().ok().or_else(|| brought.filter(|_| manager == Manager::Apt))?;
        Some((version, place))
    })
}
