//! Where a Compose file holds secrets in plain text.

use super::value::{Data, Field, Value, Variable, pairs};
use super::{Composition, Library, Service};
use crate::secret::{
    Format, Holds, Limits, Secret, Worth, holds, is_placeholder, is_reference, is_sentinel, looks_like_credential,
    provider_prefix, url_passwords,
};
use crate::source::{Cut, Span, Spanned};
use crate::syntax::shell;
use std::collections::HashMap;

/// A secret written into the file.
#[derive(Clone, Debug)]
pub struct Literal {
    /// What it is called: the variable, label, argument or option.
    pub name: String,
    /// The value, and the bytes that must not be shown.
    pub value: Spanned<String>,
    /// What the name promises.
    pub holds: Holds,
    /// The service it belongs to; empty for top-level parts.
    pub service: String,
    /// How it got into the file.
    pub place: Carrier,
    /// Whether it takes effect; not so the default of a variable that the `.env` sets.
    pub used: bool,
}

/// How a secret got into a file.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Carrier {
    /// `environment:`.
    Environment,
    /// `labels:`.
    Label,
    /// `build.args:`.
    BuildArgument,
    /// An option of `command:` or `entrypoint:`, or of a health check.
    Command,
    /// The password in a URL.
    Url,
    /// The default of a variable: `${PASSWORD:-secret}`.
    Default,
    /// The file of a secret, `secrets:`.
    File,
}

impl Literal {
    /// `` `NAME` of service `web` ``, or how else it got into the file.
    pub fn subject(&self) -> String {
        let what = self.what();
        if self.service.is_empty() { what } else { format!("{what} of service `{}`", self.service) }
    }

    /// `` `NAME` ``, or how else it got there.
    pub fn what(&self) -> String {
        let name = &self.name;
        match self.place {
            Carrier::Url => format!("the password in `{name}`"),
            Carrier::Command => "a password in a command".to_owned(),
            Carrier::Default => format!("the default of `{name}`"),
            Carrier::BuildArgument => format!("the build argument `{name}`"),
            Carrier::Environment | Carrier::Label => format!("`{name}`"),
            Carrier::File => format!("the secret `{name}`"),
        }
    }

    /// What it is worth, given to a service, when these names are the first ones an attacker tries.
    pub fn worth(&self, service: Option<&Service>, names: &[&str]) -> Worth {
        let told = service.into_iter().flat_map(|service| service.told_names().take(16));
        let known: Vec<&str> = names.iter().copied().chain(told).collect();
        let format = service.and_then(|service| self.format(service));
        let own = Secret::new(self.holds, &self.name, &self.value.value);
        Secret { known: &known, format, ..own }.worth(&Limits::default())
    }

    /// What the program of a service demands of it.
    fn format(&self, service: &Service) -> Option<Format> {
        let given = self.place == Carrier::Environment && Format::is_about(&self.name);
        given.then(|| Format::of(&self.name, self.value.value.trim(), &service.told()))?
    }
}

impl Composition {
    /// Every secret that is written into the files, with the service it is given to and what it is worth.
    pub fn written_secrets(&self) -> impl Iterator<Item = (&Literal, Option<&Service>, Worth)> {
        // Names an attacker tries; beyond a few dozen they say nothing.
        let names: Vec<&str> = self.services.iter().take(64).map(|service| service.name.value.as_str()).collect();
        let services: HashMap<&str, &Service> =
            self.services.iter().map(|service| (service.name.value.as_str(), service)).collect();
        self.literals.iter().map(move |literal| {
            let service = services.get(literal.service.as_str()).copied();
            (literal, service, literal.worth(service, &names))
        })
    }

    /// Finds the secrets that services read from files of the project. What a secret is for is told by its own name, or by
    /// the variable that says where it is: `POSTGRES_PASSWORD_FILE: /run/secrets/db`.
    pub(super) fn secret_files(&mut self, library: &dyn Library) {
        let grants = self.grants();
        let secrets = |service| grants.of(service).into_iter().filter(|granted| granted.is_secret());
        let mut users: Vec<_> =
            self.services.iter().flat_map(|service| secrets(service).map(move |granted| (service, granted))).collect();
        // The store itself knows most of what its secret must not be.
        users.sort_by_key(|(service, granted)| (granted.resource.name.span, service.store().is_none()));
        users.dedup_by_key(|(_, granted)| granted.resource.name.span);
        let mut found = Vec::new();
        for (service, granted) in users {
            let (Some(path), name) = (granted.resource.file.set(), &granted.resource.name.value) else { continue };
            let Some(value) = library.secret(&path.value).filter(|value| !harmless(&value.value)) else { continue };
            let file = path.value.rsplit('/').next().and_then(|file| file.split('.').next());
            let said = [Some(name.as_str()), service.variable_of(&granted.target()), file];
            // What asks to be replaced needs no name.
            let asks = || is_placeholder(&value.value).then_some(Holds::Password);
            let holds = said.into_iter().flatten().find_map(holds).or_else(asks).unwrap_or(Holds::Lesser);
            let (name, service, value) = (name.clone(), service.name.value.clone(), value.clone());
            found.push(Literal { name, value, holds, service, place: Carrier::File, used: true });
        }
        self.literals.append(&mut found);
    }

    /// Where the value of each secret is written.
    pub fn places_of_secrets(&self) -> HashMap<&str, Vec<Span>> {
        let mut places: HashMap<&str, Vec<Span>> = HashMap::new();
        for literal in &self.literals {
            places.entry(&literal.value.value).or_default().push(literal.value.span);
        }
        places
    }
}

impl Service {
    /// The variable that tells the program that a secret is at a path, without the `_FILE` at its end.
    fn variable_of(&self, path: &str) -> Option<&str> {
        let mut told = self.told().into_iter();
        told.find_map(|(key, value)| key.strip_suffix("_FILE").filter(|_| value == path))
    }
}

/// Options that take a secret as their next word, by program family: redis, redis-cli, mysql, MinIO, and everybody's.
const OPTIONS: [&str; 6] = ["--requirepass", "--masterauth", "--password", "--pass", "--admin-password", "-a"];

/// Finds every literal secret.
pub(super) fn find(root: &Value, variables: &[Variable], found: &mut Vec<Literal>) {
    for service in root.get("services").map_or(&[][..], |services| services.fields()) {
        of_service(&service.key.value, &service.value, found);
    }
    // Anchored parts (`x-environment: &env`) are found where they are used; unused ones and everything else by key.
    for field in root.fields().iter().filter(|field| field.key.value.starts_with("x-")) {
        Search { service: "", found }.anywhere(field, 0);
    }
    drop_resolved(variables, found);
    for variable in variables {
        default(variable, found);
    }
    found.sort_by_key(|literal| (literal.value.span, literal.service.is_empty()));
    found.dedup_by_key(|literal| literal.value.span);
}

/// Finds those that one service is given.
pub(super) fn of_service(name: &str, service: &Value, found: &mut Vec<Literal>) {
    let mut search = Search { service: name, found };
    search.pairs(service.get("environment"), Carrier::Environment);
    search.pairs(service.get("labels"), Carrier::Label);
    search.pairs(service.get("build").and_then(|build| build.get("args")), Carrier::BuildArgument);
    for key in ["command", "entrypoint"] {
        search.command(service.get(key));
    }
    search.command(service.get("healthcheck").and_then(|check| check.get("test")));
}

/// What came from a variable is no literal, even when its value happens to be as long as the reference.
fn drop_resolved(variables: &[Variable], found: &mut Vec<Literal>) {
    let mut spans: Vec<Span> = variables.iter().map(|variable| variable.span).collect();
    spans.sort();
    // References can be nested: the furthest end so far in the file decides.
    let Some(mut reach) = spans.first().copied() else { return };
    let ends: Vec<Span> = spans
        .iter()
        .map(|span| {
            let end = if span.file == reach.file { span.end.max(reach.end) } else { span.end };
            reach = Span { end, ..*span };
            reach
        })
        .collect();
    found.retain(|literal| {
        let at = literal.value.span;
        let before = spans.partition_point(|span| (span.file, span.start) < (at.file, at.end));
        before == 0 || ends[before - 1].file != at.file || ends[before - 1].end <= at.start
    });
}

fn default(variable: &Variable, found: &mut Vec<Literal>) {
    use super::Operator as O;
    let Some(argument) = &variable.argument else { return };
    let takes_place =
        matches!(variable.operator, O::Default | O::DefaultIfEmpty | O::Alternative | O::AlternativeIfNotEmpty);
    if !takes_place || argument.value.is_empty() || argument.value.contains('$') {
        return;
    }
    let service = match variable.path.as_slice() {
        [top, service, ..] if top == "services" => service.clone(),
        _ => String::new(),
    };
    // The key the value is written under counts as well: `POSTGRES_PASSWORD: ${DB_PW:-secret}`.
    let key = variable.path.last().map_or("", String::as_str);
    let names = [variable.name.as_str(), if variable.whole { key } else { "" }];
    for name in names {
        if let Some(holds) = holds(name).filter(|_| !harmless(&argument.value)) {
            let (value, name) = (argument.clone(), variable.name.clone());
            let used = variable.evaluated
                && !variable.overruled
                && variable.value.as_ref().is_none_or(|value| value.value.is_empty());
            found.push(Literal { name, value, holds, service, place: Carrier::Default, used });
            return;
        }
    }
}

/// Whether it is an argument in code that a command runs, `password=password,`: a name with the sign that follows it.
fn is_argument(text: &str) -> bool {
    let name = text.strip_suffix([',', ')']).unwrap_or("");
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'.'))
}

/// Whether a word is a program in a language of its own: `python -c 'connect(password=password)'`.
fn is_code(words: &[Spanned<String>], at: usize) -> bool {
    const LANGUAGES: [&str; 6] = ["python", "node", "ruby", "perl", "php", "deno"];
    let Some((option, before)) = words.get(..at).and_then(<[_]>::split_last) else { return false };
    let speaks = |word: &Spanned<String>| LANGUAGES.iter().any(|name| shell::base_name(&word.value).starts_with(name));
    matches!(option.value.as_str(), "-c" | "-e" | "--eval" | "-r") && before.iter().any(speaks)
}

/// Values that are no secret whatever they are called.
fn harmless(value: &str) -> bool {
    let value = value.trim();
    matches!(value, "" | "0") || is_sentinel(value) || is_reference(value) || value.starts_with("/run/secrets/")
}

struct Search<'a> {
    service: &'a str,
    found: &'a mut Vec<Literal>,
}

impl Search<'_> {
    fn add(&mut self, name: &str, value: Spanned<String>, holds: Holds, place: Carrier) {
        let (name, service) = (name.to_owned(), self.service.to_owned());
        self.found.push(Literal { name, value, holds, service, place, used: true });
    }

    fn pairs(&mut self, value: Option<&Value>, place: Carrier) {
        let Some(value) = value else { return };
        for field in pairs(value).iter() {
            self.pair(field, place);
        }
    }

    fn pair(&mut self, field: &Field, place: Carrier) {
        let Some(text) = field.value.text() else { return };
        let span = field.value.inner.unwrap_or(field.value.span);
        // What came from a variable is no literal; its default is looked at on its own.
        let written = !field.value.filled && field.value.unresolved.is_none();
        if let Some(holds) = holds(&field.key.value).filter(|_| written && !harmless(&text)) {
            self.add(&field.key.value, Spanned::new(text.clone(), span), holds, place);
        } else if written && looks_like_credential(&text) {
            // Without a name that says so, only the format of a known issuer makes it a secret; the rest is hidden.
            let holds = if provider_prefix(&text).is_some() { Holds::Issued } else { Holds::Lesser };
            self.add(&field.key.value, Spanned::new(text.clone(), span), holds, place);
        } else if written {
            self.urls(&field.key.value, &text, &field.value);
        }
    }

    fn urls(&mut self, name: &str, text: &str, value: &Value) {
        for range in url_passwords(text) {
            let password = text.cut(range.clone());
            let span = value.inner.map_or(value.span, |inner| inner.slice(range.start, range.end));
            if !harmless(password) && !password.contains('$') {
                self.add(name, Spanned::new(password.to_owned(), span), Holds::Password, Carrier::Url);
            }
        }
    }

    /// Options of a command: `--requirepass x`, `--password=x`, `MYSQL_PWD=x`.
    fn command(&mut self, value: Option<&Value>) {
        let Some(value) = value else { return };
        match &value.data {
            Data::Text(text) if value.unresolved.is_none() && !value.filled => {
                let words: Vec<(String, _)> = shell::tokens(text)
                    .into_iter()
                    .filter_map(|token| match token {
                        // A word the shell fills in keeps its place, so that the next one is not taken for it.
                        shell::Token::Word(word) if word.expands => Some(("$".to_owned(), word.range)),
                        shell::Token::Word(word) => Some((word.text, word.range)),
                        _ => None,
                    })
                    .collect();
                let place = |range: &std::ops::Range<usize>| match value.inner {
                    Some(inner) if (inner.end - inner.start) as usize == text.len() => {
                        inner.slice(range.start, range.end)
                    }
                    _ => value.span,
                };
                let words: Vec<_> =
                    words.iter().map(|(text, range)| Spanned::new(text.clone(), place(range))).collect();
                self.words(&words);
                self.urls("command", text, value);
            }
            Data::List(items) => {
                let words: Vec<Spanned<String>> = items
                    .iter()
                    .filter_map(|item| {
                        let text = if item.filled { "$".to_owned() } else { item.text()? };
                        Some(Spanned::new(text, item.inner.unwrap_or(item.span)))
                    })
                    .collect();
                self.words(&words);
                for (at, item) in items.iter().enumerate() {
                    match item.as_str() {
                        Some(_) if item.filled || is_code(&words, at) => {}
                        Some(text) if text.contains(' ') => self.command(Some(item)),
                        Some(text) => self.urls("command", text, item),
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn words(&mut self, words: &[Spanned<String>]) {
        let program = words.iter().find(|word| !matches!(word.value.as_str(), "CMD" | "CMD-SHELL" | "sh" | "-c"));
        let redis = program.is_some_and(|word| word.value.contains("redis") || word.value.contains("valkey"));
        for (index, word) in words.iter().enumerate() {
            if let Some((name, text)) = word.value.split_once('=')
                && holds(name.trim_start_matches('-')).is_some()
                && !harmless(text)
                && !text.contains(['$', ' '])
                && !is_argument(text)
            {
                let at = name.len() + 1;
                let length = (word.span.end - word.span.start) as usize;
                let span = if length == word.value.len() { word.span.slice(at, length) } else { word.span };
                self.add(name, Spanned::new(text.to_owned(), span), Holds::Password, Carrier::Command);
                continue;
            }
            if OPTIONS.contains(&word.value.as_str())
                && (word.value != "-a" || redis)
                && let Some(next) = words.get(index + 1)
                && !next.value.starts_with('-')
                && !harmless(&next.value)
                && !next.value.contains('$')
            {
                self.add(&word.value, next.clone(), Holds::Password, Carrier::Command);
            }
        }
    }

    fn anywhere(&mut self, field: &Field, depth: usize) {
        if depth > 8 {
            return;
        }
        self.pair(field, Carrier::Environment);
        for inner in field.value.fields() {
            self.anywhere(inner, depth + 1);
        }
        if !field.value.items().is_empty() {
            self.pairs(Some(&field.value), Carrier::Environment);
        }
    }
}
