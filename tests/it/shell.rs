//! The shell reader against dash and bash: `p` prints its arguments, and the reader finds the same ones.

use std::fs;
use std::path::Path;
use std::process::Command;

use gonogo::syntax::shell;

struct Case {
    name: String,
    script: String,
    printed: String,
}

fn cases(text: &str) -> Vec<Case> {
    let blocks = text.split("--- ").skip(1);
    let case = |block: &str| {
        let (name, rest) = block.split_once('\n').unwrap();
        let (script, printed) = rest.split_once("=>\n").unwrap();
        Case { name: name.to_owned(), script: script.to_owned(), printed: printed.to_owned() }
    };
    blocks.map(case).collect()
}

/// What a shell prints; `None` when it is not installed.
fn run(program: &str, script: &str) -> Option<String> {
    let script = format!("p() {{ printf '[%s]' \"$@\"; printf '\\n'; }} 2>/dev/null\n{script}");
    let output = Command::new(program).arg("-c").arg(script).env_clear().env("PATH", "/usr/bin:/bin").output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap())
}

fn shells(case: &Case) -> &'static [&'static str] {
    if case.name.starts_with("bash") { &["bash"] } else { &["bash", "dash"] }
}

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/shell/commands.txt")
}

#[test]
fn what_is_recorded_is_what_shells_print() {
    let text = fs::read_to_string(path()).unwrap();
    if std::env::var_os("GONOGO_BLESS").is_some() {
        let mut blessed = text.split("--- ").next().unwrap().to_owned();
        for case in cases(&text) {
            let printed = run("bash", &case.script).unwrap();
            blessed += &format!("--- {}\n{}=>\n{printed}", case.name, case.script);
        }
        fs::write(path(), blessed).unwrap();
        return;
    }
    for case in cases(&text) {
        for shell in shells(&case) {
            if let Some(printed) = run(shell, &case.script) {
                assert_eq!(printed, case.printed, "{shell}: {}", case.name);
            }
        }
    }
}

/// The words of every `p` that is not in a text, in the order of the script. What a substitution prints is its last
/// word; lines that are sent away are not printed.
#[test]
fn the_reader_finds_the_commands_that_run() {
    let text = fs::read_to_string(path()).unwrap();
    for case in cases(&text) {
        let script = shell::read(&case.script);
        let mut found = String::new();
        for command in script.commands.iter().filter(|command| command.program() == "p") {
            let hidden = command.redirects.iter().any(|redirect| {
                redirect.target.text == "/dev/null" && matches!(redirect.operator.as_str(), ">" | "&>")
            });
            let within = script.scopes[command.scope].part == shell::Part::Substitution;
            if !hidden && !within {
                let words = command.words.iter().skip(1).map(|word| format!("[{}]", replaced(word)));
                found += &(words.collect::<String>() + "\n");
            }
        }
        assert_eq!(found, case.printed, "{}", case.name);
    }
}

/// A word with what its substitutions print in their place, as the recorded scripts use them.
fn replaced(word: &shell::Word) -> String {
    let mut text = word.text.clone();
    for expansion in word.expansions.iter().rev() {
        let printed = match &text[expansion.at.clone()] {
            "$(printf a)" => "a",
            "`printf c`" => "c",
            "$(p 1 | cat)" => "[1]",
            "$(case a in a) printf x;; esac)" => "x",
            "$(printf '%s' ')')" => ")",
            "$( (printf z) )" => "z",
            "$((1 + (2 * 3)))" => "7",
            "<(:)" => "fd",
            other => other,
        }
        .to_owned();
        text.replace_range(expansion.at.clone(), &printed);
    }
    text
}

/// A generator of scripts in which every `p` runs once.
struct Scripts(u64);

impl Scripts {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn word(&mut self) -> String {
        const PIECES: [&str; 24] = [
            "a", "b1", "if", "done", "-x", "A=b", "'c d'", "\"e f\"", "\\ ", "\\\\", "\"\\\"\"", "'\"'", "\"'\"", "#x",
            "''", "é", "\\;", "\"&&\"", "'|'", "\\\n", "'\n'", "\"(\"", "{", "}",
        ];
        // A comment begins where a word does.
        (0..=self.below(3)).fold("w".to_owned(), |word, _| word + self.pick(&PIECES))
    }

    fn command(&mut self) -> String {
        let words = (0..=self.below(3)).map(|_| self.word()).collect::<Vec<_>>();
        let front = self.pick(&["", "", "", "", "X=1 ", "Y='a b' ", "2>/dev/null "]);
        let behind = self.pick(&["", "", "", "", " 2>&1", " </dev/null", " # p no"]);
        format!("{front}p {}{behind}", words.join(self.pick(&[" ", "  ", "\t", " \\\n "])))
    }

    fn list(&mut self, depth: usize) -> String {
        (0..=self.below(3)).map(|_| self.statement(depth) + self.pick(&["\n", "\n", "\n\n", "\n# p no\n"])).collect()
    }

    fn statement(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.command();
        }
        let inner = self.list(depth - 1);
        let command = self.command();
        match self.below(12) {
            0 => format!("if true; then\n{inner}else false\nfi"),
            1 => format!("if false; then :; else\n{inner}fi"),
            2 => format!("for i in 1; do\n{inner}done"),
            3 => format!("case x in (y) false;;\n x|z)\n{inner};; esac"),
            4 => format!("(\n{inner})"),
            5 => format!("{{\n{inner}}}"),
            6 => format!("f() {{\n{inner}}}\nf"),
            7 => format!("true &&\n{command}"),
            8 => format!("false || {command}"),
            9 => format!("cat >/dev/null <<E\np no\n(\nE\n{command}"),
            10 => format!("while true; do\n{inner}break; done"),
            _ => format!("! {command}"),
        }
    }
}

/// Where a shell is installed, it runs generated scripts and prints what the reader finds.
#[test]
fn generated_scripts_are_read_as_they_run() {
    if run("bash", "").is_none() {
        return;
    }
    let mut scripts = Scripts(20_261_128);
    for _ in 0..300 {
        let script = scripts.list(3);
        let Some(printed) = run("bash", &script) else { return };
        let read = shell::read(&script);
        let programs = read.commands.iter().filter(|command| command.program() == "p");
        let line = |command: &shell::Command| {
            command.words.iter().skip(1).map(|word| format!("[{}]", word.text)).collect::<String>() + "\n"
        };
        let found: String = programs.map(line).collect();
        assert_eq!(found, printed, "{script}");
    }
}
