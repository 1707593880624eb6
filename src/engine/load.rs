//! From a workspace to a project: read, parse, join.

use std::collections::HashMap;
use std::sync::Arc;

use time::OffsetDateTime;

use super::{Fault, WHOLE, guard, settle};
use crate::model::compose::{Composition, Plan};
use crate::model::guide::{self, Shown};
use crate::model::{Class, Document, Kind, Tree, View, Views};
use crate::policy::Policy;
use crate::project::{Composed, Hints, Project, Read};
use crate::source::budget::{self, grouped};
use crate::source::{
    Budget, Content, Embedded, FileId, Input, Named, Role, RoleWhy, Source, Workspace, role_above, role_of, sealed,
};
use crate::syntax::nginx::{Template, dump};
use crate::threads::{is_much, within};

/// A file that was read and recognised.
struct Loaded {
    path: String,
    bytes: Vec<u8>,
    mode: Option<u32>,
    class: Class,
    embedded: Option<Arc<Embedded>>,
}

/// What files are that nobody could tell from their name and content, because the deployment names them.
type Claims = HashMap<String, Class>;

/// How often a file that was named may name others that were not read yet.
const MOST_ROUNDS: usize = 8;

/// Reads a workspace and joins it, for a time. The faults are those of single files. What the deployment names and the first look
/// passed by is taken in, and everything is joined again: this is rare.
pub fn load(mut workspace: Workspace, policy: &Policy, at: OffsetDateTime) -> (Project, Vec<Fault>) {
    unfold(&mut workspace);
    let mut rounds = MOST_ROUNDS;
    let mut claims = Claims::new();
    loop {
        let (mut project, mut faults) = join(&mut workspace, &claims, policy, at);
        let unread = project.unread();
        let mut inner = project.inline_dockerfiles();
        inner.extend(project.told_sites());
        inner.extend(project.written_sites());
        let prints = prints(&project);
        (workspace.files, workspace.git) = project.give_back();
        let mut found = None;
        for (path, embedded) in inner {
            found = Some(embedded.path.clone());
            workspace.show(&path, embedded);
        }
        for (path, text) in prints {
            let files = dump::files(&text);
            workspace.unfold(&path, &files);
            let class = Class { kind: Kind::Nginx, why: "`nginx -T` printed it" };
            claims.extend(files.iter().map(|(file, _)| (format!("{path}/{file}"), class)));
            found = Some(path);
        }
        for mention in unread {
            let path = workspace.files.resolve(&mention.path).into_owned();
            if claims.contains_key(&path) {
                continue;
            }
            match workspace.take_in(&path) {
                Named::Found => {
                    claims.insert(path, mention.class);
                    found = Some(mention.path);
                }
                // Said once, whoever names it. What certificates are on the server is not known here anyway.
                Named::NotRead(_) if faults.iter().any(|fault| fault.path == mention.path) => {}
                Named::NotRead(why) if mention.class.kind != Kind::Pem => {
                    let path = &project.source(mention.at.file).path;
                    let message = format!("was not read, and `{path}` {}: {why}", mention.what);
                    workspace.faults.push((mention.path.clone(), message.clone()));
                    faults.push(Fault { path: mention.path, message });
                }
                Named::NotRead(_) | Named::Elsewhere => {}
            }
        }
        rounds -= 1;
        if found.is_none() || rounds == 0 {
            let message =
                "was not read: too many files name one another before it is named; name it nearer to the first";
            faults.extend(found.map(|path| Fault { path, message: message.to_owned() }));
            project.take_back(workspace.files, workspace.git);
            return (project, faults);
        }
    }
}

/// What `nginx -T` printed: the paths of the prints, and their texts.
fn prints(project: &Project) -> Vec<(String, String)> {
    let is_print =
        |document: &&Document| matches!(&document.tree, Tree::Nginx(file) if file.template == Some(Template::Dump));
    let found = project.documents().iter().filter(is_print).map(|document| &document.source);
    let few = |source: &&Source| dump::files(source.text()).len() <= MOST_PRINTED;
    found.filter(few).map(|source| (source.path.clone(), source.text().to_owned())).collect()
}

/// More files than a configuration has.
const MOST_PRINTED: usize = 10_000;

/// Adds the files that the guides show, as if somebody had followed them.
fn unfold(workspace: &mut Workspace) {
    for guide in workspace.guides.clone() {
        let input = workspace.inputs.iter().find(|input| input.path == guide);
        let Some(Ok((bytes, _))) = input.map(|input| input.content.read()) else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        workspace.files.open_up(&guide);
        let Some((files, parts)) = guide::shown(&guide, &text) else {
            let message =
                "is too large to judge: it shows more files than are looked at; check parts of it by themselves";
            workspace.faults.push((guide, message.to_owned()));
            continue;
        };
        for Shown { name, made_up, as_it_is, excerpt } in files {
            workspace.show(&format!("{made_up}{name}"), Embedded { path: guide.clone(), made_up, as_it_is, excerpt });
        }
        parts.into_iter().for_each(|line| workspace.files.add_part(&guide, line));
    }
}

/// Reads what is to be read, each file by itself, and joins it.
fn join(workspace: &mut Workspace, claims: &Claims, policy: &Policy, at: OffsetDateTime) -> (Project, Vec<Fault>) {
    let faults = workspace.faults.iter();
    let mut faults: Vec<Fault> =
        faults.map(|(path, message)| Fault { path: path.clone(), message: message.clone() }).collect();
    let inputs: Vec<&Input> = workspace.inputs.iter().collect();
    let size = |read: &Result<Reading, Fault>| match read {
        Ok(Reading::File(file)) => file.bytes.len(),
        _ => 0,
    };
    let many = is_much(inputs.len(), 0);
    let named = [
        (&workspace.guides[..], Kind::Guide),
        (&workspace.pem[..], Kind::Pem),
        (&workspace.compose[..], Kind::Compose),
    ];
    let read = within(many, inputs, budget::RUN.bytes, |_| false, |input| read(input, claims, policy, &named), size);
    if let Some(input) = workspace.inputs.get(read.len()) {
        let most = format!("come to {} MiB", budget::RUN.bytes >> 20);
        faults.push(left_out(&input.path, workspace.inputs.len() - read.len(), &most));
    }
    let mut files: Vec<Loaded> = Vec::with_capacity(read.len());
    for reading in settle(read, &mut faults) {
        match reading {
            Reading::File(file) => files.push(file),
            Reading::Sealed(path, by) => {
                let why = format!("it is sealed with {by}; unseal it to have it judged");
                workspace.files.pass_over(&path, why);
            }
            Reading::Other => {}
        }
    }
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let large = |(_, file): &(usize, Loaded)| file.bytes.len() > budget::HEAVY;
    let nodes = |(document, ..): &Parsed| document.source.budget.spent().nodes;
    let much = is_much(files.len(), files.iter().map(|file| file.bytes.len()).sum());
    let numbered = files.into_iter().enumerate().collect();
    let above = role_above(&workspace.above);
    let own: &Workspace = workspace;
    let parse = |(index, file): (usize, Loaded)| {
        let role = match own.is_own(&file.path) {
            true => (Role::Development, RoleWhy::NotCommitted),
            false => {
                // What a guide for developers shows is for them.
                let guide = file.embedded.as_ref().and_then(|shown| role_of(&shown.path));
                role(&file.path, file.class.kind, policy, guide.or(above))
            }
        };
        parse(FileId(index as u32), file, role)
    };
    let parsed = within(much, numbered, budget::RUN.nodes, large, parse, nodes);
    if let Some(path) = paths.get(parsed.len()) {
        let most = format!("hold {} things to look at", grouped(budget::RUN.nodes));
        faults.push(left_out(path, paths.len() - parsed.len(), &most));
    }
    let (mut documents, mut views) = (Vec::with_capacity(parsed.len()), Views::default());
    for (document, view, fault) in parsed {
        documents.push(document);
        view.into_iter().for_each(|view| views.add(view));
        faults.extend(fault);
    }
    let (files, git) = (std::mem::take(&mut workspace.files), std::mem::take(&mut workspace.git));
    let (assumed, roots) = (policy.assumed(at), policy.roots(at));
    let hints = Hints { assumed, roots, dialects: &|path| policy.dialects(path).to_vec() };
    let read = Read { documents, views, files, git };
    let project = Project::build(read, hints, |project, plans| compositions(project, plans, much, &mut faults));
    faults.extend(project.budget().over().map(|over| {
        let source = project.source(over.at.file);
        let message = format!("with its includes put in, `{}` {}", source.path, over.message(source.lines()));
        Fault { path: WHOLE.to_owned(), message }
    }));
    (project, faults)
}

/// The Compose files that are started together, merged.
fn compositions(project: &Project, plans: Vec<Plan>, is_much: bool, faults: &mut Vec<Fault>) -> Composed {
    let paths: Vec<String> = plans.iter().map(|plan| plan.path.clone()).collect();
    let drawn: usize = project.documents().iter().map(|document| document.source.budget.spent().nodes).sum();
    let large = |plan: &Plan| plan.files.iter().any(|file| project.source(*file).text().len() > budget::HEAVY);
    let make = |plan: Plan| guard(&plan.path.clone(), || project.composition(plan));
    let nodes = |made: &Result<(Composition, Budget), Fault>| made.as_ref().map_or(0, |(_, spent)| spent.spent().nodes);
    let left = budget::RUN.nodes.saturating_sub(drawn);
    let made = within(is_much, plans, left, large, make, nodes);
    if let Some(path) = paths.get(made.len()) {
        let most = format!("hold {} things to look at", grouped(budget::RUN.nodes));
        faults.push(left_out(path, paths.len() - made.len(), &most));
    }
    let mut composed = Composed { list: Vec::with_capacity(made.len()), ..Composed::default() };
    for (composition, spent) in settle(made, faults) {
        let Some(over) = spent.over() else {
            composed.spent = composed.spent.and(spent.spent());
            composed.list.push(composition);
            continue;
        };
        let source = project.source(over.at.file);
        faults.push(Fault { path: source.path.clone(), message: over.message(source.lines()) });
        composed.given_up.push(over.at.file);
    }
    composed
}

/// The fault of a file that was more than its budget.
fn too_large(document: &Document) -> Option<Fault> {
    let message = document.source.budget.over()?.message(document.source.lines());
    Some(Fault { path: document.source.path.clone(), message })
}

/// The fault of a run that was too much. It is about all of the project: what was not looked at is unknown to the rest.
fn left_out(path: &str, count: usize, before: &str) -> Fault {
    let these = if count > 1 { format!("it and {} behind it were", grouped(count - 1)) } else { "it was".to_owned() };
    let message = format!("is too large to judge: the files before `{path}` {before}; {these} not looked at");
    Fault { path: WHOLE.to_owned(), message }
}

/// What became of an input.
enum Reading {
    /// It is in a format that is read.
    File(Loaded),
    /// It is encrypted, and by what.
    Sealed(String, &'static str),
    /// It is nothing of interest.
    Other,
}

fn read(input: &Input, claims: &Claims, policy: &Policy, named: &[(&[String], Kind)]) -> Result<Reading, Fault> {
    let read = input.content.read();
    let (bytes, mode) = read.map_err(|message| Fault { path: input.path.clone(), message })?;
    let given = if policy.config() == Some(&input.path) {
        Some(Class { kind: Kind::Config, why: "the configuration in use" })
    } else {
        let kind = named.iter().find(|(files, _)| files.contains(&input.path)).map(|(_, kind)| *kind);
        kind.map(|kind| Class { kind, why: "named on the command line" })
    };
    // A file that speaks of others can be more than that.
    let found =
        Class::of(&input.path, &bytes).filter(|class| !class.kind.may_be_more() || !claims.contains_key(&input.path));
    let by = sealed(&bytes);
    let class = given.or(found).or_else(|| claims.get(&input.path).filter(|_| by.is_none()).copied());
    Ok(match (class, by) {
        (Some(class), _) => {
            let embedded = match &input.content {
                Content::Embedded(embedded) => Some(Arc::clone(embedded)),
                _ => None,
            };
            Reading::File(Loaded { path: input.path.clone(), bytes, mode, class, embedded })
        }
        (None, Some(by)) => Reading::Sealed(input.path.clone(), by),
        (None, None) => Reading::Other,
    })
}

/// A file, what it means by itself, and why it could not be judged.
type Parsed = (Document, Option<View>, Option<Fault>);

/// Parses a file and says what it means. After a panic the document stands there empty, so that file numbers stay
/// indices.
fn parse(id: FileId, file: Loaded, (role, why): (Role, RoleWhy)) -> Parsed {
    let Loaded { path, bytes, mode, class, embedded } = file;
    let parsed = guard(&path, || {
        let mut source = Source::new(id, path.clone(), bytes);
        (source.mode, source.embedded) = (mode, embedded);
        Document::read(source, class, role, why)
    });
    let fault = match parsed {
        Ok((document, view)) if document.source.budget.over().is_none() => return (document, view, None),
        Ok((document, _)) => {
            let fault = too_large(&document);
            let spent = document.source.budget;
            return (Document::unread(id, path, spent, class, role, why), None, fault);
        }
        Err(fault) => fault,
    };
    (Document::unread(id, path, Budget::of(0), class, role, why), None, Some(fault))
}

fn role(path: &str, kind: Kind, policy: &Policy, above: Option<Role>) -> (Role, RoleWhy) {
    // The configuration is about all environments, wherever it lies.
    if kind == Kind::Config {
        return (policy.default_role(), RoleWhy::Unnamed);
    }
    if let Some(role) = policy.role(path) {
        return (role, RoleWhy::Configured);
    }
    let named = role_of(path).map(|role| (role, RoleWhy::Name)).or(above.map(|role| (role, RoleWhy::Above)));
    named.unwrap_or((policy.default_role(), RoleWhy::Unnamed))
}
