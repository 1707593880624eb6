//! `location`

use super::Judge;
use crate::model::nginx::problem::Kind;
use crate::source::Cut;
use crate::syntax::nginx::{Directive, Word};

/// How a location compares, as its words say.
enum Form {
    Exact,
    Prefix,
    Regex,
    Named,
}

/// The form of a location and the name nginx gives it; `None` for a modifier that it does not know.
fn form(directive: &Directive) -> Option<(Form, &Word, &str)> {
    Some(match &directive.args[..] {
        [one] => {
            let value = &*one.value;
            match value.as_bytes() {
                [b'=', ..] => (Form::Exact, one, value.cut(1..)),
                [b'^', b'~', ..] => (Form::Prefix, one, value.cut(2..)),
                [b'~', b'*', ..] => (Form::Regex, one, value.cut(2..)),
                [b'~', ..] => (Form::Regex, one, value.cut(1..)),
                [b'@', ..] => (Form::Named, one, value),
                _ => (Form::Prefix, one, value),
            }
        }
        [modifier, path] => match &*modifier.value {
            "=" => (Form::Exact, path, &path.value),
            "^~" => (Form::Prefix, path, &path.value),
            "~" | "~*" => (Form::Regex, path, &path.value),
            _ => return None,
        },
        _ => return None,
    })
}

/// `ngx_http_core_location`
pub fn location(it: &mut Judge<'_, '_>) {
    let directive = it.directive;
    if directive.args.iter().any(|word| it.open(word)) {
        return;
    }
    let Some((own, word, name)) = form(directive) else {
        if let [modifier, _] = &directive.args[..] {
            it.refuse(modifier, "nginx does not know this modifier", "use `=`, `^~`, `~` or `~*`, or none");
        }
        return;
    };
    if matches!(own, Form::Regex) {
        it.expression(word, name);
    }
    let Some(outer) = it.parent.filter(|parent| parent.is("location")) else { return };
    if outer.args.iter().any(|word| it.open(word)) {
        return;
    }
    let Some((around, _, prefix)) = form(outer) else { return };
    let problem = match (around, &own) {
        (Form::Exact, _) => Some("a location with `=` can hold no other"),
        (Form::Named, _) => Some("a named location can hold no other"),
        (_, Form::Named) => Some("a named location stands in `server` only"),
        (_, Form::Regex) => None,
        (_, _) if !name.starts_with(prefix) => Some("its path does not start with that of the location around it"),
        _ => None,
    };
    if let Some(message) = problem {
        it.refuse_all(Kind::Place, message, "move it out of the location around it");
    }
}
