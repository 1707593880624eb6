//! Templates of the official nginx images as they are once filled in.
//!
//! The entry point runs `envsubst` with the names of all variables the container has: `$NAME` and `${NAME}` become the
//! value, everything else stays as it is. envsubst knows no defaults (`${NAME:-8080}` stays, too).

use std::ops::Range;

use super::Project;
use crate::model::nginx::{NginxFile, Place};
use crate::model::{Known, Tree};
use crate::source::{Cut, Source, Span};
use crate::syntax::nginx::{File, Template, parse};

/// A template with the variables of a container put in.
pub struct Filled {
    /// What nginx reads.
    pub file: File,
    /// The variables that the container is known not to have.
    pub missing: Vec<String>,
    /// What was put in, in order.
    parts: Vec<Part>,
}

struct Part {
    /// Where the value is, in the filled-in text.
    to: Range<usize>,
    /// Where the variable is, in the template.
    from: Range<usize>,
    /// Where the value is written.
    value: Span,
}

impl Filled {
    /// A place in the template, and where the first value that was put in there is written.
    pub fn place(&self, span: Span) -> (Span, Option<Span>) {
        let at = |offset: usize, end: bool| {
            let before = self.parts.iter().take_while(|part| part.to.start < offset || !end && part.to.start == offset);
            match before.last() {
                Some(part) if offset < part.to.end || end && offset == part.to.end => {
                    if end {
                        part.from.end
                    } else {
                        part.from.start
                    }
                }
                Some(part) => part.from.end + (offset - part.to.end),
                None => offset,
            }
        };
        let (start, end) = (span.start as usize, span.end as usize);
        let within = self.parts.iter().find(|part| part.to.start < end && start < part.to.end);
        (Span::new(span.file, at(start, false), at(end, true)), within.map(|part| part.value))
    }
}

impl Project {
    /// A part of a template of an official image as it is once filled in; nothing when a value is not known.
    pub(super) fn filled_text(&self, span: Span) -> Option<String> {
        self.put(span.file).filter(|put| put.place == Place::Http && put.path.ends_with(".template"))?;
        let document = self.document(span.file);
        let Tree::Nginx(tree) = &document.tree else { return None };
        let service = self.readers(span.file).last().filter(|_| tree.template == Some(Template::Envsubst))?;
        let text = document.source.text().cut(span.start as usize..span.end as usize);
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (from, name) in variables(text) {
            let Known::Set(value) = self.service_env(service, name) else { return None };
            out.push_str(text.cut(at..from.start));
            out.push_str(&value.value);
            at = from.end;
        }
        out.push_str(text.cut(at..));
        (at > 0 && out.len() <= LARGEST).then_some(out)
    }

    /// A template of an official image, filled in for the container that reads it. Values nobody knows stay variables.
    pub fn filled(&self, nginx: &NginxFile) -> Option<Filled> {
        let put = self.put(nginx.file).filter(|put| put.place == Place::Http && nginx.place == Place::Http)?;
        let path = put.path.strip_suffix(".template")?;
        let document = self.document(nginx.file);
        let Tree::Nginx(tree) = &document.tree else { return None };
        let service = self.readers(nginx.file).last().filter(|_| tree.template == Some(Template::Envsubst))?;
        if !self.service_env(service, "NGINX_ENVSUBST_FILTER").is_absent() {
            return None;
        }
        let text = document.source.text();
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        let (mut parts, mut missing) = (Vec::new(), Vec::new());
        for (from, name) in variables(text) {
            let known = self.service_env(service, name);
            let value = match known {
                Known::Set(value) => value,
                Known::Absent if !missing.iter().any(|known| known == name) && missing.len() < MOST => {
                    missing.push(name.to_owned());
                    continue;
                }
                _ => continue,
            };
            out.push_str(text.cut(at..from.start));
            let start = out.len();
            out.push_str(&value.value);
            at = from.end;
            parts.push(Part { to: start..out.len(), from, value: value.span });
            // A value may be long, and asked for often.
            if !self.look(1) || out.len() > 2 * text.len() + LARGEST {
                return None;
            }
        }
        out.push_str(text.cut(at..));
        let source = Source::new(nginx.file, path, out.into_bytes());
        Some(Filled { file: parse(&source), missing, parts })
    }
}

/// How much longer than twice its length a template may become.
const LARGEST: usize = 1 << 20;

/// More variables that are not there do not change the picture.
const MOST: usize = 100;

/// The variables envsubst sees in a text, with their names.
fn variables(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    text.match_indices('$').filter_map(|(at, _)| {
        let rest = text.cut(at + 1..);
        let inner = rest.strip_prefix('{').unwrap_or(rest);
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let name = inner.cut(..end);
        let braced = rest.len() != inner.len();
        let fits = name.starts_with(|c: char| !c.is_ascii_digit()) && (!braced || inner.cut(end..).starts_with('}'));
        let length = 1 + end + if braced { 2 } else { 0 };
        fits.then_some((at..at + length, name))
    })
}
