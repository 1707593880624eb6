//! Configurations of logrotate: logs, what is done with them, and the scripts between `postrotate` and `endscript`.

use super::{Claim, Name};
use crate::source::{Cut, FileId, Source, Span, Spanned, directory};

/// A file as written.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// The directives outside of blocks: they count for those below.
    pub globals: Vec<Spanned<String>>,
    comments: Vec<Span>,
}

/// Logs that are treated alike.
#[derive(Clone, Debug)]
pub struct Block {
    /// All of it.
    pub span: Span,
    /// The logs: paths and patterns, quotes removed.
    pub logs: Vec<Spanned<String>>,
    /// The first words of its directives, those of scripts among them: `daily`, `postrotate`.
    pub directives: Vec<Spanned<String>>,
}

impl Block {
    /// Whether a directive is given.
    pub fn has(&self, name: &str) -> bool {
        self.directives.iter().any(|own| own.value == name)
    }
}

impl super::Tree for File {
    fn comments(&self) -> &[Span] {
        &self.comments
    }

    fn nodes(&self, _file: FileId) -> Vec<Span> {
        self.blocks.iter().map(|block| block.span).collect()
    }
}

/// Files that logrotate reads, by their folder or name.
pub fn claim(name: &Name) -> Claim {
    let folder = directory(name.path).split('/').next_back() == Some("logrotate.d");
    let named = name.stem().starts_with("logrotate") && matches!(name.ending(), "" | "conf" | "d" | "logrotate")
        || name.file == "logrotate"
        || name.ending() == "logrotate";
    Claim::by_content(folder || named, |_, bytes| {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= 1 << 20)?;
        let opens = |line: &str| line.trim_end().ends_with('{') && line.trim_start().starts_with(['/', '"', '\'', '{']);
        text.lines().any(opens).then_some("it says which logs are rotated")
    })
}

/// Scripts end with `endscript`, and only there.
const SCRIPTS: [&str; 5] = ["prerotate", "postrotate", "firstaction", "lastaction", "preremove"];

/// Reads a file.
pub fn parse(source: &Source) -> File {
    let mut file = File::default();
    let mut logs: Vec<Spanned<String>> = Vec::new();
    let mut open: Option<Block> = None;
    let mut script = false;
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let body = line.trim_end();
        let text = body.trim_start();
        let span = Span::new(source.id, start + body.len() - text.len(), start + body.len());
        start += line.len();
        if text.starts_with('#') {
            file.comments.push(span);
            continue;
        }
        if text.is_empty() || script {
            script &= text != "endscript";
            continue;
        }
        if !source.budget.nodes(1, span) {
            break;
        }
        let first = text.split([' ', '\t', '=']).next().unwrap_or(text);
        let word = || Spanned::new(first.to_owned(), span.slice(0, first.len()));
        match &mut open {
            Some(block) if text.starts_with('}') => {
                block.span.end = span.end;
                file.blocks.extend(open.take());
            }
            Some(block) => {
                script = SCRIPTS.contains(&first);
                block.directives.push(word());
            }
            None => {
                let (names, opens) = match text.split_once('{') {
                    Some((names, _)) => (names, true),
                    None => (text, false),
                };
                let named = names.starts_with(['/', '"', '\'']);
                if named {
                    logs.extend(paths(names, span));
                } else if !opens {
                    file.globals.push(word());
                }
                if opens {
                    let begin = logs.first().map_or(span, |log| log.span);
                    let logs = std::mem::take(&mut logs);
                    open = Some(Block { span: begin.to(span), logs, directives: Vec::new() });
                }
            }
        }
    }
    file
}

/// The paths of a line, quotes removed.
fn paths(text: &str, span: Span) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = text.cut(at..);
        let Some(sign) = rest.chars().next() else { break };
        let (length, inner) = match sign {
            '"' | '\'' => {
                let end = rest.cut(1..).find(sign).map_or(rest.len(), |end| end + 2);
                (end, rest.cut(..end).trim_matches(sign))
            }
            ' ' | '\t' => (1, ""),
            _ => {
                let end = rest.find([' ', '\t']).unwrap_or(rest.len());
                (end, rest.cut(..end))
            }
        };
        if !inner.is_empty() {
            found.push(Spanned::new(inner.to_owned(), span.slice(at, at + length)));
        }
        at += length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_logs_and_directives_and_scripts_are_passed_by() {
        let text = "weekly\n/var/log/a.log \"/var/log/b c.log\"\n/var/log/d/*.log {\n  daily\n  size=1M\n  postrotate\n    } || true\n  endscript\n  compress\n}\n";
        let source = Source::new(FileId(0), "logrotate.d/a", text.as_bytes().to_vec());
        let file = parse(&source);
        let [block] = &file.blocks[..] else { panic!("{file:?}") };
        let logs: Vec<&str> = block.logs.iter().map(|log| log.value.as_str()).collect();
        assert_eq!(logs, ["/var/log/a.log", "/var/log/b c.log", "/var/log/d/*.log"]);
        let directives: Vec<&str> = block.directives.iter().map(|own| own.value.as_str()).collect();
        assert_eq!((directives, file.globals.len()), (vec!["daily", "size", "postrotate", "compress"], 1));
        assert_eq!(source.text().cut(block.logs[1].span.range()), "\"/var/log/b c.log\"");
    }
}
