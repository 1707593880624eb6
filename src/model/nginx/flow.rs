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
        /// Whether it may be any text, and not only one of some words.
        any: bool,
        /// Whether slashes may be in it.
        slashes: bool,
        /// Whether it begins with a slash, as paths do.
        path: bool,
    },
    /// Nobody knows.
    Unknown,
}

impl Holds {
    /// What it is together with another part of the client's that may come first.
    fn and(self, other: Option<Holds>, first: bool) -> Holds {
        let Holds::Client { line_breaks, any, slashes, path } = self else { return self };
        let (more, other_any, other_slashes, other_path) = match other {
            Some(Holds::Client { line_breaks, any, slashes, path }) => (line_breaks, any, slashes, path),
            _ => (false, false, false, path && first),
        };
        Holds::Client {
            line_breaks: line_breaks || more,
            any: any || other_any,
            slashes: slashes || other_slashes,
            path: other_path,
        }
    }
}

/// What `set` and `map` say in a configuration.
pub struct Flow<'t, 'a> {
    tree: &'t Expanded<'a>,
    sets: HashMap<&'a str, Vec<(Level, &'a Word)>>,
    maps: HashMap<&'a str, Vec<u32>>,
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
    /// Reads them.
    pub fn new(tree: &'t Expanded<'a>) -> Self {
        let (mut sets, mut maps): (HashMap<&str, Vec<_>>, HashMap<&str, Vec<_>>) = (HashMap::new(), HashMap::new());
        for (at, node) in (0u32..).zip(&tree.nodes) {
            let directive = node.directive;
            let [first, second] = &directive.args[..] else { continue };
            let name = |word: &'a Word| word.value.strip_prefix('$');
            if let Some(name) = name(first).filter(|_| directive.is("set")) {
                sets.entry(name).or_default().push((node.parent, second));
            } else if let Some(name) = name(second).filter(|_| directive.is("map") && directive.block.is_some()) {
                maps.entry(name).or_default().push(at);
            }
        }
        Flow { tree, sets, maps }
    }

    /// What a variable may hold at a level.
    pub fn holds(&self, level: Level, name: &str) -> Holds {
        self.traced(level, name, 0)
    }

    /// A value with what `set` gives variables in their place, where that is one text; other variables stay.
    pub fn written(&self, level: Level, value: &str) -> String {
        self.put_in(level, value, 0)
    }

    fn put_in(&self, level: Level, value: &str, depth: usize) -> String {
        let (mut text, mut last) = (String::new(), 0);
        for variable in variables(value) {
            let mut set = self.sets_at(level, variable.name);
            if let (Some((at, word)), None) = (set.next(), set.next())
                && depth < DEEPEST
                && text.len() < LONGEST
            {
                text.push_str(value.cut(last..variable.start));
                text.push_str(&self.put_in(*at, &word.value, depth + 1));
                last = variable.end;
            }
        }
        text + value.cut(last..)
    }

    /// What sets a variable at a level: what is set in another location does not count there.
    fn sets_at(&self, level: Level, name: &str) -> impl Iterator<Item = &(Level, &'a Word)> {
        let all = self.sets.get(name).map_or(&[][..], Vec::as_slice);
        all.iter().take(MOST).filter(move |(at, _)| self.is_around(*at, level))
    }

    fn traced(&self, level: Level, name: &str, depth: usize) -> Holds {
        let client = |line_breaks, path| Holds::Client { line_breaks, any: true, slashes: true, path };
        if depth > DEEPEST {
            return Holds::Unknown;
        }
        if let Some(group) = self.group(level, name) {
            return group;
        }
        match name {
            "uri" | "document_uri" => return client(true, !self.loses_slash(level)),
            // Sent as the client wrote it, line breaks encoded.
            "request_uri" => return client(false, true),
            "args" | "query_string" => return client(false, false),
            _ if ["arg_", "http_", "cookie_"].iter().any(|start| name.starts_with(start)) => {
                return client(false, false);
            }
            _ => {}
        }
        let mut values: Vec<(Level, &str)> = self.sets_at(level, name).map(|(at, word)| (*at, &*word.value)).collect();
        for map in self.maps.get(name).into_iter().flatten() {
            if self.tree.gap(Some(*map)).is_some() {
                return Holds::Unknown;
            }
            let entries = self.tree.level(Some(*map)).take(MOST).filter(|(_, entry)| !entry.directive.is("include"));
            values.extend(entries.filter_map(|(at, entry)| Some((Some(at), entry.directive.arg(0)?))));
        }
        let (mut fixed, mut from_client) = (Vec::new(), None);
        for (at, value) in values {
            let (mut text, mut last) = (String::new(), 0);
            for variable in variables(value) {
                match self.traced(at, variable.name, depth + 1) {
                    Holds::Fixed(texts) if texts.len() == 1 => {
                        text.push_str(value.cut(last..variable.start));
                        text.push_str(&texts[0]);
                        last = variable.end;
                    }
                    client @ Holds::Client { .. } => from_client = Some(client.and(from_client, variable.start == 0)),
                    Holds::Fixed(_) | Holds::Unknown => return from_client.unwrap_or(Holds::Unknown),
                }
            }
            text.push_str(value.cut(last..));
            fixed.push(text);
        }
        match from_client {
            Some(client) => client,
            None if fixed.is_empty() => Holds::Unknown,
            None => Holds::Fixed(fixed),
        }
    }

    /// Whether a `rewrite` here leaves a path that does not begin with a slash: `rewrite ^/a/(.*)$ $1 break;`.
    fn loses_slash(&self, level: Level) -> bool {
        self.tree.named("rewrite").take(MOST).any(|(_, node)| {
            let [pattern, target, ..] = &node.directive.args[..] else { return false };
            let first = variables(&target.value).find(|variable| variable.start == 0);
            let slash = match first {
                Some(variable) => match variable.name.parse::<usize>() {
                    Ok(number) => groups(&pattern.value).get(number.wrapping_sub(1)).is_some_and(|group| {
                        group.content.starts_with('/') || group.open == usize::from(pattern.value.starts_with('^'))
                    }),
                    Err(_) => matches!(variable.name, "uri" | "request_uri" | "document_uri" | "scheme"),
                },
                None => ["/", "http://", "https://"].iter().any(|start| target.value.starts_with(start)),
            };
            !slash && self.is_around(node.parent, level)
        })
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

    /// What a group of the expression around a level holds: of `location ~`, `if ($uri ~ ...)`, or a line of a `map`.
    fn group(&self, level: Level, name: &str) -> Option<Holds> {
        let number = name.parse::<usize>().ok();
        let mut at = level;
        while let Some(index) = at {
            let block = self.tree.nodes.get(index as usize)?;
            let source = self.tree.block(block.parent);
            if let Some((pattern, decoded)) = expression(block.directive, source)
                && let Some(group) = groups(pattern)
                    .into_iter()
                    .enumerate()
                    .find_map(|(index, group)| (number == Some(index + 1) || group.name == Some(name)).then_some(group))
            {
                // What begins where the path does begins with its slash.
                let first =
                    pattern.starts_with("^(") || group.content.starts_with(".*") || group.content.starts_with(".+");
                let at_start = decoded && first && group.open == usize::from(pattern.starts_with('^'));
                let group = group.content;
                // A `rewrite` at the same level has groups of its own.
                let rewritten = number.is_some() && self.tree.own(level, "rewrite").next().is_some();
                let client = Holds::Client {
                    line_breaks: decoded && spans_lines(group),
                    any: takes_any(group),
                    slashes: takes_slashes(group),
                    path: group.starts_with('/') || at_start,
                };
                return Some(if rewritten { Holds::Unknown } else { client });
            }
            at = block.parent;
        }
        None
    }
}

/// How far a value is followed, and how long it may become; nobody's configuration needs as much.
const DEEPEST: usize = 20;
const MOST: usize = 20;
const LONGEST: usize = 4096;

/// The expression of a block or of a line of a `map`, and whether it looks at the decoded path.
fn expression<'a>(block: &'a Directive, around: Option<&Directive>) -> Option<(&'a str, bool)> {
    if let Some(map) = around.filter(|around| around.is("map")) {
        let pattern = block.name.value.strip_prefix('~')?;
        let decoded = map.arg(0).is_some_and(|source| source.contains("$uri") || source.contains("$document_uri"));
        return Some((pattern.strip_prefix('*').unwrap_or(pattern), decoded));
    }
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
    /// Where its bracket opens.
    pub open: usize,
    /// What is between its brackets.
    pub content: &'a str,
}

/// The groups of an expression that keep what they fit, in order.
pub fn groups(pattern: &str) -> Vec<Group<'_>> {
    let bytes = pattern.as_bytes();
    let mut found: Vec<(Option<&str>, usize, usize, Option<usize>)> = Vec::new();
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
                        found.push((Some(name.cut(..end)), at, start, None));
                        open.push(Some(found.len() - 1));
                    }
                    None if rest.starts_with(['?', '*']) => open.push(None),
                    None => {
                        found.push((None, at, at + 1, None));
                        open.push(Some(found.len() - 1));
                    }
                }
            }
            b')' if !class => {
                if let Some(Some(group)) = open.pop() {
                    found[group].3 = Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    let group = |(name, open, start, end): (Option<_>, usize, usize, Option<usize>)| {
        let content = pattern.cut(start..end.unwrap_or(pattern.len()));
        Group { name, open, content }
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

/// Whether slashes may be in it.
fn takes_slashes(part: &str) -> bool {
    let classes = part.match_indices('[').any(|(at, _)| {
        let class = part.cut(at + 1..);
        let class = class.cut(..class.find(']').unwrap_or(class.len()));
        class.starts_with('^') != class.contains('/')
    });
    let plain = part.replace("\\.", "");
    let outside = plain.split('[').enumerate().any(|(index, text)| {
        let text = if index == 0 { text } else { text.split_once(']').map_or("", |(_, rest)| rest) };
        text.contains(['.', '/']) || ["\\S", "\\W", "\\D"].iter().any(|class| text.contains(class))
    });
    classes || outside
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
