//! `if`, `set`, `rewrite`, `return`, and what defines variables.

use super::Judge;
use crate::model::nginx::problem::{Kind, Problem};
use crate::model::nginx::values::is_number;
use crate::source::Cut;
use crate::syntax::nginx::{Place, Word, table};

/// `ngx_http_rewrite_return`
pub fn return_code(it: &mut Judge<'_, '_>) {
    let Some(word) = it.first() else { return };
    let value = &*word.value;
    if is_number(value) && !value.is_empty() {
        if !value.parse::<u32>().is_ok_and(|code| code <= 999) {
            it.refuse(word, "`return` takes a status code up to 999", "write a status code like `404`");
        }
        return;
    }
    let url = ["http://", "https://", "$scheme"]
        .iter()
        .any(|s| value.get(..s.len()).is_some_and(|v| v.eq_ignore_ascii_case(s)));
    if it.directive.args.len() > 1 || !url {
        let help = "write `return 200 \"...\";`, or `return 301 https://...;`";
        it.refuse(word, "`return` takes a status code first", help);
    }
}

/// `ngx_http_rewrite`
pub fn rewrite(it: &mut Judge<'_, '_>) {
    if let Some(word) = it.directive.args.first() {
        it.expression(word, &word.value);
    }
    if let Some(word) = it.directive.args.get(2).filter(|word| !it.open(word))
        && !matches!(&*word.value, "last" | "break" | "redirect" | "permanent")
    {
        it.unknown(word, "use `last`, `break`, `redirect` or `permanent`");
    }
}

/// `ngx_http_rewrite_if_condition`
pub fn condition(it: &mut Judge<'_, '_>) {
    const HELP: &str = "write it as `if ($name = value)`, `if ($name ~ expression)` or `if (-f $request_filename)`";
    let args = &it.directive.args;
    let (Some(first), Some(last)) = (args.first(), args.last()) else { return };
    if args.iter().any(|word| it.open(word)) {
        return;
    }
    if !first.value.starts_with('(') {
        return it.refuse(first, "a condition stands in parentheses", HELP);
    }
    if !last.value.ends_with(')') {
        return it.refuse(last, "the `)` of the condition is missing, or not its last sign", HELP);
    }
    // The parentheses may be words of their own.
    let mut words: Vec<(&Word, &str)> = args.iter().map(|word| (word, &*word.value)).collect();
    if let Some(word) = words.first_mut() {
        word.1 = word.1.cut(1..);
    }
    if let Some(word) = words.last_mut() {
        word.1 = word.1.cut(..word.1.len().saturating_sub(1));
    }
    if words.first().is_some_and(|(_, text)| text.is_empty()) && args.len() > 1 {
        words.remove(0);
    }
    if words.len() > 1 && words.last().is_some_and(|(_, text)| text.is_empty()) && &*last.value == ")" {
        words.pop();
    }
    let variable = words.first().and_then(|(word, text)| Some((*word, text.strip_prefix('$')?)));
    if let Some((word, name)) = variable
        && words.len() != 2
        && name.bytes().any(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
    {
        let message = "this is no name of a variable, and nginx takes all of it for one";
        it.found.push(Problem::new(Kind::Variable, word.span, message, HELP));
        return;
    }
    match words[..] {
        [(word, text)] if !text.starts_with('$') || text.len() < 2 => {
            it.refuse(word, "a condition is a variable, a comparison or a test of a file", HELP);
        }
        [_] => {}
        [(_, file), _] if matches!(file.trim_start_matches('!'), "-f" | "-d" | "-e" | "-x") && file.len() <= 3 => {}
        [(_, variable), (sign, operator), (word, pattern)] if variable.starts_with('$') => match operator {
            "=" | "!=" => {}
            "~" | "~*" | "!~" | "!~*" => it.expression(word, pattern),
            _ => comparison(it, sign),
        },
        [(_, variable), (sign, _), ..] if variable.starts_with('$') && variable.len() > 1 => comparison(it, sign),
        [(word, _), ..] => it.refuse(word, "a condition is a variable, a comparison or a test of a file", HELP),
        [] => {}
    }
}

fn comparison(it: &mut Judge<'_, '_>, word: &Word) {
    let help = "use one of `=`, `!=`, `~`, `~*`, `!~`, `!~*` with spaces around it; quote a value that holds spaces";
    it.refuse(word, "nginx does not know this comparison", help);
}

/// `ngx_http_rewrite_set`
pub fn set(it: &mut Judge<'_, '_>) {
    defines(it, 0);
}

/// `ngx_http_add_variable`: the argument at a place is the name of a variable.
pub fn defines(it: &mut Judge<'_, '_>, at: usize) {
    names(it, at, true);
}

/// `ngx_http_geo_block`
pub fn geo(it: &mut Judge<'_, '_>) {
    let count = it.directive.args.len();
    (0..count).for_each(|at| names(it, at, at > 0 || count == 1));
}

/// The argument at a place is the name of a variable, perhaps one that is defined here.
fn names(it: &mut Judge<'_, '_>, at: usize, defined: bool) {
    let Some(word) = it.directive.args.get(at).filter(|word| !it.open(word)) else { return };
    let stream = matches!(it.place, Place::Stream | Place::StreamServer);
    let Some(name) = word.value.strip_prefix('$').filter(|name| !name.is_empty()) else {
        let help = format!("write it as `{} $NAME ...`", it.directive.name.value);
        it.found.push(Problem::new(Kind::Variable, word.span, "a variable's name starts with `$`", help));
        return;
    };
    let fixed = table::variable(&name.to_ascii_lowercase(), stream).filter(|_| defined);
    if fixed.is_some_and(|variable| !variable.changeable && !variable.prefix && !variable.late) {
        let message = "this variable is nginx's own and cannot be set";
        let help = "choose another name, and use that one below";
        it.found.push(Problem::new(Kind::Variable, word.span, message, help));
    }
}
