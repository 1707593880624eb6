//! The steps of build servers, the tasks of `task`, the scripts of a `package.json`.

use super::{Given, Snippet, Snippets};
use crate::source::{Cut, Source, Spanned};
use crate::syntax::shell::Flavour;
use crate::syntax::yaml::{self, Node, Style};

/// Maps in maps deeper than this are not looked into.
const DEEPEST: usize = 24;
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
    tried: bool,
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
        here.tried |= self.is_thrown_away(node);
        self.sent(node);
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

    /// What a step copies with an action for that: `uses: appleboy/scp-action`, `source: "compose.yml,nginx.conf"`.
    fn sent(&mut self, step: Node) {
        let copies = |name: &str| name.contains("scp-action") || name.contains("action-scp");
        if !step.get("uses").and_then(Node::as_str).is_some_and(copies) {
            return;
        }
        let told = ["source", "local"].iter().find_map(|key| step.at(&["with", key])?.as_str());
        let files: Vec<&str> = told
            .into_iter()
            .flat_map(|list| list.split([',', '\n']))
            .map(str::trim)
            .filter(|path| !path.is_empty())
            .collect();
        let whole = |path: &&&str| !path.ends_with('/') && !path.contains(['*', '$', '!']);
        self.found.sent.extend(files.iter().filter(whole).map(|path| (*path).to_owned()));
        // It keeps the folders that lead to a file, but for as many as it is told to leave out.
        let with = |key: &str| step.at(&["with", key]).and_then(Node::as_str);
        let Some((target, left_out)) = with("target").zip(with("strip_components")) else { return };
        let folder = |path: &&str| {
            let folder = path.trim_start_matches("./").strip_suffix("/*")?;
            let depth = folder.split('/').count();
            (!folder.contains(['*', '$', '!']) && left_out.parse() == Ok(depth)).then(|| folder.to_owned())
        };
        self.found.put.extend(files.iter().filter_map(folder).map(|folder| (folder, target.to_owned())));
    }

    /// Whether a job runs on a machine that the build server lends it, and talks to no other Docker.
    fn is_thrown_away(&self, job: Node) -> bool {
        let lent = |name: &str| ["ubuntu-", "windows-", "macos-"].iter().any(|system| name.starts_with(system));
        let other = ["DOCKER_HOST", "docker context", "ssh://"];
        let text = || self.source.text().cut(job.span().range());
        job.get("runs-on").and_then(Node::as_str).is_some_and(lent) && !other.iter().any(|word| text().contains(word))
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
        let (directory, given) = (way.directory.clone(), way.given.as_slice().into());
        let Way { remote, tried, .. } = *way;
        let flavour = self.flavour;
        self.found.list.push(Snippet { directory, given, remote, tried, continues, flavour, ..snippet });
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
