//! What a Compose file shows before it is interpolated: whether it needs others, and which ones it names.

use std::collections::HashSet;

use crate::source::Span;
use crate::syntax::shell;
use crate::syntax::yaml::{Entry, File, Node};

/// Whether a file has everything its services need: each has an image, a build or something it extends, and the services
/// and networks they use are defined. A stack of a Swarm waits for nobody: `docker stack deploy` has no use for `depends_on`.
pub fn stands_alone(tree: &File, of_stack: bool) -> bool {
    let sections = |name: &str| -> Vec<Node> { tree.documents().filter_map(|root| root.get(name)).collect() };
    let names = |name: &str| -> HashSet<&str> {
        sections(name)
            .into_iter()
            .flat_map(|section| section.entries())
            .filter_map(|entry| entry.key.as_str())
            .collect()
    };
    if !sections("include").is_empty() {
        return true;
    }
    let (defined, networks) = (names("services"), names("networks"));
    services(tree).all(|entry| {
        let service = entry.value.resolve();
        let has = |key: &str| service.get(key).is_some_and(|value| !value.is_null());
        let needs = |key: &str| service.get(key).map_or(Vec::new(), words);
        service.is_null()
            || ["image", "build", "extends", "provider"].into_iter().any(has)
                && (of_stack
                    || needs("depends_on").into_iter().all(|name| defined.contains(name) || name.contains('$')))
                && needs("networks").into_iter().all(|name| name == "default" || networks.contains(name))
    })
}

/// Whether a file says what every service is that another one only adds to.
pub fn completes(base: &File, overlay: &File) -> bool {
    let is_said = |entry: &Node| ["image", "build", "extends", "provider"].iter().any(|key| entry.get(key).is_some());
    let names = |tree: &File, said: bool| -> HashSet<String> {
        let own = services(tree).filter(|entry| is_said(&entry.value.resolve()) == said);
        own.filter_map(|entry| Some(entry.key.as_str()?.to_owned())).collect()
    };
    names(overlay, false).is_subset(&names(base, true))
}

/// The files that `include:` and `extends:` name, as written.
pub fn names_others(tree: &File) -> Vec<String> {
    let mut found = Vec::new();
    for root in tree.documents() {
        let entries = root.get("include").map_or(Vec::new(), |include| include.items().collect());
        for entry in entries {
            let path = entry.get("path").unwrap_or(entry);
            match path.as_str() {
                Some(path) => found.push(path.to_owned()),
                None => found.extend(path.items().filter_map(|path| Some(path.as_str()?.to_owned()))),
            }
        }
        let services = root.get("services").map_or(Vec::new(), |section| section.entries().collect());
        let bases = services.into_iter().filter_map(|entry| entry.value.resolve().at(&["extends", "file"])?.as_str());
        found.extend(bases.map(str::to_owned));
    }
    found
}

/// What services are made of and whose names may say for whom: their env files, the Dockerfile and stage they are built
/// from, as written.
pub fn ingredients(tree: &File) -> Vec<&str> {
    let mut found = Vec::new();
    for entry in services(tree) {
        let service = entry.value.resolve();
        if let Some(list) = service.get("env_file") {
            let items = if list.as_str().is_some() { vec![list] } else { list.items().collect() };
            found.extend(items.into_iter().filter_map(|item| item.get("path").unwrap_or(item).as_str()));
        }
        found.extend(["dockerfile", "target"].iter().filter_map(|key| service.at(&["build", key])?.as_str()));
    }
    found
}

/// A service, and what it is made of as written.
#[derive(Copy, Clone, Debug)]
pub struct Made<'a> {
    /// Its name.
    pub name: &'a str,
    /// `image:`, of `${IMAGE:-postgres:18}` the default.
    pub image: Option<&'a str>,
    /// The folder of `build:`.
    pub context: Option<&'a str>,
    /// `container_name:`.
    pub container: Option<&'a str>,
    /// Whether it has `volumes:`.
    pub has_volumes: bool,
}

/// The services, each with what it is made of.
pub fn made(tree: &File) -> Vec<Made<'_>> {
    services(tree)
        .filter_map(|entry| {
            let service = entry.value.resolve();
            let build = service.get("build").map(Node::resolve);
            let context =
                build.and_then(|build| build.as_str().or_else(|| build.get("context")?.as_str()).or(Some(".")));
            let text = |key: &str| service.get(key).and_then(Node::as_str);
            Some(Made {
                name: entry.key.as_str()?,
                image: text("image").map(|image| default(image).unwrap_or(image)),
                context,
                container: text("container_name"),
                has_volumes: service.get("volumes").is_some(),
            })
        })
        .collect()
}

/// The default of a value that is nothing but one variable.
fn default(value: &str) -> Option<&str> {
    let (name, default) = value.strip_prefix("${")?.strip_suffix('}')?.split_once(":-")?;
    (!name.contains(['$', '}']) && !default.contains(['$', '}'])).then_some(default)
}

/// The variables that services are given, name and value as written.
pub fn variables(tree: &File) -> Vec<(&str, &str)> {
    pairs(services(tree).filter_map(|entry| Some(entry.value.resolve().get("environment")?.resolve())))
}

/// The variables that one service is given.
pub fn variables_of<'a>(tree: &'a File, name: &str) -> Vec<(&'a str, &'a str)> {
    let own = services(tree).filter(|entry| entry.key.as_str() == Some(name));
    pairs(own.filter_map(|entry| Some(entry.value.resolve().get("environment")?.resolve())))
}

/// The arguments that builds are given, as written.
pub fn arguments(tree: &File) -> Vec<(&str, &str)> {
    pairs(services(tree).filter_map(|entry| Some(entry.value.resolve().at(&["build", "args"])?.resolve())))
}

fn pairs<'a>(given: impl Iterator<Item = Node<'a>>) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for given in given {
        found.extend(given.entries().filter_map(|own| Some((own.key.as_str()?, own.value.as_str()?))));
        found.extend(given.items().filter_map(|own| own.as_str()?.split_once('=')));
    }
    found
}

/// What services run, word by word, as written.
pub fn commands(tree: &File) -> Vec<Vec<String>> {
    services(tree).flat_map(|entry| run(&entry)).collect()
}

/// What one service runs.
pub fn commands_of(tree: &File, name: &str) -> Vec<Vec<String>> {
    services(tree).filter(|entry| entry.key.as_str() == Some(name)).flat_map(|entry| run(&entry)).collect()
}

/// Whether the comment at the top of a file says that it is started on one's own machine, whatever it is called.
pub fn is_tried_at_home(text: &str) -> bool {
    const SAYS: [&str; 7] = [
        "locally",
        "local testing",
        "local test ",
        "local preview",
        "local production",
        "on your machine",
        "on your own machine",
    ];
    let top = text.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
    // A line that names another file may speak of that one.
    let own = top.filter(|line| !line.contains("-f ") && !line.contains(".yml") && !line.contains(".yaml"));
    own.map(str::to_ascii_lowercase).any(|line| SAYS.iter().any(|word| line.contains(word)))
}

fn run(entry: &Entry) -> Vec<Vec<String>> {
    let service = entry.value.resolve();
    let written = ["entrypoint", "command"].into_iter().filter_map(|key| service.get(key));
    let words = |command: Node| match command.as_str() {
        Some(text) => shell::words(text).into_iter().map(|word| word.text).collect(),
        None => command.items().filter_map(Node::as_str).map(str::to_owned).collect(),
    };
    written.map(words).collect()
}

/// What stands at a key of each service: the text, or the texts of a list, as written.
pub fn texts<'a>(tree: &'a File, key: &str) -> Vec<&'a str> {
    let nodes = services(tree).filter_map(|entry| entry.value.resolve().get(key));
    nodes
        .flat_map(|node| {
            node.as_str().map_or_else(|| node.items().filter_map(Node::as_str).collect(), |text| vec![text])
        })
        .collect()
}

/// The list of a service that is written, and has nothing in it: `ports: []`. With a tag it says what to do with other files' items.
pub fn emptied(tree: &File, service: &str, key: &str) -> Option<Span> {
    let node = services(tree).find(|entry| entry.key.as_str() == Some(service))?.value.resolve().get(key)?;
    (node.is_sequence() && node.items().len() == 0 && node.tag().is_none()).then(|| node.span())
}

/// Whether any service has a key.
pub fn has_key(tree: &File, key: &str) -> bool {
    services(tree).any(|entry| entry.value.resolve().get(key).is_some())
}

/// The services, each with its name.
fn services(tree: &File) -> impl Iterator<Item = Entry<'_>> {
    tree.documents().filter_map(|root| root.get("services")).flat_map(|section| section.entries())
}

/// The items of a list, or the keys of a map.
fn words(node: Node<'_>) -> Vec<&str> {
    let node = node.resolve();
    if node.is_map() {
        return node.entries().filter_map(|entry| entry.key.as_str()).collect();
    }
    node.items().filter_map(Node::as_str).collect()
}
