//! The pieces of a file that a shell runs: recipes, steps, units, schedules, commands in guides.

use std::ops::Range;
use std::rc::Rc;

use super::dotenv::{Dialect, is_name};
use super::shell::Flavour;
use super::yaml::{self, Node, Style};
use crate::source::{Cut, Source, Span, Spanned};

/// Maps in maps deeper than this are not looked into.
const DEEPEST: usize = 24;

/// A text that a shell runs.
#[derive(Clone, Debug)]
pub struct Snippet {
    /// What the shell reads. Signs that are not for it (`@` in recipes, prompts, `>` in front of lines) are spaces.
    pub text: String,
    /// Where it is written.
    pub span: Span,
    /// What fills it in before the shell does.
    pub flavour: Flavour,
    /// Whether every byte of the text is one of the span.
    verbatim: bool,
    /// The directory it runs in, as written.
    pub directory: Option<Spanned<String>>,
    /// Variables it is given.
    pub given: Rc<[Given]>,
    /// Whether it goes on in the shell of the snippet before.
    pub continues: bool,
    /// Whether another machine runs it.
    pub remote: bool,
}

/// A variable that something gives to a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Where.
    pub span: Span,
    /// The value as written; `None`: set, to what is not known.
    pub value: Option<String>,
}

/// What a file runs.
#[derive(Clone, Default, Debug)]
pub struct Snippets {
    /// The names that make, just or task put in.
    pub names: Vec<Given>,
    /// What is run, in the order of the file.
    pub list: Vec<Snippet>,
    /// The env files that the program itself reads before it runs anything.
    pub files: Vec<(Dialect, Spanned<String>)>,
}

impl Snippet {
    fn new(text: String, span: Span, verbatim: bool) -> Self {
        let flavour = Flavour::Plain;
        Snippet {
            text,
            span,
            flavour,
            verbatim,
            directory: None,
            given: Rc::default(),
            continues: false,
            remote: false,
        }
    }

    /// Where a range of the text stands in the file; all of the snippet where that cannot be told.
    pub fn place(&self, range: &Range<usize>) -> Span {
        if self.verbatim { self.span.slice(range.start, range.end) } else { self.span }
    }
}

/// The whole file.
pub fn whole(source: &Source) -> Snippets {
    let text = source.text().to_owned();
    let span = Span::new(source.id, 0, text.len());
    Snippets { list: vec![Snippet::new(text, span, true)], ..Snippets::default() }
}

/// The lines of a text with their offsets, those that a backslash continues as one; line ends are left out.
fn joined(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let mut length = 0;
        loop {
            let line = memchr::memchr(b'\n', rest.cut(length..).as_bytes());
            let end = line.map_or(rest.len(), |line| length + line);
            let goes_on = line.is_some() && rest.cut(length..end).trim_end_matches('\r').ends_with('\\');
            length = end + 1;
            if !goes_on {
                let start = at;
                at += length.min(rest.len());
                return Some((start, rest.cut(..end)));
            }
        }
    })
}

/// A text with spaces in place of its first bytes.
fn blanked(text: &str, length: usize) -> String {
    let mut blank = " ".repeat(length.min(text.len()));
    blank.push_str(text.cut(length..));
    blank
}

/// The recipes of a makefile.
pub fn makefile(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    let mut exported = Vec::new();
    for (at, line) in joined(source.text()) {
        let span = Span::new(source.id, at, at + line.len());
        if !source.budget.nodes(1, span) {
            break;
        }
        if line.starts_with('\t') {
            let signs = line.len() - line.trim_start_matches(['\t', ' ', '@', '-', '+']).len();
            let snippet = Snippet::new(blanked(line, signs), span, true);
            found.list.push(Snippet { flavour: Flavour::Make, ..snippet });
        } else {
            makefile_line(line, span, &mut found, &mut exported);
        }
    }
    let exported: Rc<[Given]> = exported.into();
    for snippet in &mut found.list {
        snippet.given = Rc::clone(&exported);
    }
    found
}

/// `NAME := value`, `export NAME = value`, `target: ; recipe`.
fn makefile_line(line: &str, span: Span, found: &mut Snippets, exported: &mut Vec<Given>) {
    let trimmed = line.trim_start();
    if trimmed.starts_with('#') {
        return;
    }
    let mut words = trimmed.split_whitespace();
    if matches!(words.next(), Some("include" | "-include" | "sinclude")) {
        let files = words.filter(|word| is_name(super::Name::new(word).lower()));
        found.files.extend(files.map(|file| (Dialect::Make, Spanned::new(file.to_owned(), span))));
        return;
    }
    let (exports, rest) = match trimmed.strip_prefix("export ") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, trimmed.strip_prefix("override ").unwrap_or(trimmed)),
    };
    if let Some((name, value)) = rest.split_once('=') {
        let bare = name.trim_end_matches([':', '?', '+', '!']);
        let adds = name.ends_with('+');
        let name = bare.trim();
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) {
            let value = value.split(" #").next().unwrap_or(value).trim();
            let value = (!bare.ends_with('!') && !adds).then(|| value.replace("\\\n", " "));
            let given = Given { name: name.to_owned(), span, value };
            exported.extend(exports.then(|| given.clone()));
            found.names.push(given);
            return;
        }
    } else if exports {
        exported.extend(rest.split_whitespace().map(|name| Given { name: name.to_owned(), span, value: None }));
        return;
    }
    if let Some(at) = line.find(';').filter(|_| line.contains(':')) {
        let snippet = Snippet::new(blanked(line, at + 1), span, true);
        found.list.push(Snippet { flavour: Flavour::Make, ..snippet });
    }
}

/// The recipes of a justfile.
pub fn justfile(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    let mut whole_recipe = false;
    for (at, line) in joined(source.text()) {
        let span = Span::new(source.id, at, at + line.len());
        if !source.budget.nodes(1, span) {
            break;
        }
        if line.starts_with([' ', '\t']) {
            let text = line.trim_start();
            let first = found.list.last().is_none_or(|last| (last.span.end as usize) + 1 < at);
            whole_recipe = if text.starts_with("#!") { true } else { whole_recipe && !first };
            let signs = line.len() - line.trim_start_matches(['\t', ' ', '@', '-']).len();
            let snippet = Snippet::new(blanked(line, signs), span, true);
            found.list.push(Snippet { flavour: Flavour::Braces, continues: whole_recipe && !first, ..snippet });
        } else if let Some((name, value)) = line.split_once(":=") {
            let exported = name.trim_start().strip_prefix("export ");
            let name = exported.unwrap_or(name).trim().to_owned();
            let value = value.trim();
            let inner = value.trim_matches(['"', '\'']);
            let plain = value.len() == inner.len() + 2;
            found.names.push(Given { name, span, value: plain.then(|| inner.to_owned()) });
        }
    }
    found
}

/// `name: command` of a `Procfile`.
pub fn procfile(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    for (at, line) in joined(source.text()) {
        let span = Span::new(source.id, at, at + line.len());
        let Some((name, _)) = line.split_once(':').filter(|(name, _)| !name.starts_with('#')) else { continue };
        if !source.budget.nodes(1, span) {
            break;
        }
        found.list.push(Snippet::new(blanked(line, name.len() + 1), span, true));
    }
    found
}

/// What a unit of systemd starts, with the variables and the directory it gives.
pub fn unit(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    let (mut directory, mut given) = (None, Vec::new());
    for (at, line) in joined(source.text()) {
        let span = Span::new(source.id, at, at + line.len());
        if !source.budget.nodes(1, span) {
            break;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with(['#', ';'])) else { continue };
        let value_at = span.slice(key.len() + 1, line.len());
        match key.trim() {
            "EnvironmentFile" => {
                let path = value.trim().trim_start_matches('-').to_owned();
                found.files.push((Dialect::Systemd, Spanned::new(path, span)));
            }
            "WorkingDirectory" => {
                directory = Some(Spanned::new(value.trim().trim_start_matches('-').to_owned(), value_at));
            }
            "Environment" => {
                for word in super::shell::words(value) {
                    if let Some((name, value)) = word.text.split_once('=') {
                        let place = value_at.slice(word.range.start, word.range.end);
                        given.push(Given { name: name.to_owned(), span: place, value: Some(value.to_owned()) });
                    }
                }
            }
            exec if exec.starts_with("Exec") => {
                let signs = value.len() - value.trim_start_matches([' ', '@', '-', ':', '+', '!']).len();
                found.list.push(Snippet::new(blanked(line, key.len() + 1 + signs), span, true));
            }
            _ => {}
        }
    }
    let given: Rc<[Given]> = given.into();
    for snippet in &mut found.list {
        snippet.directory.clone_from(&directory);
        snippet.given = Rc::clone(&given);
    }
    found
}

/// What cron runs. `system`: the sixth field is a user.
pub fn crontab(source: &Source, system: bool) -> Snippets {
    let mut found = Snippets::default();
    let mut given: Vec<Given> = Vec::new();
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let span = Span::new(source.id, at, at + line.trim_end().len());
        at += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if !source.budget.nodes(1 + given.len() / 8, span) {
            break;
        }
        let fields = if text.starts_with('@') { 1 } else { 5 } + usize::from(system);
        let assignment = text.split_once('=').filter(|(name, _)| super::shell::is_name(name.trim()));
        if let Some((name, value)) = assignment {
            let value = Some(value.trim().trim_matches(['"', '\'']).to_owned());
            given.push(Given { name: name.trim().to_owned(), span, value });
        } else {
            let mut rest = line.trim_start();
            for _ in 0..fields {
                rest = rest.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
            }
            let line = line.trim_end();
            let start = line.len().saturating_sub(rest.trim_end().len());
            let snippet = Snippet::new(blanked(line, start), span, true);
            found.list.push(Snippet { given: given.as_slice().into(), ..snippet });
        }
    }
    found
}

/// Keys whose values a shell runs, in the files of build servers and task runners.
const RUN: [&str; 13] = [
    "run",
    "script",
    "before_script",
    "after_script",
    "after-script",
    "commands",
    "command",
    "cmds",
    "cmd",
    "bash",
    "deps_command",
    "run_command",
    "inlineScript",
];
/// Keys whose maps are variables.
const VARIABLES: [&str; 5] = ["env", "variables", "environment", "vars", "deployment_env"];
/// Keys that say where a step runs.
const DIRECTORIES: [&str; 5] = ["working-directory", "working_directory", "workingDirectory", "workdir", "dir"];

/// What is known on the way down a tree.
#[derive(Clone, Default)]
struct Way {
    directory: Option<Spanned<String>>,
    given: Vec<Given>,
    remote: bool,
}

/// The steps of a build server, or the tasks of `task`.
pub fn steps(source: &Source, flavour: Flavour) -> Snippets {
    let file = yaml::parse(source);
    let mut walk = Steps { source, flavour, found: Snippets::default() };
    if let Some(root) = file.root() {
        walk.node(root, &Way::default(), 0);
        if flavour == Flavour::Braces {
            walk.found.names = root.get("vars").map_or_else(Vec::new, |vars| variables(vars));
        }
    }
    walk.found
}

/// The scripts of a `package.json`.
pub fn package(source: &Source) -> Snippets {
    let file = yaml::parse(source);
    let mut walk = Steps { source, flavour: Flavour::Plain, found: Snippets::default() };
    for entry in file.root().and_then(|root| root.get("scripts")).iter().flat_map(|scripts| scripts.written_entries()) {
        walk.text(entry.value, &Way::default(), false);
    }
    walk.found
}

fn variables(map: Node) -> Vec<Given> {
    let pair = |entry: yaml::Entry| {
        let name = entry.name()?.to_owned();
        let value = entry.value.get("value").unwrap_or(entry.value);
        Some(Given { name, span: entry.span(), value: value.as_str().map(str::to_owned) })
    };
    let listed = |item: Node| {
        let (name, value) = item.as_str()?.split_once('=')?;
        Some(Given { name: name.to_owned(), span: item.span(), value: Some(value.to_owned()) })
    };
    map.entries().filter_map(pair).chain(map.items().filter_map(listed)).collect()
}

struct Steps<'a> {
    source: &'a Source,
    flavour: Flavour,
    found: Snippets,
}

impl Steps<'_> {
    fn node(&mut self, node: Node, way: &Way, depth: usize) {
        if depth > DEEPEST || !self.source.budget.nodes(1 + way.given.len() / 8, node.span()) {
            return;
        }
        for item in node.items() {
            self.node(item, way, depth + 1);
        }
        if !node.is_map() {
            return;
        }
        let mut here = way.clone();
        let defaults = node.at(&["defaults", "run"]);
        for map in [defaults, Some(node)].into_iter().flatten() {
            for key in DIRECTORIES {
                if let Some((text, span)) = map.get(key).and_then(|value| Some((value.as_str()?, value.span()))) {
                    here.directory = Some(Spanned::new(text.to_owned(), span));
                }
            }
        }
        for key in VARIABLES {
            here.given.extend(node.get(key).map_or_else(Vec::new, variables));
        }
        for entry in node.entries() {
            let name = entry.name().unwrap_or_default();
            let text = entry.value.as_str().is_some();
            if RUN.contains(&name) && (text || entry.value.is_sequence()) {
                let below = Way { remote: way.remote, ..here.clone() };
                let mut first = true;
                self.list(entry.value, &below, &mut first, depth);
            } else if !VARIABLES.contains(&name) {
                self.node(entry.value, &Way { remote: way.remote || name == "with", ..here.clone() }, depth + 1);
            }
        }
    }

    /// One text, or several of one shell.
    fn list(&mut self, node: Node, way: &Way, first: &mut bool, depth: usize) {
        if depth > DEEPEST || !self.source.budget.nodes(1, node.span()) {
            return;
        }
        if node.as_str().is_some() {
            self.text(node, way, !std::mem::take(first));
        }
        for item in node.items() {
            if item.is_map() { self.node(item, way, depth + 1) } else { self.list(item, way, first, depth + 1) }
        }
    }

    fn text(&mut self, node: Node, way: &Way, continues: bool) {
        let Some(decoded) = node.as_str() else { return };
        let node = node.resolve();
        let raw = || self.source.text().cut(node.span().range());
        let snippet = match node.style() {
            Style::Block => Snippet::new(unfolded(raw(), decoded), node.span(), true),
            _ if node.verbatim().is_some() => Snippet::new(decoded.to_owned(), node.inner_span(), true),
            _ => Snippet::new(decoded.to_owned(), node.span(), false),
        };
        let (directory, given, remote) = (way.directory.clone(), way.given.as_slice().into(), way.remote);
        let flavour = self.flavour;
        self.found.list.push(Snippet { directory, given, remote, continues, flavour, ..snippet });
    }
}

/// The text below `|` or `>` as it is written; for `>` the line ends that it takes out are spaces.
fn unfolded(raw: &str, decoded: &str) -> String {
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    if lines(raw) == lines(decoded) {
        return raw.to_owned();
    }
    let mut text = raw.to_owned();
    let mut at = 0;
    while let Some(end) = memchr::memchr(b'\n', text.cut(at..).as_bytes()).map(|length| at + length) {
        let next = text.cut(end + 1..);
        if !next.lines().next().unwrap_or_default().trim().is_empty() && end > at {
            text.replace_range(end..=end, " ");
        }
        at = end + 1;
    }
    text
}

/// The commands of a guide: those of its fences, of indented lines, and in the text between backticks.
pub fn guide(source: &Source) -> Snippets {
    let mut found = Snippets::default();
    let mut fence: Option<(&str, bool)> = None;
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let (start, body) = (at, line.trim_end());
        at += line.len();
        let text = body.trim_start();
        let span = Span::new(source.id, start, start + body.len());
        let bare = text.trim_start_matches(['>', ' ', '-', '*']);
        let sign = ["```", "~~~"].into_iter().find(|sign| bare.starts_with(sign));
        match (fence, sign) {
            (Some((open, _)), Some(sign)) if open == sign && bare.trim_start_matches(['`', '~']).is_empty() => {
                fence = None;
            }
            (None, Some(sign)) => {
                let label = bare.trim_start_matches(['`', '~']).trim().to_ascii_lowercase();
                let label = label.trim_start_matches(['{', '.']);
                let label = label.split([' ', '{', ',', ':', '}']).next().unwrap_or_default();
                fence = Some((sign, SHELLS.contains(&label)));
                if !source.budget.nodes(1, span) {
                    break;
                }
                found.list.push(Snippet::new(String::new(), Span::new(source.id, at, at), true));
            }
            (Some((_, true)), _) => {
                if let Some(last) = found.list.last_mut() {
                    last.text.push_str(&unprompted(line));
                    last.span.end = Span::new(source.id, at, at).start;
                }
            }
            (Some(_), _) => {}
            (None, None) => {
                if !source.budget.nodes(1, span) {
                    break;
                }
                let indented = body.starts_with("    ") || body.starts_with('\t');
                if indented && starts_command(text.trim_start_matches(['$', ' '])) {
                    found.list.push(Snippet::new(unprompted(body), span, true));
                } else {
                    inline(body, span, &mut found);
                }
            }
        }
    }
    found.list.retain(|snippet| !snippet.text.trim().is_empty());
    for snippet in &mut found.list {
        snippet.text = filled_in(&snippet.text);
    }
    found
}

/// Labels of fences that hold commands. Half of the fences with commands in them have none.
const SHELLS: [&str; 13] = [
    "",
    "sh",
    "shell",
    "bash",
    "zsh",
    "console",
    "terminal",
    "shell-session",
    "shellsession",
    "cmd",
    "powershell",
    "ps1",
    "text",
];

/// The command of a line of a crontab.
fn scheduled(text: &str) -> Option<&str> {
    let mut rest = text;
    if rest.starts_with('@') {
        return ["@reboot ", "@hourly ", "@daily ", "@weekly "].iter().find_map(|when| rest.strip_prefix(when));
    }
    for _ in 0..5 {
        let (field, behind) = rest.split_once([' ', '\t'])?;
        let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'*' | b'/' | b',' | b'-');
        if field.is_empty() || !field.bytes().all(plain) {
            return None;
        }
        rest = behind.trim_start();
    }
    Some(rest)
}

/// A text in which `<your-domain>` is a word: people put something in its place, the shell would redirect.
fn filled_in(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', text.cut(at..).as_bytes()).map(|length| at + length) {
        at = open + 1;
        let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b' ' | b'.');
        let length = text.cut(at..).bytes().take_while(inner).count();
        let first = text.cut(at..).as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
        if first && text.cut(at + length..).starts_with('>') {
            bytes[open] = b'{';
            bytes[at + length] = b'}';
            for byte in bytes.iter_mut().skip(at).take(length).filter(|byte| **byte == b' ') {
                *byte = b'-';
            }
            at += length;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A line without the sign of the prompt and that of a quotation.
fn unprompted(line: &str) -> String {
    let text = line.trim_start_matches([' ', '\t', '>']);
    if let Some(command) = scheduled(text) {
        return blanked(line, line.len() - command.len());
    }
    let prompt = ["$ ", "# ", "% ", "❯ ", "➜ "].into_iter().find(|sign| text.starts_with(sign));
    // A sign for root is a comment to the shell, unless a command is behind it.
    let prompt = prompt.filter(|sign| *sign != "# " || starts_command(text.cut(2..)));
    let signs = line.len() - text.len() + prompt.map_or(0, str::len);
    if line.cut(..signs).contains('>') || prompt.is_some() { blanked(line, signs) } else { line.to_owned() }
}

/// Whether a text begins like a command that a guide may have anywhere.
fn starts_command(text: &str) -> bool {
    const PROGRAMS: [&str; 11] = [
        "source ",
        "set -a",
        "export $(",
        "node --env-file",
        "docker compose ",
        "docker-compose ",
        "docker stack ",
        "docker run ",
        "podman-compose ",
        "podman compose ",
        "sudo docker",
    ];
    let assigned = text
        .split(' ')
        .find(|word| !word.contains('='))
        .map_or(text, |word| text.cut(word.as_ptr() as usize - text.as_ptr() as usize..));
    PROGRAMS.iter().any(|program| assigned.starts_with(program) || text.starts_with(program))
}

/// Code between backticks.
fn inline(line: &str, span: Span, found: &mut Snippets) {
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'`', line.cut(at..).as_bytes()).map(|length| at + length) {
        let signs = line.cut(start..).bytes().take_while(|byte| *byte == b'`').count();
        let open = start + signs;
        let Some(length) = line.cut(open..).find("`".repeat(signs).as_str()) else { break };
        let code = line.cut(open..open + length);
        if starts_command(code.trim_start_matches(['$', ' '])) {
            let signs = code.len() - code.trim_start_matches(['$', ' ']).len();
            found.list.push(Snippet::new(blanked(code, signs), span.slice(open, open + length), true));
        }
        at = open + length + signs;
    }
}

/// The commands that the comments of another format tell people to run: `# Usage: docker compose -f a.yml up`.
pub fn comments(source: &Source, comments: &[Span]) -> Snippets {
    let mut found = Snippets::default();
    let mut goes_on = false;
    for &span in comments {
        let line = source.text().cut(span.range());
        let goes = std::mem::replace(&mut goes_on, line.ends_with('\\'));
        let signs = line.len() - line.trim_start_matches(['#', ' ', '\t', '$']).len();
        if let Some(last) = found.list.last_mut().filter(|_| goes) {
            let between = span.start.saturating_sub(last.span.end) as usize;
            last.text.push_str(&"\n".repeat(between.min(1)));
            last.text.push_str(&" ".repeat(between.saturating_sub(1)));
            last.text.push_str(&blanked(line, signs));
            last.span.end = span.end;
            continue;
        }
        if line.contains('`') {
            inline(line, span, &mut found);
            goes_on = false;
            continue;
        }
        // At the start of the comment, or behind a label.
        let starts = std::iter::once(signs).chain(line.match_indices(": ").map(|(at, _)| at + 2));
        let command = starts.filter(|&at| starts_command(line.cut(at..).trim_start())).min();
        match command.filter(|_| source.budget.nodes(1, span)) {
            Some(at) => found.list.push(Snippet::new(blanked(line, at), span, true)),
            None => goes_on = false,
        }
    }
    found
}
