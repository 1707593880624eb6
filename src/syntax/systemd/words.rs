//! The words of a value: a port of the rules of `extract_first_word` (`src/basic/extract-word.c`) with
//! `EXTRACT_UNQUOTE` and `EXTRACT_CUNESCAPE`, as command lines and `Environment=` are read. It is no shell.

use std::ops::Range;

/// A word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// What is meant: without quotes, escapes taken.
    pub text: String,
    /// Where it is written.
    pub range: Range<usize>,
    /// Whether any of it is in quotes.
    pub quoted: bool,
}

/// The words of a value.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Words {
    /// Those that could be read.
    pub list: Vec<Word>,
    /// The quote that nothing closes, up to the end: systemd gives up there.
    pub open: Option<Range<usize>>,
}

/// Cuts a value into words.
pub fn words(text: &str) -> Words {
    let mut found = Words::default();
    let mut rest = text.char_indices().peekable();
    while let Some(&(start, c)) = rest.peek() {
        if is_blank(c) {
            rest.next();
            continue;
        }
        let mut word = Word { text: String::new(), range: start..text.len(), quoted: false };
        let mut quote: Option<(char, usize)> = None;
        while let Some(&(at, c)) = rest.peek() {
            match quote {
                None if is_blank(c) => {
                    word.range.end = at;
                    break;
                }
                None if matches!(c, '\'' | '"') => {
                    (quote, word.quoted) = (Some((c, at)), true);
                }
                Some((own, _)) if c == own => quote = None,
                _ if c == '\\' => {
                    rest.next();
                    let Some(&(_, escaped)) = rest.peek() else {
                        word.text.push('\\');
                        break;
                    };
                    unescape(escaped, &mut word.text);
                }
                _ => word.text.push(c),
            }
            rest.next();
        }
        if let Some((_, at)) = quote {
            found.open = Some(at..text.len());
            return found;
        }
        found.list.push(word);
    }
    found
}

/// What `\` makes of a character; one that it does not know is kept with it (`cunescape_one`). Numbers are not worked out.
fn unescape(c: char, text: &mut String) {
    match c {
        '\\' | '\'' | '"' => text.push(c),
        'n' => text.push('\n'),
        't' => text.push('\t'),
        's' => text.push(' '),
        _ => text.extend(['\\', c]),
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// The letters behind `%` that stand for something (`src/core/unit-printf.c` and `src/shared/specifier.h`, version 257). Version
/// 252 does not know `%D`.
const SPECIFIERS: &str = "ABCDEGHIJLMNPRSTUVWYabcdfghijlmnopqrstuvwy%";

/// A text with its specifiers put in: `%%` is known, and what `known` knows. `Ok(None)`: something decides that is not known.
/// `Err`: the place of one that stands for nothing, which systemd refuses.
pub fn filled(text: &str, known: &dyn Fn(char) -> Option<String>) -> Result<Option<String>, Range<usize>> {
    let mut result = Some(String::with_capacity(text.len()));
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let sign = rest
            .peek()
            .map(|(_, next)| *next)
            .filter(|next| c == '%' && (*next == '%' || next.is_ascii_alphanumeric()));
        let Some(sign) = sign else {
            result.iter_mut().for_each(|text| text.push(c));
            continue;
        };
        rest.next();
        if !SPECIFIERS.contains(sign) {
            return Err(at..at + 2);
        }
        match if sign == '%' { Some("%".to_owned()) } else { known(sign) } {
            Some(value) => result.iter_mut().for_each(|text| text.push_str(&value)),
            None => result = None,
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).list.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_those_of_systemd() {
        for (text, expected) in [
            ("/bin/a  b", &["/bin/a", "b"][..]),
            ("a\"b c\"d 'e\"f'", &["ab cd", "e\"f"]),
            ("A='' \"\"", &["A=", ""]),
            ("a\\sb \\x \"x\\ty\" \\\"q", &["a b", "\\x", "x\ty", "\"q"]),
            ("a > b && c", &["a", ">", "b", "&&", "c"]),
            ("a\\", &["a\\"]),
            ("", &[]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
        let found = words("/bin/a 'b c");
        assert_eq!((found.list.len(), found.open), (1, Some(7..11)));
    }

    #[test]
    fn specifiers_are_known_open_or_wrong() {
        let name = |sign: char| (sign == 'n').then(|| "a.service".to_owned());
        assert_eq!(filled("x %n 50% %%d", &name), Ok(Some("x a.service 50% %d".to_owned())));
        assert_eq!(filled("%h/x", &name), Ok(None));
        assert_eq!(filled("+%F", &name), Err(1..3));
    }
}
