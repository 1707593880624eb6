//! What nginx refuses by its directive table: a directive in the wrong place, with the wrong number of arguments, or with
//! a value of the wrong type.

use super::grammar::is_open;
use super::problem::{Kind, Problem};
use super::values;
use crate::syntax::nginx::{Directive, Entry, Place, Word, shouts};

/// The row of the table that fits, or what is wrong.
pub(super) fn check<'a>(
    directive: &Directive,
    here: Place,
    entries: &'a [Entry],
    template: bool,
) -> Result<&'a Entry, Problem> {
    let (block, count) = (directive.block.is_some(), directive.args.len());
    if let Some(entry) = entries.iter().find(|one| one.allowed(here) && one.block == block && one.takes(count)) {
        return Ok(entry);
    }
    let name = &*directive.name.value;
    let allowed: Vec<&Entry> = entries.iter().filter(|entry| entry.allowed(here)).collect();
    if allowed.is_empty() {
        let places: Vec<&str> =
            Place::ALL.iter().filter(|place| entries.iter().any(|e| e.allowed(**place))).map(|p| p.name()).collect();
        return Err(Problem::new(
            Kind::Place,
            directive.name.span,
            format!("`{name}` is not allowed in {}", here.name()),
            format!("move it to {}", alternatives(&places)),
        ));
    }
    let shaped: Vec<&&Entry> = allowed.iter().filter(|entry| entry.block == block).collect();
    if shaped.is_empty() {
        let (message, help) = if block {
            (format!("`{name}` takes no block"), "end it with `;` and remove the braces".to_owned())
        } else {
            (format!("`{name}` needs a block"), format!("write `{name} ... {{ ... }}`"))
        };
        return Err(Problem::new(Kind::Arguments, directive.name.span, message, help));
    }
    // A variable of a template may stand for any number of words.
    if template && directive.args.iter().any(|word| shouts(&word.value)) {
        return Ok(shaped[0]);
    }
    let given = if count == 1 { "1 is".to_owned() } else { format!("{count} are") };
    Err(Problem::new(
        Kind::Arguments,
        directive.words(),
        format!("`{name}` takes {}, {given} given", shaped[0].counts()),
        format!("give `{name}` {}", shaped[0].counts()),
    ))
}

fn alternatives(places: &[&str]) -> String {
    match places {
        [] => "another place".into(),
        [one] => (*one).into(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// A value of the wrong type, by the setter of the table.
pub(super) fn typed(directive: &Directive, entry: &Entry, template: bool) -> Option<Problem> {
    if !entry.is_typed() {
        return None;
    }
    let name = &*directive.name.value;
    let word = directive.args.first().filter(|word| !is_open(word, template))?;
    let value = &*word.value;
    // Messages do not repeat the value: the place shows it, masked where it must be.
    let problem = |word: &Word, what: &str, help: String| {
        Some(Problem::new(Kind::Value, word.span, format!("`{name}` takes {what}, and this is none"), help))
    };
    let wrong = match entry.setter {
        "flag_slot" if !values::is_flag(value) => Some(Problem::new(
            Kind::Value,
            word.span,
            format!("`{name}` takes only `on` or `off`"),
            format!("write `{name} on;` or `{name} off;`"),
        )),
        "size_slot" if !values::is_size(value) => {
            problem(word, "a size", "write a whole number of bytes, or one with `k` or `m`, like `16k`".into())
        }
        "http_set_complex_value_size_slot" | "stream_set_complex_value_size_slot"
            if !value.contains('$') && !values::is_size(value) =>
        {
            problem(word, "a size", "write a whole number of bytes, or one with `k` or `m`, like `100k`".into())
        }
        "off_slot" if !values::is_offset(value) => {
            problem(word, "a size", "write a whole number of bytes, or one with `k`, `m` or `g`, like `20m`".into())
        }
        "msec_slot" | "sec_slot" if !values::is_time(value, entry.setter == "msec_slot") => {
            problem(word, "a time", "write a whole number of seconds, or units like `90s`, `5m`, `1h30m`".into())
        }
        "num_slot" if !values::is_number(value) => problem(word, "a number", "write a whole number".into()),
        "bufs_slot" => {
            let zero = |text: &str| text.trim_end_matches(['k', 'K', 'm', 'M']).bytes().all(|byte| byte == b'0');
            let wrong = match directive.args.get(1) {
                _ if !values::is_number(value) || zero(value) => word,
                Some(size) if !is_open(size, template) && (!values::is_size(&size.value) || zero(&size.value)) => size,
                _ => return None,
            };
            problem(wrong, "a number of buffers and their size", format!("write it as `{name} 8 16k;`"))
        }
        "enum_slot" | "bitmask_slot" if !entry.values.is_empty() => {
            let known = |word: &&Word| entry.words().any(|one| one.eq_ignore_ascii_case(&word.value));
            let wrong = directive.args.iter().find(|word| !is_open(word, template) && !known(word))?;
            let list: Vec<String> = entry.words().map(|one| format!("`{one}`")).collect();
            let message = format!("`{name}` does not know this value");
            Some(Problem::new(Kind::Value, wrong.span, message, format!("use one of {}", list.join(", "))))
        }
        _ => None,
    };
    wrong.or_else(|| bounds(name, word, entry))
}

/// A number or size out of its bounds.
fn bounds(name: &str, word: &Word, entry: &Entry) -> Option<Problem> {
    let problem = |message: String, help: &str| Some(Problem::new(Kind::Value, word.span, message, help.to_owned()));
    if let Some((low, high)) = entry.values.split_once("..") {
        let number: i64 = word.value.parse().ok()?;
        let below = low.parse().is_ok_and(|low: i64| number < low);
        let above = high.parse().is_ok_and(|high: i64| number > high);
        return (below || above)
            .then(|| problem(format!("`{name}` takes a number from {low} to {high}"), "write one in this range"))
            .flatten();
    }
    let bytes = values::size(&word.value)?;
    match entry.values.strip_prefix('@')? {
        "core_pool_size" | "v2_pool_size" if bytes < 256 || bytes % 16 != 0 => {
            problem(format!("`{name}` takes a multiple of 16, 256 or more"), "write it as `512`, or remove the line")
        }
        "gzip_window" if !(bytes.is_power_of_two() && (512..=32 << 10).contains(&bytes)) => {
            problem(format!("`{name}` takes 512, 1k, 2k, 4k, 8k, 16k or 32k"), "write one of these, or remove the line")
        }
        "gzip_hash" if !(bytes.is_power_of_two() && (512..=128 << 10).contains(&bytes)) => problem(
            format!("`{name}` takes 512, 1k, 2k, 4k, 8k, 16k, 32k, 64k or 128k"),
            "write one of these, or remove the line",
        ),
        "v2_chunk_size" if bytes == 0 || bytes > (1 << 24) - 1 => {
            problem(format!("`{name}` takes a size above 0"), "write it as `8k`")
        }
        "v2_streams_index_mask" if !bytes.is_power_of_two() => {
            problem(format!("`{name}` takes a power of two"), "write it as `32`")
        }
        "v2_recv_buffer_size" if bytes < 512 => problem(format!("`{name}` takes 512 at least"), "write it as `256k`"),
        _ => None,
    }
}
