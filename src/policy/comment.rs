//! Waivers in comments: `# gonogo: allow[rule-id, other-id] reason until=2027-01-31`.

use crate::source::{Cut, Source, Span};

/// What a comment that speaks to gonogo says.
#[derive(Debug)]
pub enum Comment {
    /// It accepts findings.
    Allow {
        /// `allow[...]`.
        head: Span,
        /// The ids as written.
        ids: Vec<Span>,
        /// Why; secrets masked.
        reason: String,
        /// `until=...`, and the part behind the sign.
        until: Option<(Span, Span)>,
    },
    /// It begins with another word, or names no rule.
    Wrong {
        /// The word.
        word: Span,
        /// What follows it.
        rest: Span,
    },
}

/// Reads a comment; `None` when it does not speak to gonogo.
pub fn read(source: &Source, comment: Span) -> Option<Comment> {
    let text = source.text().get(comment.range())?.trim_end();
    let body = text.trim_start_matches('#').trim_start();
    let said = body.get(..7).filter(|word| word.eq_ignore_ascii_case("gonogo:")).map(|_| body.cut(7..))?;
    let said = said.trim_start();
    let at = text.len() - said.len();
    let letters = said.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(said.len());
    let word = comment.slice(at, at + letters);
    let wrong = Some(Comment::Wrong { word, rest: comment.slice(at + letters, text.len()) });
    let Some(list) = said.cut(letters..).strip_prefix('[').filter(|_| said.cut(..letters) == "allow") else {
        return wrong;
    };
    let Some(close) = list.find(']').filter(|&close| !list.cut(..close).trim().is_empty()) else { return wrong };
    let start = at + letters + 1;
    let ids = pieces(list.cut(..close), ',').map(|(from, to)| comment.slice(start + from, start + to)).collect();
    let after = start + close + 1;
    let mut reason: Vec<&str> = Vec::new();
    let mut until = None;
    for (from, to) in pieces(text.cut(after..), ' ') {
        let span = comment.slice(after + from, after + to);
        if text.cut(after + from..after + to).starts_with("until=") {
            until = Some((span, Span { start: span.start + 6, ..span }));
        } else {
            reason.push(source.quote(span));
        }
    }
    let reason = reason.join(" ").trim_matches([' ', '-', ':', ',']).to_owned();
    Some(Comment::Allow { head: comment.slice(at, after), ids, reason, until })
}

/// The parts of a text between separators, without the space around them and without empty ones.
fn pieces(text: &str, separator: char) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut from = 0;
    text.split(separator).filter_map(move |part| {
        let start = from + (part.len() - part.trim_start().len());
        from += part.len() + separator.len_utf8();
        let part = part.trim();
        (!part.is_empty()).then_some((start, start + part.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn parse(text: &str) -> String {
        let source = Source::new(FileId(0), "a", text.as_bytes().to_vec());
        let part = |span: Span| &text[span.range()];
        match read(&source, source.span()) {
            None => "nothing".into(),
            Some(Comment::Wrong { word, rest }) => format!("wrong <{}> <{}>", part(word), part(rest)),
            Some(Comment::Allow { head, ids, reason, until }) => format!(
                "<{}> {:?} <{reason}> {:?}",
                part(head),
                ids.into_iter().map(part).collect::<Vec<_>>(),
                until.map(|(_, date)| part(date))
            ),
        }
    }

    #[test]
    fn comments_are_read() {
        for (text, expected) in [
            ("# gonogo is a tool", "nothing"),
            ("# see gonogo: allow[a/b]", "nothing"),
            ("# gonogo: allow[a/b] why not", r#"<allow[a/b]> ["a/b"] <why not> None"#),
            ("##gonogo:allow[a/b,c/d] x", r#"<allow[a/b,c/d]> ["a/b", "c/d"] <x> None"#),
            ("# GoNoGo: allow[ a/b , ] - x until=2027-01-31 ", r#"<allow[ a/b , ]> ["a/b"] <x> Some("2027-01-31")"#),
            ("# gonogo: allow[a/b] until= x", r#"<allow[a/b]> ["a/b"] <x> Some("")"#),
            ("# gonogo: ignore a/b", "wrong <ignore> < a/b>"),
            ("# gonogo: allow a/b", "wrong <allow> < a/b>"),
            ("# gonogo: allow[]", "wrong <allow> <[]>"),
            ("# gonogo: allow[a/b", "wrong <allow> <[a/b>"),
            ("# gonogo:", "wrong <> <>"),
            ("# gonogo: ä", "wrong <> <ä>"),
            ("# gonogö: allow[a/b] x", "nothing"),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
