//! nginx as a package of the distribution that an image is made of.

use super::dockerfile::Step;
use super::packages::{Change, Manager, change};
use super::{Image, Release};

/// The release whose own nginx an image installs. `None` as well when it is not known: another source of packages, a base that
/// does not say what it is.
pub fn nginx_package(image: &Image) -> Option<&'static Release> {
    let chain = image.chain();
    let steps = chain.iter().flat_map(|stage| &stage.steps);
    let commands: Vec<Vec<&str>> = steps
        .filter_map(|step| match step {
            Step::Run(run) => Some(run),
            Step::Copy(_) => None,
        })
        .flat_map(|run| &run.commands)
        .map(|words| words.iter().map(|word| word.value.as_str()).collect())
        .collect();
    let elsewhere = ["nginx.org", "ppa:", "backports", "edge", "sury.org", "://"];
    if commands.iter().flatten().any(|word| elsewhere.iter().any(|part| word.contains(part))) {
        return None;
    }
    let own = |package: &String| {
        ["nginx", "nginx-core", "nginx-full", "nginx-light", "nginx-extras"].contains(&package.as_str())
    };
    let installs = commands.iter().any(|words| match change(words) {
        Change::Installs(Manager::Apt | Manager::Apk, packages, _) => packages.iter().any(own),
        _ => false,
    });
    Release::of_image(image).filter(|_| installs)
}
