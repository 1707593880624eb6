//! `.dockerignore`: which files of a build context are sent to the builder (moby, `patternmatcher`).

use crate::model::{Head, Meaning};
use crate::source::{Cut, FileId};
use crate::syntax::ignore;

/// The patterns of one file, in order.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The document it was read from.
    pub file: FileId,
    patterns: Vec<(String, bool)>,
}

impl Meaning for Ignore {}

impl Ignore {
    /// The number of its patterns.
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Whether it leaves nothing out.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Reads the lines of a `.dockerignore`.
    pub fn new(head: &Head, tree: &ignore::File) -> Self {
        let read = |line: &str| {
            let line = line.trim();
            let (keep, pattern) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest.trim()));
            let pattern = crate::source::normalize(pattern.trim_start_matches('/'));
            (pattern, keep)
        };
        let patterns = tree.lines.iter().map(|line| read(&line.value)).filter(|(p, _)| !p.is_empty()).collect();
        Ignore { file: head.source.id, patterns }
    }

    /// Whether nothing at or below a path is sent: it is left out, and no line keeps anything.
    pub fn leaves_all_out(&self, path: &str) -> bool {
        self.leaves_out(path) && !self.patterns.iter().any(|(_, keep)| *keep)
    }

    /// Whether a file, given relative to the context, is left out. The last pattern that matches it, or a directory
    /// above it, counts.
    pub fn leaves_out(&self, path: &str) -> bool {
        let mut out = false;
        for (pattern, keep) in &self.patterns {
            let above = path.match_indices('/').map(|(at, _)| path.cut(..at));
            if above.chain([path]).any(|path| matches(pattern.as_bytes(), path.as_bytes())) {
                out = !keep;
            }
        }
        out
    }
}

/// `*` and `?` stay within a name, `**` does not. A character class counts as one character of any kind.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    // For every length of the path: whether the pattern so far matches it. Linear in pattern times path.
    let mut reach = vec![false; path.len() + 1];
    reach[0] = true;
    let mut at = 0;
    while at < pattern.len() {
        let mut next = vec![false; path.len() + 1];
        match &pattern[at..] {
            [b'*', b'*', rest @ ..] => {
                let slash = rest.first() == Some(&b'/');
                let mut open = false;
                for (index, reached) in reach.iter().enumerate() {
                    open |= reached;
                    // `**/` also stands for nothing at all.
                    let start = index == 0 || path[index - 1] == b'/';
                    next[index] = *reached || open && (!slash || start);
                }
                at += if slash { 3 } else { 2 };
            }
            [b'*', ..] => {
                let mut open = false;
                for index in 0..=path.len() {
                    open = (open && path[index - 1] != b'/') || reach[index];
                    next[index] = open;
                }
                at += 1;
            }
            [first, rest @ ..] => {
                let class = rest.iter().position(|&byte| byte == b']').filter(|_| *first == b'[');
                for (index, byte) in path.iter().enumerate().filter(|(index, _)| reach[*index]) {
                    let any = *first == b'?' || class.is_some();
                    next[index + 1] |= if any { *byte != b'/' } else { byte == first };
                }
                at += class.map_or(1, |end| end + 2);
            }
            [] => break,
        }
        reach = next;
    }
    reach[path.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use crate::source::Source;

    fn leaves_out(text: &str, path: &str) -> bool {
        let source = Source::new(FileId(0), ".dockerignore", text.as_bytes().to_vec());
        let head = Head { source: &source, kind: Kind::Ignore };
        Ignore::new(&head, &ignore::parse(&source)).leaves_out(path)
    }

    #[test]
    fn patterns_work_as_in_docker() {
        for (text, path, expected) in [
            (".env\n", ".env", true),
            (".env\n", "app/.env", false),
            ("**/.env\n", "app/.env", true),
            ("**/.env\n", ".env", true),
            (".env*\n!.env.example\n", ".env.example", false),
            (".env*\n!.env.example\n", ".env.prod", true),
            ("*\n!src\n", ".env", true),
            ("*\n!src\n", "src/a.py", false),
            ("/deploy/\n", "deploy/.env", true),
            ("# .env\n\n", ".env", false),
            ("**\n", "a/b/c", true),
            ("a/*/c\n", "a/b/d/c", false),
            (".en[vV]\n", ".env", true),
            ("**/*.key\n", "certs/a.key", true),
        ] {
            assert_eq!(leaves_out(text, path), expected, "{path} with {text:?}");
        }
    }
}
