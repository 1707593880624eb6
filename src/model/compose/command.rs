//! What `docker run` starts, as the service it would be in a Compose file: one model for both, so one judgement.

use super::interpolate::MARK;
use super::value::{Data, Field, Missing, Value, blank};
use super::{Directories, Form, Literal, Service, secrets, service};
use crate::model::starts::RunCall;
use crate::source::{Cut, Spanned};

/// Options of `docker run` that may be given more than once, and the keys that say the same.
const LISTS: [(&str, &str); 13] = [
    ("--add-host", "extra_hosts"),
    ("--cap-add", "cap_add"),
    ("--cap-drop", "cap_drop"),
    ("--device", "devices"),
    ("--env", "environment"),
    ("--env-file", "env_file"),
    ("--expose", "expose"),
    ("--label", "labels"),
    ("--mount", "volumes"),
    ("--publish", "ports"),
    ("--security-opt", "security_opt"),
    ("--tmpfs", "tmpfs"),
    ("--volume", "volumes"),
];
/// Those of which the last one counts.
const SINGLE: [(&str, &str); 12] = [
    ("--entrypoint", "entrypoint"),
    ("--hostname", "hostname"),
    ("--ipc", "ipc"),
    ("--memory", "mem_limit"),
    ("--name", "container_name"),
    ("--pid", "pid"),
    ("--privileged", "privileged"),
    ("--read-only", "read_only"),
    ("--restart", "restart"),
    ("--user", "user"),
    ("--userns", "userns_mode"),
    ("--workdir", "working_dir"),
];

/// A container that is started by a command of its own.
#[derive(Clone, Debug)]
pub struct Standalone {
    /// It, as a service.
    pub service: Service,
    /// The secrets that the command gives it.
    pub literals: Vec<Literal>,
}

impl Standalone {
    /// What a `docker run` starts; `None` when it names no image.
    pub fn new(call: &RunCall) -> Option<Self> {
        let image = call.image.as_ref()?;
        let project = call.place.directories().first().cloned().unwrap_or_default();
        let value = keys(call, image, &project);
        let directories = Directories { project, ..Directories::default() };
        let given = call.options.iter().rev().find(|(name, _)| name == "--name").and_then(|(_, value)| value.as_ref());
        let (name, form) = match given.filter(|name| !name.value.contains(['$', '`', '<'])) {
            Some(name) => (name.value.clone(), Form::Container),
            None => (image.value.split('@').next().unwrap_or_default().to_owned(), Form::Unnamed),
        };
        let mut service = service::read(Spanned::new(name, image.span), call.span, &value, &directories);
        service.form = form;
        let mut literals = Vec::new();
        secrets::of_service(&service.name.value, &value, &mut literals);
        Some(Standalone { service, literals })
    }
}

/// The entry of a Compose file that says the same. `here`: the folder of the project it is run in.
fn keys(call: &RunCall, image: &Spanned<String>, here: &str) -> Value {
    let mut fields = vec![field("image", text(image))];
    for (option, value) in &call.options {
        let of =
            |list: &[(&'static str, &'static str)]| list.iter().find(|(own, _)| own == option).map(|(_, key)| *key);
        let value = value.as_ref().map(|word| match option.as_str() {
            "--mount" => mount(word, here),
            "--volume" | "--env-file" => text(&seen_from(here, word, &word.value)),
            _ => text(word),
        });
        match (of(&LISTS), of(&SINGLE), option.as_str(), value) {
            (Some(key), _, _, Some(value)) => add(&mut fields, key, value),
            (_, Some(key), _, value) => {
                let switched = || Value { data: Data::Bool(true), ..blank(image.span, None) };
                fields.retain(|own: &Field| own.key.value != key);
                fields.push(field(key, value.unwrap_or_else(switched)));
            }
            (_, _, "--network" | "--net", Some(value)) => {
                // The network of the host, or of another container, is none of the engine's own.
                let mode = value.as_str().is_some_and(|name| matches!(name, "host" | "none") || name.contains(':'));
                if mode {
                    fields.push(field("network_mode", value));
                } else {
                    add(&mut fields, "networks", value);
                }
            }
            _ => {}
        }
    }
    if let (Some(first), Some(last)) = (call.command.first(), call.command.last()) {
        let words = call.command.iter().map(text).collect();
        let span = first.span.to(last.span);
        fields.push(field("command", Value { data: Data::List(words), ..blank(span, None) }));
    }
    Value { data: Data::Map(fields), ..blank(call.span, None) }
}

fn field(key: &str, value: Value) -> Field {
    Field { key: Spanned::new(key.to_owned(), value.span), value }
}

/// Adds an item to the list of a key.
fn add(fields: &mut Vec<Field>, key: &str, item: Value) {
    match fields.iter_mut().find(|own| own.key.value == key) {
        Some(Field { value: Value { data: Data::List(items), .. }, .. }) => items.push(item),
        _ => fields.push(field(key, Value { data: Data::List(vec![item.clone()]), ..blank(item.span, None) })),
    }
}

/// `type=bind,source=/srv/shop,target=/data,readonly`
fn mount(word: &Spanned<String>, here: &str) -> Value {
    let part = |part: &str| {
        let (key, value) = part.split_once('=').unwrap_or((part, "true"));
        let key = match key {
            "src" => "source",
            "dst" | "destination" => "target",
            "ro" | "readonly" => "read_only",
            key => key,
        };
        field(key, text(&seen_from(here, word, value)))
    };
    let mut fields: Vec<Field> = word.value.split(',').map(part).collect();
    if fields.iter().all(|own| own.key.value != "type") {
        fields.push(field("type", text(&Spanned::new("volume".to_owned(), word.span))));
    }
    Value { data: Data::Map(fields), ..blank(word.span, None) }
}

/// A path in a word that a shell has put together, which begins with `//` in the folder of the project, as a path from another
/// folder: `$(pwd)/data`. What is written like that is a path of the machine: `//var/run/docker.sock`.
fn seen_from(here: &str, word: &Spanned<String>, path: &str) -> Spanned<String> {
    let put_together = word.span.range().len() != word.value.len();
    let own = path.strip_prefix("//").filter(|_| put_together).map(|below| {
        let up = here.split('/').filter(|part| !part.is_empty()).count();
        format!("./{}{below}", "../".repeat(up))
    });
    Spanned::new(own.unwrap_or_else(|| path.to_owned()), word.span)
}

/// A word of the command.
fn text(word: &Spanned<String>) -> Value {
    let verbatim = word.span.range().len() == word.value.len();
    Value {
        inner: verbatim.then_some(word.span),
        data: Data::Text(word.value.clone()),
        unresolved: missing(&word.value).map(Box::new),
        ..blank(word.span, None)
    }
}

/// What only the shell that runs the command puts into a word, and where.
fn missing(text: &str) -> Option<Missing> {
    let mut rest = text;
    let (mut marked, mut variable) = (String::new(), None);
    while let Some(at) = rest.find(['$', '`']) {
        marked.push_str(rest.cut(..at));
        marked.push(MARK);
        let behind = rest.cut(at + 1..);
        let until = |end: char| behind.find(end).map_or(behind.len(), |at| at + end.len_utf8());
        let length = match behind.chars().next() {
            Some('{') => until('}'),
            Some('(') => until(')'),
            _ if rest.cut(at..).starts_with('`') => until('`'),
            _ => behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(behind.len()),
        };
        variable.get_or_insert_with(|| behind.cut(..length).trim_matches(['{', '}', '(', ')', '`']).to_owned());
        rest = behind.cut(length..);
    }
    marked.push_str(rest);
    variable.map(|variable| Missing { variable, marked })
}

impl Service {
    /// What people call it: `` service `web` ``, `` container `web` ``, `` the container of `nginx:1` ``.
    pub fn title(&self) -> String {
        let name = &self.name.value;
        match self.form {
            Form::Service => format!("service `{name}`"),
            Form::Container => format!("container `{name}`"),
            Form::Unnamed => format!("the container of `{name}`"),
        }
    }

    /// Of two ways to say something the one for where it is written: in a Compose file, or on a command line.
    pub fn says<'a>(&self, compose: &'a str, command: &'a str) -> &'a str {
        if self.form == Form::Service { compose } else { command }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Known;
    use crate::source::{FileId, Span};

    fn standalone(options: &[(&str, Option<&str>)]) -> Service {
        let span = Span::new(FileId(0), 0, 1);
        let word = |text: &str| Spanned::new(text.to_owned(), span);
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), value.map(word))).collect();
        let (image, command) = (Some(word("postgres:17")), Vec::new());
        let call = RunCall { span, place: Default::default(), remote: false, image, options, command };
        Standalone::new(&call).expect("it has an image").service
    }

    #[test]
    fn the_folder_of_the_project_is_not_that_of_the_machine() {
        let service = standalone(&[("--volume", Some("//:/srv")), ("--mount", Some("type=bind,src=//etc,dst=/host"))]);
        let sources = service.mounts.iter().filter_map(|mount| mount.source.get());
        assert!(
            sources.clone().count() == 2 && sources.clone().all(|path| path != "/" && path != "/etc"),
            "{service:?}"
        );
    }

    #[test]
    fn options_are_keys() {
        let service = standalone(&[
            ("--publish", Some("127.0.0.1:5432:5432")),
            ("--env", Some("POSTGRES_PASSWORD=$PASSWORD")),
            ("--env", Some("POSTGRES_USER=shop")),
            ("--volume", Some("$(pwd)/data:/var/lib/postgresql/data")),
            ("--mount", Some("type=bind,src=/etc,dst=/host,readonly")),
            ("--privileged", None),
            ("--network", Some("host")),
            ("--name", Some("db")),
        ]);
        assert_eq!(service.title(), "container `db`");
        assert_eq!(service.ports[0].is_public(), Some(false));
        assert!(service.environment[0].1.is_unresolved());
        assert_eq!(service.told(), [("POSTGRES_USER", "shop")]);
        assert_eq!(service.mounts[0].target.get().map(String::as_str), Some("/var/lib/postgresql/data"));
        assert_eq!(service.mounts[1].source.get().map(String::as_str), Some("/etc"));
        assert!(service.mounts[1].read_only);
        assert_eq!(service.privileged.get(), Some(&true));
        assert!(matches!(&service.network_mode, Known::Set(mode) if mode.value == "host"));
    }
}
