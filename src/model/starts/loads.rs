//! The env files that commands load.

use super::walk::Walk;
use super::{Brought, Place, Starts};
use crate::model::env::{Use, by_flag};
use crate::source::{Span, Spanned, directory};
use crate::syntax::Name;
use crate::syntax::dotenv::{Dialect, is_name};
use crate::syntax::shell::{Command, base_name};

/// How the shell of a file reads what `. FILE` names: bash, unless the file names a smaller one.
pub(super) fn of_shell(program: Option<&str>) -> Dialect {
    let small = |program: &str| program.ends_with("/sh") || program.ends_with("/dash");
    if program.is_some_and(small) { Dialect::Dash } else { Dialect::Bash }
}

impl Starts {
    /// Adds what a program loads, each file once.
    pub(super) fn load(&mut self, dialect: Dialect, path: &str, span: Span, place: &Place) {
        if path.is_empty() || path == "-" {
            return;
        }
        let places = place.resolve(path);
        if self.is_new((dialect, path, &places)) {
            self.loads.push(Use { dialect, span, path: Some(path.to_owned()), places });
        }
    }
}

impl Walk<'_> {
    /// The files that `scp` or `rsync` brings to another machine, each by itself.
    pub(super) fn sends(&mut self, words: &[Spanned<String>], place: &Place) {
        self.brings(words, place);
        let copies = words.first().is_some_and(|word| matches!(base_name(&word.value), "scp" | "rsync"));
        let Some((to, from)) = words.split_last().filter(|(to, _)| copies && to.value.contains(':')) else { return };
        let own = from.iter().skip(1).map(|word| word.value.as_str());
        for word in own.filter(|word| !word.starts_with('-') && !word.ends_with('/') && !to.value.starts_with(word)) {
            if self.found.is_new(("sends", word, place)) {
                self.found.sends.extend(place.resolve(word));
            }
        }
    }

    /// One file that is copied under another name.
    fn brings(&mut self, words: &[Spanned<String>], place: &Place) {
        // Options that take a word: those of scp (OpenSSH 9.9), and those of rsync that say what it leaves out and how it gets there.
        const LONG: [&str; 9] = [
            "--exclude",
            "--exclude-from",
            "--include",
            "--include-from",
            "--files-from",
            "--filter",
            "--rsh",
            "--rsync-path",
            "--chmod",
        ];
        let takes = |word: &str| match words.first().map(|program| base_name(&program.value)) {
            Some("scp") => matches!(word, "-c" | "-D" | "-F" | "-i" | "-J" | "-l" | "-o" | "-P" | "-S" | "-X"),
            Some("rsync") => matches!(word, "-e" | "-f") || LONG.contains(&word),
            _ => false,
        };
        let mut texts: Vec<&str> = Vec::new();
        let mut skip = false;
        for word in words.iter().map(|word| word.value.as_str()) {
            match word.starts_with('-') {
                true => skip = takes(word),
                false if skip => skip = false,
                false => texts.push(word),
            }
        }
        let ("scp" | "rsync" | "cp", [from, to]) =
            (base_name(texts.first().copied().unwrap_or_default()), texts.get(1..).unwrap_or_default())
        else {
            return;
        };
        let (to, here) = match to.rsplit_once(':') {
            Some((_, to)) => (to, ""),
            None => (*to, place.elsewhere.as_deref().unwrap_or_default()),
        };
        if let Some(own) = contents(texts[0], from)
            && self.found.is_new(("brings", from, to, place))
        {
            self.found.brings.push(Brought { from: place.resolve(own), folder: to.to_owned(), name: None });
            return;
        }
        let name = base_name(to);
        let other = name != base_name(from) && name.contains('.') && !name.starts_with('.');
        if other && self.found.is_new(("brings", from, to, place)) {
            let folder = if to.contains('/') { directory(to) } else { here };
            // `"$SOURCE/compose.prod.yml"`: wherever that is, what lies there comes from the project.
            let known = if directory(from).contains('$') { base_name(from) } else { from };
            let brought =
                Brought { from: place.resolve(known), folder: folder.to_owned(), name: Some(name.to_owned()) };
            self.found.brings.push(brought);
        }
    }

    /// What the words of a command load.
    pub(super) fn loads(&mut self, words: &[Spanned<String>], span: Span, place: &Place) {
        let Some(first) = words.first() else { return };
        let named = |word: &str| is_name(Name::new(word).lower());
        let second = words.get(1).map_or("", |word| word.value.as_str());
        match first.value.as_str() {
            "source" if named(second) => self.found.load(Dialect::Bash, second, span, place),
            "." if named(second) => self.found.load(self.shell, second, span, place),
            "dotenv" | "dotenv_if_exists" if self.direnv => {
                self.found.load(Dialect::Direnv, if second.is_empty() { ".env" } else { second }, span, place);
            }
            _ => {}
        }
        for (at, word) in words.iter().enumerate() {
            let Some(rest) = word.value.strip_prefix("--env-file") else { continue };
            let path = match rest.strip_prefix('=') {
                Some(path) => path,
                None if rest.is_empty() => words.get(at + 1).map_or("", |next| next.value.as_str()),
                None => continue,
            };
            // The nearest program in front decides how the file is read.
            let program = words.iter().take(at).rev().find_map(|word| by_flag(base_name(&word.value)));
            if let Some(dialect) = program {
                self.found.load(dialect, path, span, place);
            }
        }
    }

    /// `export $(grep -v '^#' .env | xargs)`: what the commands of a substitution read.
    pub(super) fn handed_on(&mut self, commands: &[&Command], span: Span, place: &Place) {
        if !commands.iter().any(|command| command.program() == "xargs") {
            return;
        }
        // Of lines with a comment nothing arrives: what is read then is no longer the file.
        let drops = |command: &&&Command| {
            let word = |text: &str| command.words.iter().any(|word| word.text == text);
            command.program() == "grep" && word("-v") && word("#")
        };
        if commands.iter().any(|command| drops(&command)) {
            return;
        }
        let words = commands
            .iter()
            .flat_map(|command| command.words.iter().chain(command.redirects.iter().map(|redirect| &redirect.target)));
        if let Some(word) = words.into_iter().find(|word| is_name(Name::new(&word.text).lower())) {
            self.found.load(Dialect::Xargs, &word.text, span, place);
        }
    }
}

/// The folder whose contents, and not itself, a program copies: `rsync deploy/ ...`, `cp -r deploy/. ...`, `scp -r deploy/* ...`.
fn contents<'a>(program: &str, from: &'a str) -> Option<&'a str> {
    let folder = match base_name(program) {
        "rsync" => from.strip_suffix('/').or_else(|| from.strip_suffix("/*")),
        "cp" => from.strip_suffix("/.").or_else(|| from.strip_suffix("/*")),
        _ => from.strip_suffix("/*"),
    };
    folder.filter(|folder| !folder.is_empty() && *folder != ".")
}
