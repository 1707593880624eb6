//! The servers of nginx as they answer, for people and for programs. Text of files is in it only masked.

mod text;

use serde::Serialize;

use super::safe::flat;
use crate::model::nginx::{
    Effective, Expanded, Level, Location, Modifier, Onward, Place, Request, Sent, Server, Socket, Target, When, onward,
    refused, request, sockets,
};
use crate::project::Project;
use crate::source::{Answer, Span};
use crate::syntax::nginx::Directive;

/// What is asked: the parts of a request that are known.
pub struct Asked<'a> {
    /// The name of the host.
    pub host: Option<&'a str>,
    /// The port.
    pub port: Option<u16>,
    /// The path.
    pub path: Option<&'a str>,
}

/// The servers that answer.
#[derive(Serialize)]
pub struct Sites {
    servers: Vec<Site>,
}

/// A server of nginx.
#[derive(Serialize)]
struct Site {
    at: String,
    names: Vec<String>,
    /// The addresses it answers at, as far as they were asked for.
    answers_at: Vec<String>,
    /// Why it is this one, or why nobody knows.
    because: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Entry>,
    /// What happens to paths without a location.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_paths: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Answered>,
}

/// A location.
#[derive(Serialize)]
struct Entry {
    location: String,
    at: String,
    nested: bool,
    does: String,
}

/// What happens to a request.
#[derive(Serialize)]
struct Answered {
    path: String,
    /// As `rewrite` makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    becomes: Option<String>,
    location: Option<String>,
    at: String,
    does: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
    in_effect: Vec<Value>,
    /// Where it goes on to when this is not the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    then: Vec<Then>,
}

/// A way on.
#[derive(Serialize)]
struct Then {
    when: String,
    by: String,
    at: String,
    /// Whether it is certain to be taken, or leads to what answers in most cases: then all that is in effect there is told.
    #[serde(skip)]
    likely: bool,
    /// Whether what says so is what the location does.
    #[serde(skip)]
    again: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Answered>,
}

/// A directive in effect.
#[derive(Serialize)]
struct Value {
    directive: String,
    at: String,
    level: String,
}

impl Sites {
    /// Looks at a project. `covers` says which files are asked for, `place` names a place so that it can be opened.
    pub fn new(
        project: &Project,
        asked: &Asked<'_>,
        covers: &dyn Fn(&str) -> bool,
        place: &dyn Fn(Span) -> String,
    ) -> Sites {
        let mut servers: Vec<Site> = Vec::new();
        for config in project.configs() {
            let look = Look { project, asked, place, tree: project.nginx_tree(config) };
            let mut found: Vec<(&Server, Vec<String>, Option<String>)> = Vec::new();
            for socket in sockets(config) {
                if asked.port.is_some_and(|port| port != socket.port) {
                    continue;
                }
                for (server, because) in look.chosen(&socket) {
                    let address = address(&socket);
                    match found.iter_mut().find(|(known, ..)| known.span == server.span) {
                        Some((_, addresses, _)) => addresses.push(address),
                        None => found.push((server, vec![address], because)),
                    }
                }
            }
            // One without a port that is known.
            let bare = config.servers.iter().filter(|_| asked.port.is_none() && asked.host.is_none());
            for server in bare {
                if !found.iter().any(|(known, ..)| known.span == server.span) {
                    found.push((server, Vec::new(), None));
                }
            }
            found.sort_by_key(|(server, ..)| server.span);
            let asked_for = found.into_iter().filter(|(server, ..)| covers(&project.source(server.file).path));
            servers.extend(asked_for.map(|(server, at, because)| look.site(server, at, because)));
        }
        Sites { servers }
    }

    /// Whether no server answers.
    pub fn is_empty(&self) -> bool {
        self.servers.is_empty()
    }
}

fn address(socket: &Socket<'_>) -> String {
    let tls = if socket.tls { " tls" } else { "" };
    match socket.address {
        Some(address) => format!("{}:{}{tls}", flat(address), socket.port),
        None => format!("{}{tls}", socket.port),
    }
}

/// How many levels and values are told.
const MOST: usize = 200;

/// How many ways on are followed.
const FARTHEST: usize = 20;

struct Look<'a> {
    project: &'a Project,
    asked: &'a Asked<'a>,
    place: &'a dyn Fn(Span) -> String,
    /// The configuration.
    tree: Expanded<'a>,
}

impl<'a> Look<'a> {
    /// The directives of a level itself, in order.
    fn own(&self, level: Level) -> Vec<&'a Directive> {
        self.tree.level(level).map(|(_, node)| node.directive).collect()
    }

    /// The last directive of a name that is in effect at a level.
    fn in_effect(&self, level: Level, name: &str) -> Option<&'a Directive> {
        match self.tree.effective(level, name) {
            Effective::Set(found) => found.last().copied(),
            Effective::Absent | Effective::Unknown => None,
        }
    }

    /// What stands at a place, masked, on one short line.
    fn quoted(&self, at: Span) -> String {
        let text = flat(&self.project.source(at.file).quote(at));
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        if text.chars().count() <= 120 { text } else { text.chars().take(117).chain("...".chars()).collect() }
    }

    /// Whether nothing of a value is masked where it is written.
    fn is_shown(&self, at: Span, value: &str) -> bool {
        self.project.source(at.file).quote(at).contains(value)
    }

    /// The servers at an address that are meant, with the reason.
    fn chosen(&self, socket: &Socket<'a>) -> Vec<(&'a Server, Option<String>)> {
        let Some(host) = self.asked.host else { return socket.servers().map(|server| (server, None)).collect() };
        match socket.named(host) {
            Answer::Yes(server) => vec![(server, Some("it has this name".to_owned()))],
            Answer::No(_) => {
                let server = socket.default_server();
                server
                    .map(|server| (server, Some("no server has this name, and it is the default".to_owned())))
                    .into_iter()
                    .collect()
            }
            Answer::Unknown(why) => {
                let server = socket.default_server();
                server.map(|server| (server, Some(format!("not known: {}", flat(&why.text))))).into_iter().collect()
            }
        }
    }

    fn site(&self, server: &'a Server, answers_at: Vec<String>, because: Option<String>) -> Site {
        let mut site = Site {
            at: (self.place)(server.span),
            names: server.names.iter().map(|name| flat(&name.value)).collect(),
            answers_at,
            because,
            locations: Vec::new(),
            other_paths: None,
            request: None,
        };
        match self.asked.path {
            Some(path) => site.request = Some(self.request(server, path)),
            None => {
                site.locations = server.locations.iter().take(MOST).map(|one| self.entry(one)).collect();
                let covered = |location: &Location| {
                    location.around.is_none()
                        && location.path.value == "/"
                        && matches!(location.modifier, Modifier::Prefix | Modifier::Final)
                };
                site.other_paths = (!server.locations.iter().any(covered)).then(|| self.uncovered(server));
            }
        }
        site
    }

    fn entry(&self, location: &Location) -> Entry {
        Entry {
            location: self.title(location),
            at: (self.place)(location.span),
            nested: location.around.is_some(),
            does: self.does(Some(location.level)),
        }
    }

    fn title(&self, location: &Location) -> String {
        let modifier = match location.modifier {
            Modifier::Prefix => "",
            Modifier::Final => "^~ ",
            Modifier::Exact => "= ",
            Modifier::Regex => "~ ",
            Modifier::AnyCase => "~* ",
        };
        let shown = self.quoted(location.path.span);
        // The modifier may stand in the same word.
        if self.is_shown(location.path.span, &location.path.value) {
            format!("{modifier}{}", flat(&location.path.value))
        } else {
            shown
        }
    }

    /// What a level does with a request, in a few words.
    fn does(&self, level: Level) -> String {
        let own = self.own(level);
        let first = |names: &[&str]| own.iter().find(|one| names.iter().any(|name| one.is(name))).copied();
        let handlers = [
            "return",
            "proxy_pass",
            "fastcgi_pass",
            "uwsgi_pass",
            "scgi_pass",
            "grpc_pass",
            "memcached_pass",
            "stub_status",
            "try_files",
        ];
        if let Some(directive) = first(&handlers).or_else(|| first(&["rewrite"])) {
            return self.quoted(directive.words());
        }
        if let Some(directive) = own.iter().find(|one| one.is("deny") && one.arg(0) == Some("all")) {
            return self.quoted(directive.words());
        }
        match ["alias", "root"].into_iter().find_map(|name| self.in_effect(level, name)) {
            Some(directive) => format!("files: {}", self.quoted(directive.words())),
            None => "files of nginx's own directory".to_owned(),
        }
    }

    /// What happens to paths that no location takes.
    fn uncovered(&self, server: &Server) -> String {
        match &server.inner_gap {
            Some(why) => format!("not known: {}", flat(&why.text)),
            None => self.does(Some(server.level)),
        }
    }

    fn request(&self, server: &'a Server, path: &str) -> Answered {
        match request(&self.tree, server, path) {
            Answer::Yes(request) => self.answered(server, &request, Some(flat(path)), &mut Vec::new()),
            Answer::No(why) | Answer::Unknown(why) => Answered {
                path: flat(path),
                becomes: None,
                location: None,
                at: why.at.map_or_else(|| (self.place)(server.span), |at| (self.place)(at)),
                does: "not known".to_owned(),
                sent: None,
                unknown: Some(flat(&why.text)),
                in_effect: Vec::new(),
                then: Vec::new(),
            },
        }
    }

    /// What happens at the end of a way. `path` is missing when a secret is in it; `met` has the levels and paths that were
    /// told before.
    fn answered(
        &self,
        server: &'a Server,
        request: &Request<'a>,
        path: Option<String>,
        met: &mut Vec<(u32, String)>,
    ) -> Answered {
        let level = Some(request.level);
        let shown = path.is_some() && (!request.rewritten || self.rewrites_are_shown(server, level));
        let (sent, unknown) = self.sent(request, &self.own(level), shown);
        let here = (request.level, request.path.clone());
        let is_new = !met.contains(&here) && met.len() < FARTHEST;
        met.push(here);
        let by = request.answered.or_else(|| refused(&self.tree, request).map(|refusal| refusal.by));
        let secret = || "a path with a secret in it".to_owned();
        Answered {
            becomes: (request.rewritten && !request.inner).then(|| if shown { flat(&request.path) } else { secret() }),
            location: request.location.map(|location| self.title(location)),
            at: (self.place)(request.location.map_or(server.span, |location| location.span)),
            does: by.map_or_else(|| self.does(level), |by| self.quoted(by.words())),
            sent,
            unknown,
            in_effect: if is_new { self.values(level) } else { Vec::new() },
            then: match is_new {
                true => {
                    let ways = onward(&self.tree, server, request);
                    ways.into_iter().map(|way| self.then(server, way, shown, met)).collect()
                }
                false => Vec::new(),
            },
            path: path.unwrap_or_else(secret),
        }
    }

    fn then(&self, server: &'a Server, way: Onward<'a>, shown: bool, met: &mut Vec<(u32, String)>) -> Then {
        let mut then = Then {
            when: match &way.when {
                When::NoFile => "if none of these files is there".to_owned(),
                When::Refused(status) => format!("because the answer is {status}"),
                When::Fails(codes) => {
                    let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
                    format!("if the answer is {}", codes.join(" or "))
                }
            },
            by: self.quoted(way.by.words()),
            at: (self.place)(way.by.span),
            likely: !matches!(way.when, When::Fails(_)),
            again: matches!(way.when, When::NoFile),
            ends: None,
            unknown: None,
            request: None,
        };
        let shown = shown && way.by.args.last().is_some_and(|word| self.is_shown(word.span, &word.value));
        match way.to {
            Answer::Yes(Target::Request(request)) => {
                let path = shown.then(|| flat(&request.with_query(&request.path)));
                then.request = Some(self.answered(server, &request, path, met));
            }
            Answer::Yes(Target::Error(status)) => then.ends = Some(status.to_string()),
            Answer::Yes(Target::Redirect) => then.ends = Some("a redirect".to_owned()),
            Answer::No(why) => then.ends = Some(format!("500, {}", flat(&why.text))),
            Answer::Unknown(why) => then.unknown = Some(flat(&why.text)),
        }
        then
    }

    /// Whether no rewrite that may have made the path holds a secret.
    fn rewrites_are_shown(&self, server: &Server, level: Level) -> bool {
        server
            .locations
            .iter()
            .map(|location| Some(location.level))
            .chain([Some(server.level), level])
            .all(|at| self.shown_at(at))
    }

    fn shown_at(&self, level: Level) -> bool {
        let own = self.own(level).into_iter().filter(|directive| directive.is("rewrite"));
        own.flat_map(|directive| &directive.args).all(|word| self.is_shown(word.span, &word.value))
    }

    /// The path that goes upstream, or why it is not known.
    fn sent(&self, request: &Request<'_>, own: &[&Directive], shown: bool) -> (Option<String>, Option<String>) {
        let pass = own.iter().find(|directive| directive.name.value.ends_with("_pass"));
        let Some(pass) = pass.filter(|_| request.answered.is_none()) else { return (None, None) };
        let word = pass.args.first().is_none_or(|word| self.is_shown(word.span, &word.value));
        if !word || !shown {
            return (None, Some("there is a secret in it".to_owned()));
        }
        match request.sent(pass) {
            Answer::Yes(Sent::AsItIs) => (Some(flat(&request.with_query(&request.path))), None),
            Answer::Yes(Sent::Path(path)) => (Some(flat(&request.with_query(&path))), None),
            Answer::No(why) | Answer::Unknown(why) => (None, Some(flat(&why.text))),
        }
    }

    /// What is in effect at a level, from the inside out.
    fn values(&self, level: Level) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        let levels = std::iter::successors(Some(level), |level| self.tree.around(*level));
        for (depth, around) in levels.enumerate() {
            let here = known.len();
            for directive in self.own(around) {
                let name = &*directive.name.value;
                let inherited = depth == 0 || directive.id.entries().iter().all(|entry| entry.inherits);
                let fits = directive.id.entries().iter().any(|entry| entry.allowed(Place::Location));
                if directive.block.is_some()
                    || !inherited
                    || !fits
                    || known.get(..here).is_some_and(|k| k.contains(&name))
                {
                    continue;
                }
                known.push(name);
                if values.len() < MOST {
                    let at = (self.place)(directive.span);
                    values.push(Value {
                        directive: self.quoted(directive.words()),
                        at,
                        level: self
                            .tree
                            .block(around)
                            .map_or_else(|| "file".to_owned(), |block| flat(&block.name.value)),
                    });
                }
            }
        }
        values
    }
}
