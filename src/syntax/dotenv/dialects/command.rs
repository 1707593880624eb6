//! Commands in env files. gonogo runs nothing; some output is plain from the text.

use crate::syntax::shell::{self, Token};

/// What a command prints, without the line ends behind it: only for `echo` with words that stand as they are.
pub(super) fn output(command: &str) -> Option<String> {
    let mut words = Vec::new();
    for token in shell::tokens(command) {
        match token {
            Token::Word(word) if !word.expands && !word.text.contains(['*', '?', '[', '{', '~', '\\']) => {
                words.push(word.text);
            }
            Token::Word(_) | Token::Operator(..) => return None,
        }
    }
    let (name, arguments) = words.split_first()?;
    let option = arguments.first().is_some_and(|word| word.starts_with('-'));
    (name == "echo" && !option).then(|| arguments.join(" "))
}
