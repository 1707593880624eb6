//! A part of a Compose file put into the file that the guide has shown before.

use std::ops::Range;

use crate::model::compose::{is_key_at_the_top, is_key_of_service};
use crate::source::{Cut, Excerpt, FileId, Source};
use crate::syntax::yaml::{self, Node};

/// The file with what the part adds to it; `None` when it is no part: it says how to make a service that is made already.
/// What both of them set stays as it was first. Nor is it one where it begins within `services`, or within one of them: of
/// which one, nobody says.
pub fn merged(base: &Excerpt, part: &Excerpt) -> Option<Excerpt> {
    let (below, above) = (tree(base), tree(part));
    let (below, above) = (below.root()?, above.root()?);
    let is_service = |node: Node| node.entries().any(|entry| entry.name().is_some_and(is_key_of_service));
    let within = |entry: yaml::Entry| {
        let name = entry.name().unwrap_or_default();
        !is_key_at_the_top(name) && (is_key_of_service(name) || is_service(entry.value))
    };
    if above.written_entries().any(within) {
        return None;
    }
    let makes = |service: Node| service.get("image").is_some() || service.get("build").is_some();
    let services = |root: Node| -> Vec<String> {
        let entries = root.get("services").into_iter().flat_map(|services| services.entries());
        entries.filter(|entry| makes(entry.value)).filter_map(|entry| entry.name().map(str::to_owned)).collect()
    };
    let known = services(below);
    let orphan = |name: &str, service: Node| !makes(service) && !known.iter().any(|known| known == name);
    let mut changed = above.get("services").into_iter().flat_map(|services| services.entries());
    if changed.any(|entry| entry.name().is_none_or(|name| orphan(name, entry.value))) {
        return None;
    }
    if services(above).iter().any(|name| known.contains(name)) || !below.is_map() || !above.is_map() {
        return None;
    }
    let mut added = Vec::new();
    add(base.text(), part.text(), below, above, &mut added)?;
    added.sort_by_key(|(at, _)| *at);
    let (mut whole, mut from) = (Excerpt::default(), 0);
    for (at, lines) in added {
        whole.append(&base.slice(from..at));
        from = at;
        end_line(&mut whole, base.place(at..at).start);
        let lines = part.slice(lines);
        whole.append(&lines);
        end_line(&mut whole, lines.place(lines.text().len()..lines.text().len()).start);
    }
    whole.append(&base.slice(from..base.text().len()));
    Some(whole)
}

fn tree(text: &Excerpt) -> yaml::File {
    yaml::parse(&Source::new(FileId(0), "guide.yml", text.text().as_bytes().to_vec()))
}

/// What of a map is not in the other one: where it goes, and its lines. `None`: they are written so differently that one
/// cannot go into the other.
fn add(base: &str, part: &str, below: Node, above: Node, added: &mut Vec<(usize, Range<usize>)>) -> Option<()> {
    let column = |text: &str, at: usize| at - line_start(text, at);
    let first = below.written_entries().next()?.key.span().start as usize;
    let last = below.written_entries().last()?.span().end as usize;
    for entry in above.written_entries() {
        let Some(name) = entry.name() else { continue };
        let span = entry.span().range();
        match below.get(name) {
            Some(own) if own.is_map() && entry.value.is_map() => add(base, part, own, entry.value, added)?,
            Some(_) => {}
            None if column(base, first) != column(part, span.start) => return None,
            None => added.push((line_end(base, last), line_start(part, span.start)..line_end(part, span.end))),
        }
    }
    Some(())
}

fn end_line(text: &mut Excerpt, there: usize) {
    if !text.text().is_empty() && !text.text().ends_with('\n') {
        text.push("\n", there..there);
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.cut(..at).rfind('\n').map_or(0, |end| end + 1)
}

/// Behind the end of the line in which something ends.
fn line_end(text: &str, at: usize) -> usize {
    if text.cut(..at).ends_with('\n') {
        return at;
    }
    text.cut(at..).find('\n').map_or(text.len(), |length| at + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str) -> Excerpt {
        let mut excerpt = Excerpt::default();
        excerpt.push(text, 0..text.len());
        excerpt
    }

    #[test]
    fn a_part_goes_into_its_file() {
        let base = "services:\n  web:\n    image: a:1\n\n  db:\n    image: b:1\nvolumes:\n  data:\n";
        let part = "services:\n  web:\n    deploy:\n      replicas: 3\n  cache:\n    image: c:1";
        let merged = merged(&excerpt(base), &excerpt(part)).unwrap();
        let expected = "services:\n  web:\n    image: a:1\n    deploy:\n      replicas: 3\n\n  db:\n    image: b:1\n  cache:\n    \
                        image: c:1\nvolumes:\n  data:\n";
        assert_eq!(merged.text(), expected);
        let at = merged.text().find("replicas").unwrap();
        assert_eq!(&part[merged.place(at..at + 8)], "replicas");
    }

    #[test]
    fn another_way_to_make_a_service_is_no_part() {
        let text = excerpt("services:\n  web:\n    image: a:1\n");
        assert_eq!(merged(&text, &excerpt("services:\n  web:\n    image: a:2\n")), None);
        assert_eq!(merged(&text, &excerpt("logging:\n  driver: json-file\n")), None);
        assert_eq!(merged(&text, &excerpt("cache:\n  image: redis:8\n")), None);
        assert!(merged(&text, &excerpt("volume:\n  data:\n")).is_some());
        assert_eq!(
            merged(&text, &excerpt("services:\n    web:\n        deploy: {}\n    db:\n        image: b\n")),
            None
        );
    }
}
