//! nginx file to the version of the nginx that reads it, and of its OpenSSL.

use super::worlds::Machine;
use super::{Project, Stock, Version};
use crate::model::compose::Service;
use crate::model::image::{Image, Packaged, Release, nginx_package};
use crate::source::{Answer, FileId};

/// Which nginx reads a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nginx {
    /// Its version.
    pub version: Version,
    /// The newest OpenSSL it may be built with.
    pub openssl: Option<Version>,
    /// Whether that is certain: a guide may be followed on another system, and not every release was looked up.
    pub sure: bool,
    /// Who says so, for people: `the image here is older`.
    pub said: String,
}

impl Nginx {
    fn stock(stock: Stock) -> Option<Nginx> {
        Some(Nginx {
            version: stock.version?,
            openssl: stock.openssl,
            sure: true,
            said: "the image here is older".to_owned(),
        })
    }

    fn packaged(release: &Release) -> Option<Nginx> {
        let version = Version::parse(release.nginx)?;
        let said = format!("{} brings {}", release.name, release.nginx);
        Some(Nginx { version, openssl: Version::parse(release.openssl), sure: !release.seen.is_empty(), said })
    }

    /// What an assumption says: a release, or `nginx 1.24.0`.
    fn assumed(system: &str) -> Option<Nginx> {
        if let Some(release) = Release::of(system) {
            return Nginx::packaged(release);
        }
        let version = system.strip_prefix("nginx ")?.trim();
        Some(Nginx {
            version: Version::parse(version)?,
            openssl: None,
            sure: true,
            said: format!("the hosts run {version}"),
        })
    }
}

/// Whether an assumption about hosts can be read.
pub fn is_system(system: &str) -> bool {
    Nginx::assumed(system).is_some()
}

impl Project {
    /// The nginx that reads a file: the oldest one, if several do. Not known unless that of each is.
    pub fn nginx_of(&self, file: FileId) -> Option<Nginx> {
        let mut found: Option<Nginx> = None;
        for service in self.readers(file).filter(|_| self.look(1)) {
            let here = self.nginx_in(service)?;
            if found.as_ref().is_none_or(|found| here.version < found.version) {
                found = Some(here);
            }
        }
        let image = || {
            let image = self.image_alone(file)?;
            match self.stock_of(file) {
                Some(stock) => Nginx::stock(stock),
                None => nginx_package(&image).and_then(|own| Nginx::packaged(own.release)),
            }
        };
        found.or_else(image).or_else(|| self.nginx_of_host(file))
    }

    /// The package of the distribution that has the module of `stream` or `mail` and is not installed where a file is read.
    pub fn module_not_installed(&self, file: FileId, block: &str) -> Option<String> {
        let lacks = |image: &Image| nginx_package(image).and_then(|own: Packaged| own.lacks(block));
        let mut readers = self.readers(file).filter(|_| self.look(1)).peekable();
        if readers.peek().is_none() {
            return lacks(&self.image_alone(file)?);
        }
        readers.find_map(|service| lacks(&self.image_of(service)))
    }

    fn nginx_in(&self, service: &Service) -> Option<Nginx> {
        if let Some(stock) = self.stock(service) {
            return Nginx::stock(stock);
        }
        nginx_package(&self.image_of(service)).and_then(|own| Nginx::packaged(own.release))
    }

    /// The nginx of the hosts: as the configuration says, or the guide that shows the file.
    fn nginx_of_host(&self, file: FileId) -> Option<Nginx> {
        let host = match self.machine(file) {
            Answer::Yes(Machine::Host) => true,
            Answer::Yes(Machine::Container(_)) | Answer::No(_) => false,
            Answer::Unknown(_) => self.put(file).is_none() && self.deployment_of(file).is_empty(),
        };
        if !host {
            return None;
        }
        let assumed = self.assumed.systems().filter_map(Nginx::assumed).min_by_key(|nginx| nginx.version);
        assumed.or_else(|| {
            let text = self.guide_of(file)?.source.text();
            let elsewhere =
                ["nginx.org/packages", "ppa:", "sury.org", "-backports"].iter().any(|part| text.contains(part));
            let found = Release::told(text).filter(|_| !elsewhere).and_then(Nginx::packaged)?;
            Some(Nginx { sure: false, ..found })
        })
    }
}
