//! Compose files: YAML with services in it.

use super::commands::is_workflow;
pub use super::yaml::{File, parse};
use super::{Claim, Name};

/// Which files are Compose files: by a word in their name, others by what they hold.
pub fn claim(name: &Name) -> Claim {
    if is_workflow(name) {
        return Claim::No;
    }
    let stem = name.stem();
    let named = || stem.split(['.', '-', '_']).any(|word| word == "compose") || stem.ends_with("docker-compose");
    if name.is_yaml() && named() { Claim::Sure } else { Claim::by_content(name.is_yaml(), look) }
}

/// A top-level `services:` whose children look like services. Kubernetes, Ansible and OpenAPI files have none.
fn look(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    let top = |at: &usize| *at == 0 || bytes[at - 1] == b'\n';
    let after = &bytes[memchr::memmem::find_iter(bytes, b"services:").find(top)?..];
    let found = [&b"image:"[..], b"build:", b"extends:"].iter().any(|key| {
        memchr::memmem::find_iter(after, key).any(|at| {
            // Indented by at least two levels, and first on its line.
            let line = &after[after[..at].iter().rposition(|&b| b == b'\n').map_or(0, |p| p + 1)..at];
            line.len() >= 2 && line.iter().all(|&b| b == b' ')
        })
    });
    found.then_some("it has services with images or builds")
}
