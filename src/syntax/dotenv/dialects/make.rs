//! `include .env` and `export` in a Makefile: a port of the rules of GNU make 4.3 (`read.c`, `variable.c`, `expand.c`)
//! for lines that set variables. Functions have no value here, nothing is executed.

use std::collections::HashMap;
use std::ops::Range;

use crate::source::{Cut, Source, Span, Spanned, budget};
use crate::syntax::Fault;
use crate::syntax::dotenv::{Decoded, Entry, Environment, Reading, Value};

/// References in references.
const DEEPEST: usize = 100;

/// What make exports after it included a file. An error anywhere means that make does nothing at all.
pub(super) fn read(source: &Source, environment: &Environment) -> Reading {
    let (text, mut warning) = lines(source);
    let mut make = Make {
        source,
        text: &text,
        environment,
        variables: HashMap::new(),
        order: Vec::new(),
        conditions: Vec::new(),
        at: 0,
        rule: false,
        dropped: false,
        left: budget::MADE,
    };
    let mut entries = Vec::new();
    let done = make.run().and_then(|()| {
        for name in std::mem::take(&mut make.order) {
            let Some(variable) = make.variables.get(&name) else { continue };
            let exported = variable.export.unwrap_or_else(|| {
                crate::syntax::shell::is_name(&name) && !["MAKEFLAGS", "SHELL"].contains(&name.as_str())
            });
            if !exported {
                continue;
            }
            let span = variable.key;
            let value = make.value(&name, 0)?;
            let value = value.unknown.map_or(Value::Text(value.text), Value::Output);
            entries.push(Entry { key: Spanned::new(name, span), value });
        }
        Ok(())
    });
    match done {
        Ok(()) => Reading { entries, error: warning.take() },
        Err(fault) => Reading { entries: Vec::new(), error: Some(fault) },
    }
}

/// The file as `fgets` and `strlen` see it: what is behind a NUL byte is lost, the line end as well; CRLF is a line end.
fn lines(source: &Source) -> (Decoded, Option<Fault>) {
    let text = source.text();
    let mut result = Decoded::default();
    let mut warning = None;
    let mut start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    for line in text.cut(start..).split_inclusive('\n') {
        match memchr::memchr(0, line.as_bytes()) {
            Some(0) => {
                let span = Span::new(source.id, start, start + 1);
                warning.get_or_insert(Fault::new(span, "a NUL byte; make leaves out the rest of the line"));
                result.push_written("\n", start + line.len() - 1);
            }
            Some(nul) => result.push_written(line.cut(..nul), start),
            None => match line.strip_suffix("\r\n") {
                Some(body) => {
                    result.push_written(body, start);
                    result.push_written("\n", start + line.len() - 1);
                }
                None => result.push_written(line, start),
            },
        }
        start += line.len();
    }
    (result, warning)
}

struct Variable {
    value: Decoded,
    key: Span,
    /// Whether references in it are still to be resolved.
    recursive: bool,
    /// What `export NAME` and `unexport NAME` say.
    export: Option<bool>,
    /// Whether it is being expanded.
    open: bool,
    /// A value that only make knows.
    unknown: Option<Span>,
}

/// An expanded text.
#[derive(Default)]
struct Expanded {
    text: Decoded,
    unknown: Option<Span>,
}

struct Make<'a> {
    source: &'a Source,
    text: &'a Decoded,
    environment: &'a Environment,
    variables: HashMap<String, Variable>,
    order: Vec<String>,
    /// Open conditionals: whether lines count, whether a branch was taken, whether `else` came.
    conditions: Vec<(bool, bool, bool)>,
    at: usize,
    /// Whether a line with a tab belongs to a rule.
    rule: bool,
    /// Whether that rule has no targets.
    dropped: bool,
    left: usize,
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// What separates words.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

impl Make<'_> {
    fn span(&self, text: &Decoded, range: Range<usize>) -> Span {
        let place = text.origin(range);
        Span::new(self.source.id, place.start, place.end)
    }

    fn stop<T>(&self, line: &Decoded, message: &str) -> Result<T, Fault> {
        let span = self.span(line, 0..line.as_str().len());
        Err(Fault::new(span, format!("{message}; make stops here and does nothing")))
    }

    /// The next line with those it is joined with by backslashes.
    fn line(&mut self) -> Option<Decoded> {
        let text = self.text.as_str();
        if self.at >= text.len() {
            return None;
        }
        let start = self.at;
        let mut from = start;
        loop {
            let Some(end) = memchr::memchr(b'\n', &text.as_bytes()[from..]).map(|i| from + i) else {
                self.at = text.len();
                return Some(self.text.slice(start..text.len()));
            };
            from = end + 1;
            let backslashes = text.cut(start..end).len() - text.cut(start..end).trim_end_matches('\\').len();
            if backslashes.is_multiple_of(2) || from == text.len() {
                self.at = from;
                return Some(self.text.slice(start..if backslashes.is_multiple_of(2) { end } else { from }));
            }
        }
    }

    fn run(&mut self) -> Result<(), Fault> {
        while let Some(line) = self.line() {
            if line.as_str().starts_with('\t') && (self.dropped || self.rule) {
                continue;
            }
            let bare = uncommented(&joined(&line));
            let start = bare.as_str().len() - bare.as_str().trim_start_matches(is_space).len();
            self.statement(&line, &bare.slice(start..bare.as_str().len()))?;
        }
        if self.conditions.is_empty() {
            return Ok(());
        }
        let end = self.source.span();
        Err(Fault::new(Span { start: end.end, ..end }, "an `if` without its `endif`; make stops here and does nothing"))
    }

    fn ignoring(&self) -> bool {
        self.conditions.iter().any(|(counts, ..)| !counts)
    }

    fn statement(&mut self, line: &Decoded, bare: &Decoded) -> Result<(), Fault> {
        let text = bare.as_str();
        // Words in front of an assignment.
        let (mut at, mut export, mut known) = (0, false, None);
        while at < text.len() {
            if let Some(found) = Definition::parse(text.cut(at..)) {
                known = Some(found);
                break;
            }
            let word = first(text.cut(at..));
            match word {
                "export" => export = true,
                "override" | "private" => {}
                "define" | "undefine" => {
                    let rest = text.cut(at + word.len()..);
                    let start = text.len() - rest.trim_start_matches(is_space).len();
                    let name = bare.slice(start..text.len());
                    return if word == "define" {
                        self.define(line, &name, export)
                    } else {
                        self.undefine(line, &name)
                    };
                }
                _ => break,
            }
            at = text.len() - text.cut(at + word.len()..).trim_start_matches(is_space).len();
        }
        if let Some(definition) = known {
            if self.ignoring() {
                return Ok(());
            }
            (self.rule, self.dropped) = (false, false);
            let name = bare.slice(at..at + definition.name);
            let value = bare.slice(at + definition.value..text.len());
            return self.set(line, &name, definition.flavor, value, export);
        }
        if text.is_empty() {
            return Ok(());
        }
        let word = first(text);
        let start = text.len() - text.cut(word.len()..).trim_start_matches(is_space).len();
        let rest = bare.slice(start..text.len());
        if let "ifdef" | "ifndef" | "ifeq" | "ifneq" | "else" | "endif" = word {
            return self.conditional(line, word, &rest);
        }
        if self.ignoring() {
            return Ok(());
        }
        match word {
            "export" | "unexport" => {
                (self.rule, self.dropped) = (false, false);
                let names = self.expand(&rest, 0)?.text;
                let mut from = 0;
                for name in names.as_str().split(is_space) {
                    if !name.is_empty() {
                        let span = self.span(&names, from..from + name.len());
                        self.mark(name, span, word == "export");
                    }
                    from += name.len() + 1;
                }
                Ok(())
            }
            "vpath" | "-include" | "sinclude" | "-load" => Ok(()),
            "include" | "load" if rest.as_str().is_empty() => Ok(()),
            "include" | "load" => self.stop(line, "another file is read here, and nothing is known of it"),
            _ if line.as_str().starts_with('\t') => self.stop(line, "a tab in front of what is no assignment"),
            _ => self.target(line, bare),
        }
    }

    /// A line that must be a rule. Rules set nothing.
    fn target(&mut self, line: &Decoded, bare: &Decoded) -> Result<(), Fault> {
        (self.rule, self.dropped) = (false, false);
        let text = bare.as_str();
        let (cut, recipe) = match find(text, b';', false) {
            Some(at) => (at, true),
            None => (text.len(), false),
        };
        let expanded = self.expand(&bare.slice(0..cut), 0)?;
        let shown = expanded.text.as_str();
        if expanded.unknown.is_some() {
            return Ok(());
        }
        let Some(colon) = find(shown, b':', true) else {
            return if shown.trim().is_empty() && !recipe {
                Ok(())
            } else {
                self.stop(line, "neither an assignment nor a rule (missing separator)")
            };
        };
        if shown.cut(..colon).trim_matches(is_blank).is_empty() {
            self.dropped = true;
            return Ok(());
        }
        let behind = shown.cut(colon + 1..).strip_prefix(':').unwrap_or(shown.cut(colon + 1..));
        // `a: B=1` sets a variable for the target only.
        if let Some(definition) = Definition::parse(behind.trim_start_matches(is_space)) {
            return if definition.name == 0 { self.stop(line, "an assignment without a name") } else { Ok(()) };
        }
        if find(behind, b':', true).is_some_and(|second| !behind.cut(..second).contains('%')) {
            return self.stop(line, "two colons in a line that is no assignment");
        }
        self.rule = true;
        Ok(())
    }

    fn mark(&mut self, name: &str, span: Span, export: bool) {
        if !self.variables.contains_key(name) {
            let mut value = Decoded::default();
            value.push_replaced(self.environment.get(name).unwrap_or_default(), 0..0);
            self.insert(
                name,
                Variable { value, key: span, recursive: false, export: None, open: false, unknown: None },
            );
        }
        if let Some(variable) = self.variables.get_mut(name) {
            variable.export = Some(export);
        }
    }

    fn insert(&mut self, name: &str, mut variable: Variable) {
        match self.variables.get(name) {
            Some(before) => variable.export = variable.export.or(before.export),
            None => self.order.push(name.to_owned()),
        }
        self.variables.insert(name.to_owned(), variable);
    }

    fn set(
        &mut self,
        line: &Decoded,
        name: &Decoded,
        flavor: Flavor,
        value: Decoded,
        export: bool,
    ) -> Result<(), Fault> {
        let key = self.span(name, 0..name.as_str().len());
        let name = self.expand(name, 0)?;
        let name = name.text.as_str().trim_matches(is_blank).to_owned();
        if name.is_empty() {
            return self.stop(line, "an assignment without a name");
        }
        let mut variable = Variable { value, key, recursive: true, export: None, open: false, unknown: None };
        let before = self.variables.get(&name);
        let defined = before.is_some() || self.environment.get(&name).is_some();
        match flavor {
            Flavor::Conditional if defined => {
                if export {
                    self.mark(&name, key, true);
                }
                return Ok(());
            }
            Flavor::Recursive | Flavor::Conditional => {}
            Flavor::Simple => {
                let expanded = self.expand(&variable.value, 0)?;
                variable.recursive = false;
                variable.value = expanded.text;
                variable.unknown = expanded.unknown;
            }
            Flavor::Shell => {
                variable.recursive = false;
                variable.unknown = Some(key);
            }
            Flavor::Append => {
                let mut start = Decoded::default();
                let (mut recursive, mut unknown) = (true, None);
                match before {
                    Some(before) => {
                        start.push(&before.value, 0..before.value.as_str().len());
                        (recursive, unknown) = (before.recursive, before.unknown);
                    }
                    None => start.push_replaced(self.environment.get(&name).unwrap_or_default(), key.range()),
                }
                if !recursive {
                    let expanded = self.expand(&variable.value, 0)?;
                    variable.value = expanded.text;
                    unknown = unknown.or(expanded.unknown);
                }
                if !start.as_str().is_empty() {
                    start.push_replaced(" ", key.range());
                }
                if self.left < start.as_str().len() {
                    return self.stop(line, "grows too long to be read");
                }
                self.left -= start.as_str().len();
                start.push(&variable.value, 0..variable.value.as_str().len());
                (variable.value, variable.recursive, variable.unknown) = (start, recursive, unknown);
            }
        }
        if export {
            variable.export = Some(true);
        }
        self.insert(&name, variable);
        Ok(())
    }

    fn undefine(&mut self, line: &Decoded, name: &Decoded) -> Result<(), Fault> {
        if self.ignoring() {
            return Ok(());
        }
        let name = self.expand(name, 0)?.text;
        let name = name.as_str().trim_matches(is_blank);
        if name.is_empty() {
            return self.stop(line, "`undefine` without a name");
        }
        self.variables.remove(name);
        self.order.retain(|other| other != name);
        Ok(())
    }

    /// `define NAME` ... `endef`.
    fn define(&mut self, line: &Decoded, name: &Decoded, export: bool) -> Result<(), Fault> {
        let text = name.as_str();
        let (length, flavor) = match Definition::parse(text) {
            Some(definition) => (definition.name, definition.flavor),
            None => (text.trim_end_matches(is_blank).len(), Flavor::Recursive),
        };
        let name = name.slice(0..length);
        let mut value = Decoded::default();
        let mut depth = 1;
        let mut first_line = true;
        loop {
            let Some(next) = self.line() else {
                return self.stop(line, "a `define` without its `endef`");
            };
            let body = joined(&next);
            let word = first(body.as_str().trim_start_matches(is_space)).to_owned();
            if !body.as_str().starts_with('\t') {
                depth += usize::from(word == "define");
                depth -= usize::from(word == "endef");
            }
            if depth == 0 {
                break;
            }
            if !first_line {
                value.push_replaced("\n", next.origin(0..0));
            }
            first_line = false;
            value.push(&body, 0..body.as_str().len());
        }
        if self.ignoring() {
            return Ok(());
        }
        (self.rule, self.dropped) = (false, false);
        self.set(line, &name, flavor, value, export)
    }

    fn conditional(&mut self, line: &Decoded, word: &str, rest: &Decoded) -> Result<(), Fault> {
        let text = rest.as_str().trim_matches(is_blank);
        match word {
            "endif" => match self.conditions.pop() {
                Some(_) => Ok(()),
                None => self.stop(line, "an `endif` without its `if`"),
            },
            "else" => {
                let Some((_, taken, other)) = self.conditions.pop() else {
                    return self.stop(line, "an `else` without its `if`");
                };
                if other {
                    return self.stop(line, "a second `else`");
                }
                if text.is_empty() {
                    self.conditions.push((!taken, true, true));
                    return Ok(());
                }
                let word = first(rest.as_str()).to_owned();
                if !word.starts_with("if") {
                    self.conditions.push((!taken, true, true));
                    return Ok(());
                }
                let start = rest.as_str().len() - rest.as_str().cut(word.len()..).trim_start_matches(is_space).len();
                self.conditional(line, &word, &rest.slice(start..rest.as_str().len()))?;
                if let Some((counts, now, _)) = self.conditions.last_mut() {
                    *counts &= !taken;
                    *now |= taken;
                }
                Ok(())
            }
            _ if self.ignoring() => {
                self.conditions.push((false, true, false));
                Ok(())
            }
            "ifdef" | "ifndef" => {
                let name = self.expand(rest, 0)?.text;
                let name = name.as_str().trim_matches(is_blank);
                if name.is_empty() || name.contains(is_blank) {
                    return self.stop(line, "a condition that cannot be read");
                }
                let filled = match self.variables.get(name) {
                    Some(variable) => !variable.value.as_str().is_empty(),
                    None => self.environment.get(name).is_some_and(|value| !value.is_empty()),
                };
                let counts = filled == (word == "ifdef");
                self.conditions.push((counts, counts, false));
                Ok(())
            }
            _ => {
                let Some((left, right)) = operands(rest) else {
                    return self.stop(line, "a condition that cannot be read");
                };
                let left = self.expand(&left, 0)?.text;
                let right = self.expand(&right, 0)?.text;
                let counts = (left.as_str() == right.as_str()) == (word == "ifeq");
                self.conditions.push((counts, counts, false));
                Ok(())
            }
        }
    }

    /// A text with its references resolved.
    fn expand(&mut self, text: &Decoded, depth: usize) -> Result<Expanded, Fault> {
        let all = text.as_str();
        let bytes = all.as_bytes();
        let mut result = Expanded::default();
        if depth > DEEPEST {
            return self.stop(text, "references in references, too deep to be read");
        }
        let mut at = 0;
        while let Some(dollar) = memchr::memchr(b'$', &bytes[at..]).map(|i| at + i) {
            result.text.push(text, at..dollar);
            let Some(next) = all.cut(dollar + 1..).chars().next() else {
                result.text.push(text, dollar..dollar + 1);
                return Ok(result);
            };
            let single = dollar + 1 + next.len_utf8();
            at = match next {
                '$' => {
                    result.text.push_replaced("$", text.origin(dollar..dollar + 2));
                    single
                }
                '(' | '{' => {
                    let close = if next == '(' { b')' } else { b'}' };
                    let Some(end) = memchr::memchr(close, &bytes[single..]).map(|i| single + i) else {
                        return self.stop(text, "a reference without its closing bracket");
                    };
                    // Brackets are only counted around references and in functions.
                    let inner = all.cut(single..end);
                    let function = first(inner);
                    let counted = inner.contains('$') || function.len() < inner.len() && FUNCTIONS.contains(&function);
                    let end = if counted { closed(all, dollar + 1).unwrap_or(end) } else { end };
                    self.reference(text, dollar + 2..end, dollar..end + 1, depth, &mut result)?;
                    end + 1
                }
                c if c.is_ascii_whitespace() => single,
                _ if next.is_ascii() => {
                    self.put(all.cut(dollar + 1..single), text, dollar..single, depth, &mut result)?;
                    single
                }
                _ => {
                    // Names are bytes: the first of the character is gone, the others are no UTF-8.
                    let rest = "\u{fffd}".repeat(next.len_utf8() - 1);
                    result.text.push_replaced(&rest, text.origin(dollar..single));
                    single
                }
            };
        }
        result.text.push(text, at..all.len());
        Ok(result)
    }

    /// `$(...)`: `inner` is what stands between the brackets.
    fn reference(
        &mut self,
        text: &Decoded,
        inner: Range<usize>,
        whole: Range<usize>,
        depth: usize,
        result: &mut Expanded,
    ) -> Result<(), Fault> {
        let place = self.span(text, whole.clone());
        let written = text.as_str().cut(inner.clone());
        let function = first(written);
        if written.len() > function.len() && FUNCTIONS.contains(&function) {
            let argument = inner.start + function.len()..inner.end;
            if function == "error" {
                self.expand(&text.slice(argument), depth + 1)?;
                return self.stop(text, "an `$(error ...)`");
            }
            result.unknown.get_or_insert(place);
            return Ok(());
        }
        let name = if written.contains('$') {
            let name = self.expand(&text.slice(inner), depth + 1)?;
            if name.unknown.is_some() {
                result.unknown.get_or_insert(place);
                return Ok(());
            }
            name.text.as_str().to_owned()
        } else {
            written.to_owned()
        };
        match name.split_once(':').filter(|(_, change)| change.contains('=')) {
            Some((name, change)) => {
                let mut value = Expanded::default();
                self.put(name, text, whole.clone(), depth, &mut value)?;
                let (from, to) = change.split_once('=').unwrap_or_default();
                if from.contains('%') || from.is_empty() {
                    result.unknown.get_or_insert(place);
                } else {
                    let words: Vec<String> = value
                        .text
                        .as_str()
                        .split_ascii_whitespace()
                        .map(|word| word.strip_suffix(from).map_or(word.to_owned(), |stem| format!("{stem}{to}")))
                        .collect();
                    result.text.push_replaced(&words.join(" "), text.origin(whole));
                    result.unknown = result.unknown.or(value.unknown);
                }
                Ok(())
            }
            None => self.put(&name, text, whole, depth, result),
        }
    }

    fn put(
        &mut self,
        name: &str,
        text: &Decoded,
        whole: Range<usize>,
        depth: usize,
        result: &mut Expanded,
    ) -> Result<(), Fault> {
        let own = OWN.contains(&name) || name.len() == 1 && "@%*+<?^|".contains(name);
        if own && !self.variables.contains_key(name) {
            let span = self.span(text, whole);
            result.unknown.get_or_insert(span);
            return Ok(());
        }
        let value = self.value(name, depth + 1)?;
        // A reference costs something even if nothing stands behind it.
        let cost = value.text.as_str().len() + 64;
        if self.left < cost {
            return self.stop(text, "grows too long to be read");
        }
        self.left -= cost;
        result.text.push_replaced(value.text.as_str(), text.origin(whole));
        result.unknown = result.unknown.or(value.unknown);
        Ok(())
    }

    /// The value of a variable, expanded now.
    fn value(&mut self, name: &str, depth: usize) -> Result<Expanded, Fault> {
        let Some(variable) = self.variables.get_mut(name) else {
            let mut text = Decoded::default();
            text.push_replaced(self.environment.get(name).unwrap_or_default(), 0..0);
            return Ok(Expanded { text, unknown: None });
        };
        let text = variable.value.clone();
        if !variable.recursive {
            return Ok(Expanded { text, unknown: variable.unknown });
        }
        if variable.open {
            let message = "a variable that refers to itself; make stops here and does nothing";
            return Err(Fault::new(variable.key, message));
        }
        variable.open = true;
        let expanded = self.expand(&text, depth)?;
        if let Some(variable) = self.variables.get_mut(name) {
            variable.open = false;
        }
        Ok(expanded)
    }
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Flavor {
    Recursive,
    Simple,
    Append,
    Conditional,
    Shell,
}

/// `NAME = value`: where the name ends and the value starts.
struct Definition {
    name: usize,
    value: usize,
    flavor: Flavor,
}

impl Definition {
    /// make's `parse_variable_definition`.
    fn parse(text: &str) -> Option<Definition> {
        let bytes = text.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let mut at = 0;
        let mut end = None;
        let (flavor, value) = loop {
            let mut c = byte(at);
            at += 1;
            if matches!(c, 0 | b'#') {
                return None;
            }
            if c == b'$' {
                match byte(at) {
                    0 => return None,
                    b'(' | b'{' => at = closed(text, at).map_or(text.len(), |close| close + 1),
                    _ => at += 1,
                }
                continue;
            }
            let blank = matches!(c, b' ' | b'\t');
            if blank {
                end = Some(at - 1);
                at = text.len() - text.cut(at..).trim_start_matches(is_space).len();
                c = byte(at);
                at += 1;
                if c == 0 {
                    return None;
                }
            }
            if c == b'=' {
                break (Flavor::Recursive, at);
            }
            let flavor = match c {
                b'+' => Some(Flavor::Append),
                b'?' => Some(Flavor::Conditional),
                b':' => Some(Flavor::Simple),
                b'!' => Some(Flavor::Shell),
                _ => None,
            };
            if byte(at) == b'='
                && let Some(flavor) = flavor
            {
                break (flavor, at + 1);
            }
            if c == b':' {
                if byte(at) == b':' && byte(at + 1) == b'=' {
                    break (Flavor::Simple, at + 2);
                }
                return None;
            }
            if blank {
                return None;
            }
        };
        let operator = match flavor {
            Flavor::Recursive => 1,
            _ if text.cut(..value).ends_with("::=") => 3,
            _ => 2,
        };
        let rest = text.cut(value..).trim_start_matches(is_space);
        Some(Definition { name: end.unwrap_or(value - operator), value: text.len() - rest.len(), flavor })
    }
}

/// The first word.
fn first(text: &str) -> &str {
    text.split(is_space).next().unwrap_or_default()
}

/// The bracket that closes the one at `open`.
fn closed(text: &str, open: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let close = if bytes[open] == b'(' { b')' } else { b'}' };
    let mut depth = 0usize;
    for at in memchr::memchr2_iter(bytes[open], close, &bytes[open..]) {
        if bytes[open + at] == close {
            depth -= 1;
            if depth == 0 {
                return Some(open + at);
            }
        } else {
            depth += 1;
        }
    }
    None
}

/// The first of these bytes that neither a backslash nor, unless `expanded`, a reference hides.
fn find(text: &str, byte: u8, expanded: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'$' if !expanded => {
                at = match bytes.get(at + 1) {
                    Some(b'(' | b'{') => closed(text, at + 1)? + 1,
                    _ => at + 2,
                }
            }
            c if c == byte => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Lines joined by backslashes as one: the blanks around become a single one.
fn joined(line: &Decoded) -> Decoded {
    let text = line.as_str();
    if !text.contains('\n') {
        return line.clone();
    }
    let mut result = Decoded::default();
    let mut from = 0;
    for newline in memchr::memchr_iter(b'\n', text.as_bytes()) {
        if newline < from {
            continue;
        }
        let part = text.cut(from..newline);
        let bare = part.trim_end_matches('\\');
        let kept = (part.len() - bare.len()) / 2;
        let end = if kept == 0 { from + bare.trim_end_matches(is_blank).len() } else { from + bare.len() + kept };
        result.push(line, from..end);
        let trimmed = result.as_str().trim_end_matches(is_blank).len();
        if trimmed < result.as_str().len() {
            result = result.slice(0..trimmed);
        }
        result.push_replaced(" ", line.origin(newline..newline + 1));
        from = text.len() - text.cut(newline + 1..).trim_start_matches(is_blank).len();
    }
    result.push(line, from..text.len());
    result
}

/// A line without its comment; `\#` is a plain `#`.
fn uncommented(line: &Decoded) -> Decoded {
    let text = line.as_str();
    let bytes = text.as_bytes();
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    let mut at = 0;
    let mut end = text.len();
    while let Some(found) = memchr::memchr2(b'#', b'$', &bytes[at..]).map(|i| at + i) {
        if bytes[found] == b'$' {
            match bytes.get(found + 1) {
                None => break,
                Some(b'(' | b'{') => at = closed(text, found + 1).map_or(text.len(), |close| close + 1),
                Some(_) => at = found + 1 + text.cut(found + 1..).chars().next().map_or(0, char::len_utf8),
            }
            continue;
        }
        let backslashes = found - text.cut(..found).trim_end_matches('\\').len();
        if backslashes > 0 {
            edits.push((found - backslashes + backslashes / 2..found, ""));
        }
        if backslashes.is_multiple_of(2) {
            end = found;
            break;
        }
        at = found + 1;
    }
    if edits.is_empty() { line.slice(0..end) } else { line.slice(0..end).replaced(edits) }
}

/// The two sides of `ifeq (a,b)` and `ifeq "a" "b"`.
fn operands(text: &Decoded) -> Option<(Decoded, Decoded)> {
    let all = text.as_str();
    let trimmed = |start: usize, end: usize| {
        let part = all.cut(start..end);
        let left = part.len() - part.trim_start_matches(is_space).len();
        text.slice(start + left..start + left + part.trim_matches(is_blank).len())
    };
    if all.starts_with('(') {
        let mut depth = 0usize;
        let mut comma = None;
        for (at, c) in all.char_indices() {
            match c {
                '(' => depth += 1,
                ')' if depth == 1 => {
                    return comma.map(|comma| (trimmed(1, comma), trimmed(comma + 1, at)));
                }
                ')' => depth -= 1,
                ',' if depth == 1 && comma.is_none() => comma = Some(at),
                _ => {}
            }
        }
        return None;
    }
    let quote = all.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let close = 1 + all.cut(1..).find(quote)?;
    let rest = all.cut(close + 1..).trim_start_matches(is_space);
    let start = all.len() - rest.len();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = start + 1 + rest.cut(1..).find(quote)?;
    Some((text.slice(1..close), text.slice(start + 1..end)))
}

/// Variables make has by itself.
const OWN: [&str; 26] = [
    ".VARIABLES",
    "AR",
    "AS",
    "CC",
    "CPP",
    "CURDIR",
    "CXX",
    "FC",
    "LD",
    "LEX",
    "MAKE",
    "MAKECMDGOALS",
    "MAKEFILE_LIST",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MAKE_COMMAND",
    "MAKE_HOST",
    "MAKE_VERSION",
    "PC",
    "RM",
    "SHELL",
    "SUFFIXES",
    "TEX",
    "YACC",
    ".DEFAULT_GOAL",
    ".FEATURES",
];

/// Functions; what they give is left to make.
const FUNCTIONS: [&str; 36] = [
    "abspath",
    "addprefix",
    "addsuffix",
    "and",
    "basename",
    "call",
    "dir",
    "error",
    "eval",
    "file",
    "filter",
    "filter-out",
    "findstring",
    "firstword",
    "flavor",
    "foreach",
    "guile",
    "if",
    "info",
    "join",
    "lastword",
    "notdir",
    "or",
    "origin",
    "patsubst",
    "realpath",
    "shell",
    "sort",
    "strip",
    "subst",
    "suffix",
    "value",
    "warning",
    "wildcard",
    "word",
    "words",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn reading(text: &str) -> Reading {
        let source = Source::new(FileId(0), ".env", text.as_bytes().to_vec());
        read(&source, &Environment::default())
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "A=1\r\nexport K = x\\#$(A) \\\r\n  y # c\r\n";
        let reading = reading(text);
        let entry = &reading.entries[1];
        let Value::Text(value) = &entry.value else { panic!("no text") };
        let at = |range| &text[value.origin(range)];
        assert_eq!((value.as_str(), &text[entry.key.span.range()]), ("x#1 y ", "K"));
        assert_eq!((at(0..1), at(2..3), at(4..5)), ("x", "$(A)", "y"));
    }

    #[test]
    fn references_come_to_an_end() {
        let chain: String = (1..100).map(|i| format!("A{i}=$(A{0})$(A{0})\n", i - 1)).collect();
        assert!(reading(&format!("A0=\n{chain}")).error.is_some());
        assert!(reading("K=$(L)\nL=$(K)\n").error.is_some());
        let deep: String = (1..100_000).map(|i| format!("A{i}=$(A{})\n", i - 1)).collect();
        assert!(reading(&deep).error.is_some());
        assert!(reading(&format!("K={}", "$(".repeat(20_000))).error.is_some());
    }
}
