//! What a merge leaves in a file that nobody put together: `<<<<<<< HEAD`, one side, `=======`, the other, `>>>>>>> main`.

use super::Fault;
use crate::source::{Cut, Source};

/// How the lines begin that git writes between the sides (`xdl_fill_merge_buffer` in its `xdiff/xmerge.c`).
const MARKS: [&str; 3] = ["<<<<<<<", ">>>>>>>", "|||||||"];

/// What to do about them.
pub const HELP: &str = "keep the lines of one side, and remove these marks and the others";

/// Whether a line is one of the marks that no format has.
pub fn is_mark(line: &str) -> bool {
    MARKS.iter().any(|mark| line.starts_with(mark))
}

/// The first mark of a file that has both ends of a conflict.
pub fn fault(source: &Source) -> Option<Fault> {
    let text = source.text();
    let start = if text.starts_with("<<<<<<< ") { 0 } else { text.find("\n<<<<<<< ")? + 1 };
    text.cut(start..).find("\n>>>>>>> ")?;
    let length = text.cut(start..).find(['\r', '\n'])?;
    let span = source.span().slice(start, start + length);
    Some(Fault::new(span, "a merge conflict: both sides stand here, and no program reads that").help(HELP))
}
