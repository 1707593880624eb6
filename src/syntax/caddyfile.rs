//! Caddyfiles: words, lines and blocks, as Caddy's own lexer cuts them (`caddyconfig/caddyfile/lexer.go` of caddyserver/caddy).

use super::{Claim, Name};
use crate::source::{Cut, FileId, Source, Span, Spanned};

/// A file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// What stands at the top: global options, snippets, sites; of a file without braces each line.
    pub lines: Vec<Line>,
    comments: Vec<Span>,
}

/// Words on a line, and the lines between the braces behind them.
#[derive(Clone, Debug)]
pub struct Line {
    /// The words, quotes removed; none in front of the block of global options.
    pub words: Vec<Spanned<String>>,
    /// Whether braces follow.
    pub opens: bool,
    /// What stands in them.
    pub body: Vec<Line>,
}

impl super::Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _file: FileId) -> Vec<Span> {
        fn add(lines: &[Line], found: &mut Vec<Span>) {
            for line in lines {
                let last = line.body.iter().flat_map(|inner| &inner.words).next_back().or(line.words.last());
                found.extend(line.words.first().zip(last).map(|(first, last)| first.span.to(last.span)));
                add(&line.body, found);
            }
        }
        let mut found = Vec::new();
        add(&self.lines, &mut found);
        found
    }
}

/// Files that Caddy reads, by their name.
pub fn claim(name: &Name) -> Claim {
    let named = name.lower().starts_with("caddyfile") || matches!(name.ending(), "caddy" | "caddyfile");
    Claim::by_content(named, |_, bytes| {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= 1 << 20)?;
        ["{", "reverse_proxy", "file_server", "respond"]
            .iter()
            .any(|word| text.contains(word))
            .then_some("it configures Caddy")
    })
}

/// Blocks inside of each other that are told apart.
const DEEPEST: usize = 32;

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let text = source.text();
    let mut file = File::default();
    let mut open: Vec<Line> = Vec::new();
    let mut start = 0;
    // The end of a here-document: its lines are no words.
    let mut until: Option<String> = None;
    for line in text.split_inclusive('\n') {
        let (from, body) = (start, line.trim_end());
        start += line.len();
        if let Some(marker) = &until {
            if body.trim_start() == *marker {
                until = None;
            }
            continue;
        }
        let (mut words, comment) = words(source, body, from);
        file.comments.extend(comment);
        until =
            words.last().and_then(|word| word.value.strip_prefix("<<")).filter(|m| !m.is_empty()).map(str::to_owned);
        if words.is_empty() {
            continue;
        }
        if !source.budget.nodes(words.len(), words[0].span) {
            break;
        }
        if words.len() == 1 && words[0].value == "}" {
            if let Some(done) = open.pop() {
                open.last_mut().map_or(&mut file.lines, |line| &mut line.body).push(done);
            }
            continue;
        }
        let opens = words.last().is_some_and(|word| word.value == "{");
        words.truncate(words.len() - usize::from(opens));
        let line = Line { words, opens, body: Vec::new() };
        if opens && open.len() < DEEPEST {
            open.push(line);
        } else {
            open.last_mut().map_or(&mut file.lines, |line| &mut line.body).push(line);
        }
    }
    // A brace that is never closed.
    while let Some(done) = open.pop() {
        open.last_mut().map_or(&mut file.lines, |line| &mut line.body).push(done);
    }
    file
}

/// The words of a line, and the comment behind them.
fn words(source: &Source, line: &str, from: usize) -> (Vec<Spanned<String>>, Option<Span>) {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(more) = line.cut(at..).find(|c: char| !c.is_whitespace()) {
        let begin = at + more;
        let rest = line.cut(begin..);
        let Some(first) = rest.chars().next() else { break };
        if first == '#' {
            return (found, Some(Span::new(source.id, from + begin, from + line.len())));
        }
        let (inner, length) = match first {
            '"' | '`' => {
                let end = closing(rest, first);
                (1..end.unwrap_or(rest.len()), end.map_or(rest.len(), |end| end + 1))
            }
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (0..end, end)
            }
        };
        let value = rest.cut(inner.clone()).to_owned();
        found.push(Spanned::new(value, Span::new(source.id, from + begin + inner.start, from + begin + inner.end)));
        at = begin + length;
    }
    (found, None)
}

/// Where a quote is closed; a backslash keeps one open in double quotes only.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = quote == '"' && c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> File {
        parse(&Source::new(FileId(0), "Caddyfile", text.as_bytes().to_vec()))
    }

    fn shown(lines: &[Line]) -> String {
        let one = |line: &Line| {
            let words: Vec<&str> = line.words.iter().map(|word| word.value.as_str()).collect();
            match line.opens {
                true => format!("{}[{}]", words.join(" "), shown(&line.body)),
                false => words.join(" "),
            }
        };
        lines.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn words_lines_and_blocks() {
        for (text, expected) in [
            (
                "{\n\temail a@b.de\n}\nshop.de {\n\treverse_proxy app:8000\n}\n",
                "[email a@b.de]; shop.de[reverse_proxy app:8000]",
            ),
            ("shop.de\nreverse_proxy app:8000 # there\n", "shop.de; reverse_proxy app:8000"),
            ("a.de, b.de {\n respond \"x { y\" 200\n}", "a.de, b.de[respond x { y 200]"),
            ("{$SITE}:443 {\n tls {$MAIL}\n", "{$SITE}:443[tls {$MAIL}]"),
            ("a.de {\n respond <<HTML\n }\n HTML 200\n HTML\n log\n}", "a.de[respond <<HTML; log]"),
            ("}\n}\na", "a"),
            ("header X `a \"b`", "header X a \"b"),
            ("header X \"a \\\" b\" c", "header X a \\\" b c"),
        ] {
            assert_eq!(shown(&read(text).lines), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_spans_are_in_bounds(text in r#"([a-c]|\{|\}|"|`|#|<<|\\| |\n|ä|:|/){0,60}"#) {
            let file = read(&text);
            let nodes = super::super::Tree::nodes(&file, FileId(0));
            prop_assert!(nodes.iter().all(|span| span.end as usize <= text.len()));
        }
    }
}
