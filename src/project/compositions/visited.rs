//! Where a project says that people find what its Compose files start.

use super::sets::{Set, Sets};
use crate::model::compose::texts;
use crate::model::{Host, Kind};
use crate::project::Project;
use crate::source::Cut;
use crate::syntax::yaml::File;

/// Words of guides, of comments and of what a server runs that tell of more than the machine of whoever reads them.
const OF_SERVERS: [&str; 8] =
    ["deploy", "production", "vps", "hosting", "letsencrypt", "let's encrypt", "certbot", "acme"];

/// As many places are looked at in one guide.
const MOST_PLACES: usize = 200;

impl Project {
    /// The ports of the reader's own machine at which guides say that the pages are found, `http://localhost:8080`; none where
    /// anything tells of a server or of an address on the internet.
    pub(super) fn found_at_home(&self) -> Vec<u16> {
        let mut ports = Vec::new();
        for document in &self.documents {
            let text = document.source.text();
            let said = || {
                let lower = text.to_lowercase();
                OF_SERVERS.iter().chain(&super::leaning::ELSEWHERE_SHIPPED).any(|word| lower.contains(word))
            };
            match document.class.kind {
                Kind::Guide if said() => return Vec::new(),
                Kind::Guide => ports.extend(places(text)),
                Kind::Nginx | Kind::Caddyfile if said() || has_public_name(text) => return Vec::new(),
                Kind::Compose if said() => return Vec::new(),
                _ => {}
            }
        }
        ports
    }
}

impl Sets<'_> {
    /// Whether the guides send people to their own machine for what a set starts, and nothing in the project tells of another one.
    pub(super) fn is_found_at_home(&self, set: &Set) -> bool {
        let found = self.at_home.get_or_init(|| self.project.found_at_home());
        let published = || set.plan.files.iter().filter_map(|file| self.tree(*file)).flat_map(published);
        !found.is_empty() && published().any(|port| found.contains(&port))
    }
}

/// The ports of the host that a file publishes, where they are written or have a default: `80` of `${PORT:-80}:8000`.
pub(super) fn published(tree: &File) -> impl Iterator<Item = u16> {
    texts(tree, "ports").into_iter().filter_map(|port| {
        let outside = port.rsplit_once(':').map_or("", |(outside, _)| outside.trim_end_matches('}'));
        outside.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    })
}

/// The ports of the addresses of the own machine in a text.
fn places(text: &str) -> impl Iterator<Item = u16> {
    let hosts = ["://localhost", "://127.0.0.1"].into_iter();
    let found = hosts.flat_map(move |host| text.match_indices(host).map(move |(at, _)| text.cut(at + host.len()..)));
    found.take(MOST_PLACES).filter_map(|rest| match rest.strip_prefix(':') {
        Some(rest) => rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok(),
        None => Some(80),
    })
}

/// Whether a server has a name that everybody may look up.
fn has_public_name(text: &str) -> bool {
    let heads = text.lines().map(str::trim).filter(|line| line.starts_with("server_name") || line.ends_with('{'));
    let mut words = heads.flat_map(|line| line.split([' ', '\t', ',', ';', '{']));
    let is_name =
        |word: &str| word.contains('.') && word.contains(|c: char| c.is_ascii_alphabetic()) && !word.contains('/');
    words.any(|word| is_name(word) && Host::of(word) == Host::Public)
}
