//! What a program tells Auth.js, as far as it can be read without running it.

use crate::model::{Head, Meaning};
use crate::source::{Span, Spanned};
use crate::syntax::auth_config;

/// One `auth.ts`.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// Its path.
    pub path: String,
    /// Where it starts Auth.js.
    pub call: Option<Span>,
    /// Whether it says whom to believe, in whatever way.
    pub speaks_of_trust: bool,
    /// The last parts of the paths from which it takes what it puts into its settings.
    pub taken_from: Vec<String>,
}

impl Meaning for AuthConfig {}

impl AuthConfig {
    /// The view of one file.
    pub fn new(head: &Head, tree: &auth_config::File) -> Self {
        const CALL: &str = "NextAuth(";
        let code = |line: &&Spanned<String>| !["//", "*"].iter().any(|sign| line.value.trim_start().starts_with(sign));
        let lines: Vec<&Spanned<String>> = tree.lines.iter().filter(code).collect();
        let call = lines.iter().find_map(|line| {
            let at = line.value.find(CALL).filter(|_| !line.value.contains("function "))?;
            let indent = line.value.len() - line.value.trim_start().len();
            Some(line.span.slice(at - indent, at - indent + CALL.len() - 1))
        });
        let text = head.source.text();
        let spread = |name: &str| {
            let name = name.trim();
            !name.is_empty() && (text.contains(&format!("...{name}")) || text.contains(&format!("NextAuth({name})")))
        };
        let imported = lines.iter().filter(|line| line.value.starts_with("import")).filter_map(|line| {
            let (names, from) = line.value.split_once(" from ")?;
            let names = names.trim_start_matches("import").trim_matches([' ', '{', '}']);
            let path = from.trim_matches([' ', ';', '"', '\'']);
            let last = path.rsplit('/').next()?;
            names.split(',').any(|name| spread(name.rsplit(" as ").next().unwrap_or(name))).then(|| last.to_owned())
        });
        AuthConfig {
            path: head.source.path.clone(),
            call,
            speaks_of_trust: text.contains("trustHost"),
            taken_from: imported.collect(),
        }
    }
}
