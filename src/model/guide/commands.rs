//! The commands that the reader of a guide types, chapter by chapter, as a script.

use super::Shown;
use super::content::form_of;
use super::tree::chapter;
use crate::source::Excerpt;
use crate::syntax::markdown::Block;
use crate::syntax::shell;
use crate::syntax::snippets::{filled_in, unprompted};

/// One script for each chapter: what is typed in one block is done when the next one is read.
pub fn of(guide: &str, text: &str, blocks: &[Block]) -> Vec<Shown> {
    let stem = guide.rsplit('/').next().unwrap_or(guide);
    blocks
        .chunk_by(|one, other| chapter(one) == chapter(other))
        .filter_map(|blocks| {
            let mut script = Excerpt::default();
            blocks.iter().filter(|block| is_typed(block)).for_each(|block| script.append(&typed(block)));
            let line = text.get(..script.place(0..0).start)?.matches('\n').count() + 1;
            let made_up = format!("{stem}-line-{line}.sh");
            let runs = !shell::commands(script.text()).is_empty();
            runs.then(|| Shown { made_up, name: String::new(), as_it_is: true, excerpt: script })
        })
        .collect()
}

/// Whether a block says that it is for a shell, and does not hold something else.
fn is_typed(block: &Block) -> bool {
    const SHELLS: [&str; 7] = ["sh", "shell", "bash", "zsh", "console", "shell-session", "shellsession"];
    let (label, code) = (block.label(), block.code.text());
    SHELLS.contains(&label.as_str()) && form_of(&label, code, false).is_none_or(|form| !form.is_sure(code))
}

/// The lines of a block without the sign of the prompt; where there is one, what the commands print is left out.
fn typed(block: &Block) -> Excerpt {
    let code = block.code.text();
    let has_prompt = code.lines().any(|line| line.trim_start().starts_with("$ "));
    let mut goes_on = false;
    let lines: String = code
        .split_inclusive('\n')
        .map(|line| {
            let is_command = !has_prompt || goes_on || line.trim_start().starts_with("$ ");
            goes_on = is_command && line.trim_end().ends_with('\\');
            match is_command {
                true => unprompted(line),
                false => {
                    line.chars().map(|c| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) }).collect()
                }
            }
        })
        .collect();
    block.code.clone().written_as(filled_in(&lines))
}
