//! nginx as a package of the distribution that an image is made of.

use super::dockerfile::Step;
use super::packages::{Change, Manager, change};
use super::{Image, Release};

/// nginx as a distribution has it.
pub struct Packaged {
    /// The release.
    pub release: &'static Release,
    /// The packages that are installed.
    packages: Vec<String>,
}

/// The release whose own nginx an image installs. `None` as well when it is not known: another source of packages, a base that
/// does not say what it is.
pub fn nginx_package(image: &Image) -> Option<Packaged> {
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
    let installed = commands.iter().filter_map(|words| match change(words) {
        Change::Installs(Manager::Apt | Manager::Apk, packages, _) => Some(packages),
        _ => None,
    });
    let packages: Vec<String> = installed.flatten().collect();
    let own = ["nginx", "nginx-core", "nginx-full", "nginx-light", "nginx-extras"];
    let installs = packages.iter().any(|package| own.contains(&package.as_str()));
    let release = Release::of_image(image).filter(|_| installs)?;
    Some(Packaged { release, packages })
}

impl Packaged {
    /// The package that has the module of `stream` or `mail`, if it is not installed. `nginx` of Debian 12 and later, and of
    /// Ubuntu 24.04 and later, comes without; `nginx-core` and `nginx-extras` bring both (`apt-cache depends`).
    pub fn lacks(&self, block: &str) -> Option<String> {
        let (system, number) = self.release.name.split_once(' ')?;
        let number: f32 = number.parse().ok()?;
        let apart = match system {
            "Debian" => number >= 12.0,
            "Ubuntu" => number >= 24.04,
            _ => false,
        };
        let module = format!("libnginx-mod-{block}");
        let brings = |package: &String| *package == module || matches!(&**package, "nginx-core" | "nginx-extras");
        (apart && !self.packages.iter().any(brings)).then_some(module)
    }
}
