//! What nginx refuses by its directive table: a directive in the wrong place, with the wrong number of arguments, with
//! a value of the wrong type, or twice where one is allowed.
//!
//! Nothing is said about directives the table does not know, about templates, and about files whose braces do not
//! match.

use std::collections::HashMap;

use super::problem::Problem;
use super::refused::{entry_refused, refused};
use super::repeated::repeated;
use super::values;
use crate::syntax::nginx::{Directive, Entry, File, Place, Template, Word, table};

/// All problems of a file at each of the places where it stands.
pub fn problems(places: &[Place], file: &File) -> Vec<Problem> {
    places.iter().flat_map(|place| problems_at(file, *place)).collect()
}

fn problems_at(file: &File, place: Place) -> Vec<Problem> {
    let mut found = Vec::new();
    if file.unbalanced || file.template.is_some_and(|template| template != Template::Envsubst) {
        return found;
    }
    let mut places: Vec<Place> = Vec::with_capacity(file.directives.len());
    let mut seen: HashMap<(Option<u32>, &str), &Directive> = HashMap::new();
    for directive in &file.directives {
        let here = match directive.parent {
            None => place,
            Some(parent) => {
                let outer = places.get(parent as usize).copied().unwrap_or(Place::Foreign);
                match file.directives.get(parent as usize) {
                    Some(_) if outer == Place::Foreign || outer == Place::Entries => outer,
                    Some(block) => outer.inside(&block.name.value),
                    None => Place::Foreign,
                }
            }
        };
        places.push(here);
        let parent = directive.parent.and_then(|parent| file.directives.get(parent as usize));
        if let (Place::Entries, Some(list)) = (here, parent) {
            found.extend(entry_refused(directive, list));
        }
        let entries = table::lookup(&directive.name.value);
        if matches!(here, Place::Entries | Place::Foreign) || entries.is_empty() {
            continue;
        }
        match check(directive, here, entries) {
            Err(problem) => found.push(problem),
            Ok(entry) => {
                found.extend(refused(directive, here, parent));
                found.extend(twice(directive, entry, &mut seen));
            }
        }
    }
    found.extend(repeated(file, &places));
    found
}

/// The row of the table that fits, or what is wrong.
fn check<'a>(directive: &Directive, here: Place, entries: &'a [Entry]) -> Result<&'a Entry, Problem> {
    let name = &*directive.name.value;
    let allowed: Vec<&Entry> = entries.iter().filter(|entry| entry.allowed(here)).collect();
    if allowed.is_empty() {
        let places: Vec<&str> =
            Place::ALL.iter().filter(|place| entries.iter().any(|e| e.allowed(**place))).map(|p| p.name()).collect();
        return Err(Problem::new(
            directive.name.span,
            format!("`{name}` is not allowed in {}", here.name()),
            format!("move it to {}", alternatives(&places)),
        ));
    }
    let block = directive.block.is_some();
    let shaped: Vec<&&Entry> = allowed.iter().filter(|entry| entry.block == block).collect();
    if shaped.is_empty() {
        return Err(if block {
            Problem::new(
                directive.name.span,
                format!("`{name}` takes no block"),
                "end it with `;` and remove the braces",
            )
        } else {
            Problem::new(
                directive.name.span,
                format!("`{name}` needs a block"),
                format!("write `{name} ... {{ ... }}`"),
            )
        });
    }
    let count = directive.args.len();
    let Some(entry) = shaped.iter().find(|entry| entry.takes(count)) else {
        // A variable of a template may stand for any number of words.
        if directive.args.iter().any(|word| word.value.starts_with('$') && is_shouted(&word.value)) {
            return Ok(shaped[0]);
        }
        let given = if count == 1 { "1 is".to_owned() } else { format!("{count} are") };
        return Err(Problem::new(
            directive.words(),
            format!("`{name}` takes {}, {given} given", shaped[0].counts()),
            format!("give `{name}` {}", shaped[0].counts()),
        ));
    };
    typed(directive, entry).map_or(Ok(entry), Err)
}

fn is_shouted(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_alphabetic).all(|b| b.is_ascii_uppercase())
}

fn alternatives(places: &[&str]) -> String {
    match places {
        [] => "another place".into(),
        [one] => (*one).into(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// A value of the wrong type, by the setter of the table.
fn typed(directive: &Directive, entry: &Entry) -> Option<Problem> {
    let name = &*directive.name.value;
    let word = directive.args.first().filter(|word| !word.is_open())?;
    let value = &*word.value;
    // Messages do not repeat the value: the place shows it, masked where it must be.
    let problem = |word: &Word, what: &str, help: String| {
        Some(Problem::new(word.span, format!("`{name}` takes {what}, and this is none"), help))
    };
    match entry.setter {
        "flag_slot" if !values::is_flag(value) => Some(Problem::new(
            word.span,
            format!("`{name}` takes only `on` or `off`"),
            format!("write `{name} on;` or `{name} off;`"),
        )),
        "size_slot" if !values::is_size(value) => {
            problem(word, "a size", "write a whole number of bytes, or one with `k` or `m`, like `16k`".into())
        }
        "off_slot" if !values::is_offset(value) => {
            problem(word, "a size", "write a whole number of bytes, or one with `k`, `m` or `g`, like `20m`".into())
        }
        "msec_slot" | "sec_slot" if !values::is_time(value, entry.setter == "msec_slot") => {
            problem(word, "a time", "write a whole number of seconds, or units like `90s`, `5m`, `1h30m`".into())
        }
        "num_slot" if !values::is_number(value) => problem(word, "a number", "write a whole number".into()),
        "bufs_slot" => {
            let wrong = match directive.args.get(1) {
                _ if !values::is_number(value) => word,
                Some(size) if !size.is_open() && !values::is_size(&size.value) => size,
                _ => return None,
            };
            problem(wrong, "a number of buffers and their size", format!("write it as `{name} 8 16k;`"))
        }
        "enum_slot" | "bitmask_slot" => {
            let list = values::words(entry.post)?;
            let known = |word: &&Word| list.iter().any(|one| one.eq_ignore_ascii_case(&word.value));
            let wrong = directive.args.iter().find(|word| !word.is_open() && !known(word))?;
            let list: Vec<String> = list.iter().map(|one| format!("`{one}`")).collect();
            let message = format!("`{name}` does not know this value");
            Some(Problem::new(wrong.span, message, format!("use one of {}", list.join(", "))))
        }
        _ => None,
    }
}

/// Setters that refuse a second value at the same level; lists and bit masks take one.
const SINGLE: [&str; 18] = [
    "flag_slot",
    "size_slot",
    "off_slot",
    "msec_slot",
    "sec_slot",
    "num_slot",
    "str_slot",
    "enum_slot",
    "bufs_slot",
    "http_core_root",
    "http_core_keepalive",
    "http_proxy_pass",
    "access_slot",
    "http_set_charset_slot",
    "http_set_complex_value_size_slot",
    "http_set_complex_value_slot",
    "http_upstream_bind_set_slot",
    "path_slot",
];

/// Directives with a function of their own that does the same.
const SINGLE_NAMES: [&str; 6] = ["expires", "internal", "open_file_cache", "real_ip_header", "resolver", "try_files"];

fn twice<'a>(
    directive: &'a Directive,
    entry: &Entry,
    seen: &mut HashMap<(Option<u32>, &'a str), &'a Directive>,
) -> Option<Problem> {
    let single = SINGLE.contains(&entry.setter) || SINGLE_NAMES.contains(&entry.name);
    if !single || MAY_REPEAT.contains(&entry.name) {
        return None;
    }
    let name = &*directive.name.value;
    // `root` and `alias` are one value in two spellings.
    let key = if entry.setter == "http_core_root" { "root" } else { name };
    let Some(first) = seen.get(&(directive.parent, key)) else {
        seen.insert((directive.parent, key), directive);
        return None;
    };
    let message = match &*first.name.value {
        other if other != name => format!("`{name}` cannot stand beside `{other}`, they set the same thing"),
        _ => format!("`{name}` is set twice at the same level"),
    };
    let mut problem = Problem::new(directive.words(), message, "keep one of the two");
    problem.related = Some((first.words(), "it is set here already"));
    Some(problem)
}

/// Directives with such a setter that may be repeated all the same.
const MAY_REPEAT: [&str; 1] = ["load_module"];
