//! Where the values of variables come from: what `set` gives them, what an expression cuts out of a request.

use std::collections::HashMap;

use super::{Expanded, Level, matching};
use crate::source::Cut;
use crate::syntax::nginx::{Directive, Word};

/// What a value may hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Holds {
    /// Only what is written in the configuration: these texts.
    Fixed(Vec<String>),
    /// What the client writes into its request.
    Client {
        /// Whether line breaks come with it: of the path, which nginx decodes (`%0a`), and not of headers and arguments.
        line_breaks: bool,
        /// Whether any host name may be in it.
        any: bool,
    },
    /// Nobody knows.
    Unknown,
}

/// What `set` says in a configuration.
pub struct Flow<'t, 'a> {
    tree: &'t Expanded<'a>,
    sets: HashMap<&'a str, Vec<(Level, &'a Word)>>,
}

/// A variable in a value, and the byte range it takes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Variable<'a> {
    /// Its name; a digit for a group of an expression.
    pub name: &'a str,
    /// Where it begins.
    pub start: usize,
    /// One past its end.
    pub end: usize,
}

/// The variables of a value (`ngx_http_script_compile`): `$name`, `${name}`, `$1`.
pub fn variables(value: &str) -> impl Iterator<Item = Variable<'_>> {
    value.match_indices('$').filter_map(move |(start, _)| {
        let rest = value.cut(start + 1..);
        let inner = rest.strip_prefix('{').unwrap_or(rest);
        let braces = rest.len() - inner.len();
        let end = match inner.bytes().next() {
            Some(b'1'..=b'9') => 1,
            _ => inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len()),
        };
        let name = inner.cut(..end);
        (!name.is_empty()).then_some(Variable { name, start, end: start + 1 + end + 2 * braces })
    })
}

impl<'t, 'a> Flow<'t, 'a> {
    /// Reads the `set` directives of a configuration.
    pub fn new(tree: &'t Expanded<'a>) -> Self {
        let mut sets: HashMap<&str, Vec<(Level, &Word)>> = HashMap::new();
        for node in tree.nodes.iter().filter(|node| node.directive.is("set")) {
            let [name, value] = &node.directive.args[..] else { continue };
            if let Some(name) = name.value.strip_prefix('$') {
                sets.entry(name).or_default().push((node.parent, value));
            }
        }
        Flow { tree, sets }
    }

    /// What a variable may hold at a level.
    pub fn holds(&self, level: Level, name: &str) -> Holds {
        self.traced(level, name, 0)
    }

    fn traced(&self, level: Level, name: &str, depth: usize) -> Holds {
        let client = |line_breaks| Holds::Client { line_breaks, any: true };
        if depth > DEEPEST {
            return Holds::Unknown;
        }
        if let Some(group) = self.group(level, name) {
            return group;
        }
        match name {
            "uri" | "document_uri" => return client(true),
            // Sent as the client wrote it, line breaks encoded.
            "request_uri" | "args" | "query_string" => return client(false),
            _ if ["arg_", "http_", "cookie_"].iter().any(|start| name.starts_with(start)) => return client(false),
            _ => {}
        }
        let Some(sets) = self.sets.get(name) else { return Holds::Unknown };
        let mut fixed = Vec::new();
        // What is set in another location does not count here.
        for (at, value) in sets.iter().take(MOST).filter(|(at, _)| self.is_around(*at, level)) {
            let mut text = String::new();
            let mut last = 0;
            for variable in variables(&value.value) {
                match self.traced(*at, variable.name, depth + 1) {
                    Holds::Fixed(texts) if texts.len() == 1 => {
                        text.push_str(value.value.cut(last..variable.start));
                        text.push_str(&texts[0]);
                        last = variable.end;
                    }
                    Holds::Fixed(_) => return Holds::Unknown,
                    other => return other,
                }
            }
            text.push_str(value.value.cut(last..));
            fixed.push(text);
        }
        if fixed.is_empty() { Holds::Unknown } else { Holds::Fixed(fixed) }
    }

    /// Whether a level is another one, or around it, or an `if` of one that is.
    fn is_around(&self, outer: Level, level: Level) -> bool {
        let block = |at: u32| self.tree.nodes.get(at as usize).map(|node| node.directive);
        let outer = match outer {
            Some(at) if block(at).is_some_and(|block| block.is("if")) => self.tree.around(outer).unwrap_or(outer),
            _ => outer,
        };
        std::iter::successors(Some(level), |level| self.tree.around(*level)).take(DEEPEST).any(|at| at == outer)
    }

    /// What a group of the expression around a level holds: of `location ~` or `if ($uri ~ ...)`.
    fn group(&self, level: Level, name: &str) -> Option<Holds> {
        let number = name.parse::<usize>().ok();
        let mut at = level;
        while let Some(index) = at {
            let block = self.tree.nodes.get(index as usize)?;
            if let Some((pattern, decoded)) = expression(block.directive)
                && let Some(group) = groups(pattern).into_iter().enumerate().find_map(|(index, group)| {
                    (number == Some(index + 1) || group.name == Some(name)).then_some(group.content)
                })
            {
                // A `rewrite` at the same level has groups of its own.
                let rewritten =
                    number.is_some() && self.tree.level(level).any(|(_, node)| node.directive.is("rewrite"));
                return Some(match rewritten {
                    true => Holds::Unknown,
                    false => Holds::Client { line_breaks: decoded && spans_lines(group), any: takes_any(group) },
                });
            }
            at = block.parent;
        }
        None
    }
}

const DEEPEST: usize = 50;
const MOST: usize = 20;

/// The expression of a block, and whether it looks at the decoded path.
fn expression(block: &Directive) -> Option<(&str, bool)> {
    if block.is("location") {
        return matching::parts(block).filter(|(modifier, _)| modifier.starts_with('~')).map(|(_, path)| (path, true));
    }
    let words: Vec<&str> = block.args.iter().filter(|_| block.is("if")).map(|word| &*word.value).collect();
    let at = words.iter().position(|word| matches!(*word, "~" | "~*"))?;
    let subject = words.get(at.checked_sub(1)?)?.trim_start_matches('(');
    let pattern = words.get(at + 1)?;
    // The bracket that ends the condition is not part of it.
    let pattern = if at + 2 == words.len() { pattern.strip_suffix(')').unwrap_or(pattern) } else { pattern };
    Some((pattern, matches!(subject, "$uri" | "$document_uri")))
}

/// A group of an expression that keeps what it fits.
#[derive(Copy, Clone, Debug)]
pub struct Group<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// What is between its brackets.
    pub content: &'a str,
}

/// The groups of an expression that keep what they fit, in order.
pub fn groups(pattern: &str) -> Vec<Group<'_>> {
    let bytes = pattern.as_bytes();
    let mut found: Vec<(Option<&str>, usize, Option<usize>)> = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    let (mut at, mut class) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' if !class => {
                class = true;
                // `[]a]` and `[^]a]`
                at += usize::from(bytes.get(at + 1) == Some(&b'^'));
                at += usize::from(bytes.get(at + 1) == Some(&b']'));
            }
            b']' => class = false,
            b'(' if !class => {
                let rest = pattern.cut(at + 1..);
                let name = ["?P<", "?<", "?'"].iter().find_map(|start| rest.strip_prefix(start));
                let name = name.filter(|name| !name.starts_with(['=', '!']));
                match name.and_then(|name| Some((name, name.find(['>', '\''])?))) {
                    Some((name, end)) => {
                        let start = pattern.len() - name.len() + end + 1;
                        found.push((Some(name.cut(..end)), start, None));
                        open.push(Some(found.len() - 1));
                    }
                    None if rest.starts_with(['?', '*']) => open.push(None),
                    None => {
                        found.push((None, at + 1, None));
                        open.push(Some(found.len() - 1));
                    }
                }
            }
            b')' if !class => {
                if let Some(Some(group)) = open.pop() {
                    found[group].2 = Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    let group = |(name, start, end): (Option<_>, usize, Option<usize>)| Group {
        name,
        content: pattern.cut(start..end.unwrap_or(pattern.len())),
    };
    found.into_iter().map(group).collect()
}

/// Whether a part of an expression fits line breaks; a dot does not.
fn spans_lines(part: &str) -> bool {
    let negated = part.match_indices("[^").any(|(at, _)| {
        let class = part.cut(at + 2..);
        let class = class.cut(..class.find(']').unwrap_or(class.len()));
        !["\\n", "\\r", "\\s", "\\v", "\\x0"].iter().any(|without| class.contains(without))
    });
    negated || ["\\s", "\\W", "\\D"].iter().any(|class| part.contains(class))
}

/// Whether any text may be in it, and not only some words: `(a|b)`.
fn takes_any(part: &str) -> bool {
    part.contains(['.', '[', '*', '+']) || part.contains("\\w") || part.contains("\\S")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_counted_as_pcre_does() {
        let contents = |pattern| groups(pattern).iter().map(|group| group.content).collect::<Vec<_>>();
        assert_eq!(contents(r"^/a/(.*)/(b|c)$"), [".*", "b|c"]);
        assert_eq!(contents(r"^/(?:x)(?=y)(?<!z)\(([)(]+)(a(b))"), ["[)(]+", "a(b)", "b"]);
        assert_eq!(
            groups("^/(?<id>[0-9]+)(?P<rest>.*)").iter().filter_map(|g| g.name).collect::<Vec<_>>(),
            ["id", "rest"]
        );
    }

    #[test]
    fn variables_are_found_where_nginx_finds_them() {
        let names = |value| variables(value).map(|variable| variable.name).collect::<Vec<_>>();
        assert_eq!(names("http://$host:${port}/$1$12x"), ["host", "port", "1", "1"]);
        assert_eq!(names("a$"), [""; 0]);
    }
}
