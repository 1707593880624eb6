//! The keys systemd knows: in which section, and how they are read. `generate.py` writes `keys.tsv` from systemd's source.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::syntax::near::letters_apart;

/// A key of the table.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The function that reads it, without `config_parse_`.
    pub reader: &'static str,
    /// The first version of systemd in the table that knows it.
    pub since: u16,
}

#[derive(Default)]
struct Table {
    sections: HashMap<&'static str, HashMap<&'static str, Key>>,
    shared: HashMap<&'static str, Vec<&'static str>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for line in include_str!("keys.tsv").lines() {
        let mut columns = line.split('\t');
        let (Some(section), Some(name), Some(reader), Some(since)) =
            (columns.next(), columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        if reader == "has" {
            table.shared.entry(section).or_default().push(name);
        } else {
            let key = Key { name, reader, since: since.parse().unwrap_or(0) };
            table.sections.entry(section).or_default().insert(name, key);
        }
    }
    table
});

/// The parts of the table that make a section.
fn parts(section: &str) -> impl Iterator<Item = &'static HashMap<&'static str, Key>> {
    let own = TABLE.sections.get(section);
    let shared = TABLE.shared.get(section).into_iter().flatten();
    own.into_iter().chain(shared.filter_map(|name| TABLE.sections.get(name)))
}

/// What systemd knows a key as.
pub fn key(section: &str, name: &str) -> Option<Key> {
    parts(section).find_map(|part| part.get(name)).copied()
}

/// The section out of several that has a key.
pub fn section_of(sections: &[&'static str], name: &str) -> Option<&'static str> {
    sections.iter().copied().find(|section| key(section, name).is_some_and(|key| key.reader != "obsolete"))
}

/// The key of a section that is meant: other capitals, or few letters off.
pub fn nearest(section: &str, name: &str) -> Option<&'static str> {
    if name.len() > 40 {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let limit = (lower.len() / 5).clamp(1, 3);
    let all = parts(section).flat_map(|part| part.values()).filter(|key| key.reader != "obsolete");
    let near = all.filter_map(|key| {
        let apart = letters_apart(&lower, &key.name.to_ascii_lowercase());
        (apart <= limit).then_some((apart, key.name))
    });
    near.min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_their_sections_and_nowhere_else() {
        assert_eq!(key("Service", "ExecStart").map(|key| key.reader), Some("exec"));
        assert_eq!(key("Service", "NoNewPrivileges").map(|key| (key.reader, key.since)), Some(("bool", 252)));
        assert!(key("Service", "MemoryMax").is_some() && key("Timer", "MemoryMax").is_none());
        assert_eq!(key("Service", "RestartSteps").map(|key| key.since), Some(257));
        assert_eq!(section_of(&["Unit", "Service", "Install"], "WantedBy"), Some("Install"));
        assert_eq!(nearest("Service", "NoNewPriviledges"), Some("NoNewPrivileges"));
        assert_eq!(nearest("Service", "execstart"), Some("ExecStart"));
        assert_eq!(nearest("Service", "Banana"), None);
    }
}
