//! Template to what `envsubst` makes of it, and what else may fill files in.

use std::collections::{HashMap, HashSet};

use super::Project;
use crate::model::starts::Step;
use crate::model::{Document, Kind, Tree};
use crate::source::{Cut, FileId, Span, directory, join};
use crate::syntax::shell::base_name;

/// Programs that put values into files.
const REPLACING: [&str; 9] =
    ["envsubst", "sed", "perl", "awk", "dockerize", "gomplate", "confd", "ansible-playbook", "jinja2"];

/// Whether a line has a blank that a pipeline fills in: `#{DB_PASSWORD}#`. YAML takes it for a comment, and nobody means that.
fn has_token(line: &str) -> bool {
    let name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let tokens = line.split("#{").skip(1);
    tokens.filter_map(|rest| rest.split_once("}#")).any(|(inner, _)| name(inner.trim()))
}

/// Whether a part of a text is a word of its own.
fn is_word(text: &str, at: usize, length: usize) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '=');
    !text.cut(..at).ends_with(inside) && !text.cut(at + length..).starts_with(inside)
}

/// Whether the path of a file says that it is filled in: `nginx-template.conf`, `templates/site.conf`.
fn is_named_template(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["template", "tmpl", ".tpl", "skeleton"].iter().any(|word| path.contains(word))
}

/// What a `sed` or `envsubst` of a script or pipeline looks for, and in which files.
#[derive(Debug)]
pub(super) struct Replaced {
    text: String,
    /// The names of the files it changes.
    files: Vec<String>,
}

/// Shorter texts than this stand in too many places.
const SHORTEST: usize = 4;

/// What a `sed` looks for, as far as it is plain text, and the names of the files it changes.
fn replaced_by(step: &Step) -> (Vec<String>, Vec<String>) {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for word in step.arguments() {
        let word = word.value.as_str();
        match searched(word) {
            Some(text) if text.len() >= SHORTEST => texts.push(text),
            Some(_) => {}
            None if !word.starts_with('-') && !word.is_empty() => files.push(base_name(word).to_owned()),
            None => {}
        }
    }
    (texts, files)
}

/// What stands between the first two separators of `s/text/other/`; nothing when it is a pattern.
fn searched(word: &str) -> Option<String> {
    let rest = word.strip_prefix('s')?;
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '|' | '#' | '@' | ',' | '~' | '%'))?;
    let (mut text, mut escaped) = (String::new(), false);
    for c in rest.chars().skip(1) {
        match c {
            _ if escaped => (escaped, text) = (false, text + c.encode_utf8(&mut [0; 4])),
            '\\' => escaped = true,
            _ if c == separator => return Some(text),
            '*' | '[' | '^' | '$' => return Some(String::new()),
            _ => text.push(c),
        }
    }
    None
}

impl Project {
    /// Whether a command puts something else in the place of a text before anything reads it:
    /// `sed -i "s/__DB_PASSWORD__/$DB_PASSWORD/" compose.yaml`.
    pub fn is_replaced(&self, span: Span) -> bool {
        let replaced = self.replaced.get_or_init(|| self.replacements());
        let source = self.source(span.file);
        let line = source.line(source.lines().line(span.start));
        // What a pipeline fills in, as it is written for Azure's `replacetokens`.
        if has_token(source.text().cut(line.clone())) {
            return true;
        }
        if replaced.is_empty() {
            return false;
        }
        let (text, name) = (source.text().cut(line.clone()), base_name(&source.path));
        let here =
            |replaced: &&Replaced| replaced.files.iter().any(|file| file == name || file.contains(['$', '*', '{']));
        let covers = |at: usize, length: usize| {
            let start = line.start + at;
            start < span.end as usize && (span.start as usize) < start + length
        };
        replaced
            .iter()
            .filter(here)
            .filter(|_| self.look(1))
            .any(|replaced| text.match_indices(&replaced.text).any(|(at, found)| covers(at, found.len())))
    }

    fn replacements(&self) -> Vec<Replaced> {
        let commands = self.commands();
        let steps = commands.iter().flat_map(|commands| commands.steps);
        let mut found = Vec::new();
        for step in steps.filter(|step| step.tool() == "sed" && self.look(1)) {
            let (texts, files) = replaced_by(step);
            found.extend(texts.into_iter().map(|text| Replaced { text, files: files.clone() }));
        }
        let steps = commands.iter().flat_map(|commands| commands.steps);
        for step in steps.filter(|step| step.tool() == "envsubst" && self.look(1)) {
            for read in step.redirects.iter().filter(|redirect| redirect.operator == "<") {
                found.extend(self.filled_by_envsubst(base_name(&read.target.value)));
            }
        }
        found
    }

    /// What `envsubst` replaces in the files of a name: `${NAME}`, and nothing that has a default.
    fn filled_by_envsubst(&self, name: &str) -> Vec<Replaced> {
        let mut variables = HashSet::new();
        for document in self.documents.iter().filter(|document| base_name(&document.source.path) == name) {
            for rest in self.text_of(document).unwrap_or_default().split("${").skip(1) {
                let inner = rest.split('}').next().unwrap_or_default();
                if !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                    variables.insert(inner);
                }
            }
        }
        let replaced = |inner| Replaced { text: format!("${{{inner}}}"), files: vec![name.to_owned()] };
        variables.into_iter().map(replaced).collect()
    }

    /// The scripts that put something in the place of a text in a file of nginx or Compose that git keeps, each with the command
    /// and the file.
    pub fn filled_in_place(&self) -> Vec<(FileId, Span, FileId)> {
        let mut found = Vec::new();
        for commands in self.commands() {
            if commands.kind != Kind::Script || commands.run_in_image() {
                continue;
            }
            let edits = |step: &&Step| {
                let in_place = step
                    .arguments()
                    .iter()
                    .any(|word| word.value.starts_with("-i") || word.value.starts_with("--in-place"));
                step.tool() == "sed" && in_place && step.inside.is_none() && !step.contained && self.look(1)
            };
            for step in commands.steps.iter().filter(edits) {
                let (texts, _) = replaced_by(step);
                let file = step.arguments().last().map_or("", |word| word.value.trim_start_matches("./"));
                let beside = join(directory(commands.path), file);
                let Some(document) = self.at(file).or_else(|| self.at(&beside)) else { continue };
                let text = document.source.text();
                let kept = matches!(document.tree, Tree::Nginx(_) | Tree::Compose(_))
                    && !self.git.ignored(&document.source.path).is_yes();
                if kept && texts.iter().any(|own| text.contains(own.as_str())) {
                    found.push((commands.file, step.span, document.source.id));
                }
            }
        }
        found
    }

    /// Whether an nginx file takes turns with another one of its folder: a script of the project puts each of the two aside, under
    /// another name, as one is for the first certificate and the other for afterwards.
    pub fn takes_turns(&self, file: FileId) -> bool {
        self.in_turn.get_or_init(|| self.put_aside()).contains(&file)
    }

    fn put_aside(&self) -> HashSet<FileId> {
        let mut found = HashSet::new();
        for commands in self.commands() {
            let moves =
                commands.steps.iter().filter(|step| step.name() == "mv" && step.inside.is_none() && self.look(1));
            let aside = moves.filter_map(|step| match step.arguments() {
                [from, to] if base_name(&to.value).starts_with(&format!("{}.", base_name(&from.value))) => {
                    Some(from.value.trim_start_matches("./"))
                }
                _ => None,
            });
            let aside: Vec<&str> = aside.collect();
            let mut folders: HashMap<&str, Vec<FileId>> = HashMap::new();
            for nginx in self.nginx.iter().filter(|_| !aside.is_empty()) {
                let path = nginx.path.as_str();
                let named = |word: &str| self.look(1) && (path == word || path.ends_with(&format!("/{word}")));
                if aside.iter().any(|word| named(word)) {
                    folders.entry(directory(path)).or_default().push(nginx.file);
                }
            }
            found.extend(folders.into_values().filter(|files| files.len() > 1).flatten());
        }
        found
    }

    /// Whether something may put variables into a file, of nginx above all, before its program reads it: it is a template or
    /// its name says so, a program of the project does such things, or nobody knows the image.
    pub fn may_be_filled_in(&self, file: FileId) -> bool {
        self.nginx_file(file).is_some_and(|tree| tree.template.is_some())
            || is_named_template(&self.source(file).path)
            || self.readers(file).any(|service| self.stock(service).is_none())
            || self.web_containers(&self.source(file).path).iter().any(|seen| is_named_template(&seen.path))
            || self.replacing().any(|text| {
                let named = [base_name(&self.source(file).path), "nginx", "*.conf", "templates"];
                self.look(1 + text.len() / 4096) && named.iter().any(|name| text.contains(name))
            })
    }

    /// The texts of what may put values into files: a script, a recipe or a command that names such a program.
    fn replacing(&self) -> impl Iterator<Item = &str> {
        let commands = |document: &&Document| !matches!(document.tree, Tree::Nginx(_) | Tree::Pem(_));
        let find = || {
            let documents = self.documents.iter().filter(commands).filter(|document| {
                let text = document.source.text();
                let names = |program: &str| text.match_indices(program).any(|(at, _)| is_word(text, at, program.len()));
                REPLACING.into_iter().any(names)
            });
            documents.map(|document| document.source.id).collect()
        };
        self.replacing.get_or_init(find).iter().map(|file| self.source(*file).text())
    }

    /// The file of a name that holds variables of nginx itself, which a substitution without a list empties.
    pub fn with_nginx_variables(&self, name: &str) -> Option<&str> {
        const OWN: [&str; 6] =
            ["$host", "$remote_addr", "$proxy_add_x_forwarded_for", "$scheme", "$uri", "$request_uri"];
        let mut named = self.documents.iter().filter(|document| {
            document.source.path.rsplit('/').next() == Some(name) && self.look(1 + document.source.text().len() / 4096)
        });
        let found = named.find(|document| OWN.iter().any(|own| document.source.text().contains(own)))?;
        Some(&found.source.path)
    }
}
