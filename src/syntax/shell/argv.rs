//! What a command line really runs: behind `exec`, `env`, an init, another user, and `sh -c`.

use super::{Command, Word, is_assignment};

/// Programs that become, or start, the command behind them: name, options that take a word, and how many words of their
/// own stand in front of the command. From their manual pages: coreutils 9, util-linux 2.41, tini 0.19, dumb-init 1.2,
/// gosu 1.17, su-exec 0.2, sudo 1.9, doas 6.8.
const WRAPPERS: &[(&str, &[&str], usize)] = &[
    ("exec", &["-a"], 0),
    ("env", &["-u", "--unset", "-C", "--chdir"], 0),
    ("sudo", &["-u", "--user", "-g", "--group", "-C", "-D", "--chdir", "-h", "-p", "-r", "-t", "-T", "-U"], 0),
    ("doas", &["-u", "-C"], 0),
    ("command", &[], 0),
    ("nohup", &[], 0),
    ("time", &["-f", "-o"], 0),
    ("nice", &["-n", "--adjustment"], 0),
    ("timeout", &["-k", "--kill-after", "-s", "--signal"], 1),
    ("stdbuf", &["-i", "-o", "-e"], 0),
    ("tini", &["-p", "-e"], 0),
    ("dumb-init", &["-r", "--rewrite"], 0),
    ("catatonit", &[], 0),
    ("gosu", &[], 1),
    ("su-exec", &[], 1),
];

/// Options of a shell that take a word (dash, bash 5.3, BusyBox ash).
const SHELL_OPTIONS: [&str; 5] = ["-o", "+o", "-O", "+O", "--rcfile"];

/// What stands in a word without the directory in front.
pub fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The index of a word that a shell would take for an operator, in words that none reads: `&&` in `python migrate.py && gunicorn`.
pub fn operator_as_word(words: &[&str]) -> Option<usize> {
    const OPERATORS: [&str; 10] = ["&&", "||", "|", "&", ";", ">", ">>", "2>&1", "&>", "<"];
    // These have operators of their own.
    let own = matches!(words.get(program(words)).map(|word| base_name(word)), Some("find" | "expr" | "test" | "["));
    words.iter().skip(1).position(|word| !own && OPERATORS.contains(word)).map(|at| at + 1)
}

/// Whether a word is a POSIX shell.
pub fn is_shell(word: &str) -> bool {
    matches!(base_name(word), "sh" | "bash" | "ash" | "dash" | "zsh")
}

/// The index of the program that counts: the first word that wraps no other command. The length of `words` when there
/// is none.
pub fn program(words: &[&str]) -> usize {
    let mut at = 0;
    while let Some((name, options, own)) =
        words.get(at).and_then(|word| WRAPPERS.iter().find(|(name, ..)| *name == base_name(word)))
    {
        at += 1;
        while let Some(word) = words.get(at) {
            match *word {
                "--" => {
                    at += 1;
                    break;
                }
                option if options.contains(&option) => at += 2,
                option if option.starts_with('-') && option.len() > 1 => at += 1,
                _ => break,
            }
        }
        at += own;
        if matches!(*name, "env" | "sudo") {
            at += words.iter().skip(at).take_while(|word| is_assignment(word)).count();
        }
    }
    at.min(words.len())
}

/// The index of the script in `sh -c script`, with whatever stands in front of the shell.
pub fn script(words: &[&str]) -> Option<usize> {
    let shell = program(words);
    if !is_shell(words.get(shell)?) {
        return None;
    }
    let mut at = shell + 1;
    let mut run = false;
    loop {
        match *words.get(at)? {
            option if SHELL_OPTIONS.contains(&option) => at += 2,
            "--" => at += 1,
            option if option.starts_with("--") => at += 1,
            option if option.starts_with(['-', '+']) && option.len() > 1 => {
                run |= option.starts_with('-') && option.contains('c');
                // `-euo pipefail`
                at += 1 + usize::from(option.ends_with('o'));
            }
            // A file, unless `-c` was among the options.
            _ => return run.then_some(at),
        }
    }
}

/// The simple commands that a command line runs: those of the script behind `sh -c`, else the line itself, word for word.
pub fn run(words: &[impl AsRef<str>]) -> Vec<Command> {
    let texts: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    if let Some(script) = script(&texts).and_then(|at| texts.get(at)) {
        return super::commands(script);
    }
    let word = |text: &&str| Word { text: (*text).to_owned(), quoted: true, ..Word::default() };
    let alone = Command { words: texts.iter().map(word).collect(), ..Command::default() };
    if alone.words.is_empty() { Vec::new() } else { vec![alone] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_found_behind_options_and_wrappers() {
        for (line, script) in [
            ("sh -c x", Some("x")),
            ("/bin/bash -o pipefail -c x", Some("x")),
            ("bash -euo pipefail -c x y", Some("x")),
            ("bash -ec x", Some("x")),
            ("bash -c -e x", Some("x")),
            ("bash --noprofile -c x", Some("x")),
            ("tini -g -- sh -c x", Some("x")),
            ("dumb-init -- gosu app ash -c x", Some("x")),
            ("env -i PATH=/bin A=b sh -c x", Some("x")),
            ("sudo -u app -E A=b sh -c x", Some("x")),
            ("timeout -k 5 10 sh -c x", Some("x")),
            ("sh run.sh -c x", None),
            ("sh", None),
            ("sh -c", None),
            ("python -c x", None),
            ("exec", None),
            ("", None),
        ] {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(super::script(&words).map(|at| words[at]), script, "{line}");
        }
        let programs =
            |words: &[&str]| -> Vec<String> { run(words).iter().map(|command| command.program().to_owned()).collect() };
        assert_eq!(programs(&["sh", "-c", "a && exec b c"]), ["a", "exec"]);
        assert_eq!(programs(&["/bin/a", "b && c"]), ["a"]);
        assert_eq!(programs(&[]), [""; 0]);
        let words = ["exec", "nice", "-n", "5", "gunicorn", "app:app"];
        assert_eq!(words[program(&words)], "gunicorn");
    }
}
