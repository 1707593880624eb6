//! Which packages npm installs for users.

use std::collections::HashSet;

use crate::model::{Head, Meaning};
use crate::syntax::npm_lock;

/// One `package-lock.json`.
#[derive(Clone, Debug)]
pub struct NpmLock {
    /// Its path.
    pub path: String,
    /// The packages that stay where those for developers are left out. One that a package for users could use, as its optional peer,
    /// is `devOptional`, and goes only where the optional ones are left out, too (`reify.js` of npm's arborist).
    kept: HashSet<String>,
}

impl Meaning for NpmLock {}

impl NpmLock {
    /// The view of one file.
    pub fn new(head: &Head, tree: &npm_lock::File) -> Self {
        let mut kept = HashSet::new();
        let mut lines = tree.lines.iter().map(|line| line.value.trim());
        while let Some(line) = lines.next() {
            let name = line.strip_prefix("\"node_modules/").and_then(|rest| rest.strip_suffix("\": {"));
            let Some(name) = name.filter(|name| !name.contains("/node_modules/")) else { continue };
            // What it has itself comes before its own lists, or after: all of it up to the next package.
            let depth = |line: &str| match line {
                _ if line.ends_with('{') || line.ends_with('[') => 1,
                _ if line.starts_with('}') || line.starts_with(']') => -1,
                _ => 0,
            };
            let (mut open, mut dev) = (1, false);
            for line in lines.by_ref() {
                dev |= open == 1 && line.trim_end_matches(',') == "\"dev\": true";
                open += depth(line);
                if open == 0 {
                    break;
                }
            }
            if !dev {
                kept.insert(name.to_owned());
            }
        }
        NpmLock { path: head.source.path.clone(), kept }
    }

    /// Whether a package is installed without those for developers.
    pub fn keeps(&self, package: &str) -> bool {
        self.kept.contains(package)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Class, Kind};
    use crate::source::{FileId, Source};

    #[test]
    fn what_may_be_used_by_others_stays() {
        let text = "{\n  \"packages\": {\n    \"\": {\n      \"devDependencies\": {\n        \"typescript\": \"5\"\n      }\n    },\n    \
            \"node_modules/a\": {\n      \"dev\": true,\n      \"bin\": {\n        \"a\": \"a.js\"\n      }\n    },\n    \
            \"node_modules/a/node_modules/c\": {\n      \"version\": \"1\"\n    },\n    \
            \"node_modules/typescript\": {\n      \"devOptional\": true\n    },\n    \
            \"node_modules/@x/b\": {\n      \"bin\": {\n        \"b\": \"b.js\"\n      },\n      \"dev\": true\n    }\n  }\n}\n";
        let source = Source::new(FileId(0), "package-lock.json", text.as_bytes().to_vec());
        let head = Head { source: &source, kind: Kind::NpmLock };
        let lock = NpmLock::new(&head, &npm_lock::parse(&source));
        assert!(lock.keeps("typescript") && !lock.keeps("a") && !lock.keeps("c") && !lock.keeps("@x/b"));
        assert_eq!(Class::of("package-lock.json", text.as_bytes()).map(|class| class.kind), None);
    }
}
