//! What a Compose file takes from others: `extends` and `include` (compose-go, `loader/extends.go`, `loader/include.go`).

use std::collections::HashMap;
use std::sync::Arc;

use super::fault::{Fault, Kind};
use super::load::{Loader, Scope};
use super::value::{Data, Field, Value, blank, keyed, known_text};
use super::{Shelf, merge};
use crate::model::Known;
use crate::source::{FileId, Gap, Source, Span, Spanned, Why, directory, join};

/// Chains of `extends` are followed this far.
const MOST_EXTENDS: usize = 32;
/// Files that include one another are followed this far.
const MOST_INCLUDES: usize = 16;
/// The sections that `include` brings.
const SECTIONS: [&str; 6] = ["services", "networks", "volumes", "secrets", "configs", "models"];

/// The services of one file, while what they extend is put in.
struct Services<'a> {
    file: FileId,
    by_name: HashMap<&'a str, &'a Field>,
    scope: Scope,
}

impl<'a> Services<'a> {
    fn of(file: FileId, services: &'a Value, scope: Scope) -> Self {
        let by_name = services.fields().iter().map(|field| (field.key.value.as_str(), field)).collect();
        Services { file, by_name, scope }
    }
}

impl Loader<'_> {
    /// Puts `extends` in.
    pub(super) fn extend(&mut self, source: &Source, scope: &Scope, root: &mut Value) {
        let Some(services) = root.get("services") else { return };
        if !services.fields().iter().any(|field| field.value.get("extends").is_some()) {
            return;
        }
        let services = services.clone();
        let here = Services::of(source.id, &services, scope.clone());
        let mut done: Vec<Field> = Vec::with_capacity(services.fields().len());
        for field in services.fields() {
            let (value, gap) = self.extended(&here, field, &mut Vec::new());
            if !self.budget.nodes(value.size(), field.key.span) {
                return self.compose.leave_open(Some(Why::seen("what is extended is too large", field.key.span)));
            }
            self.partial.extend(gap.map(|gap| (field.key.value.clone(), gap)));
            done.push(Field { key: field.key.clone(), value });
        }
        if let Some(value) = root.get_mut("services") {
            value.data = Data::Map(done);
        }
    }

    /// A service on top of what it extends, and why something of it is not known. `chain`: the services above.
    fn extended(&mut self, here: &Services, field: &Field, chain: &mut Vec<(FileId, String)>) -> (Value, Gap) {
        let own = || field.value.clone();
        let Some(extends) = field.value.get("extends") else { return (own(), None) };
        let Some(target) = extends.get("service").unwrap_or(extends).as_str() else { return (own(), None) };
        let not_known = |why: &str| (own(), Some(Arc::new(Why::seen(why, extends.span))));
        let file = extends.get("file");
        if extends.unresolved.is_some() || file.is_some_and(|file| file.unresolved.is_some()) {
            return not_known("what it extends depends on a variable");
        }
        let name = &field.key.value;
        chain.push((here.file, name.clone()));
        let path = file.and_then(|file| Some(join(&here.scope.directory, file.as_str()?)));
        let shelf = path.as_deref().map_or(Shelf::File(here.file), |path| self.library.compose(path));
        let found = match (shelf, &path, file) {
            (Shelf::File(id), ..) if id == here.file => self.base(here, target, extends, chain),
            (Shelf::File(id), Some(path), _) => {
                let scope = Scope { directory: directory(path).to_owned(), env: here.scope.env.clone() };
                let root = self.file(id, &scope);
                self.compose.directories.others.entry(id).or_insert_with(|| scope.directory.clone());
                let services = root.get("services").cloned();
                let there = services.as_ref().map(|services| Services::of(id, services, scope));
                there.map_or(Base::None, |there| self.base(&there, target, extends, chain))
            }
            (Shelf::Missing, Some(path), Some(file)) => {
                let message = format!("service `{name}` extends a service of `{path}`, which does not exist");
                self.fault(Kind::NoFile.at(file.span, message).help("correct the path, or add the file"));
                Base::Open
            }
            (_, path, file) => {
                let at = file.map_or(extends.span, |file| file.span);
                let path = path.clone().unwrap_or_default();
                self.compose.wanted.push((Spanned::new(path, at), "extends a service of it"));
                Base::Open
            }
        };
        chain.pop();
        match found {
            Base::Found(base, gap) => {
                let mut merged = merge::service(base, own(), &mut self.compose.faults);
                // Without a context it is built where the one that extends lies.
                if let (true, Some(build)) = (chain.is_empty(), merged.get_mut("build"))
                    && build.get("context").is_none()
                    && let Data::Map(fields) = &mut build.data
                {
                    let here = Value { data: Data::Text(".".into()), ..blank(extends.span.at_start(), None) };
                    fields.push(Field { key: Spanned::new("context".into(), extends.span.at_start()), value: here });
                }
                (Value { span: field.value.span, key: field.value.key, ..merged }, gap)
            }
            Base::None => {
                let place = path.map_or("this file".to_owned(), |path| format!("`{path}`"));
                let message = format!("service `{name}` extends `{target}`, which is not in {place}");
                let help =
                    if file.is_some() { "correct the name" } else { "name a service of this file, or add `file:`" };
                self.fault(Kind::Extends.at(extends.span, message).help(help));
                not_known("what it extends does not exist")
            }
            Base::Open => not_known("it extends a service of another file"),
        }
    }

    /// The service that another one extends, with what it extends itself.
    fn base(&mut self, there: &Services, name: &str, extends: &Value, chain: &mut Vec<(FileId, String)>) -> Base {
        let Some(field) = there.by_name.get(name) else { return Base::None };
        if chain.len() > MOST_EXTENDS || chain.iter().any(|(file, above)| *file == there.file && above == name) {
            let first = chain.first().map_or(name, |(_, name)| name);
            let message = format!("service `{first}` extends itself in a circle; Compose refuses it");
            self.fault(Kind::Extends.at(extends.span, message).help("remove one `extends`"));
            return Base::Open;
        }
        let (value, gap) = self.extended(there, field, chain);
        Base::Found(value, gap)
    }

    /// The documents of a file whose services are extended, merged.
    fn file(&mut self, id: FileId, scope: &Scope) -> Arc<Value> {
        if let Some(root) = self.bases.get(&id) {
            return root.clone();
        }
        let mut root = super::value::blank(Span::new(id, 0, 0), None);
        if let Some((_, tree)) = self.library.file(id) {
            if !self.compose.read.contains(&id) {
                self.compose.read.push(id);
            }
            for node in tree.documents().filter(|node| !node.is_null()) {
                let value = self.read(node, scope);
                root = merge::files(root, value, &mut self.compose.faults);
            }
        }
        merge::lengthen(&mut root);
        self.bases.entry(id).or_insert(Arc::new(root)).clone()
    }

    /// Puts in what `include` brings. `above`: the files that are being read.
    pub(super) fn include(&mut self, root: &mut Value, scope: &Scope, above: &mut Vec<FileId>) {
        let entries = root.get("include").map_or(Vec::new(), |include| include.items().to_vec());
        for entry in &entries {
            let Some(files) = self.included(entry, scope, above) else { continue };
            let first = self.library.file(files[0]).map_or("", |(source, _)| source.path.as_str());
            let directory = match known_text(entry.get("project_directory")) {
                Known::Set(path) => join(&scope.directory, &path.value),
                _ => directory(first).to_owned(),
            };
            let mut env: Vec<String> = match entry.get("env_file") {
                Some(given) if given.unresolved.is_none() => {
                    let items = if given.items().is_empty() { std::slice::from_ref(given) } else { given.items() };
                    items.iter().filter_map(Value::text).map(|path| join(&scope.directory, &path)).collect()
                }
                _ => vec![join(&directory, ".env")],
            };
            // What the including project has wins.
            env.extend(scope.env.iter().cloned());
            let inner = Scope { directory, env };
            let mut brought = self.project(&files, &inner, above);
            self.hand_on(&mut brought, &inner);
            self.import(root, brought);
        }
    }

    /// Gives services the variables that they name without a value: those of the env files that the project is read with.
    fn hand_on(&self, project: &mut Value, scope: &Scope) {
        let Some(Data::Map(services)) = project.get_mut("services").map(|services| &mut services.data) else { return };
        for environment in services.iter_mut().filter_map(|service| service.value.get_mut("environment")) {
            let mut pairs = keyed(environment.clone());
            let Data::Map(fields) = &mut pairs.data else { continue };
            let mut found = false;
            for field in fields.iter_mut().filter(|field| field.value.is_null()) {
                let mut files = scope.env.iter().rev();
                let Some(value) = files.find_map(|path| self.library.variable(path, &field.key.value)) else {
                    continue;
                };
                if !self.budget.bytes(value.value.len(), field.key.span) {
                    return;
                }
                field.value = Value { data: Data::Text(value.value), ..blank(value.span, field.value.key) };
                found = true;
            }
            if found {
                *environment = pairs;
            }
        }
    }

    /// The files of one entry; `None` when they are not all there.
    fn included(&mut self, entry: &Value, scope: &Scope, above: &[FileId]) -> Option<Vec<FileId>> {
        let path = entry.get("path").unwrap_or(entry);
        let paths = if path.items().is_empty() { std::slice::from_ref(path) } else { path.items() };
        let mut files = Vec::new();
        for path in paths {
            let Known::Set(text) = known_text(Some(path)) else {
                self.leave_incomplete("the path of an included file is not known", path.span);
                return None;
            };
            let named = join(&scope.directory, &text.value);
            match self.library.compose(&named) {
                Shelf::File(id) if above.contains(&id) || above.len() > MOST_INCLUDES => {
                    let message = format!("`{named}` includes itself in a circle; Compose refuses it");
                    self.fault(Kind::Extends.at(text.span, message).help("remove one `include`"));
                    return None;
                }
                Shelf::File(id) => files.push(id),
                Shelf::Missing => {
                    let message = format!("the included file `{named}` does not exist; Compose refuses the project");
                    self.fault(Kind::NoFile.at(text.span, message).help("correct the path, or add the file"));
                    self.leave_incomplete("an included file does not exist", text.span);
                    return None;
                }
                Shelf::Unknown => {
                    self.leave_incomplete("an included file is not in the project", text.span);
                    self.compose.wanted.push((Spanned::new(named, text.span), "includes it"));
                    return None;
                }
            }
        }
        (!files.is_empty()).then_some(files)
    }

    fn import(&mut self, root: &mut Value, brought: Value) {
        let Data::Map(sections) = brought.data else { return };
        for section in sections.into_iter().filter(|section| SECTIONS.contains(&section.key.value.as_str())) {
            let name = section.key.value.clone();
            let Data::Map(target) = &mut root.data else { return };
            let at = target.iter().position(|field| field.key.value == name).unwrap_or_else(|| {
                target.push(Field {
                    key: section.key.clone(),
                    value: Value { data: Data::Map(Vec::new()), ..section.value.clone() },
                });
                target.len() - 1
            });
            let Data::Map(items) = section.value.data else { continue };
            if target[at].value.is_null() {
                target[at].value.data = Data::Map(Vec::new());
            }
            let Data::Map(known) = &mut target[at].value.data else { continue };
            let places: HashMap<String, usize> =
                known.iter().enumerate().map(|(at, field)| (field.key.value.clone(), at)).collect();
            let mut refused = Vec::new();
            for item in items {
                match places.get(&item.key.value) {
                    Some(&at) if known[at].value.says_the_same(&item.value) => {}
                    Some(&at) => refused.push((known[at].key.clone(), item.key.span)),
                    None => known.push(item),
                }
            }
            for (key, there) in refused {
                let message =
                    format!("`{name}.{}` is also in an included file, and differs; Compose refuses it", key.value);
                let fault = Kind::Contradiction
                    .at(key.span, message)
                    .help("remove one of the two, or change it in an override file");
                self.fault(fault.related(there, "the included one"));
            }
        }
    }

    fn fault(&mut self, fault: Fault) {
        if self.compose.gap.is_none() {
            self.compose.faults.push(fault);
        }
    }

    fn leave_incomplete(&mut self, why: &str, at: Span) {
        self.compose.incomplete.get_or_insert_with(|| Arc::new(Why::seen(why, at)));
    }
}

/// What became of the name behind `extends`.
enum Base {
    /// The service, and why something of it is not known.
    Found(Value, Gap),
    /// There is no service of that name.
    None,
    /// It cannot be said, or was said already.
    Open,
}
