//! Patterns for paths, as they are written in a configuration: `*` and `?` within a part, `**` any number of parts,
//! `[a-z]`, `{this,that}`.

use globset::{GlobBuilder, GlobMatcher};

use crate::source::{Cut, FileSet, Span, below};

/// A pattern for paths relative to the project root, and where it is written.
#[derive(Clone, Debug)]
pub struct Pattern {
    matcher: GlobMatcher,
    /// What stands before the first wildcard, up to a slash.
    head: String,
    /// The file it is written in.
    pub file: String,
    /// Where; the file of the span means nothing.
    pub span: Span,
}

impl Pattern {
    /// Reads a pattern that is written at a place of `file`. One without a slash fits in every directory, one that ends
    /// in a slash everything below.
    ///
    /// # Errors
    /// When it is none, in words for people.
    pub fn new(text: &str, file: &str, span: Span) -> Result<Self, String> {
        let anchored = text.trim_end_matches('/').contains('/');
        let mut glob = text.trim_start_matches("./").trim_start_matches('/').to_owned();
        if glob.ends_with('/') {
            glob.push_str("**");
        }
        if !anchored {
            glob.insert_str(0, "**/");
        }
        let head = glob.cut(..glob.find(['*', '?', '[', '{', '\\']).unwrap_or(glob.len()));
        let head = head.rsplit_once('/').map_or("", |(head, _)| head).to_owned();
        let built =
            GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).empty_alternates(true).build();
        let built = built.map_err(|error| format!("this is no pattern for paths: {}", error.kind()))?;
        Ok(Pattern { matcher: built.compile_matcher(), head, file: file.to_owned(), span })
    }

    /// Whether a path fits.
    pub fn fits(&self, path: &str) -> bool {
        path.starts_with(&self.head) && self.matcher.is_match(path)
    }

    /// Whether no path of the project fits, as far as it was searched.
    pub fn fits_nothing(&self, files: &FileSet) -> bool {
        let hidden = files.pruned().any(|dir| below(&self.head, dir).is_some());
        !hidden && !files.files().any(|path| self.fits(path)) && !files.links().any(|(path, _)| self.fits(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn pattern(text: &str) -> Result<Pattern, String> {
        Pattern::new(text, "gonogo.yaml", Span::new(FileId(0), 0, 0))
    }

    #[test]
    fn patterns_fit_paths() {
        for (text, path, expected) in [
            (".env.prod", ".env.prod", true),
            (".env.prod", "deploy/.env.prod", true),
            ("deploy/.env.*", "deploy/.env.prod", true),
            ("deploy/.env.*", "x/deploy/.env.prod", false),
            ("deploy/**", "deploy/a/b.env", true),
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
            ("deploy/{demo,test}/**", "deploy/demo/.env", true),
            ("deploy/{demo,test}/**", "deploy/prod/.env", false),
            ("deploy/[dt]*/.env", "deploy/test/.env", true),
            ("deploy/[!dt]*/.env", "deploy/test/.env", false),
            ("compose{,.prod}.yml", "compose.yml", true),
            ("ab*/x", "ab/x", true),
        ] {
            assert_eq!(pattern(text).unwrap().fits(path), expected, "{text} {path}");
        }
        for text in ["a[", "{a", "a}", "[z-a]"] {
            assert!(pattern(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        assert!(!pattern(&format!("{}b", "*a".repeat(500))).is_ok_and(|pattern| pattern.fits(&"a".repeat(5000))));
        assert!(pattern(&"{a,b}".repeat(5000)).is_err() || !pattern(&"{a,b}".repeat(50)).unwrap().fits("x"));
    }
}
