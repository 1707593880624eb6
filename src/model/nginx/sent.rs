//! What becomes of a request: the path that is sent to whoever is behind a location.

use regex::{Captures, RegexBuilder};

use super::flow::variables;
use super::{Expanded, Location, Modifier, Server, route};
use crate::source::{Answer, Cut, Why};
use crate::syntax::nginx::Directive;

/// What happens to a request for a path.
#[derive(Clone)]
pub struct Request<'a> {
    /// The location that answers; `None`: the server itself.
    pub location: Option<&'a Location>,
    /// The level of that location, or of the server.
    pub level: u32,
    /// The path as it is then: `rewrite` may have changed it.
    pub path: String,
    /// The query, as the client or the last word of `try_files` has it.
    pub query: String,
    /// Whether nginx sent it on itself, so that locations for `internal` requests are open to it.
    pub inner: bool,
    /// Whether an `error_page` sent it on: there is none for it then.
    pub failed: bool,
    /// Whether it was changed.
    pub rewritten: bool,
    /// Whether its location did that itself: then no part of it stands for the location any more.
    own: bool,
    /// The directive that answers with a redirect or a status.
    pub answered: Option<&'a Directive>,
}

/// What is sent upstream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sent {
    /// The path and query as the client wrote them.
    AsItIs,
    /// Another path, without the query, which follows it.
    Path(String),
}

/// Why nobody can tell what becomes of a request that is rewritten again and again.
pub const ENDLESS: &str = "the rewrites of this server come to no end, and nginx answers with 500";

/// How often nginx starts anew with another path before it gives up (`NGX_HTTP_MAX_URI_CHANGES`).
const MOST: usize = 10;

/// Follows a request for a path, with its query, through the rewrites of a server and its locations.
pub fn request<'a>(tree: &Expanded<'a>, server: &'a Server, uri: &str) -> Answer<Request<'a>> {
    go(tree, Request::new(server, uri), server)
}

/// The same of a request that nginx sends on to another path (`ngx_http_internal_redirect`).
pub(super) fn go_on<'a>(tree: &Expanded<'a>, server: &'a Server, from: &Request<'a>, uri: &str) -> Answer<Request<'a>> {
    go(tree, Request { inner: true, failed: from.failed, ..Request::new(server, uri) }, server)
}

/// The same of a request that nginx sends on to a location with a name (`ngx_http_named_location`).
pub(super) fn enter<'a>(
    tree: &Expanded<'a>,
    server: &'a Server,
    from: &Request<'a>,
    named: &'a Location,
) -> Answer<Request<'a>> {
    go(tree, Request { location: Some(named), level: named.level, inner: true, ..from.clone() }, server)
}

fn go<'a>(tree: &Expanded<'a>, mut request: Request<'a>, server: &'a Server) -> Answer<Request<'a>> {
    for _ in 0..=MOST {
        let own: Vec<&Directive> = tree.level(Some(request.level)).map(|(_, node)| node.directive).collect();
        match rewrites(&own, &request.path) {
            Err(why) => return Answer::Unknown(why),
            Ok(Step::Answer(by)) => return Answer::Yes(Request { answered: Some(by), ..request }),
            Ok(Step::Stay(changed)) => {
                request.own = changed != request.path;
                request.rewritten |= request.own;
                request.path = changed;
                if request.location.is_some() {
                    return Answer::Yes(request);
                }
            }
            Ok(Step::Again(changed)) => (request.path, request.rewritten) = (changed, true),
        }
        match route(server, &request.path) {
            Answer::Yes(found) => (request.location, request.level) = (Some(found), found.level),
            Answer::No(_) => {
                return Answer::Yes(Request { location: None, level: server.level, own: false, ..request });
            }
            Answer::Unknown(why) => return Answer::Unknown(why),
        }
    }
    Answer::Unknown(Why::new(ENDLESS))
}

/// What the rewrites of a level make of a path.
enum Step<'a> {
    /// Nothing more happens to it at this level.
    Stay(String),
    /// A location is looked for anew.
    Again(String),
    /// The client gets an answer.
    Answer(&'a Directive),
}

/// `ngx_http_rewrite_handler`
fn rewrites<'a>(directives: &[&'a Directive], path: &str) -> Result<Step<'a>, Why> {
    let mut path = path.to_owned();
    let mut changed = false;
    for &directive in directives {
        match &*directive.name.value {
            "return" => return Ok(Step::Answer(directive)),
            "break" => return Ok(Step::Stay(path)),
            "if" => return Err(Why::seen("what an `if` does depends on the request", directive.words())),
            "rewrite" => {}
            _ => continue,
        }
        let (Some(pattern), Some(target)) = (directive.arg(0), directive.args.get(1)) else { continue };
        let unknown = || Why::seen("what this `rewrite` makes of the path is not known", directive.words());
        let pattern = RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|_| unknown())?;
        let Some(groups) = pattern.captures(&path) else { continue };
        let away = ["http://", "https://", "$scheme"].iter().any(|start| target.value.starts_with(start));
        if away || matches!(directive.arg(2), Some("redirect" | "permanent")) {
            return Ok(Step::Answer(directive));
        }
        let new = put_in(&target.value, &groups).ok_or_else(unknown)?;
        path = new.split_once('?').map_or(new.as_str(), |(path, _)| path).to_owned();
        changed = true;
        match directive.arg(2) {
            Some("break") => return Ok(Step::Stay(path)),
            Some("last") => break,
            _ => {}
        }
    }
    Ok(if changed { Step::Again(path) } else { Step::Stay(path) })
}

/// A value with the groups of an expression put in; `None` when other variables are in it.
fn put_in(value: &str, groups: &Captures<'_>) -> Option<String> {
    let (mut text, mut last) = (String::new(), 0);
    for variable in variables(value) {
        let group = match variable.name.parse::<usize>() {
            Ok(number) => groups.get(number),
            Err(_) => Some(groups.name(variable.name)?),
        };
        text.push_str(value.cut(last..variable.start));
        text.push_str(group.map_or("", |group| group.as_str()));
        last = variable.end;
    }
    text.push_str(value.cut(last..));
    Some(text)
}

impl<'a> Request<'a> {
    fn new(server: &'a Server, uri: &str) -> Self {
        let uri = uri.split('#').next().unwrap_or(uri);
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        Request {
            location: None,
            level: server.level,
            path: path.to_owned(),
            query: query.to_owned(),
            inner: false,
            failed: false,
            rewritten: false,
            own: false,
            answered: None,
        }
    }

    /// A path with the query behind it.
    pub fn with_query(&self, path: &str) -> String {
        match &*self.query {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// The same request on its way to an error page.
    pub(super) fn failing(&self) -> Self {
        Request { failed: true, ..self.clone() }
    }

    /// What a `*_pass` directive of its location sends upstream (`ngx_http_proxy_create_request`): with a path behind the
    /// address, that path takes the place of the location's own.
    pub fn sent(&self, pass: &Directive) -> Answer<Sent> {
        let unchanged = || match self.rewritten {
            true => Sent::Path(self.path.clone()),
            false => Sent::AsItIs,
        };
        let Some(word) = pass.args.first() else { return Answer::Yes(unchanged()) };
        if !pass.is("proxy_pass") {
            return Answer::Yes(unchanged());
        }
        let address = word.value.split_once("://").map_or(&*word.value, |(_, address)| address);
        let path = match address.strip_prefix("unix:") {
            Some(socket) => socket.split_once(':').map(|(_, path)| path),
            None => {
                let whole = ["$request_uri", "$uri", "$document_uri"].into_iter().find_map(|name| address.find(name));
                address.find(['/', '?']).or(whole).map(|at| address.cut(at..))
            }
        };
        let Some(path) = path else {
            // With variables in it, what they hold may have a path.
            return match word.has_variables() {
                true => Answer::Unknown(Why::seen("the address holds variables", word.span)),
                false => Answer::Yes(unchanged()),
            };
        };
        if word.has_variables() {
            return match variables(path).next() {
                None => Answer::Yes(Sent::Path(path.to_owned())),
                Some(_) if path == "$request_uri" => Answer::Yes(Sent::AsItIs),
                Some(_) if matches!(path, "$uri" | "$document_uri" | "$uri$is_args$args") => {
                    Answer::Yes(Sent::Path(self.path.clone()))
                }
                Some(_) => Answer::Unknown(Why::seen("the address holds variables", word.span)),
            };
        }
        let replaced =
            self.location.filter(|location| !matches!(location.modifier, Modifier::Regex | Modifier::AnyCase));
        let rest = match replaced {
            _ if self.own => return Answer::Yes(unchanged()),
            Some(location) => self.path.cut(location.path.value.len()..),
            None => "",
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Answer::Yes(Sent::Path(path + rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::nginx::{Included, Place, build, expand};
    use crate::source::{Budget, FileId, Source};
    use crate::syntax::nginx;

    /// What is sent for a path, asked of a server.
    fn sent(server: &str, path: &str) -> String {
        let text = format!("events {{}} http {{ server {{ {server} }} }}");
        let file = nginx::parse(&Source::new(FileId(0), "nginx.conf", text.into_bytes()));
        let budget = Budget::of(1 << 20);
        let tree = |_| Some(&file);
        let expanded = expand(&[FileId(0)], Place::Main, false, &tree, &|_| Included::Shipped, &budget);
        let config = build(FileId(0), Place::Main, &expanded, &budget);
        match request(&expanded, &config.servers[0], path) {
            Answer::Yes(request) => {
                let pass = expanded.own(Some(request.level), "proxy_pass").next();
                match (request.answered, pass.map(|pass| request.sent(pass))) {
                    (Some(_), _) => "answered".into(),
                    (None, None) => "files".into(),
                    (None, Some(Answer::Yes(Sent::AsItIs))) => "as it is".into(),
                    (None, Some(Answer::Yes(Sent::Path(path)))) => path,
                    (None, Some(_)) => "unknown".into(),
                }
            }
            _ => "unknown".into(),
        }
    }

    #[test]
    fn paths_are_sent_as_nginx_sends_them() {
        for (server, path, expected) in [
            ("location /api/ { proxy_pass http://a; }", "/api/x", "as it is"),
            ("location /api/ { proxy_pass http://a/; }", "/api/x", "/x"),
            ("location /api { proxy_pass http://a/; }", "/api/x", "//x"),
            ("location /api/ { proxy_pass http://a/v1; }", "/api/x", "/v1x"),
            ("location /api/ { proxy_pass http://a/v1/; }", "/api/x", "/v1/x"),
            ("location = /api { proxy_pass http://a/v1; }", "/api", "/v1"),
            ("location /api/ { proxy_pass http://unix:/run/a.sock:/v1/; }", "/api/x", "/v1/x"),
            ("location /api/ { proxy_pass http://unix:/run/a.sock; }", "/api/x", "as it is"),
            ("location /api/ { proxy_pass http://$host; }", "/api/x", "unknown"),
            ("location /api/ { proxy_pass http://a$request_uri; }", "/api/x", "as it is"),
            ("location /api/ { rewrite ^/api/(.*)$ /$1 break; proxy_pass http://a; }", "/api/x", "/x"),
            (
                "location /api/ { rewrite ^/api/(.*)$ /v2/$1 last; } location /v2/ { proxy_pass http://b/; }",
                "/api/x",
                "/x",
            ),
            ("location /api/ { rewrite ^ /api/ last; }", "/api/x", "unknown"),
            ("rewrite ^/old/(.*)$ /new/$1; location /new/ { proxy_pass http://a; }", "/old/x", "/new/x"),
            ("rewrite ^/old/ https://shop.de/ permanent; location / { proxy_pass http://a; }", "/old/x", "answered"),
            ("location / { proxy_pass http://a; } location ~ \\.php$ { proxy_pass http://b; }", "/x.php", "as it is"),
            ("location / { return 404; }", "/x", "answered"),
            (
                "location /a/ { location ~ x$ { proxy_pass http://a; } } location ~ x$ { return 404; }",
                "/a/x",
                "as it is",
            ),
            ("location /a/ { location /a/b/ { proxy_pass http://a/; } } location ~ x$ { return 404; }", "/a/b/y", "/y"),
            ("location /a/ { proxy_pass http://a; }", "/b", "files"),
        ] {
            assert_eq!(sent(server, path), expected, "{server} {path}");
        }
    }
}
