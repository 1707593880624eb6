//! From the YAML trees of one or more files to a [`Composition`], in Compose's order: each file is interpolated, `extends`
//! and `include` are put in, it is merged onto the ones before it, and what has come together must fit the schema
//! (compose-go, `loader/loader.go`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::facts::profile_for_developers;
use super::fault::Kind;
use super::value::{Data, Field, Reader, Value, blank, boolean, known_text};
use super::{
    Composition, Condition, Directories, Library, Plan, Resource, Shelf, check, merge, schema, secrets, service,
};
use crate::model::Known;
use crate::source::{Budget, FileId, Role, Source, Span, Why};
use crate::syntax::yaml;

impl Composition {
    /// What Compose makes of a plan.
    pub fn new(plan: Plan, library: &dyn Library, budget: &Budget) -> Self {
        Composition::with_model(plan, library, budget).0
    }

    /// The same, with the values that its files have become, merged.
    pub fn with_model(plan: Plan, library: &dyn Library, budget: &Budget) -> (Self, Value) {
        let mut compose = Composition::empty(&plan);
        let mut loader = Loader {
            compose: &mut compose,
            library,
            budget,
            bases: HashMap::new(),
            partial: HashMap::new(),
            given: &plan.given,
        };
        let scope = Scope { directory: plan.directory.clone(), env: plan.env.clone() };
        let root = loader.project(&plan.files, &scope, &mut Vec::new());
        let partial = loader.partial;
        compose.leave_open(budget.over().map(|over| Why::seen("the file is too large", over.at)));
        compose.finish(&root, &partial);
        compose.faults.extend(plan.missing.iter().map(|path| {
            let message = format!("Compose is started with `{}`, which does not exist", path.value);
            Kind::NoFile.at(path.span, message).help("correct the path, or add the file")
        }));
        compose.label_files(&root, library);
        compose.secret_files(library);
        (compose, root)
    }

    fn empty(plan: &Plan) -> Self {
        Composition {
            id: 0,
            file: plan.files.first().copied().unwrap_or(FileId(0)),
            files: plan.files.clone(),
            read: Vec::new(),
            path: plan.path.clone(),
            directories: Directories { project: plan.directory.clone(), others: HashMap::new() },
            env: plan.env.clone(),
            role: plan.role,
            role_said: plan.role_said,
            role_why: plan.role_why,
            started_by: plan.started_by,
            commands: plan.commands.clone(),
            alone: plan.alone,
            profiles: plan.profiles.clone(),
            started_plain: plan.started_plain,
            supplied: plan.supplied.clone(),
            services: Vec::new(),
            faults: Vec::new(),
            unknown_keys: Vec::new(),
            undefined: Vec::new(),
            displaced: Vec::new(),
            reopened: Vec::new(),
            dropped: Vec::new(),
            imageless: Vec::new(),
            variables: Vec::new(),
            breaks: Vec::new(),
            networks: Vec::new(),
            volumes: Vec::new(),
            secrets: Vec::new(),
            configs: Vec::new(),
            wanted: Vec::new(),
            literals: Vec::new(),
            masked: Vec::new(),
            completed: HashSet::new(),
            by_name: HashMap::new(),
            by_alias: HashMap::new(),
            incomplete: None,
            gap: None,
        }
    }

    /// Notes why nothing may be concluded from what is missing; the first reason counts.
    pub(super) fn leave_open(&mut self, why: Option<Why>) {
        self.gap = self.gap.take().or_else(|| why.map(Arc::new));
    }

    fn finish(&mut self, root: &Value, partial: &HashMap<String, Arc<Why>>) {
        if !self.well_formed(root) {
            return;
        }
        if self.read.len() > 1 {
            self.replaced(root);
        }
        for field in root.get("services").map_or(&[][..], |services| services.fields()) {
            let span = field.key.span.to(field.value.span);
            let mut read = service::read(field.key.clone(), span, &field.value, &self.directories);
            read.role = self.role_in_profiles(&read);
            // Where the file breaks off, anything may follow.
            read.gap = partial.get(&field.key.value).or(self.gap.as_ref()).cloned();
            self.by_name.entry(field.key.value.clone()).or_default().push(self.services.len());
            let own = [&read.container_name, &read.hostname];
            let others = own.into_iter().filter_map(Known::get).chain(read.aliases.iter().map(|alias| &alias.value));
            for name in others {
                self.by_alias.entry(name.clone()).or_default().push(self.services.len());
            }
            self.services.push(read);
        }
        self.stand_aside();
        let waits = self.services.iter().flat_map(|service| &service.dependencies);
        let ends = waits.filter(|dependency| dependency.condition == Condition::Completed);
        self.completed = ends.map(|dependency| dependency.service.value.clone()).collect();
        let resources = |key: &str| root.get(key).map_or(Vec::new(), |section| resources(section, &self.directories));
        let (networks, volumes) = (resources("networks"), resources("volumes"));
        let (secrets, configs) = (resources("secrets"), resources("configs"));
        (self.networks, self.volumes, self.secrets, self.configs) = (networks, volumes, secrets, configs);
        if self.gap.is_none() {
            check::check(self, root);
        }
        self.faults.sort_by_key(|fault| fault.span);
        // One place has one cause.
        self.faults.dedup_by_key(|fault| fault.span);
        self.unknown_keys.sort_by_key(|unknown| unknown.key.span);
        self.unknown_keys.dedup_by_key(|unknown| unknown.key.span);
    }

    /// For whom a service is: one that only profiles called `dev`, `test` or `tools` start is for developers, unless they are on.
    fn role_in_profiles(&self, service: &super::Service) -> Role {
        let on = || service.profiles.iter().any(|profile| self.profiles.contains(&profile.value));
        let named = || {
            let roles = service.profiles.iter().map(|profile| profile_for_developers(&profile.value));
            roles.collect::<Option<Vec<Role>>>()
        };
        let tame = named().and_then(|roles| roles.into_iter().max()).filter(|_| !on());
        tame.map_or(self.role, |tame| tame.min(self.role))
    }

    /// What starts the set for users names its profiles; a service of another profile that wants the name or the port of one of
    /// theirs stands in its place elsewhere: on the machine of a developer.
    fn stand_aside(&mut self) {
        if self.profiles.is_empty() {
            return;
        }
        let (running, off): (Vec<_>, Vec<_>) = (0..self.services.len()).partition(|at| self.is_on(&self.services[*at]));
        let in_place = |own: &super::Service, other: &super::Service| {
            let ports = |service: &super::Service| -> Vec<(u16, u16)> {
                service.ports.iter().filter_map(|port| port.published.get().copied()).collect()
            };
            let named = own.container_name.get().is_some_and(|name| other.container_name.get() == Some(name));
            named || ports(own).iter().any(|port| ports(other).contains(port))
        };
        for at in off {
            if running.iter().any(|other| in_place(&self.services[at], &self.services[*other])) {
                let service = &mut self.services[at];
                service.role = service.role.min(Role::Development);
            }
        }
    }

    /// Label files that are not there; Compose reads those of services that run.
    fn label_files(&mut self, root: &Value, library: &dyn Library) {
        let services = root.get("services").map_or(&[][..], |services| services.fields());
        let on = self.services.iter().filter(|service| self.is_on(service)).map(|service| service.name.span);
        let on: HashSet<Span> = on.collect();
        let mut faults = Vec::new();
        for service in services.iter().filter(|service| on.contains(&service.key.span)) {
            for path in service::names(service.value.get("label_file")) {
                let path = self.directories.join(path);
                if library.compose(&path.value) == Shelf::Missing {
                    let message = format!(
                        "service `{}` needs label file `{}`, which does not exist",
                        service.key.value, path.value
                    );
                    faults.push(Kind::NoFile.at(path.span, message).help("correct the path, or add the file"));
                }
            }
        }
        if self.gap.is_none() {
            self.faults.extend(faults);
        }
    }

    /// What keeps a document from being read at all.
    fn documents(&mut self, tree: &yaml::File, file: FileId) {
        if let Some(version) = tree.version(file).filter(|version| version.value != "1.1") {
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

    /// Marks the literals that another file replaces.
    fn replaced(&mut self, root: &Value) {
        let mut left: Vec<Span> = Vec::new();
        let mut next = vec![root];
        while let Some(value) = next.pop() {
            next.extend(value.fields().iter().map(|field| &field.value).chain(value.items()));
            if value.fields().is_empty() && value.items().is_empty() {
                left.push(value.span);
            }
        }
        left.sort();
        for literal in &mut self.literals {
            let at = literal.value.span;
            // Values hold one another: the next one before the place may be inside the one that has it.
            let before = left.partition_point(|span| (span.file, span.start) <= (at.file, at.start));
            let mut near = left[..before].iter().rev().take_while(|span| span.file == at.file).take(64);
            literal.used &= near.any(|span| span.contains(at));
        }
    }

    /// Whether there is anything to look at.
    fn well_formed(&mut self, root: &Value) -> bool {
        let fault = match &root.data {
            Data::Map(fields) if fields.iter().any(|field| field.key.value != "version") => return true,
            // Beside other files an empty one is no mistake.
            Data::Null | Data::Map(_) if self.alone => return false,
            Data::Null | Data::Map(_) => Kind::Document.at(root.span, "the file is empty; Compose refuses it"),
            _ => Kind::Document.at(root.span, "a Compose file must be a map with the key `services`"),
        };
        if self.gap.is_none() && self.faults.iter().all(|fault| fault.kind != Kind::Document) {
            self.faults.push(fault.help("add `services:`"));
        }
        false
    }
}

/// Where the files of a project look for what they name.
#[derive(Clone)]
pub(super) struct Scope {
    /// What relative paths are relative to.
    pub(super) directory: String,
    /// The env files that variables are taken from; a later one wins over an earlier one.
    pub(super) env: Vec<String>,
}

/// A composition on its way.
pub(super) struct Loader<'a> {
    pub(super) compose: &'a mut Composition,
    pub(super) library: &'a dyn Library,
    pub(super) budget: &'a Budget,
    /// Files whose services are extended, interpolated once.
    pub(super) bases: HashMap<FileId, Arc<Value>>,
    /// The services that take something from what is not known, by name.
    pub(super) partial: HashMap<String, Arc<Why>>,
    /// [`Plan::given`].
    pub(super) given: &'a HashMap<String, Option<String>>,
}

impl Loader<'_> {
    /// The model of files that are merged in this order. `above`: the files that include them.
    pub(super) fn project(&mut self, files: &[FileId], scope: &Scope, above: &mut Vec<FileId>) -> Value {
        let mut root: Option<Value> = None;
        for &file in files {
            let Some((source, tree)) = self.library.file(file) else { continue };
            let start = Span::new(file, 0, 0);
            self.compose.leave_open(unreliable(tree, start));
            if !self.compose.read.contains(&file) {
                self.compose.read.push(file);
            }
            self.compose.directories.others.insert(file, scope.directory.clone());
            if tree.template.is_some() {
                self.mask(tree, scope);
                continue;
            }
            if self.compose.gap.is_none() {
                self.compose.documents(tree, file);
            }
            above.push(file);
            for node in tree.documents().filter(|node| !node.is_null()) {
                let before = self.compose.faults.len();
                let mut value = self.read(node, scope);
                self.forget_broken(source, tree, before);
                check::displaced(self.compose, &value);
                self.extend(source, scope, &mut value);
                self.include(&mut value, scope, above);
                let mut merged = match root.take() {
                    Some(base) => {
                        check::reopened(self.compose, &base, &value);
                        merge::files(base, value, &mut self.compose.faults)
                    }
                    None => value,
                };
                merge::settle(&mut merged);
                if self.compose.gap.is_none() {
                    // What cannot be read is refused although a later file may replace it.
                    check::entries(self.compose, &merged);
                    let verdict = schema::validate(&merged);
                    self.compose.faults.extend(verdict.faults);
                    self.compose.unknown_keys.extend(verdict.unknown_keys);
                    self.compose.breaks.extend(verdict.breaks);
                }
                root = Some(merged);
            }
            above.pop();
        }
        let start = files.first().map_or(Span::new(FileId(0), 0, 0), |file| Span::new(*file, 0, 0));
        root.unwrap_or_else(|| blank(start, None))
    }

    /// A line that is no YAML has one fault: what its pieces seem to be says nothing.
    fn forget_broken(&mut self, source: &Source, tree: &yaml::File, before: usize) {
        let line = |span: Span| source.lines().line(span.start);
        let broken: HashSet<_> = tree.faults.iter().map(|fault| line(fault.span)).collect();
        let new = self.compose.faults.split_off(before);
        self.compose.faults.extend(
            new.into_iter().filter(|fault| {
                fault.span.file != source.id || broken.is_empty() || !broken.contains(&line(fault.span))
            }),
        );
    }

    /// A template is not judged; what is secret in it is hidden all the same.
    fn mask(&mut self, tree: &yaml::File, scope: &Scope) {
        let literals = std::mem::take(&mut self.compose.literals);
        let before = (self.compose.variables.len(), self.compose.faults.len());
        for node in tree.documents().filter(|node| !node.is_null()) {
            self.read(node, scope);
        }
        let compose = &mut self.compose;
        let found = std::mem::replace(&mut compose.literals, literals);
        compose.masked.extend(found.into_iter().map(|literal| literal.value.span));
        compose.variables.truncate(before.0);
        compose.faults.truncate(before.1);
    }

    /// A document with its variables filled in.
    pub(super) fn read(&mut self, node: yaml::Node, scope: &Scope) -> Value {
        let lookup = |name: &str| scope.env.iter().rev().find_map(|path| self.library.variable(path, name));
        let given = |name: &str| self.given.get(name).cloned();
        let mut reader = Reader::new(&lookup, &given, self.budget);
        let value = reader.read(node, None);
        secrets::find(&value, &reader.variables, &mut self.compose.literals);
        self.compose.variables.append(&mut reader.variables);
        self.compose.faults.append(&mut reader.faults);
        self.compose.dropped.append(&mut reader.dropped);
        value
    }
}

/// Why a file may mean more than what is read of it.
fn unreliable(tree: &yaml::File, start: Span) -> Option<Why> {
    let fault = tree.faults.first().map(|fault| Why::seen("the file is not well-formed", fault.span));
    tree.template.is_some().then(|| Why::seen("the file is a template", start)).or(fault)
}

fn resources(section: &Value, directories: &Directories) -> Vec<Resource> {
    let flag = |value: Option<&Value>| match value {
        Some(value) if value.fields().is_empty() => value.text().and_then(|text| boolean(&text)).unwrap_or(true),
        Some(_) => true,
        None => false,
    };
    let read = |field: &Field| Resource {
        name: field.key.clone(),
        external: flag(field.value.get("external")),
        named: field.value.get("name").is_some(),
        called: known_text(field.value.get("name")),
        driver: known_text(field.value.get("driver")),
        file: match known_text(field.value.get("file")) {
            Known::Set(path) => Known::Set(directories.join(path)),
            other => other,
        },
        internal: flag(field.value.get("internal")),
    };
    section.fields().iter().map(read).collect()
}
