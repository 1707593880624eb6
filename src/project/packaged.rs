//! Package to the releases of Debian and Ubuntu that have it.

use super::Project;
use crate::model::image::Release;
use crate::source::FileId;

/// A package that is nowhere to be had.
pub struct Lack {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Packages that are in no release that is repaired, what must be named for them to come from elsewhere, and what to do
/// (packages.debian.org, packages.ubuntu.com and Docker's manual, as of 2026).
const NOWHERE: [(&[&str], &[&str], &str); 4] = [
    (
        &["docker-compose-plugin", "docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin"],
        &["download.docker.com", "get.docker.com", "docker.list", "docker.sources", "rancher.com/install-docker"],
        "add Docker's own repository above, or run the script from `https://get.docker.com`",
    ),
    // Only npm has it.
    (
        &["pm2"],
        &["apt.pm2.io", "/etc/apt/sources.list.d/pm2"],
        "leave it out here, and write `sudo npm install -g pm2`",
    ),
    (&["python-certbot-nginx"], &["ppa:certbot"], "install `python3-certbot-nginx`"),
    (
        &["mongodb-org"],
        &["repo.mongodb.org", "downloads-distro.mongodb.org", "mongodb-org-"],
        "add MongoDB's own repository above",
    ),
];

/// What releases bring of programs whose packages have the version in their name: PHP and Python (`debian/control` of
/// `php-defaults` and `python3-defaults`, and for Ubuntu the other versions in `universe`).
const BRINGS: [(&str, &str, &[&str]); 6] = [
    ("Ubuntu 20.04", "7.4", &["3.8", "3.9"]),
    ("Ubuntu 22.04", "8.1", &["3.10", "3.11"]),
    ("Ubuntu 24.04", "8.3", &["3.12"]),
    ("Debian 11", "7.4", &["3.9"]),
    ("Debian 12", "8.2", &["3.11"]),
    ("Debian 13", "8.4", &["3.13"]),
];

impl Project {
    /// Why `apt` does not find a package that a file has it install, when the file is sure of its release.
    pub fn lacks_package(&self, file: FileId, package: &str) -> Option<Lack> {
        let name = package.split('=').next().unwrap_or(package);
        let text = self.text_of(self.document(file))?;
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if let Some((_, sources, help)) = NOWHERE.iter().find(|(names, ..)| names.contains(&name)) {
            let elsewhere = says(sources) || self.texts().any(|text| sources.iter().any(|word| text.contains(word)));
            let message = format!("no release of Debian or Ubuntu has `{name}`, so `apt` installs nothing here");
            return (!elsewhere).then(|| Lack { message, help: (*help).to_owned() });
        }
        if matches!(name, "mysql-server" | "mysql-client" | "mysql-server-8.0") {
            let debian = Release::all_told(text).into_iter().find(|release| release.name.starts_with("Debian"))?;
            let message = format!("{} has no `{name}`: `apt` installs nothing here", debian.name);
            let help = "install `default-mysql-server`, or add MySQL's own repository above".to_owned();
            return (!says(&["repo.mysql.com", "mysql-apt-config"])).then_some(Lack { message, help });
        }
        let (program, version) = versioned(name)?;
        const SOURCES: [&str; 8] =
            ["ondrej", "sury", "deadsnakes", "ppa:", "add-apt-repository", "backports", "pyenv", "sources.list"];
        if says(&SOURCES) {
            return None;
        }
        let releases = Release::all_told(text);
        // What each of them brings: nothing is said when one has it, or is not known.
        let brought = releases.iter().map(|release| {
            let (own, php, pythons) = BRINGS.iter().find(|(own, ..)| *own == release.name)?;
            let (title, has) = match program {
                "php" => ("PHP", std::slice::from_ref(php)),
                _ => ("Python", *pythons),
            };
            (!has.contains(&version)).then(|| (*own, format!("{title} {}", has.join(" and "))))
        });
        let brought = brought.collect::<Option<Vec<_>>>()?;
        let message = match brought.as_slice() {
            [] => return None,
            [(own, has)] => format!("{own} has no `{name}`, it brings {has}: `apt` installs nothing here"),
            [first, rest @ ..] => {
                let others: Vec<String> = rest.iter().map(|(own, has)| format!("{own} ({has})")).collect();
                format!(
                    "neither {} ({}) nor {} has `{name}`: `apt` installs nothing here",
                    first.0,
                    first.1,
                    others.join(" nor ")
                )
            }
        };
        let help = "add a repository that has it above, or install the version that is there".to_owned();
        Some(Lack { message, help })
    }
}

/// `php8.3-fpm` to `php` and `8.3`, `python3.11-venv` to `python` and `3.11`.
fn versioned(name: &str) -> Option<(&'static str, &str)> {
    let (program, rest) = ["php", "python"].into_iter().find_map(|own| Some((own, name.strip_prefix(own)?)))?;
    let version = rest.split('-').next().unwrap_or(rest);
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (major, minor) = version.split_once('.')?;
    (number(major) && number(minor)).then_some((program, version))
}
