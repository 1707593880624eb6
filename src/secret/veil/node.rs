//! What the lines above a line say about it: it can be the rest of a secret value.

use crate::cut::Cut;
use crate::cut::name_length;
use std::ops::Range;

use super::{conceal, named, secret_name};

/// No value has more lines than this above the one that is shown.
const FURTHEST: usize = 200;

/// Nor more bytes.
const REACH: usize = 1 << 14;

/// Keys below a secret name that hold its value.
const VALUES: [&str; 8] = ["value", "content", "default", "data", "text", "plain", "stringData", "key"];

/// What is open where a line starts.
#[derive(Copy, Clone, Default, Debug)]
pub(super) struct Above {
    /// The indentation of a secret key whose value may go on in deeper lines.
    node: Option<usize>,
    /// The line before ended with a secret name that has no value yet.
    name: bool,
    /// Inside the armour of a private key.
    key: bool,
}

impl Above {
    /// What is open at the start of a line. Looks back only as far as the line can be the rest of something.
    pub fn of(text: &str, start: usize) -> Above {
        let mut above = Above::default();
        let bytes = text.as_bytes();
        let line = &bytes[start..bytes.len().min(start + REACH)];
        let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
        let mut margin = indent(line);
        let mut item = line[margin..].starts_with(b"-");
        let mut armour = is_body(line);
        let mut open = margin > 0 || item;
        for (index, before) in lines_above(text, start).take(FURTHEST).enumerate() {
            if index == 0 {
                above.name = ends_with_name(before.trim_ascii());
            }
            if !open && !armour {
                break;
            }
            if armour && before.contains("---") {
                above.armour(before);
                armour = false;
            }
            armour = armour && (is_body(before.as_bytes()) || before.trim_ascii().contains(": "));
            let depth = indent(before.as_bytes());
            if !open || depth > margin || depth == margin && !item || depth == before.len() {
                continue;
            }
            let body = before.trim_ascii();
            // What the nearest key says counts, and what stands above keys that only say "value".
            match key(body) {
                Some(name) if secret_name(name) || name == "content" => (above.node, open) = (Some(depth), false),
                Some(name) if !VALUES.contains(&name) => open = false,
                _ => {}
            }
            (margin, item) = (depth, false);
            open &= depth > 0;
        }
        above
    }

    /// Goes on to a line, and adds what it holds of values that began above.
    pub fn enter(&mut self, line: &str, found: &mut Vec<Range<usize>>) {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if body.trim_end().is_empty() {
            return;
        }
        if self.armour(line) {
            found.push(indent..line.trim_end().len());
            return;
        }
        if std::mem::take(&mut self.name) && !is_assignment(body) {
            rest(line, indent, found);
        }
        let item = body.starts_with("- ") || body == "-";
        if let Some(depth) = self.node {
            let deeper = indent > depth || indent == depth && item;
            // A map of other keys is no value: a service that is called like a secret.
            let other = key(body).is_some_and(|name| !VALUES.contains(&name) && !secret_name(name));
            if deeper && !other {
                rest(line, indent, found);
            } else {
                self.node = None;
            }
        }
        if body.starts_with('#') {
            return;
        }
        if self.node.is_none() && key(body).is_some_and(|name| secret_name(name) || name == "content") {
            self.node = Some(indent);
            if key(body) == Some("content")
                && let Some(colon) = line.find(':')
            {
                conceal_block(line, colon + 1, found);
            }
        }
        self.name = ends_with_name(body);
    }

    /// Whether the line lies inside the armour of a private key, whatever its boundary lines look like in detail.
    fn armour(&mut self, line: &str) -> bool {
        if !line.contains("---") {
            return self.key;
        }
        let upper = line.to_ascii_uppercase();
        let opens = upper.find("BEGIN").filter(|_| upper.contains("KEY") && !upper.contains("PUBLIC"));
        if opens.is_some() || upper.contains("END") {
            self.key = opens > upper.rfind("END ");
        }
        false
    }
}

/// The lines above an offset, the nearest first, as far as they are near.
fn lines_above(text: &str, start: usize) -> impl Iterator<Item = &str> {
    let near = crate::cut::boundary(text, start.saturating_sub(REACH));
    let text = text.cut(near..start);
    // What ends where the line starts is empty.
    let mut end = text.strip_suffix('\n').map(str::len);
    std::iter::from_fn(move || {
        let line = text.cut(..end?);
        let from = memchr::memrchr(b'\n', line.as_bytes());
        end = from;
        Some(line.cut(from.map_or(0, |at| at + 1)..))
    })
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Whether a line can lie inside the armour of a key.
fn is_body(line: &[u8]) -> bool {
    line.trim_ascii().iter().all(|b| b.is_ascii_alphanumeric() || b"+/=*\"'`;".contains(b))
}

/// `password` of `password: x`, `- "password": x`.
fn key(body: &str) -> Option<&str> {
    let body = body.trim_start_matches(['-', ' ', '?', '"', '\'']);
    let (name, rest) = body.split_once(':')?;
    let name = name.trim_end_matches(['"', '\'', ' ']);
    let plain = !name.is_empty() && name.len() <= 100 && !name.contains([' ', '=', '/', '{', '(']);
    (plain && (rest.is_empty() || rest.starts_with([' ', '\r', '\t']))).then_some(name)
}

/// A line that is another setting, not the rest of the one above.
fn is_assignment(body: &str) -> bool {
    let body = body.trim_start_matches(['-', ' ', '"', '\'']);
    let name = name_length(body);
    body.as_bytes().get(name).is_some_and(|b| matches!(b, b'=' | b':'))
        && name > 0
        && body.as_bytes().get(name + 1) != Some(&b'=')
        || body.starts_with(['#', '}', '{'])
}

/// Whether a line ends where the value of a secret name would stand: `set $secret`, `- --password`, `ENV TOKEN=\`.
fn ends_with_name(body: &str) -> bool {
    let text = body.trim_end();
    let bare = text.trim_end_matches(['\\', ' ', '"', '\'', ',', '`']);
    let name = bare.trim_end_matches(['=', ':']);
    let Some(last) = name.rsplit([' ', '\t', '"', '\'', '[', ',']).next() else { return false };
    // `-inkey private.key \`
    if last.ends_with(".key") || !secret_name(last) {
        return false;
    }
    let flag = last.starts_with('-');
    let open = name.len() < bare.len() && !text.ends_with(':') || text.ends_with('\\');
    let first = body.split_whitespace().next().unwrap_or("");
    flag || open || named::SETTERS.contains(&first)
}

/// The whole line belongs to a secret: hides it, except what makes it a list, a map or a comment.
fn rest(line: &str, indent: usize, found: &mut Vec<Range<usize>>) {
    let body = line.get(indent..).unwrap_or("");
    let start = indent + (body.len() - body.trim_start_matches("- ").len());
    let body = line.get(start..).unwrap_or("");
    if body.starts_with('#') || body.starts_with("--") || body.trim().len() < 2 {
        return;
    }
    let start = match key(body) {
        Some(_) => start + body.find(':').map_or(0, |colon| colon + 1),
        None => start,
    };
    conceal_block(line, start, found);
}

fn conceal_block(line: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let body = line.get(start..).unwrap_or("").trim_end().trim_end_matches([';', ',', '\\']).trim_end();
    conceal(line, start..start + body.len(), found);
}
