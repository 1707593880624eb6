//! What the words of a command are once the shell has put in what the same file says.

use std::cell::Cell;
use std::collections::HashMap;

use crate::cut::name_length;
use crate::source::{Cut, normalize};
use crate::syntax::shell::{Expanded, Expansion, Word};

/// How often a value may lead to another one.
const DEEPEST: usize = 8;
/// How many values are put into one word.
const MOST: usize = 32;
/// Longer values are not put in.
pub(super) const LONGEST: usize = 4096;

/// A variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Variable {
    /// Its words; one for all but lists. `None`: set, to what is not known.
    pub(super) values: Option<Vec<String>>,
    /// The values that it may have, when branches have set it to several.
    pub(super) choices: Vec<Vec<String>>,
    /// Whether programs get it.
    pub(super) exported: bool,
}

impl Variable {
    /// Its value, if all of it is known.
    pub(super) fn known(&self) -> Option<String> {
        let value = self.values.as_ref()?.join(" ");
        (!value.contains(['$', '`'])).then_some(value)
    }
}

/// What is known while a word is read.
pub(super) struct Scene<'a> {
    pub(super) variables: &'a HashMap<String, Variable>,
    /// The names of make and its like.
    pub(super) names: &'a HashMap<&'a str, Option<&'a str>>,
    /// The arguments of the function that is called, if one is.
    pub(super) arguments: Option<&'a [String]>,
    /// The file that is read, and the directory it is run in, each beginning with `//`, where that is known.
    pub(super) file: String,
    pub(super) here: Option<String>,
    /// How many names were put in already.
    pub(super) count: Cell<usize>,
}

/// A word with what is known put in, and its cuts: where an unquoted value has spaces, it becomes several words.
pub(super) fn words(word: &Word, scene: &Scene, output: &mut dyn FnMut(usize) -> Option<String>) -> Vec<String> {
    if word.expansions.is_empty() {
        return vec![word.text.clone()];
    }
    if let [Expansion { at, what: Expanded::Variable(name, rest), .. }] = word.expansions.as_slice()
        && at.len() == word.text.len()
        && let Some(list) = list(name, rest, scene)
    {
        return list;
    }
    let mut done: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut begun = word.quoted;
    let mut last = 0;
    for expansion in &word.expansions {
        let before = word.text.cut(last..expansion.at.start);
        begun |= !before.is_empty();
        current.push_str(before);
        last = expansion.at.end;
        let put = put(&expansion.what, scene, output, 0);
        let raw = word.text.cut(expansion.at.clone());
        let Some(put) = put.filter(|put| put.len() <= LONGEST) else {
            current.push_str(raw);
            begun = true;
            continue;
        };
        // What a command prints is not known, and where it would be cut neither.
        if expansion.quoted || put.contains("$(") || put.contains('`') {
            current.push_str(&put);
            begun = true;
            continue;
        }
        let mut parts = put.split([' ', '\t', '\n']).filter(|part| !part.is_empty()).peekable();
        if put.starts_with([' ', '\t', '\n']) && begun {
            done.push(std::mem::take(&mut current));
            begun = false;
        }
        while let Some(part) = parts.next() {
            current.push_str(part);
            begun = true;
            if parts.peek().is_some() {
                done.push(std::mem::take(&mut current));
                begun = false;
            }
        }
    }
    let rest = word.text.cut(last..);
    current.push_str(rest);
    if begun || !rest.is_empty() {
        done.push(current);
    }
    // A path that begins at the root of the project is told by its two slashes.
    for text in &mut done {
        if text.starts_with("//") {
            *text = format!("/{}", normalize(text));
        }
    }
    done
}

/// The words of one variable, of `"$@"`, or of `"${@:2}"`, those behind the first.
fn list(name: &str, rest: &str, scene: &Scene) -> Option<Vec<String>> {
    match (name, rest) {
        ("@" | "*", "") => Some(scene.arguments?.to_vec()),
        ("@" | "*", behind) => {
            let from: usize = behind.strip_prefix(':')?.trim().parse().ok()?;
            Some(scene.arguments?.get(from.checked_sub(1)?..)?.to_vec())
        }
        (name, "[@]" | "[*]") => scene.variables.get(name)?.values.clone(),
        _ => None,
    }
}

/// What is put in for an expansion; `None` when it is not known.
fn put(
    what: &Expanded,
    scene: &Scene,
    output: &mut dyn FnMut(usize) -> Option<String>,
    depth: usize,
) -> Option<String> {
    match what {
        Expanded::Variable(name, rest) => variable(name, rest, scene),
        Expanded::Commands(scope) => output((*scope)?),
        Expanded::Make(name) => made(name, scene, depth),
        Expanded::Template(name) => match name.as_str() {
            "github.workspace" | "justfile_directory()" => Some("//".to_owned()),
            "source_directory()" | "github.action_path" => Some(directory(&scene.file).to_owned()),
            _ => named(name.trim_start_matches('.'), scene, depth),
        },
        Expanded::Other => None,
    }
}

/// A value of make, just or task; they may name others themselves.
fn named(name: &str, scene: &Scene, depth: usize) -> Option<String> {
    let value = (*scene.names.get(name)?)?;
    let count = scene.count.get();
    if depth >= DEEPEST || count >= MOST {
        return None;
    }
    scene.count.set(count + 1);
    let mut text = String::new();
    let mut rest = value;
    while let Some(at) = rest.find(['$', '{']) {
        text.push_str(rest.cut(..at));
        let from = rest.cut(at..);
        let (open, close) = match from.as_bytes() {
            [b'$', b'(', ..] => ("$(", ")"),
            [b'$', b'{', b'{', ..] => ("${{", "}}"),
            [b'$', b'{', ..] => ("${", "}"),
            [b'{', b'{', ..] => ("{{", "}}"),
            _ => {
                text.push_str(from.cut(..1));
                rest = from.cut(1..);
                continue;
            }
        };
        let Some(end) = from.find(close) else { break };
        let inner = from.cut(open.len()..end).trim();
        let put = if open.starts_with('$') {
            made(inner, scene, depth + 1)
        } else {
            named(inner.trim_start_matches('.'), scene, depth + 1)
        };
        match put {
            Some(put) if text.len() + put.len() <= LONGEST => text.push_str(&put),
            _ => text.push_str(from.cut(..end + close.len())),
        }
        rest = from.cut(end + close.len()..);
    }
    text.push_str(rest);
    Some(text)
}

fn made(name: &str, scene: &Scene, depth: usize) -> Option<String> {
    match name {
        "CURDIR" | "PWD" | "shell pwd" => scene.here.clone(),
        "dir $(lastword $(MAKEFILE_LIST" | "dir $(lastword $(MAKEFILE_LIST))" => {
            Some(directory(&scene.file).to_owned())
        }
        _ => named(name, scene, depth),
    }
}

fn directory(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((dir, _)) if dir.len() > 1 => dir,
        _ => "//",
    }
}

/// A variable of the shell with what stands behind its name in braces.
fn variable(name: &str, rest: &str, scene: &Scene) -> Option<String> {
    let value = match name {
        "0" | "BASH_SOURCE" => Some(scene.file.clone()),
        "PWD" => scene.here.clone(),
        "GITHUB_WORKSPACE" | "CI_PROJECT_DIR" | "BITBUCKET_CLONE_DIR" => Some("//".to_owned()),
        _ => None,
    };
    let argument = || {
        let at: usize = name.parse().ok()?;
        scene.arguments?.get(at.checked_sub(1)?).cloned()
    };
    let set = scene.variables.get(name);
    let value = value.or_else(argument).or_else(|| Some(set?.values.as_ref()?.join(" ")));
    let unset = set.is_none() && value.is_none();
    if rest.is_empty() || rest == "[0]" || rest == "[@]" || rest == "[*]" {
        return value;
    }
    for sign in [":-", "-", ":=", "="] {
        let Some(default) = rest.strip_prefix(sign) else { continue };
        let default = default.trim_matches('"').trim_matches('\'');
        return match value {
            Some(value) if !value.is_empty() => Some(value),
            // What is in a default is looked through only as far as it is plain.
            _ if unset && !default.contains(['$', '`']) => Some(default.to_owned()),
            _ if unset => plain(default, scene),
            _ => None,
        };
    }
    match rest.strip_prefix("%").or_else(|| rest.strip_prefix("[0]%")) {
        Some("/*") => Some(directory(&value?).to_owned()),
        _ if rest.starts_with(":?") || rest.starts_with('?') => value,
        _ => None,
    }
}

/// A default that is one variable with text behind it: `$ROOT/compose.yml`.
fn plain(text: &str, scene: &Scene) -> Option<String> {
    let rest = text.strip_prefix('$')?;
    let (name, behind) = match rest.strip_prefix('{') {
        Some(rest) => rest.split_once('}')?,
        None => rest.split_at_checked(name_length(rest))?,
    };
    (!behind.contains(['$', '`'])).then(|| Some(format!("{}{behind}", variable(name, "", scene)?)))?
}
