//! gunicorn's configuration file, as far as it can be read without running it.

use crate::model::{Head, Known, Meaning};
use crate::source::{Cut, FileId, Span, Spanned};
use crate::syntax::gunicorn;

/// One `gunicorn.conf.py`.
#[derive(Clone, Debug)]
pub struct GunicornConf {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// `timeout`, in seconds.
    pub timeout: Known<u64>,
    /// `graceful_timeout`, in seconds.
    pub graceful: Known<u64>,
    /// `worker_class`.
    pub worker: Known<String>,
    /// `workers`, as far as it is a number.
    pub workers: Known<String>,
    /// `threads`, anything but one.
    pub threaded: bool,
    /// `bind`, one address.
    pub bind: Known<String>,
    /// Every assignment at the outermost level, as written: the name, and what is assigned without a comment.
    pub settings: Vec<(Spanned<String>, String)>,
}

impl Meaning for GunicornConf {}

impl GunicornConf {
    /// The view of one file: `name = literal` and `name = os.getenv("X", "default")` at the outermost level.
    pub fn new(head: &Head, tree: &gunicorn::File) -> Self {
        let mut view = GunicornConf {
            file: head.source.id,
            path: head.source.path.clone(),
            timeout: Known::Absent,
            graceful: Known::Absent,
            worker: Known::Absent,
            workers: Known::Absent,
            threaded: false,
            bind: Known::Absent,
            settings: Vec::new(),
        };
        for line in &tree.lines {
            let Some((name, value)) = line.value.split_once('=') else { continue };
            if value.starts_with('=') {
                continue;
            }
            let at = line.value.len() - value.trim_start().len();
            let indented = name.starts_with([' ', '\t']);
            let word = name.trim_end();
            if !indented && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                let name = Spanned::new(word.to_owned(), line.span.slice(0, word.len()));
                view.settings.push((name, bare(value).to_owned()));
            }
            let value = value_of(value, line.span.slice(at, line.value.len()), indented);
            match name.trim() {
                "timeout" => view.timeout = seconds(value, line.span),
                "graceful_timeout" => view.graceful = seconds(value, line.span),
                "worker_class" => view.worker = value,
                "workers" => view.workers = value,
                "threads" => view.threaded = value.get().is_none_or(|count| count != "1"),
                "bind" => view.bind = value,
                _ => {}
            }
        }
        // Of a template, only some lines stay.
        if tree.lines.iter().any(|line| line.value.trim_start().starts_with("{%")) {
            view.settings.clear();
        }
        view
    }

    /// The port it binds to.
    pub fn port(&self) -> Option<u16> {
        self.bind.get()?.rsplit_once(':')?.1.parse().ok()
    }

    /// Whether one slow request blocks a worker until it is killed; `None`: not known.
    pub fn kills_slow_requests(&self) -> Option<bool> {
        match &self.worker {
            _ if self.threaded => Some(false),
            Known::Absent => Some(true),
            worker => worker.get().map(|worker| worker == "sync"),
        }
    }
}

/// A value without the comment behind it.
fn bare(value: &str) -> &str {
    value.split_once(" #").map_or(value, |(value, _)| value).trim()
}

fn seconds(value: Known<String>, line: Span) -> Known<u64> {
    match value {
        Known::Set(text) => match text.value.parse() {
            Ok(seconds) => Known::Set(Spanned::new(seconds, text.span)),
            Err(_) => unresolved(text.span),
        },
        _ => unresolved(line),
    }
}

fn unresolved<T>(span: Span) -> Known<T> {
    Known::unresolved(span, "it is computed when gunicorn starts")
}

/// A number, a quoted text, or the default of `os.getenv`/`os.environ.get`, perhaps inside `int(...)`.
fn value_of(text: &str, span: Span, indented: bool) -> Known<String> {
    // A line inside `if` or a function may or may not count.
    if indented {
        return unresolved(span);
    }
    let text = text.trim();
    let literal = literal(text).or_else(|| {
        let inner =
            text.strip_prefix("int(").map_or(text, |rest| rest.split_once("))").map_or(rest, |(inner, _)| inner));
        let call = ["os.getenv(", "os.environ.get(", "getenv(", "environ.get("];
        let arguments = call.iter().find_map(|call| inner.strip_prefix(call))?;
        let (_, default) = arguments.split_once(',')?;
        self::literal(default.trim().trim_end_matches(')').trim())
    });
    match literal {
        Some(value) => Known::Set(Spanned::new(value, span)),
        None => unresolved(span),
    }
}

fn literal(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    if matches!(quote, '"' | '\'') {
        let (value, rest) = text.cut(1..).split_once(quote)?;
        let rest = rest.trim_start();
        return (rest.is_empty() || rest.starts_with('#')).then(|| value.to_owned());
    }
    let number = text.split('#').next()?.trim();
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use crate::source::{FileId, Source};

    fn read(text: &str) -> GunicornConf {
        let source = Source::new(FileId(0), "gunicorn.conf.py", text.as_bytes().to_vec());
        let head = Head { source: &source, kind: Kind::Gunicorn };
        GunicornConf::new(&head, &gunicorn::parse(&source))
    }

    #[test]
    fn literals_and_defaults_are_read_and_the_rest_is_unresolved() {
        let text =
            "import os\nbind = os.getenv(\"BIND\", \"127.0.0.1:8000\")\ntimeout = 300  # slow\nworker_class='gevent'\n";
        let conf = read(text);
        assert_eq!(
            (conf.port(), conf.timeout.get(), conf.kills_slow_requests()),
            (Some(8000), Some(&300), Some(false))
        );
        assert_eq!(&text[conf.timeout.span().unwrap().range()], "300  # slow");
        assert_eq!(read("timeout = int(os.environ.get('T', '90'))\n").timeout.get(), Some(&90));
        assert!(read("timeout = 60 * 5\n").timeout.is_unresolved());
        assert!(read("if x:\n    timeout = 60\n").timeout.is_unresolved());
        assert!(read("timeouts = 1\n").timeout.is_absent());
    }
}
