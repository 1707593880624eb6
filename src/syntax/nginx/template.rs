//! Files that a program fills in before nginx reads them.

use super::dump;
use crate::cut::name_length;
use crate::source::Cut;
use std::borrow::Cow;

/// What fills the file in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Template {
    /// `{{ }}` or `{% %}`: Jinja, Go templates, Handlebars.
    Braces,
    /// `<% %>`: ERB.
    Percent,
    /// `${VAR}`: envsubst, as the official image does with `templates/*.template`.
    Envsubst,
    /// `@@VAR@@`, `%%VAR%%`, `__VAR__` and their like on lines of their own.
    Marks,
    /// What `nginx -T` prints: all files of a configuration, one after the other.
    Dump,
}

/// Finds out whether the file is a template. The text that comes back has the template's own syntax replaced by filler
/// of the same length: values by `_`, statements by spaces.
pub fn recognise<'a>(path: &str, text: &'a str) -> (Option<Template>, Cow<'a, str>) {
    let mut found = dump::is_dump(text).then_some(Template::Dump);
    let mut ranges = Vec::new();
    // Lua tables (`{{1, 2}}`) look the same.
    if memchr::memmem::find(text.as_bytes(), b"_by_lua_block").is_none() {
        for (open, close, kind, fill) in [
            ("{{", "}}", Template::Braces, b'_'),
            ("{%", "%}", Template::Braces, b' '),
            ("<%", "%>", Template::Percent, b'_'),
            ("<?", "?>", Template::Percent, b'_'),
        ] {
            for range in pairs(text, open, close) {
                if !is_comment(text, range.0) {
                    found = found.or(Some(kind));
                    let own_line = alone(text, range);
                    ranges.push((range, if own_line { b' ' } else { fill }));
                }
            }
        }
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for (from, to) in places_for_people(line) {
            found = found.or(Some(Template::Marks));
            ranges.push(((start + from, start + to), b'_'));
        }
        let body = line.trim();
        if is_mark(body) {
            found = found.or(Some(Template::Marks));
            let at = start + (line.len() - line.trim_start().len());
            ranges.push(((at, at + body.len()), b' '));
        }
        start += line.len();
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let named = [".template", ".tmpl", ".tpl", ".j2", ".erb", ".in", ".ctmpl", ".tt", ".mustache", ".jinja"];
    // `nginx-template.conf`
    let told = || name.split(['-', '_', '.']).any(|word| word.eq_ignore_ascii_case("template"));
    if found.is_none() && (named.iter().any(|end| name.ends_with(end)) || told()) {
        found = Some(Template::Envsubst);
    }
    if ranges.is_empty() {
        return (found, Cow::Borrowed(text));
    }
    let mut bytes = text.as_bytes().to_vec();
    for ((from, to), fill) in ranges {
        for byte in &mut bytes[from..to] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = fill;
            }
        }
    }
    (found, String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned))
}

/// The places of `open ... close`, not longer than one would write by hand.
fn pairs(text: &str, open: &str, close: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(from) = memchr::memmem::find(&bytes[at..], open.as_bytes()).map(|n| at + n) {
        // `${{` can only be a variable; `$` before the braces is nginx's own syntax.
        let inside = from + open.len();
        let window = &bytes[inside..bytes.len().min(inside + 2000)];
        match memchr::memmem::find(window, close.as_bytes()) {
            Some(length) => {
                let mut end = inside + length + close.len();
                // `{{{ raw }}}`
                while close == "}}" && bytes.get(from + 2) == Some(&b'{') && bytes.get(end) == Some(&b'}') {
                    end += 1;
                }
                found.push((from, end));
                at = end;
            }
            None => at = inside,
        }
    }
    found
}

fn line_start(text: &str, at: usize) -> usize {
    text.cut(..at).rfind('\n').map_or(0, |n| n + 1)
}

fn is_comment(text: &str, at: usize) -> bool {
    text.cut(line_start(text, at)..at).trim_start().starts_with('#')
}

/// Whether nothing else stands on the line or lines.
fn alone(text: &str, (from, to): (usize, usize)) -> bool {
    let after = text.cut(to..).lines().next().unwrap_or("");
    text.cut(line_start(text, from)..from).trim().is_empty() && after.trim().is_empty()
}

/// What people are to put in: `{PATH TO STATIC FOLDER}` behind a directive. nginx itself has no words in braces.
fn places_for_people(line: &str) -> impl Iterator<Item = (usize, usize)> {
    let said = !line.trim_start().starts_with(['#', '{']);
    let opens = line.match_indices('{').filter(move |_| said);
    opens.filter_map(|(from, _)| {
        let inside = line.get(from + 1..)?;
        let end = inside.find('}')?;
        let words = inside.get(..end)?;
        let fits = |c: char| c.is_ascii_uppercase() || matches!(c, '_' | ' ' | '.' | '-');
        let named = words.starts_with(|c: char| c.is_ascii_uppercase()) && words.len() > 1 && words.chars().all(fits);
        let before = line.get(..from)?;
        (named && !before.ends_with('$') && !before.trim().is_empty()).then_some((from, from + end + 2))
    })
}

/// A line that is nothing but a placeholder: it stands for whole directives.
fn is_mark(body: &str) -> bool {
    if !body.starts_with(['$', '@', '%', '_']) {
        return false;
    }
    let inner = |open: &str, close: &str| body.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    [("${", "}"), ("$", ""), ("@@", "@@"), ("@", "@"), ("%%", "%%"), ("%", "%"), ("__", "__")]
        .iter()
        .any(|(open, close)| inner(open, close).is_some_and(word))
}

/// What in a file stands for something else, which is put in before nginx reads it.
#[derive(Copy, Clone, Debug)]
pub struct Signs {
    /// Every variable: `envsubst` does not ask whose it is.
    variables: bool,
    /// What is left of the template's own syntax.
    filler: bool,
    /// Whether there is anything of `@@NAME@@` and `__NAME__`.
    marks: bool,
}

impl Signs {
    /// Those of a file.
    pub fn of(kind: Option<Template>, text: &str) -> Signs {
        let has = |sign: &str| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
        Signs {
            variables: kind == Some(Template::Envsubst),
            filler: kind.is_some_and(|kind| kind != Template::Envsubst),
            marks: has("__") || has("@@"),
        }
    }

    /// Whether a value holds one of them.
    pub fn fit(self, value: &str) -> bool {
        let bytes = value.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
        let upper = |text: &str| text.len() > 1 && text.bytes().all(is_upper);
        let framed = bytes.len() > 2 && first == last && matches!(first, b'%' | b'@');
        self.variables && value.contains('$')
            || self.filler && (value.contains("__") || shouts(value))
            || *first == b'<' && *last == b'>'
            || framed && upper(&value.cut(1..value.len() - 1).replace(['%', '@'], ""))
            || self.marks && (value.contains("@@") || value.split("__").skip(1).step_by(2).any(upper))
    }
}

fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

/// Whether there are variables in capitals: those of environments, while nginx's own are in small letters by custom.
pub fn shouts(text: &str) -> bool {
    memchr::memchr_iter(b'$', text.as_bytes()).any(|at| {
        let name = text.cut(at + 1..).trim_start_matches('{');
        let name = name.cut(..name_length(name));
        name.len() > 1 && name.bytes().all(is_upper) && !name.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_syntax_is_masked_in_place() {
        let text = "{% if tls %}\nlisten {{ port }};\n{% endif %}\n# {{ no }}\n";
        let (kind, masked) = recognise("site.conf", text);
        assert_eq!(kind, Some(Template::Braces));
        assert_eq!(masked, "            \nlisten __________;\n           \n# {{ no }}\n");
        assert_eq!(recognise("a.conf", "${EXTRA}\nroot /a;\n").1, "        \nroot /a;\n");
        assert_eq!(recognise("a.conf", "return 200 $host;\n"), (None, Cow::Borrowed("return 200 $host;\n")));
        for name in ["default.conf.template", "etc/nginx-template.conf"] {
            assert_eq!(recognise(name, "listen ${PORT};\n").0, Some(Template::Envsubst));
        }
    }
}
