//! Patterns for paths: `*` within a part, `?` one character of it, `**` any number of parts.

use crate::source::{Cut, fits};

/// A pattern for paths relative to the project root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Glob {
    /// What stands before the first wildcard and behind the last: most paths need no closer look.
    ends: (String, String),
    parts: Vec<Vec<char>>,
}

impl Glob {
    /// Reads a pattern. One without a slash fits in every directory, one that ends in a slash everything below.
    pub fn new(pattern: &str) -> Self {
        let anchored = pattern.trim_end_matches('/').contains('/');
        let mut text = pattern.trim_start_matches("./").trim_start_matches('/').to_owned();
        if text.ends_with('/') {
            text.push_str("**");
        }
        if !anchored {
            text.insert_str(0, "**/");
        }
        let wild = ['*', '?'];
        let head = text.find(wild).map_or("", |at| text.cut(..at).trim_end_matches('/'));
        let tail = text.rsplit(wild).next().unwrap_or("").trim_start_matches('/');
        let ends = (head.to_owned(), tail.to_owned());
        Glob { ends, parts: text.split('/').map(|part| part.chars().collect()).collect() }
    }

    /// Whether a path fits.
    pub fn fits(&self, path: &str) -> bool {
        if !path.starts_with(&self.ends.0) || !path.ends_with(&self.ends.1) {
            return false;
        }
        let path: Vec<Vec<char>> = path.split('/').map(|part| part.chars().collect()).collect();
        fits(
            &self.parts,
            &path,
            |part| part[..] == ['*', '*'],
            |pattern, part| fits(pattern, part, |c| *c == '*', |a, b| *a == '?' || a == b),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_paths() {
        for (pattern, path, expected) in [
            (".env.prod", ".env.prod", true),
            (".env.prod", "deploy/.env.prod", true),
            ("deploy/.env.*", "deploy/.env.prod", true),
            ("deploy/.env.*", "x/deploy/.env.prod", false),
            ("deploy/**", "deploy/a/b.env", true),
            ("deploy/**", "deploy", true),
            ("a/b", "a/b", true),
            ("a/b", "a/bc", false),
            ("deploy/", "deploy/a/b.env", true),
            ("**/nginx/*.conf", "nginx/a.conf", true),
            ("**/nginx/*.conf", "a/b/nginx/a.conf", true),
            ("**/nginx/*.conf", "nginx/a/b.conf", false),
            ("*.e?v", "a/b.env", true),
            ("./a/*", "a/b", true),
            ("a/**/z", "a/z", true),
            ("a/**/z", "a/b/c/z", true),
            ("*", "", true),
        ] {
            assert_eq!(Glob::new(pattern).fits(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        assert!(!Glob::new(&format!("{}b", "*a".repeat(2000))).fits(&"a".repeat(5000)));
        assert!(!Glob::new(&format!("{}z", "**/a/".repeat(500))).fits(&"a/b/".repeat(2000)));
    }
}
