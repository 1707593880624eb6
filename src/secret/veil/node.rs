//! What the lines above a line say about it: it can be the rest of a secret value.

use crate::cut::Cut;
use std::ops::Range;

use super::{conceal, named, secret_name};

/// No value has more lines than this above the one that is shown.
const FURTHEST: usize = 200;

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
    /// What is open at the start of a line. Looks back only when the line can be the rest of something.
    pub fn of(text: &str, start: usize) -> Above {
        let mut above = Above::default();
        let line = text.cut(start..).split('\n').next().unwrap_or("");
        let deeper = line.starts_with([' ', '\t', '-']);
        let body = |line: &str| line.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=\r*\"'`;".contains(&b));
        let mut from = start;
        for _ in 0..FURTHEST {
            if from == 0 {
                break;
            }
            let before = memchr::memrchr(b'\n', &text.as_bytes()[..from - 1]).map_or(0, |end| end + 1);
            let line = text.cut(before..from);
            let flat = !line.starts_with([' ', '\t', '-', '\n', '\r']);
            from = before;
            // A line at the margin ends everything but an armour.
            if flat && (deeper || !body(line.trim_end())) {
                break;
            }
        }
        let mut lines = text.cut(from..start).split('\n');
        lines.next_back();
        let mut none = Vec::new();
        for line in lines {
            above.enter(line, &mut none);
            none.clear();
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
    let name = body.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
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
