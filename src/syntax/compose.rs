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
    // The values of a Helm chart, and what Process Compose starts without containers.
    let of_others = stem.split(['.', '-', '_']).any(|word| word == "values") || stem.starts_with("process-compose");
    if !name.is_yaml() || of_others {
        return Claim::No;
    }
    match stem {
        // Compose itself takes nothing else.
        "compose" | "docker-compose" => Claim::Sure,
        _ if named() => Claim::Likely(has_sections),
        _ => Claim::by_content(true, look),
    }
}

/// The keys at the top of a Compose file (compose-spec).
const TOP: [&str; 10] =
    ["services", "include", "volumes", "networks", "configs", "secrets", "models", "name", "version", "<<"];

/// The keys at the top of a file.
fn top_keys(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.starts_with([' ', '\t', '#', '-', '{', '[', '%']))
        .filter_map(|line| Some(line.split_once(':')?.0.trim().trim_matches(['"', '\''])))
}

fn is_known(key: &str) -> bool {
    TOP.contains(&key) || key.starts_with("x-")
}

/// At least one key of a Compose file at the top, or none at all: a file may be empty, or a template.
fn has_sections(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let mut keys = top_keys(&text);
    let fits = match keys.next() {
        None => true,
        Some(first) => is_known(first) || keys.any(is_known),
    };
    fits.then_some("by its name")
}

/// A top-level `services:` whose children look like services. Kubernetes, Ansible and OpenAPI files have none.
fn look(_: &Name, bytes: &[u8]) -> Option<&'static str> {
    let top = |at: &usize| *at == 0 || bytes[at - 1] == b'\n';
    let after = &bytes[memchr::memmem::find_iter(bytes, b"services:").find(top)?..];
    // Other platforms have lists of services.
    let mut below = after.split(|&b| b == b'\n').skip(1).map(<[u8]>::trim_ascii_start);
    if below.find(|line| !line.is_empty() && line[0] != b'#').is_some_and(|line| line.starts_with(b"- ")) {
        return None;
    }
    let found = [&b"image:"[..], b"build:", b"extends:"].iter().any(|key| {
        memchr::memmem::find_iter(after, key).any(|at| {
            // Indented by at least two levels, and first on its line.
            let line = &after[after[..at].iter().rposition(|&b| b == b'\n').map_or(0, |p| p + 1)..at];
            line.len() >= 2 && line.iter().all(|&b| b == b' ')
        })
    });
    // The values of a Helm chart have services, too, and much that Compose does not know.
    let found = found && top_keys(&String::from_utf8_lossy(bytes)).all(is_known);
    found.then_some("it has services with images or builds")
}
