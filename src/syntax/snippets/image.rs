//! What a Dockerfile runs: while the image is built, and when it is started.

use super::{Snippet, Snippets};
use crate::source::Source;
use crate::syntax::dockerfile::{Instruction, Text};
use crate::syntax::shell;

/// The texts of `RUN`, `CMD` and `ENTRYPOINT` that a shell reads. What is started without one has no commands, only words.
pub fn dockerfile(source: &Source, instructions: &[Instruction]) -> Snippets {
    let mut found = Snippets::default();
    let own = |instruction: &&Instruction| {
        !instruction.onbuild && matches!(instruction.keyword.value.as_str(), "RUN" | "CMD" | "ENTRYPOINT")
    };
    for instruction in instructions.iter().filter(own) {
        if !source.budget.nodes(1 + instruction.heredocs.len(), instruction.span) {
            break;
        }
        if let Some(words) = &instruction.exec {
            let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            let script = shell::script(&texts).and_then(|at| words.get(at));
            found.list.extend(script.map(|script| Snippet::new(script.value.clone(), script.span, false)));
            continue;
        }
        // `RUN <<EOF`: the lines are the script, unless they are fed to another program.
        let first = instruction.body.words().into_iter().find(|word| !word.value.starts_with("<<"));
        let fed = first.is_none_or(|word| shell::is_shell(&word.value));
        let lines = instruction.heredocs.iter().filter(|_| fed).map(|heredoc| &heredoc.text);
        let body = (!fed || instruction.heredocs.is_empty()).then_some(&instruction.body);
        found.list.extend(body.into_iter().chain(lines).map(joined));
    }
    found
}

fn joined(text: &Text) -> Snippet {
    Snippet { parts: text.places().collect(), ..Snippet::new(text.text.clone(), text.whole(), false) }
}
