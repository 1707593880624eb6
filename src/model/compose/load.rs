//! From a YAML tree to a [`ComposeFile`], in Compose's order: interpolate, merge documents, `extends`, validate, type.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::fault::Kind;
use super::interpolate::Lookup;
use super::value::{Data, Field, Reader, Tag, Value, boolean, known_text, merge};
use super::{ComposeFile, Condition, Resource, Service, check, schema, secrets, service};
use crate::model::Known;
use crate::source::{Budget, Gap, Role, Source, Span, Spanned, Why, directory, join};
use crate::syntax::yaml;

/// The names Compose looks for on its own.
const DEFAULT_NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// Chains of `extends` are followed this far.
const MOST_EXTENDS: usize = 32;

impl ComposeFile {
    /// The view of one parsed file, its variables filled from `env` (the project's `.env`).
    pub fn new(source: &Source, role: Role, tree: &yaml::File, env: Lookup) -> Self {
        let (file, path) = (source.id, source.path.as_str());
        let name = path.rsplit('/').next().unwrap_or(path);
        let start = Span::new(file, 0, 0);
        let mut compose = ComposeFile {
            file,
            path: path.to_owned(),
            role,
            services: Vec::new(),
            faults: Vec::new(),
            unknown_keys: Vec::new(),
            undefined: Vec::new(),
            imageless: Vec::new(),
            variables: Vec::new(),
            breaks: Vec::new(),
            networks: Vec::new(),
            volumes: Vec::new(),
            secrets: Vec::new(),
            configs: Vec::new(),
            includes: Vec::new(),
            bases: Vec::new(),
            literals: Vec::new(),
            completed: HashSet::new(),
            by_name: HashMap::new(),
            by_alias: HashMap::new(),
            default_name: DEFAULT_NAMES.contains(&name),
            gap: unreliable(tree, start),
        };
        let mut reader = Reader::new(env, &source.budget);
        let mut root = Value {
            span: start,
            inner: None,
            filled: false,
            key: None,
            data: Data::Null,
            unresolved: None,
            tag: Tag::None,
        };
        if compose.gap.is_none() {
            compose.documents(tree);
        }
        for node in tree.documents().filter(|node| !node.is_null()) {
            let value = reader.read(node, None);
            root = merge(root, value, "");
        }
        compose.leave_open(source.budget.over().map(|over| Why::seen("the file is too large", over.at)));
        compose.variables = std::mem::take(&mut reader.variables);
        compose.faults.append(&mut reader.faults);
        compose.load(root, directory(path), &source.budget);
        compose
    }

    /// Notes why nothing may be concluded from what is missing; the first reason counts.
    fn leave_open(&mut self, why: Option<Why>) {
        self.gap = self.gap.take().or_else(|| why.map(Arc::new));
    }

    /// The services of a name: one, unless the file is wrong.
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Service> {
        self.by_name.get(name).into_iter().flatten().filter_map(|index| self.services.get(*index))
    }

    /// The services that a network knows by a name besides their own: `container_name`, `hostname` or an alias.
    pub fn also_called(&self, name: &str) -> impl Iterator<Item = &Service> {
        self.by_alias.get(name).into_iter().flatten().filter_map(|index| self.services.get(*index))
    }

    /// What keeps a document from being read at all.
    fn documents(&mut self, tree: &yaml::File) {
        if let Some(version) = tree.version(self.file).filter(|version| version.value != "1.1") {
            let fault = Kind::Document.at(version.span, "Compose reads YAML 1.1 and refuses a file that says another");
            self.faults.push(fault.help("remove the line"));
        }
        // A file with nothing in it is told of below.
        let several = tree.documents().nth(1).is_some();
        for node in tree.documents().filter(|node| !node.is_map() && (several || !node.is_null())) {
            let message = "a document of a Compose file must be a map; Compose refuses the file";
            self.faults.push(Kind::Document.at(node.span(), message).help("remove it, with the `---` above it"));
        }
    }

    fn load(&mut self, mut root: Value, directory: &str, budget: &Budget) {
        secrets::find(&root, &self.variables, &mut self.literals);
        root.drop_resets();
        if !self.well_formed(&root) {
            return;
        }
        let partial = self.extend(&mut root, budget);
        if self.gap.is_none() {
            let verdict = schema::validate(&root);
            self.faults.extend(verdict.faults);
            self.unknown_keys = verdict.unknown_keys;
            self.breaks = verdict.breaks;
        }
        for field in root.get("services").map_or(&[][..], |services| services.fields()) {
            let span = field.key.span.to(field.value.span);
            let mut read = service::read(field.key.clone(), span, self.file, &field.value, directory);
            read.gap = partial.get(&field.key.value).cloned();
            self.by_name.entry(field.key.value.clone()).or_default().push(self.services.len());
            let own = [&read.container_name, &read.hostname];
            let others = own.into_iter().filter_map(Known::get).chain(read.aliases.iter().map(|alias| &alias.value));
            for name in others {
                self.by_alias.entry(name.clone()).or_default().push(self.services.len());
            }
            self.services.push(read);
        }
        let waits = self.services.iter().flat_map(|service| &service.dependencies);
        let ends = waits.filter(|dependency| dependency.condition == Condition::Completed);
        self.completed = ends.map(|dependency| dependency.service.value.clone()).collect();
        let resources = |key: &str| root.get(key).map_or(Vec::new(), |section| resources(section, directory));
        (self.networks, self.volumes) = (resources("networks"), resources("volumes"));
        (self.secrets, self.configs) = (resources("secrets"), resources("configs"));
        self.includes = includes(&root, directory);
        if self.gap.is_none() {
            check::check(self, &root, directory);
        }
        self.faults.sort_by_key(|fault| fault.span);
        // One place has one cause.
        self.faults.dedup_by_key(|fault| fault.span);
    }

    /// Whether there is anything to look at.
    fn well_formed(&mut self, root: &Value) -> bool {
        let fault = match &root.data {
            Data::Map(fields) if fields.iter().any(|field| field.key.value != "version") => return true,
            // Beside other files an empty one is no mistake.
            Data::Null | Data::Map(_) if !self.default_name => return false,
            Data::Null | Data::Map(_) => Kind::Document.at(root.span, "the file is empty; Compose refuses it"),
            _ => Kind::Document.at(root.span, "a Compose file must be a map with the key `services`"),
        };
        if self.gap.is_none() && self.faults.iter().all(|fault| fault.kind != Kind::Document) {
            self.faults.push(fault.help("add `services:`"));
        }
        false
    }

    /// Puts `extends` in. Gives the services that take something from another file, by name.
    fn extend(&mut self, root: &mut Value, budget: &Budget) -> HashMap<String, Arc<Why>> {
        let mut partial = HashMap::new();
        let Some(services) = root.get("services").cloned() else { return partial };
        if !services.fields().iter().any(|field| field.value.get("extends").is_some()) {
            return partial;
        }
        let mut done: Vec<Field> = Vec::with_capacity(services.fields().len());
        let index: HashMap<&str, &Field> =
            services.fields().iter().map(|field| (field.key.value.as_str(), field)).collect();
        for field in services.fields() {
            let mut elsewhere = None;
            let value = self.extended(&index, field, &mut elsewhere);
            if !budget.nodes(value.size(), field.key.span) {
                self.leave_open(Some(Why::seen("what is extended is too large", field.key.span)));
                return partial;
            }
            partial.extend(
                elsewhere.map(|at| {
                    (field.key.value.clone(), Arc::new(Why::seen("it extends a service of another file", at)))
                }),
            );
            done.push(Field { key: field.key.clone(), value });
        }
        if let Data::Map(fields) = &mut root.data
            && let Some(field) = fields.iter_mut().find(|field| field.key.value == "services")
        {
            field.value.data = Data::Map(done);
        }
        partial
    }

    fn extended(&mut self, services: &HashMap<&str, &Field>, field: &Field, elsewhere: &mut Option<Span>) -> Value {
        let mut layers = vec![(&field.key.value, &field.value)];
        while let Some((_, top)) = layers.last()
            && let Some(extends) = top.get("extends")
        {
            let Some(target) = extends.get("service").unwrap_or(extends).as_str() else { break };
            let file = extends.get("file");
            let own =
                file.and_then(Value::as_str).is_some_and(|name| self.path.ends_with(name.trim_start_matches("./")));
            if file.is_some() && !own || extends.unresolved.is_some() {
                let named =
                    file.and_then(|file| Some(Spanned::new(join(directory(&self.path), file.as_str()?), file.span)));
                self.bases.extend(named);
                *elsewhere = Some(extends.span);
                break;
            }
            let Some(base) = services.get(target) else {
                if self.gap.is_none() {
                    let message =
                        format!("service `{}` extends `{target}`, which is not in this file", field.key.value);
                    self.faults.push(
                        Kind::Extends.at(extends.span, message).help("name a service of this file, or add `file:`"),
                    );
                }
                break;
            };
            if layers.len() > MOST_EXTENDS || layers.iter().any(|(name, _)| **name == base.key.value) {
                let message = format!("service `{}` extends itself in a circle; Compose refuses it", field.key.value);
                self.faults.push(Kind::Extends.at(extends.span, message).help("remove one `extends`"));
                break;
            }
            layers.push((&base.key.value, &base.value));
        }
        let mut layers = layers.into_iter().rev();
        let Some((_, base)) = layers.next() else { return field.value.clone() };
        let merged = layers.fold(base.clone(), |base, (_, over)| merge(base, over.clone(), ""));
        Value { span: field.value.span, key: field.value.key, ..merged }
    }
}

/// Why a file may mean more than what is read of it.
fn unreliable(tree: &yaml::File, start: Span) -> Gap {
    let fault = tree.faults.first().map(|fault| Why::seen("the file is not well-formed", fault.span));
    let template = tree.template.is_some().then(|| Why::seen("the file is a template", start));
    template.or(fault).map(Arc::new)
}

fn resources(section: &Value, directory: &str) -> Vec<Resource> {
    let flag = |value: Option<&Value>| match value {
        Some(value) if value.fields().is_empty() => value.text().and_then(|text| boolean(&text)).unwrap_or(true),
        Some(_) => true,
        None => false,
    };
    let read = |field: &Field| Resource {
        name: field.key.clone(),
        span: field.key.span.to(field.value.span),
        external: flag(field.value.get("external")),
        driver: known_text(field.value.get("driver")),
        file: match known_text(field.value.get("file")) {
            Known::Set(Spanned { value, span }) => Known::Set(Spanned::new(join(directory, &value), span)),
            other => other,
        },
        environment: known_text(field.value.get("environment")),
        internal: flag(field.value.get("internal")),
    };
    section.fields().iter().map(read).collect()
}

fn includes(root: &Value, directory: &str) -> Vec<Known<String>> {
    let mut found = Vec::new();
    for item in root.get("include").map_or(&[][..], |include| include.items()) {
        let path = item.get("path").unwrap_or(item);
        let paths = if path.items().is_empty() { std::slice::from_ref(path) } else { path.items() };
        found.extend(paths.iter().map(|path| match known_text(Some(path)) {
            Known::Set(Spanned { value, span }) => Known::Set(Spanned::new(join(directory, &value), span)),
            other => other,
        }));
    }
    found
}
