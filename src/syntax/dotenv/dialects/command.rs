//! Commands in env files. None is ever run.

/// What a command prints, when that is plain from its text: `echo` and words without anything special in them.
pub(super) fn output(command: &str) -> Option<String> {
    let mut words = command.split([' ', '\t']).filter(|word| !word.is_empty());
    let plain = |word: &&str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_./:@%+,-".contains(&b));
    let echo = words.next() == Some("echo");
    let words: Vec<&str> = words.collect();
    let option = words.first().is_some_and(|word| word.starts_with('-'));
    (echo && !option && words.iter().all(plain)).then(|| words.join(" ") + "\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_is_plain_is_known() {
        assert_eq!(super::output("echo  hi there").as_deref(), Some("hi there\n"));
        for command in ["echo -n x", "echo *", "echo $A", "echo a;b", "date", "", "echo 'a'", "echo ~"] {
            assert_eq!(super::output(command), None, "{command}");
        }
    }
}
