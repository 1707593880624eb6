//! The configuration of a program made with Next.js, as far as it can be read without running it.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Head, Meaning};
use crate::source::{Span, Spanned};
use crate::syntax::next_config;

/// `output: "standalone"`, and what is read of the environment.
static OUTPUT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\boutput\s*:\s*["'`](standalone|export)["'`]"#).ok());
static READ: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"process\.env\.([A-Z][A-Z0-9_]*)").ok());
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\s*(?:const|let|var)\s+(\w+)\b").ok());

/// One `next.config.js`.
#[derive(Clone, Debug)]
pub struct NextConfig {
    /// Its path.
    pub path: String,
    /// Where it says `output: "export"`, which makes plain files and no server.
    pub exports: Option<Span>,
    /// Whether it makes the folder `.next/standalone`, or may.
    pub may_stand_alone: bool,
    /// The variables from which the targets of `rewrites` are made. `next build` writes those down for good
    /// (`routes-manifest.json`), with the place that reads each.
    pub rewritten: Vec<Spanned<String>>,
    /// The addresses that stand in it, without what follows the port.
    addresses: Vec<String>,
}

impl Meaning for NextConfig {}

impl NextConfig {
    /// The view of one file.
    pub fn new(head: &Head, tree: &next_config::File) -> Self {
        let code = |line: &Spanned<String>| !["//", "*"].iter().any(|sign| line.value.trim_start().starts_with(sign));
        let lines: Vec<&Spanned<String>> = tree.lines.iter().filter(|line| code(line)).collect();
        let output = lines.iter().find_map(|line| {
            let found = OUTPUT.as_ref()?.captures(&line.value)?;
            Some((found.get(1)?.as_str() == "export", line.span.slice(found.get(0)?.start(), found.get(0)?.end())))
        });
        let has = |word: &str| lines.iter().any(|line| line.value.contains(word));
        // What another file says is not known, nor what a condition chooses.
        let open = has("standalone")
            || has("...")
            || has("require('.")
            || has("require(\".")
            || has(" from '.")
            || has(" from \".")
            || has("output:") && output.is_none();
        NextConfig {
            path: head.source.path.clone(),
            exports: output.filter(|(exports, _)| *exports).map(|(_, span)| span),
            may_stand_alone: open,
            rewritten: rewritten(&lines),
            addresses: lines.iter().flat_map(|line| addresses(&line.value)).collect(),
        }
    }
}

impl NextConfig {
    /// Whether an address stands in it as it is written.
    pub fn has_address(&self, address: &str) -> bool {
        let [address] = &addresses(&format!("'{address}'"))[..] else { return false };
        self.addresses.contains(address)
    }
}

/// The addresses that texts of a line begin with, without their paths.
fn addresses(line: &str) -> Vec<String> {
    let texts = line.split(['"', '\'', '`']).skip(1).step_by(2);
    let whole = texts.filter(|text| text.contains("://"));
    whole.map(|text| text.split('/').take(3).collect::<Vec<_>>().join("/")).collect()
}

/// The variables that `rewrites` reads, in its own lines or by a name that was given to one above.
fn rewritten(lines: &[&Spanned<String>]) -> Vec<Spanned<String>> {
    const OTHERS: [&str; 5] = ["headers()", "redirects()", "webpack", "headers:", "redirects:"];
    let starts = |line: &&&Spanned<String>| line.value.contains("rewrites");
    let Some(first) = lines.iter().position(|line| starts(&line)) else { return Vec::new() };
    let own: Vec<&Spanned<String>> = lines
        .iter()
        .copied()
        .skip(first)
        .take_while(|line| !OTHERS.iter().any(|word| line.value.contains(word)))
        .collect();
    let reads = |line: &Spanned<String>| -> Vec<Spanned<String>> {
        let all = READ.iter().flat_map(|read| read.captures_iter(&line.value));
        all.filter_map(|found| found.get(1))
            // Next.js sets it itself when it builds.
            .filter(|name| name.as_str() != "NODE_ENV")
            .map(|name| Spanned::new(name.as_str().to_owned(), line.span.slice(name.start(), name.end())))
            .collect()
    };
    let named = lines.iter().take(first).filter(|line| {
        let name = NAMED.as_ref().and_then(|named| named.captures(&line.value)).and_then(|found| found.get(1));
        name.is_some_and(|name| {
            own.iter().any(|line| {
                line.value.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name.as_str())
            })
        })
    });
    named.copied().chain(own.iter().copied()).flat_map(reads).collect()
}
