//! The certificates that commands of the project ask Let's Encrypt for, and the names they are to have.

use super::Project;
use crate::model::compose::Service;
use crate::source::Span;

/// A certificate that certbot is told to get.
#[derive(Clone, Debug)]
pub struct AskedCertificate {
    /// Its folder below `/etc/letsencrypt/live`: `--cert-name`, or the first name.
    pub lineage: String,
    /// The names it is to have, as written, in small letters.
    pub names: Vec<String>,
    /// Where the command is.
    pub at: Span,
}

impl Project {
    /// What all `certbot` commands ask for: those of scripts, guides and schedules, and of services of Compose. `None`: one of them
    /// says its names in a way that is not known here.
    pub fn asked_certificates(&self) -> Option<Vec<AskedCertificate>> {
        let commands = self.commands();
        let steps = commands.iter().flat_map(|commands| commands.steps).filter(|step| step.tool() == "certbot");
        let typed = steps.map(|step| {
            let words: Vec<&str> = step.arguments().iter().map(|word| word.value.as_str()).collect();
            (words, step.span)
        });
        let is_certbot = |service: &&Service| service.image.get().is_some_and(|image| image.name.ends_with("certbot"));
        let services = self.services().filter(is_certbot).filter_map(|service| self.process(service));
        let started = services.filter_map(|process| {
            let words: Vec<&str> = process.command()?.iter().map(String::as_str).collect();
            Some((words, process.line()))
        });
        let mut found = Vec::new();
        for (words, at) in typed.chain(started) {
            let (names, lineage) = asked(&words);
            if names.iter().any(|name| name.contains(['$', '{', '<', '`'])) {
                return None;
            }
            let Some(lineage) = lineage.or_else(|| names.first().cloned()) else { continue };
            found.push(AskedCertificate { lineage, names, at });
        }
        Some(found)
    }
}

/// The name of a certificate in a `live` folder of certbot.
pub fn lineage(path: &str) -> Option<&str> {
    path.split_once("letsencrypt/live/")?.1.split_once('/').map(|(name, _)| name)
}

/// The names in a command of certbot, and what its certificate is called, if that is said.
fn asked(words: &[&str]) -> (Vec<String>, Option<String>) {
    let (mut names, mut lineage) = (Vec::new(), None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (option, value) = word.split_once('=').map_or((*word, None), |(option, value)| (option, Some(value)));
        let mut value = || value.or_else(|| words.next().copied()).unwrap_or_default();
        match option {
            "-d" | "--domain" | "--domains" => {
                let list = value().split(',').map(str::trim).filter(|name| !name.is_empty());
                names.extend(list.map(str::to_ascii_lowercase));
            }
            "--cert-name" => lineage = Some(value().to_owned()),
            _ => {}
        }
    }
    (names, lineage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_certbot_reads_them() {
        let read = |line: &str| asked(&line.split(' ').collect::<Vec<_>>());
        for (line, names, lineage) in [
            ("certonly -d shop.de -d www.Shop.de", &["shop.de", "www.shop.de"][..], None),
            ("--nginx --domains=shop.de,api.shop.de", &["shop.de", "api.shop.de"], None),
            ("certonly --cert-name shop -d shop.de --expand", &["shop.de"], Some("shop")),
            ("renew --quiet", &[], None),
        ] {
            assert_eq!(read(line), (names.iter().map(|name| (*name).to_owned()).collect(), lineage.map(str::to_owned)));
        }
    }
}
