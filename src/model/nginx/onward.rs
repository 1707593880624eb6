//! Where a request goes on to when its location has no answer of its own: the last word of `try_files`, `error_page`.

use super::flow::variables;
use super::{Effective, Expanded, Request, Server, sent};
use crate::source::{Answer, Cut, Why};
use crate::syntax::nginx::{Directive, Word};

/// A way on.
pub struct Onward<'a> {
    /// In which case it is taken.
    pub when: When,
    /// The `try_files` or `error_page`.
    pub by: &'a Directive,
    /// Where it leads; `No`: to an error of nginx's own.
    pub to: Answer<Target<'a>>,
}

/// When a way is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum When {
    /// None of the files that `try_files` names is there.
    NoFile,
    /// It is certain that the answer is this error.
    Refused(u16),
    /// The answer is one of these errors.
    Fails(Vec<u16>),
}

/// Where it leads.
pub enum Target<'a> {
    /// To another location.
    Request(Box<Request<'a>>),
    /// To this error.
    Error(u16),
    /// To another place, which the client is told.
    Redirect,
}

/// An error that nginx answers with itself, whoever is behind it.
pub struct Refusal<'a> {
    /// The status; 444 closes the connection.
    pub status: u16,
    /// What says so.
    pub by: &'a Directive,
}

/// The error that a request is answered with for certain, by `return`, `internal`, a password or `deny all`. The client is
/// taken to be one whom nobody lets in.
pub fn refused<'a>(tree: &Expanded<'a>, request: &Request<'a>) -> Option<Refusal<'a>> {
    let level = Some(request.level);
    if let Some(by) = request.answered {
        let status = by.arg(0).filter(|_| by.is("return"))?.parse().ok()?;
        return (400..600).contains(&status).then_some(Refusal { status, by });
    }
    if let Some(by) = tree.own(level, "internal").next().filter(|_| !request.inner) {
        return Some(Refusal { status: 404, by });
    }
    // With `satisfy any` one of the two is enough.
    if tree.value(level, "satisfy").is_some_and(|word| &*word.value != "all") {
        return None;
    }
    if let Effective::Set(found) = tree.effective(level, "auth_basic")
        && let Some(by) = found.last().filter(|realm| realm.arg(0).is_some_and(|realm| realm != "off"))
        && !by.args.iter().any(|word| word.has_variables())
    {
        return Some(Refusal { status: 401, by });
    }
    let (_, denies) = tree.nearest(level, "deny")?;
    let allowed = tree.nearest(level, "allow").is_some_and(|(_, away)| away <= denies);
    let Effective::Set(all) = tree.effective(level, "deny") else { return None };
    let by = all.into_iter().find(|deny| deny.arg(0) == Some("all")).filter(|_| !allowed)?;
    Some(Refusal { status: 403, by })
}

/// The ways on from the location that a request has come to.
pub fn onward<'a>(tree: &Expanded<'a>, server: &'a Server, request: &Request<'a>) -> Vec<Onward<'a>> {
    let level = Some(request.level);
    let mut ways = Vec::new();
    let refusal = refused(tree, request);
    // Files are looked for when clients may come in, and nothing else has the answer.
    let tried = tree.own(level, "try_files").last().filter(|_| refusal.is_none() && request.answered.is_none());
    if let Some((by, last)) = tried.and_then(|by| Some((by, by.args.last()?))) {
        let to = match last.value.strip_prefix('=').map(str::parse) {
            Some(Ok(status)) => Answer::Yes(Target::Error(status)),
            _ => lead(tree, server, request, last),
        };
        ways.push(Onward { when: When::NoFile, by, to });
    }
    let recursive = tree.value(level, "recursive_error_pages").is_some_and(|word| &*word.value == "on");
    let (Effective::Set(pages), true) = (tree.effective(level, "error_page"), recursive || !request.failed) else {
        return ways;
    };
    let mut known: Vec<u16> = Vec::new();
    for by in pages {
        let Some((uri, codes)) = by.args.split_last() else { continue };
        let mut codes: Vec<u16> = codes.iter().filter_map(|code| code.value.parse().ok()).collect();
        // Of several pages for an error the first one counts.
        codes.retain(|code| !known.contains(code) && may_be(tree, request, refusal.as_ref(), *code));
        known.extend(&codes);
        let when = match (&refusal, codes.is_empty()) {
            (_, true) => continue,
            (Some(refusal), false) => When::Refused(refusal.status),
            (None, false) => When::Fails(codes),
        };
        ways.push(Onward { when, by, to: lead(tree, server, &request.failing(), uri) });
    }
    ways
}

/// Whether nginx may come to have an error to answer with.
fn may_be(tree: &Expanded<'_>, request: &Request<'_>, refusal: Option<&Refusal<'_>>, code: u16) -> bool {
    if let Some(refusal) = refusal {
        // What has a text of its own needs no page, and a closed connection has none.
        let bare = !refusal.by.is("return") || refusal.by.args.len() == 1;
        return bare && refusal.status == code && code != 444;
    }
    let level = Some(request.level);
    let own = || tree.level(level).map(|(_, node)| node.directive);
    if request.answered.is_some() {
        return false;
    }
    if let Some(protocol) = own().find_map(|directive| directive.name.value.strip_suffix("_pass")) {
        let asked = format!("{protocol}_intercept_errors");
        return matches!(code, 502 | 504) || tree.value(level, &asked).is_some_and(|word| &*word.value == "on");
    }
    let tried = tree.own(level, "try_files").last().and_then(|tried| tried.args.last());
    match tried {
        Some(last) => last.value.strip_prefix('=').and_then(|status| status.parse().ok()) == Some(code),
        None => matches!(code, 403 | 404) && !own().any(|one| one.is("stub_status") || one.is("empty_gif")),
    }
}

/// Where a word leads: `@name`, a path with what is known put in, an address.
fn lead<'a>(tree: &Expanded<'a>, server: &'a Server, from: &Request<'a>, word: &Word) -> Answer<Target<'a>> {
    let next = if word.value.starts_with('@') {
        let named = server.locations.iter().find(|location| *location.path.value == *word.value);
        match (named, &server.inner_gap) {
            (Some(named), _) => sent::enter(tree, server, from, named),
            (None, Some(why)) => return Answer::Unknown((**why).clone()),
            (None, None) => return Answer::No(Why::seen("there is no such location", word.span)),
        }
    } else {
        match written(&word.value, from) {
            None => return Answer::Unknown(Why::seen("it holds variables", word.span)),
            Some(path) if !path.starts_with('/') => return Answer::Yes(Target::Redirect),
            Some(path) => sent::go_on(tree, server, from, &path),
        }
    };
    match next {
        Answer::Yes(next) if next.level == from.level && next.path == from.path => {
            Answer::No(Why::seen("it leads back to itself", word.span))
        }
        Answer::Yes(next) => Answer::Yes(Target::Request(Box::new(next))),
        Answer::No(why) | Answer::Unknown(why) => Answer::Unknown(why),
    }
}

/// A path with what is known of a request put in; `None` when something else is in it.
fn written(value: &str, from: &Request<'_>) -> Option<String> {
    let (mut text, mut last) = (String::new(), 0);
    for variable in variables(value) {
        text.push_str(value.cut(last..variable.start));
        text.push_str(match variable.name {
            "uri" | "document_uri" => &from.path,
            "args" | "query_string" => &from.query,
            "is_args" if from.query.is_empty() => "",
            "is_args" => "?",
            _ => return None,
        });
        last = variable.end;
    }
    text.push_str(value.cut(last..));
    Some(text)
}
