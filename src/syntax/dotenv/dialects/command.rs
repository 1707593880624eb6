//! Commands in env files. gonogo runs nothing; some output is plain from the text.

use crate::source::Cut;
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
    (name == "echo").then(|| echo(arguments.iter().map(String::as_str)))?
}

/// What `echo` prints, without the line ends behind it; `None` when its options say something about escapes.
pub(super) fn echo<'a>(arguments: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut words: Vec<&str> = arguments.collect();
    while words.first() == Some(&"-n") {
        words.remove(0);
    }
    let option = |word: &&str| word.len() > 1 && word.cut(1..).bytes().all(|b| matches!(b, b'n' | b'e' | b'E'));
    if words.first().is_some_and(|word| word.starts_with('-') && option(word)) {
        return None;
    }
    Some(words.join(" ").trim_end_matches('\n').to_owned())
}

/// Whether a program of this name is likely to be there.
pub(super) fn is_common(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let place = name.len() == base.len() || ["/bin/", "/sbin/", "/usr/"].iter().any(|place| name.starts_with(place));
    place && COMMON.binary_search(&base).is_ok()
}

/// Programs that env files and the scripts around them call.
const COMMON: &[&str] = &[
    "apt",
    "apt-get",
    "awk",
    "aws",
    "az",
    "base32",
    "base64",
    "basename",
    "bash",
    "bun",
    "cargo",
    "cat",
    "chmod",
    "chown",
    "cp",
    "curl",
    "cut",
    "date",
    "df",
    "dig",
    "dirname",
    "docker",
    "du",
    "env",
    "envsubst",
    "expr",
    "find",
    "gcloud",
    "getent",
    "git",
    "go",
    "gpg",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "hostname",
    "id",
    "ifconfig",
    "ip",
    "java",
    "jq",
    "kubectl",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mktemp",
    "mv",
    "node",
    "npm",
    "nproc",
    "npx",
    "op",
    "openssl",
    "pass",
    "perl",
    "php",
    "printenv",
    "ps",
    "pwgen",
    "python",
    "python3",
    "readlink",
    "realpath",
    "rm",
    "ruby",
    "sed",
    "seq",
    "sh",
    "sha1sum",
    "sha256sum",
    "shuf",
    "sleep",
    "sops",
    "sort",
    "stat",
    "sudo",
    "tail",
    "tee",
    "touch",
    "tput",
    "tr",
    "uname",
    "uniq",
    "uuidgen",
    "vault",
    "wc",
    "wget",
    "which",
    "whoami",
    "xargs",
    "xxd",
    "yq",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_output_is_known() {
        assert_eq!(output("echo hi 'a  b'").as_deref(), Some("hi a  b"));
        assert_eq!(output("echo").as_deref(), Some(""));
        for command in ["echo $A", "date", "echo a; echo b", "echo *", "echo -e a", ""] {
            assert_eq!(output(command), None, "{command}");
        }
        assert!(COMMON.is_sorted() && is_common("/usr/bin/cat") && !is_common("./cat") && !is_common("a"));
    }
}
