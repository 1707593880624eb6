//! Running commands, as far as they set variables.

use std::ops::Range;
use std::rc::Rc;

use super::expand::{VALUE, WORD};
use super::parse::{Body, Command, Joint, List, Parser, Pipeline, Redirection, Word, assigned};
use super::scan::{Broken, Effort, Scan};
use super::{Halt, Kind, Shell, Slot, Variable, is_name};
use crate::source::{Cut, Span};
use crate::syntax::dotenv::Decoded;
use crate::syntax::dotenv::dialects::{command, sh::pattern};

/// Commands that a round of a loop counts for.
const ROUND: usize = 1 << 10;

/// Builtins whose arguments may be assignments.
const DECLARING: [&str; 5] = ["export", "readonly", "local", "declare", "typeset"];

/// Other commands that are part of the shell and set nothing that is known here.
const BUILTIN: [&str; 25] = [
    "alias", "bg", "break", "cd", "continue", "exec", "fg", "getopts", "hash", "jobs", "kill", "printf", "pwd", "read",
    "return", "shift", "test", "times", "trap", "type", "ulimit", "umask", "unalias", "unset", "wait",
];

/// The same in bash only.
const BASH_BUILTIN: [&str; 27] = [
    "bind",
    "builtin",
    "caller",
    "compgen",
    "complete",
    "compopt",
    "declare",
    "dirs",
    "disown",
    "enable",
    "fc",
    "help",
    "history",
    "let",
    "logout",
    "mapfile",
    "popd",
    "pushd",
    "readarray",
    "shopt",
    "source",
    "suspend",
    "typeset",
    "coproc",
    "time",
    "local",
    "select",
];

impl Shell<'_> {
    /// Runs a text line by line.
    pub(super) fn script(&mut self, text: &Rc<Decoded>) -> Result<(), Halt> {
        let effort = Effort::on(text.as_str());
        let mut parser = Parser::new(text.as_str(), self.kind, &effort);
        loop {
            match parser.line() {
                Ok(None) => return Ok(()),
                Ok(Some(list)) => {
                    if parser.cut_short && self.kind == Kind::Bash {
                        self.fault(self.place(text, parser.at..parser.at), "the file ends inside of a `<<` text");
                    }
                    match self.list(text, &list) {
                        Ok(()) => {}
                        Err(Halt::Discard) => self.status = Some(1),
                        Err(Halt::Stop) => return Err(Halt::Stop),
                    }
                }
                Err(Broken(at)) => {
                    let end = text.as_str().cut(at..).chars().next().map_or(at, |c| at + c.len_utf8());
                    self.fault(self.place(text, at..end), "a syntax error; the shell stops reading here");
                    self.status = Some(2);
                    return Err(Halt::Stop);
                }
            }
        }
    }

    fn list(&mut self, text: &Rc<Decoded>, list: &List) -> Result<(), Halt> {
        for (chain, background) in list {
            if *background {
                for (_, pipeline) in chain {
                    self.elsewhere(text, pipeline);
                }
                self.status = Some(0);
                continue;
            }
            let mut unsure = 0;
            for (index, (joint, pipeline)) in chain.iter().enumerate() {
                let runs = match (joint, self.status) {
                    (Joint::Always, _) => true,
                    (Joint::And, Some(status)) => status == 0,
                    (Joint::Or, Some(status)) => status != 0,
                    (_, None) => {
                        unsure += 1;
                        self.unsure += 1;
                        true
                    }
                };
                if runs {
                    let done = self.pipeline(text, pipeline);
                    if done.is_err() {
                        self.unsure -= unsure;
                        return done;
                    }
                    if unsure > 0 {
                        self.status = None;
                    }
                    let last = index + 1 == chain.len();
                    if self.errexit && last && !pipeline.negated && self.status.is_some_and(|status| status != 0) {
                        return Err(Halt::Stop);
                    }
                }
            }
            self.unsure -= unsure;
        }
        Ok(())
    }

    fn pipeline(&mut self, text: &Rc<Decoded>, pipeline: &Pipeline) -> Result<(), Halt> {
        match &pipeline.commands[..] {
            [] => self.status = Some(0),
            [command] => self.command(text, command)?,
            _ => self.elsewhere(text, pipeline),
        }
        if pipeline.negated {
            self.status = self.status.map(|status| i32::from(status == 0));
        }
        Ok(())
    }

    /// Commands in a process of their own: they set nothing here. Missing programs are told of all the same.
    fn elsewhere(&mut self, text: &Rc<Decoded>, pipeline: &Pipeline) {
        self.status = None;
        for command in &pipeline.commands {
            self.last = self.place(text, command.range.clone());
            match &command.body {
                Body::Simple(words) => {
                    let own = words.iter().find(|word| assigned(text.as_str().cut((*word).clone())).is_none());
                    self.inner += 1;
                    let name = own.map(|word| self.fields(text, word.clone()));
                    self.inner -= 1;
                    self.status = match name {
                        None => Some(0),
                        Some(Err(_)) => Some(1),
                        Some(Ok(fields)) => match fields.first() {
                            Some(Slot::Text(name)) if !self.exists(name.as_str()) => {
                                self.missing(text, command.range.clone());
                                Some(127)
                            }
                            Some(Slot::Text(name)) if name.as_str() == "false" => Some(1),
                            _ => None,
                        },
                    };
                }
                Body::Subshell(list) | Body::Group(list) => {
                    for (chain, _) in list {
                        for (_, pipeline) in chain {
                            self.elsewhere(text, pipeline);
                        }
                    }
                }
                _ => self.status = None,
            }
        }
    }

    fn missing(&mut self, text: &Decoded, range: Range<usize>) {
        let marked = text.as_str().cut(range.clone()).starts_with('\u{feff}');
        let message = if marked {
            "an invisible byte order mark stands in front: the shell takes this line for a command, and there is none of that name"
        } else {
            "the shell takes this line for a command, and there is none of that name"
        };
        self.fault(self.place(text, range), message);
        self.status = Some(127);
    }

    /// Whether there is a command of this name.
    pub(super) fn exists(&self, name: &str) -> bool {
        matches!(name, ":" | "." | "[" | "echo" | "eval" | "exit" | "false" | "true" | "set" | "command")
            || DECLARING[..3].contains(&name)
            || BUILTIN.contains(&name)
            || self.kind == Kind::Bash && BASH_BUILTIN.contains(&name)
            || self.functions.contains_key(name)
            || command::is_common(name)
    }

    fn command(&mut self, text: &Rc<Decoded>, command: &Command) -> Result<(), Halt> {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 || self.depth > 100 {
            self.fault(self.place(text, command.range.clone()), "runs too long to be followed");
            return Err(Halt::Stop);
        }
        self.depth += 1;
        self.last = self.place(text, command.range.clone());
        let done = self.inside(text, command);
        self.depth -= 1;
        done
    }

    fn inside(&mut self, text: &Rc<Decoded>, command: &Command) -> Result<(), Halt> {
        if let Body::Simple(words) = &command.body {
            return self.simple(text, words, &command.redirections, command.range.clone());
        }
        if !self.redirect(text, &command.redirections)? {
            return Ok(());
        }
        match &command.body {
            Body::Simple(_) => Ok(()),
            Body::Group(list) => self.list(text, list),
            Body::Subshell(_) => {
                let pipeline = Pipeline { negated: false, commands: Vec::new() };
                self.elsewhere(text, &pipeline);
                if let Body::Subshell(list) = &command.body {
                    for (_, pipeline) in list.iter().flat_map(|(chain, _)| chain) {
                        self.elsewhere(text, pipeline);
                    }
                }
                Ok(())
            }
            Body::If(branches, other) => self.condition(text, branches, other),
            Body::Loop { until, test, body } => loop {
                self.quiet(|shell| shell.list(text, test))?;
                match self.status {
                    Some(status) if (status == 0) == *until => {
                        self.status = Some(0);
                        return Ok(());
                    }
                    Some(_) => self.list(text, body)?,
                    None => return self.perhaps(|shell| shell.list(text, body)),
                }
                self.around(text, command)?;
            },
            Body::For { name, words, body } => {
                let mut values = Vec::new();
                for word in words.iter().flatten() {
                    values.extend(self.fields(text, word.clone())?);
                }
                if words.is_none() {
                    let argument = |argument: &String| {
                        let mut text = Decoded::default();
                        text.push_replaced(argument, 0..0);
                        Slot::Text(text)
                    };
                    values.extend(self.arguments.iter().map(argument));
                }
                let variable = text.as_str().cut(name.clone()).to_owned();
                if !is_name(&variable) {
                    self.fault(self.place(text, name.clone()), "no name of a variable");
                    self.status = Some(1);
                    return if self.kind == Kind::Bash { Ok(()) } else { Err(Halt::Stop) };
                }
                self.status = Some(0);
                for value in values {
                    self.around(text, command)?;
                    self.assign(&variable, self.place(text, name.clone()), value)?;
                    self.list(text, body)?;
                }
                Ok(())
            }
            Body::Case { subject, arms } => {
                let subject = self.joined(text, subject.clone(), WORD)?;
                let Slot::Text(subject) = subject else {
                    return self.perhaps(|shell| arms.iter().try_for_each(|(_, body)| shell.list(text, body)));
                };
                self.status = Some(0);
                for (patterns, body) in arms {
                    for range in patterns {
                        let Some(parts) = self.pattern(text, range.clone())? else { continue };
                        if parts.len().saturating_mul(subject.as_str().len()) < 1 << 20
                            && pattern::matches(&parts, subject.as_str())
                        {
                            return self.list(text, body);
                        }
                    }
                }
                Ok(())
            }
            Body::Function { name, body } => {
                let name = text.as_str().cut(name.clone()).to_owned();
                self.functions.insert(name, (Rc::clone(text), Rc::clone(body)));
                self.status = Some(0);
                Ok(())
            }
            Body::Test => {
                self.computed(text, command.range.clone());
                self.status = None;
                Ok(())
            }
        }
    }

    /// Variables that `((NAME=1))` and `let NAME=1` set: to what is not followed.
    fn computed(&mut self, text: &Decoded, range: Range<usize>) {
        let written = text.as_str().cut(range.clone());
        for (at, _) in written.match_indices('=') {
            let before = written.cut(..at).trim_end_matches(['+', '-', '*', '/', '%', '&', '|', '^', '<', '>', ' ']);
            let name = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
            let name = before.cut(before.len() - name..).to_owned();
            let compared = written.cut(..at).ends_with(['=', '!', '<', '>']) || written.cut(at + 1..).starts_with('=');
            if is_name(&name) && !compared && !written.starts_with("[[") {
                let span = self.place(text, range.clone());
                self.set(&name, span, Slot::Unknown(span));
            }
        }
    }

    /// Counts one more round of a loop or call of a function.
    fn around(&mut self, text: &Decoded, command: &Command) -> Result<(), Halt> {
        self.steps = self.steps.saturating_sub(ROUND);
        if self.steps == 0 {
            self.fault(self.place(text, command.range.clone()), "runs too long to be followed");
            return Err(Halt::Stop);
        }
        Ok(())
    }

    /// Runs what may or may not run: what it sets is not known afterwards.
    fn perhaps(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Halt>) -> Result<(), Halt> {
        self.unsure += 1;
        let done = run(self);
        self.unsure -= 1;
        self.status = None;
        match done {
            // Whether it ends here is not known either.
            Err(_) => Ok(()),
            done => done,
        }
    }

    /// Runs a condition: its failure ends nothing.
    fn quiet(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Halt>) -> Result<(), Halt> {
        let errexit = std::mem::take(&mut self.errexit);
        let done = run(self);
        self.errexit |= errexit;
        done
    }

    fn condition(&mut self, text: &Rc<Decoded>, branches: &[(List, List)], other: &List) -> Result<(), Halt> {
        for (index, (test, body)) in branches.iter().enumerate() {
            self.quiet(|shell| shell.list(text, test))?;
            match self.status {
                Some(0) => return self.list(text, body),
                Some(_) => {}
                None => {
                    return self.perhaps(|shell| {
                        shell.list(text, body)?;
                        branches[index + 1..].iter().try_for_each(|(_, body)| shell.list(text, body))?;
                        shell.list(text, other)
                    });
                }
            }
        }
        self.status = Some(0);
        self.list(text, other)
    }

    /// Whether all redirections work out.
    fn redirect(&mut self, text: &Decoded, redirections: &[Redirection]) -> Result<bool, Halt> {
        for redirection in redirections {
            let operator = text.as_str().cut(redirection.operator.clone());
            if operator.starts_with("<<") {
                continue;
            }
            let target = match self.joined(text, redirection.target.clone(), WORD)? {
                Slot::Text(target) => target.as_str().to_owned(),
                Slot::Unset | Slot::Unknown(_) => continue,
            };
            let place = self.place(text, redirection.target.clone());
            let fails = match operator {
                ">&" | "<&" => {
                    let number = target.trim_end_matches('-').parse::<u32>();
                    number.is_ok_and(|number| number > 2)
                        || number_expected(operator, self.kind)
                            && !target.is_empty()
                            && !target.ends_with('-')
                            && target.parse::<u32>().is_err()
                }
                "<" => target != "/dev/null",
                _ => target.is_empty() || target.ends_with('/'),
            };
            if fails {
                self.fault(place, "this is a redirection, and the file that it reads or writes is not there");
                self.status = Some(1);
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn simple(
        &mut self,
        text: &Rc<Decoded>,
        words: &[Word],
        redirections: &[Redirection],
        range: Range<usize>,
    ) -> Result<(), Halt> {
        let assigns = |word: &Word| {
            assigned(text.as_str().cut(word.clone()))
                .is_some_and(|(name, append, value)| self.kind == Kind::Bash || !append && value == name + 1)
        };
        let count = words.iter().take_while(|word| assigns(word)).count();
        let (assignments, words) = words.split_at(count);
        let mut fields: Vec<(Slot, Span, Option<Word>)> = Vec::new();
        let name = words.first().map_or("", |word| text.as_str().cut(word.clone()));
        let name = if matches!(name, "command" | "builtin") && words.len() > 1 {
            text.as_str().cut(words[1].clone())
        } else {
            name
        };
        let declaring = DECLARING[..if self.kind == Kind::Bash { 5 } else { 3 }].contains(&name);
        for (index, word) in words.iter().enumerate() {
            let span = self.place(text, word.clone());
            let written = text.as_str().cut(word.clone());
            if let Some((_, _, start)) = assigned(written).filter(|_| declaring && index > 0) {
                // All values are known before the first variable is set.
                let array = self.kind == Kind::Bash && written.cut(start..).starts_with('(');
                let value = if array || self.kind == Kind::Bash && braces(written.cut(start..)) {
                    Slot::Unknown(span)
                } else {
                    self.joined(text, word.start + start..word.end, VALUE)?
                };
                fields.push((value, span, Some(word.clone())));
                continue;
            }
            fields.extend(self.fields(text, word.clone())?.into_iter().map(|field| (field, span, None)));
        }
        if fields.is_empty() {
            self.status = Some(0);
            if self.kind == Kind::Dash && !self.redirect(text, redirections)? {
                return Ok(());
            }
            for word in assignments {
                self.assignment(text, word.clone())?;
            }
            let status = self.status;
            if self.redirect(text, redirections)? {
                self.status = status;
            }
            return Ok(());
        }
        if !self.redirect(text, redirections)? {
            return Ok(());
        }
        let special = match &fields[0].0 {
            Slot::Text(name) => [
                ":", ".", "eval", "exec", "exit", "export", "local", "readonly", "return", "set", "shift", "times",
                "trap", "unset",
            ]
            .contains(&name.as_str()),
            Slot::Unset | Slot::Unknown(_) => false,
        };
        if self.kind == Kind::Dash && special {
            // These keep the assignments in front of them.
            for word in assignments {
                self.assignment(text, word.clone())?;
            }
        } else {
            for word in assignments {
                let (length, _, value) = assigned(text.as_str().cut(word.clone())).unwrap_or_default();
                let name = text.as_str().cut(word.start..word.start + length);
                // What `export` names stays set, too.
                let exports = |(field, ..): &(Slot, Span, Option<Word>)| matches!(field, Slot::Text(field) if field.as_str() == name);
                if declaring && self.kind == Kind::Bash && fields.iter().skip(1).any(exports) {
                    self.assignment(text, word.clone())?;
                } else {
                    // What it is set to is gone after the command; that it cannot be set is told.
                    self.writable(name, self.place(text, word.start..word.start + length));
                    self.joined(text, word.start + value..word.end, VALUE)?;
                }
            }
        }
        self.call(text, &fields, range)
    }

    /// `NAME=value`.
    fn assignment(&mut self, text: &Decoded, word: Word) -> Result<(), Halt> {
        let written = text.as_str().cut(word.clone());
        let Some((length, append, start)) = assigned(written) else { return Ok(()) };
        let name = written.cut(..length).to_owned();
        let span = self.place(text, word.start..word.start + length);
        let part = written.as_bytes()[length] == b'[';
        let array = written.cut(start..).starts_with('(') && self.kind == Kind::Bash;
        if part || array {
            if !self.writable(&name, span) {
                return Err(self.fatal());
            }
            // Arrays are not exported. Without an index they stand for their first element.
            let mut value = Slot::Unknown(self.place(text, word.clone()));
            if array && !part {
                let rest = text.as_str().cut(word.start + start + 1..word.end);
                let from = word.end - rest.trim_start_matches([' ', '\t', '\n']).len();
                let effort = Effort::on(text.as_str());
                let end = Scan::new(text.as_str(), self.kind, &effort).word(from).unwrap_or(from);
                if end > from && !text.as_str().cut(from..).starts_with(['[', '#', '\\']) {
                    value = self.joined(text, from..end, WORD)?;
                }
            }
            let variable = Variable { value, exported: self.allexport, readonly: false, array: true };
            self.variables.insert(name, variable);
            return Ok(());
        }
        let value = self.joined(text, word.start + start..word.end, VALUE)?;
        let value = if append { self.appended(&name, value) } else { value };
        self.assign(&name, span, value)
    }

    fn appended(&mut self, name: &str, value: Slot) -> Slot {
        match (self.before(name), value) {
            (Slot::Text(before), Slot::Text(_)) if before.as_str().len() > self.left => Slot::Unknown(self.last),
            (Slot::Text(mut before), Slot::Text(value)) => {
                self.left -= before.as_str().len();
                before.push(&value, 0..value.as_str().len());
                Slot::Text(before)
            }
            (Slot::Unset, value) => value,
            (Slot::Unknown(span), _) | (_, Slot::Unknown(span)) => Slot::Unknown(span),
            (before, Slot::Unset) => before,
        }
    }

    fn call(
        &mut self,
        text: &Rc<Decoded>,
        fields: &[(Slot, Span, Option<Word>)],
        range: Range<usize>,
    ) -> Result<(), Halt> {
        let Slot::Text(name) = &fields[0].0 else {
            self.status = None;
            return Ok(());
        };
        let arguments = &fields[1..];
        let texts: Vec<Option<&str>> = arguments
            .iter()
            .map(|(field, ..)| match field {
                Slot::Text(text) => Some(text.as_str()),
                Slot::Unset | Slot::Unknown(_) => None,
            })
            .collect();
        if let Some((text, body)) = self.functions.get(name.as_str()).cloned() {
            self.around(&text, &body)?;
            return self.command(&text, &body);
        }
        let bash = self.kind == Kind::Bash;
        match name.as_str() {
            ":" | "true" => self.status = Some(0),
            "false" => self.status = Some(1),
            "echo" => self.status = Some(0),
            "export" | "readonly" => return self.declare(text, name.as_str(), arguments),
            "declare" | "typeset" if bash => return self.declare(text, name.as_str(), arguments),
            "local" if self.kind == Kind::Bash || self.depth < 2 => {
                self.fault(fields[0].1, "`local` outside of a function; the shell sets nothing");
                self.status = Some(1);
                return if bash { Ok(()) } else { Err(Halt::Stop) };
            }
            "unset" => {
                self.status = Some(0);
                for argument in texts.iter().flatten().filter(|argument| !argument.starts_with('-')) {
                    if !bash && !is_name(argument.split('=').next().unwrap_or_default()) {
                        self.unnamed(fields[0].1)?;
                    } else if self.writable(argument, fields[0].1) {
                        self.variables.insert(
                            (*argument).to_owned(),
                            Variable { value: Slot::Unset, exported: false, readonly: false, array: false },
                        );
                    } else {
                        self.status = Some(1);
                        if !bash {
                            return Err(Halt::Stop);
                        }
                    }
                }
            }
            "set" => return self.options(&texts, fields[0].1),
            "eval" => {
                let mut joined = Decoded::default();
                for (index, (field, span, _)) in arguments.iter().enumerate() {
                    let Slot::Text(argument) = field else {
                        self.status = None;
                        return Ok(());
                    };
                    if index > 0 {
                        joined.push_replaced(" ", span.at_start().range());
                    }
                    joined.push(argument, 0..argument.as_str().len());
                }
                self.status = Some(0);
                let done = self.script(&Rc::new(joined));
                let broken = self.status == Some(2) && bash;
                return if broken { Ok(()) } else { done };
            }
            "exit" | "return" => {
                let status = texts.first().copied().flatten().map(|text| text.parse::<i32>().unwrap_or(2));
                self.status = status.or(self.status);
                return Err(Halt::Stop);
            }
            "." | "source" if name.as_str() == "." || bash => {
                self.fault(fields[0].1, "another file is read here; the shell complains unless it is there");
                self.status = Some(1);
                return if bash { Ok(()) } else { Err(Halt::Stop) };
            }
            "test" => self.status = test(&texts, bash),
            "[" => {
                self.status = match texts.split_last() {
                    Some((Some("]"), rest)) => test(rest, bash),
                    _ => {
                        self.fault(fields[0].1, "`[` without its `]`");
                        Some(2)
                    }
                }
            }
            "command" | "builtin" if (bash || name.as_str() == "command") && !arguments.is_empty() => {
                return self.call(text, arguments, range);
            }
            "command" | "builtin" if bash || name.as_str() == "command" => self.status = Some(0),
            "exec" if !arguments.is_empty() => {
                if texts[0].is_some_and(|name| !self.exists(name)) {
                    self.missing(text, range);
                }
                return Err(Halt::Stop);
            }
            "let" if bash => {
                self.computed(text, range);
                self.status = None;
            }
            "read" => {
                for argument in texts.iter().flatten().filter(|argument| is_name(argument)) {
                    self.set(argument, fields[0].1, Slot::Unknown(fields[0].1));
                }
                self.status = None;
            }
            "shift" => {
                self.status = Some(i32::from(self.arguments.is_empty()));
                if texts.first().is_some_and(|count| count.is_none_or(|count| count.parse::<u32>().is_err())) {
                    self.fault(fields[0].1, "no number; the shell shifts nothing");
                    return if bash { Ok(()) } else { Err(Halt::Stop) };
                }
                if self.arguments.is_empty() && !bash {
                    self.fault(fields[0].1, "nothing to shift; the shell stops here");
                    return Err(Halt::Stop);
                }
                self.arguments.drain(..1.min(self.arguments.len()));
            }
            name if self.exists(name) => self.status = None,
            _ => self.missing(text, range),
        }
        Ok(())
    }

    /// `export`, `readonly`, `declare`.
    fn declare(&mut self, text: &Decoded, name: &str, arguments: &[(Slot, Span, Option<Word>)]) -> Result<(), Halt> {
        self.status = Some(0);
        let print = |(field, ..): &(Slot, Span, Option<Word>)| matches!(field, Slot::Text(text) if text.as_str().starts_with("-p"));
        if self.kind == Kind::Dash && arguments.first().is_some_and(print) {
            // All variables are printed, and that is all.
            return Ok(());
        }
        let (mut export, mut unexport, mut readonly, mut other) = (name == "export", false, name == "readonly", false);
        let mut options = true;
        for (field, span, assignment) in arguments {
            let mut written = String::new();
            if assignment.is_none() {
                match field {
                    Slot::Text(argument) => argument.as_str().clone_into(&mut written),
                    Slot::Unset | Slot::Unknown(_) => {
                        self.status = None;
                        continue;
                    }
                }
                if options && written.starts_with(['-', '+']) && written.len() > 1 {
                    if written == "--" {
                        options = false;
                        continue;
                    }
                    let allowed = match (name, self.kind) {
                        ("export", Kind::Bash) => "fnpaA",
                        ("readonly", Kind::Bash) => "faAp",
                        (_, Kind::Bash) => "aAfFgiIlnrtuxp",
                        (_, Kind::Dash) => "p",
                    };
                    let plus = written.starts_with('+');
                    let operand = plus && matches!(name, "export" | "readonly");
                    if !operand && !written.cut(1..).chars().all(|c| allowed.contains(c)) {
                        self.fault(*span, "an option that is not there; the shell sets nothing");
                        self.status = Some(2);
                        return if self.kind == Kind::Bash { Ok(()) } else { Err(Halt::Stop) };
                    }
                    if !operand {
                        for option in written.cut(1..).chars() {
                            match option {
                                'x' => export = !plus,
                                'n' if name == "export" => unexport = true,
                                'r' => readonly = true,
                                'p' => {}
                                _ => other = true,
                            }
                        }
                        continue;
                    }
                }
            }
            options = false;
            // Either written as an assignment, or put together of quotes and references.
            let (key, key_span, append, value) = match assignment {
                Some(word) => {
                    let written = text.as_str().cut(word.clone());
                    let (length, append, start) = assigned(written).unwrap_or_default();
                    let key_span = self.place(text, word.start..word.start + length);
                    let array = self.kind == Kind::Bash && written.cut(start..).starts_with('(')
                        || written.as_bytes().get(length) == Some(&b'[');
                    if array || self.kind == Kind::Dash && (append || start != length + 1) {
                        if self.kind == Kind::Dash || written.as_bytes().get(length) == Some(&b'[') && name == "export"
                        {
                            self.unnamed(*span)?;
                            continue;
                        }
                        self.assignment(text, word.clone())?;
                        continue;
                    }
                    (written.cut(..length).to_owned(), key_span, append, Some(field.clone()))
                }
                None => match (written.find('='), field) {
                    (Some(equals), Slot::Text(argument)) => {
                        let append = self.kind == Kind::Bash && written.cut(..equals).ends_with('+');
                        let length = equals - usize::from(append);
                        let place = argument.origin(0..length);
                        let value = argument.slice(equals + 1..written.len());
                        let span = Span::new(self.file, place.start, place.end);
                        (written.cut(..length).to_owned(), span, append, Some(Slot::Text(value)))
                    }
                    _ => (written, *span, false, None),
                },
            };
            if !is_name(&key) {
                self.unnamed(*span)?;
                continue;
            }
            if let Some(value) = value {
                if !self.writable(&key, key_span) {
                    self.status = Some(1);
                    if self.kind == Kind::Dash {
                        return Err(Halt::Stop);
                    }
                    continue;
                }
                let value = if append { self.appended(&key, value) } else { value };
                let value = if other { Slot::Unknown(key_span) } else { value };
                self.set(&key, key_span, value);
            }
            let exported = self.environment.get(&key).is_some();
            let before = self.before(&key);
            let variable = self.variables.entry(key).or_insert(Variable {
                value: before,
                exported,
                readonly: false,
                array: false,
            });
            variable.exported = (variable.exported || export) && !unexport;
            variable.readonly |= readonly;
        }
        Ok(())
    }

    fn unnamed(&mut self, span: Span) -> Result<(), Halt> {
        self.fault(span, "no name of a variable; the shell does not set it");
        self.status = Some(if self.kind == Kind::Bash { 1 } else { 2 });
        if self.kind == Kind::Bash { Ok(()) } else { Err(Halt::Stop) }
    }

    /// `set`.
    fn options(&mut self, arguments: &[Option<&str>], span: Span) -> Result<(), Halt> {
        self.status = Some(0);
        let mut rest = arguments;
        while let Some((Some(option), behind)) = rest.split_first() {
            let on = option.starts_with('-');
            if !option.starts_with(['-', '+']) {
                break;
            }
            rest = behind;
            if *option == "-" || *option == "--" {
                break;
            }
            let known = if self.kind == Kind::Bash { "abefhkmnoptuvxBCEHPT" } else { "aebfmnouvxCEIV" };
            if !option.cut(1..).chars().all(|letter| known.contains(letter)) {
                self.fault(span, "an option of `set` that is not there");
                self.status = Some(2);
                return if self.kind == Kind::Bash { Ok(()) } else { Err(Halt::Stop) };
            }
            for letter in option.cut(1..).chars() {
                match letter {
                    'a' => self.allexport = on,
                    'e' => self.errexit = on,
                    'u' => self.nounset = on,
                    'o' => {
                        if let Some((Some(name), behind)) = rest.split_first() {
                            rest = behind;
                            match *name {
                                "allexport" => self.allexport = on,
                                "errexit" => self.errexit = on,
                                "nounset" => self.nounset = on,
                                _ => {}
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        if !rest.is_empty() || arguments.contains(&Some("--")) {
            self.arguments = rest.iter().map(|argument| argument.unwrap_or_default().to_owned()).collect();
        }
        Ok(())
    }
}

/// Whether bash makes several words of an unquoted value.
fn braces(value: &str) -> bool {
    let inside = value.find('{').map(|open| value.cut(open..));
    let quoted = value.starts_with(['"', '\'']);
    inside.is_some_and(|inside| {
        !quoted && inside.contains('}') && (inside.contains(',') || inside.contains("..")) && !value.contains("${")
    })
}

fn number_expected(operator: &str, kind: Kind) -> bool {
    operator == "<&" || kind == Kind::Dash
}

/// `test`, as far as it is about texts.
fn test(arguments: &[Option<&str>], bash: bool) -> Option<i32> {
    let truth = match arguments {
        [] => false,
        [Some("!"), rest @ ..] if !rest.is_empty() => return test(rest, bash).map(|status| i32::from(status == 0)),
        [one] => !(*one)?.is_empty(),
        [Some("-n"), text] => !(*text)?.is_empty(),
        [Some("-z"), text] => (*text)?.is_empty(),
        [left, Some("="), right] => left.as_ref()? == right.as_ref()?,
        [left, Some("=="), right] if bash => left.as_ref()? == right.as_ref()?,
        [left, Some("!="), right] => left.as_ref()? != right.as_ref()?,
        _ => return None,
    };
    Some(i32::from(!truth))
}
