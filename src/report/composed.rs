//! The model of a composition, as YAML or JSON that Compose reads again: a dollar sign is written twice.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::safe::{flat, steers, to_json};
use crate::model::compose::{Data, Field, Value};

/// What is deeper is not printed.
const DEEPEST: usize = 80;

/// One JSON object.
pub fn json(model: &Value) -> String {
    to_json(&Json(model))
}

struct Json<'a>(&'a Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.data {
            Data::Null | Data::Date => serializer.serialize_unit(),
            Data::Bool(flag) => serializer.serialize_bool(*flag),
            Data::Int(number) => serializer.serialize_i64(*number),
            Data::Float(number) => serializer.serialize_f64(*number),
            Data::Text(text) => serializer.serialize_str(&doubled(text)),
            Data::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(&Json(item)))?;
                list.end()
            }
            Data::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                fields
                    .iter()
                    .try_for_each(|field| map.serialize_entry(&doubled(&field.key.value), &Json(&field.value)))?;
                map.end()
            }
        }
    }
}

fn doubled(text: &str) -> String {
    text.replace('$', "$$")
}

/// YAML with the origin of every value as a comment.
pub fn yaml(model: &Value, origin: &dyn Fn(&Value) -> Option<String>) -> String {
    let mut writer = Yaml { out: String::new(), origin };
    writer.fields(model.fields(), 0, false);
    writer.out
}

struct Yaml<'a> {
    out: String,
    origin: &'a dyn Fn(&Value) -> Option<String>,
}

impl Yaml<'_> {
    fn fields(&mut self, fields: &[Field], depth: usize, mut inline: bool) {
        for field in fields {
            if !std::mem::take(&mut inline) {
                self.indent(depth);
            }
            self.out += &scalar(&field.key.value);
            self.out.push(':');
            self.value(&field.value, depth, depth + 1);
        }
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    /// What stands behind `key:` or `-`.
    fn value(&mut self, value: &Value, depth: usize, inner: usize) {
        match &value.data {
            Data::Map(fields) if !fields.is_empty() && depth < DEEPEST => {
                self.out.push('\n');
                self.fields(fields, inner, false);
            }
            Data::List(items) if !items.is_empty() && depth < DEEPEST => {
                self.out.push('\n');
                self.items(items, inner);
            }
            Data::Text(text) if is_block(text) => self.block(text, value, inner),
            _ => {
                self.out.push(' ');
                self.out += &plain(value);
                self.comment(value);
            }
        }
    }

    fn items(&mut self, items: &[Value], depth: usize) {
        for item in items {
            self.indent(depth);
            self.out.push('-');
            match &item.data {
                Data::Map(fields) if !fields.is_empty() && depth < DEEPEST => {
                    self.out.push(' ');
                    self.fields(fields, depth + 1, true);
                }
                _ => self.value(item, depth, depth + 1),
            }
        }
    }

    /// Several lines as they are.
    fn block(&mut self, text: &str, value: &Value, depth: usize) {
        let end = match (text.ends_with("\n\n") || text == "\n", text.ends_with('\n')) {
            (true, _) => "+",
            (_, true) => "",
            _ => "-",
        };
        self.out += &format!(" |{end}");
        self.comment(value);
        let text = doubled(text);
        for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
            if !line.is_empty() {
                self.indent(depth);
            }
            self.out += line;
            self.out.push('\n');
        }
    }

    fn comment(&mut self, value: &Value) {
        if let Some(origin) = (self.origin)(value) {
            self.out += &format!("  # {}", flat(&origin));
        }
        self.out.push('\n');
    }
}

fn plain(value: &Value) -> String {
    match &value.data {
        Data::Null | Data::Date => "null".to_owned(),
        Data::Bool(flag) => flag.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Text(text) => scalar(text),
        Data::List(_) => "[]".to_owned(),
        Data::Map(_) => "{}".to_owned(),
    }
}

/// Whether a text is shown on several lines.
fn is_block(text: &str) -> bool {
    let odd = |c: char| c != '\n' && steers(c);
    text.contains('\n') && !text.starts_with([' ', '\n', '\t']) && !text.contains(odd) && !text.contains(" \n")
}

/// A text on one line, in quotes where it would be read as something else.
fn scalar(text: &str) -> String {
    let text = doubled(text);
    if text.contains(steers) {
        return escaped(&text);
    }
    if text.is_empty() || is_other(&text) {
        return format!("\"{text}\"");
    }
    let starts = text.starts_with([
        ' ', '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`',
    ]);
    // These may start a word.
    let word = text.starts_with(['-', '?', ':']) && text.chars().nth(1).is_some_and(|c| !c.is_whitespace());
    let quoted = starts && !word
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
        || matches!(text.as_str(), "---" | "...");
    if quoted { format!("'{}'", text.replace('\'', "''")) } else { text }
}

/// Whether it would not be read as text without quotes, by any version of YAML.
fn is_other(text: &str) -> bool {
    const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<"];
    let lower = text.to_ascii_lowercase();
    let numeric = text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '+' | '-'))
        && text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    let number = numeric
        && (lower.replace('_', "").parse::<f64>().is_ok()
            || ["0x", "0o", "0b"].iter().any(|start| lower.trim_start_matches(['+', '-']).starts_with(start))
            || text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '_'))
            || is_date(text));
    WORDS.contains(&lower.as_str()) || number || matches!(lower.trim_start_matches(['+', '-']), ".inf" | ".nan")
}

fn is_date(text: &str) -> bool {
    let year = text.find('-') == Some(4) && text.chars().take(4).all(|c| c.is_ascii_digit());
    year && text.len() >= 8 && text.matches('-').count() >= 2
}

fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            '\r' => out += "\\r",
            c if steers(c) && u32::from(c) < 0x100 => out += &format!("\\x{:02x}", u32::from(c)),
            c if steers(c) && u32::from(c) < 0x1_0000 => out += &format!("\\u{:04x}", u32::from(c)),
            c if steers(c) => out += &format!("\\U{:08x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
