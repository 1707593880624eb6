//! Goes through a script as a shell would, as far as that is certain: directories, variables, functions.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Starts;
use super::compose::{self, Line};
use super::inside::inside;
use super::place::{Begin, Where, cloned, step};
use super::state::{Entered, Options, State, leave};
use super::step::{Flow, Joint, Redirected, Step};
use super::value::Variable;
use super::words::Shell;
use crate::source::{Source, Span, Spanned};
use crate::syntax::dotenv::Dialect;
use crate::syntax::shell::{self, Assignment, Command, Flavour, Part, Script, Word};
use crate::syntax::snippets::Snippet;

/// Scripts in words of scripts, and functions that call functions, are followed to this depth.
const DEEPEST: usize = 6;

/// What joins each command with the next one. Those of a substitution stand in front of the command it belongs to, and join
/// nothing but each other.
fn afters(script: &Script) -> Vec<Joint> {
    let mut next: HashMap<Option<usize>, Joint> = HashMap::new();
    let joint = |command: &Command| {
        let own = Joint::new(&command.before);
        next.insert(script.substitution(command.scope), own).unwrap_or_default()
    };
    let mut afters: Vec<Joint> = script.commands.iter().rev().map(joint).collect();
    afters.reverse();
    afters
}

/// One text that is gone through.
pub(super) struct Walk<'a> {
    pub(super) source: &'a Source,
    pub(super) begin: &'a Begin<'a>,
    pub(super) found: &'a mut Starts,
    pub(super) flavour: Flavour,
    /// Whether another machine runs it.
    pub(super) remote: bool,
    /// How `. FILE` is read.
    pub(super) shell: Dialect,
    /// Whether direnv runs it, with commands of its own.
    pub(super) direnv: bool,
    /// The functions of scripts, with their commands and what they are called with.
    functions: HashMap<String, Vec<Command>>,
    /// Whether its commands are kept to be judged.
    pub(super) keeps: bool,
    /// The shell that it is typed into, when it is not one of its own.
    pub(super) number: Option<u32>,
    /// Whether it runs inside of a container.
    pub(super) contained: bool,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(source: &'a Source, begin: &'a Begin<'a>, found: &'a mut Starts) -> Self {
        Walk {
            source,
            begin,
            found,
            flavour: Flavour::Plain,
            remote: false,
            shell: Dialect::Bash,
            direnv: false,
            functions: HashMap::new(),
            keeps: false,
            number: None,
            contained: false,
            depth: 0,
        }
    }

    /// Goes through one snippet.
    pub(super) fn snippet(&mut self, snippet: &Snippet, state: &mut State) {
        self.flavour = snippet.flavour;
        self.remote = snippet.remote;
        let indented = snippet.span.start > 0;
        let script = shell::read_as(&snippet.text, snippet.flavour, indented);
        let place = |range: &std::ops::Range<usize>| snippet.place(range);
        self.script(&script, &snippet.text, &place, state);
    }

    fn script(
        &mut self,
        script: &Script,
        text: &str,
        place: &dyn Fn(&std::ops::Range<usize>) -> Span,
        state: &mut State,
    ) {
        let number = self.number.take().unwrap_or_else(|| self.found.next_shell());
        let mut entered: Vec<Entered> = Vec::new();
        let mut log: Vec<(String, Option<Variable>)> = Vec::new();
        let mut scopes: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, command) in script.commands.iter().enumerate() {
            scopes.entry(command.scope).or_default().push(index);
        }
        let afters = if self.keeps { afters(script) } else { Vec::new() };
        for (index, command) in script.commands.iter().enumerate() {
            if !self.source.budget.nodes(1 + command.words.len() / 4, place(&command.range())) {
                return;
            }
            while let Some(last) = entered.pop_if(|last| !script.within(command.scope, last.scope)) {
                leave(last, state, &mut log);
            }
            self.enter(script, command, state, &mut entered, log.len());
            let function = entered.iter().rev().find_map(|e| match &script.scopes.get(e.scope)?.part {
                Part::Function(name) => Some(name.clone()),
                _ => None,
            });
            if let Some(name) = function {
                self.functions.entry(name).or_default().push(command.clone());
            }
            let shell = Shell { script, text, place, arguments: None, scopes: &scopes };
            let after = afters.get(index).copied().unwrap_or_default();
            self.step(&shell, index, after, state, number);
            let piped = command.before == "|" || script.commands.get(index + 1).is_some_and(|next| next.before == "|");
            self.command(&shell, command, state, &mut log, piped);
        }
        while let Some(last) = entered.pop() {
            leave(last, state, &mut log);
        }
    }

    /// Keeps a command for those who judge it.
    fn step(&mut self, shell: &Shell, index: usize, after: Joint, state: &State, number: u32) {
        let Some(command) = shell.script.commands.get(index).filter(|_| self.keeps) else { return };
        let mut words = Vec::new();
        let mut plain = Vec::new();
        for word in &command.words {
            let own = self.words(shell, std::slice::from_ref(word), state);
            plain.extend(own.iter().map(|_| word.expansions.is_empty()));
            words.extend(own);
        }
        let values = command.assignments.iter().flat_map(|assignment| &assignment.values);
        let expansions = command.words.iter().chain(values).flat_map(|word| &word.expansions);
        let minded = expansions.filter_map(|expansion| match &expansion.what {
            shell::Expanded::Variable(name, rest) if rest.starts_with([':', '-', '=', '?', '+']) => Some(name.clone()),
            _ => None,
        });
        let minded = minded.collect();
        let span = (shell.place)(&command.range());
        let redirected = |redirect: &shell::Redirect| {
            let place = (shell.place)(&redirect.target.range);
            let mut target = redirect.target.clone();
            target.quoted = true;
            target.expansions.iter_mut().for_each(|expansion| expansion.quoted = true);
            Redirected {
                operator: redirect.operator.clone(),
                target: Spanned::new(self.word(shell, &target, state).concat(), place),
                body: redirect.body.clone().map(|body| {
                    let text = crate::source::Cut::cut(shell.text, body.clone());
                    Spanned::new(text.to_owned(), (shell.place)(&body))
                }),
            }
        };
        let redirects: Vec<Redirected> = command.redirects.iter().map(redirected).collect();
        let set = |assignment: &Assignment| {
            let values = self.assigned(shell, assignment, state).unwrap_or_default().join(" ");
            Spanned::new((assignment.name.clone(), values), (shell.place)(&assignment.range))
        };
        let sets: Vec<_> = command.assignments.iter().map(set).collect();
        let cost = words.iter().map(|word| word.value.len() + 32).sum::<usize>()
            + redirects
                .iter()
                .map(|redirect| redirect.body.as_ref().map_or(32, |body| body.value.len()))
                .sum::<usize>();
        // `{ ...; } > file` has nothing but where it goes.
        if words.is_empty() && sets.is_empty() && redirects.is_empty() || !self.source.budget.bytes(cost, span) {
            return;
        }
        let mut flow = Flow { tested: command.tested, ..Flow::default() };
        Options { errexit: flow.errexit, pipefail: flow.pipefail, nounset: flow.nounset } = state.options;
        let mut scope = command.scope;
        while scope > 0 {
            let Some(inner) = shell.script.scopes.get(scope) else { break };
            match inner.part {
                Part::Branch => flow.branch = true,
                Part::Loop => flow.repeated = true,
                Part::Function(_) => flow.function = true,
                Part::Substitution => flow.substituted = true,
                Part::Whole | Part::Group | Part::Subshell => {}
            }
            scope = inner.parent;
        }
        self.found.add(Step {
            span,
            words,
            plain,
            minded,
            sets,
            redirects,
            place: state.at.place(self.begin, self.remote),
            shell: number,
            scope: u32::try_from(command.scope).unwrap_or(u32::MAX),
            before: Joint::new(&command.before),
            after,
            flow,
            remote: self.remote,
            inside: None,
            contained: self.contained,
            program: 0,
        });
    }

    fn enter(&self, script: &Script, command: &Command, state: &State, entered: &mut Vec<Entered>, log: usize) {
        let outer = entered.last().map_or(0, |last| last.scope);
        let mut chain = Vec::new();
        let mut scope = command.scope;
        while scope > outer {
            chain.push(scope);
            scope = script.scopes.get(scope).map_or(0, |inner| inner.parent);
        }
        for scope in chain.into_iter().rev() {
            let Some(inner) = script.scopes.get(scope) else { continue };
            let apart = match inner.part {
                Part::Subshell | Part::Substitution | Part::Function(_) => true,
                Part::Branch | Part::Loop => false,
                Part::Whole | Part::Group => continue,
            };
            let repeats = inner.part == Part::Loop;
            let (at, options, sourced) = (state.at.clone(), state.options, state.sourced.len());
            entered.push(Entered { scope, at, options, sourced, log, apart, repeats });
        }
    }

    fn command(
        &mut self,
        shell: &Shell,
        command: &Command,
        state: &mut State,
        log: &mut Vec<(String, Option<Variable>)>,
        piped: bool,
    ) {
        let words = self.words(shell, &command.words, state);
        let mut sets: Vec<(String, Option<String>)> = Vec::new();
        for assignment in &command.assignments {
            let values = self.assigned(shell, assignment, state);
            if words.is_empty() || command.declares() && assignment.list {
                let old = state.set(&assignment.name, values, false);
                log.push((assignment.name.clone(), old));
            } else {
                sets.push((assignment.name.clone(), values.map(|values| values.join(" "))));
            }
        }
        let Some(first) = words.first() else { return };
        let span = (shell.place)(&command.range());
        let place = state.at.place(self.begin, self.remote);
        self.loads(&words, span, &place);
        self.sends(&words, &place);
        if matches!(first.value.as_str(), "export" | "env") {
            let scopes =
                command.words.iter().flat_map(|word| &word.expansions).filter_map(|expansion| match expansion.what {
                    shell::Expanded::Commands(scope) => scope,
                    _ => None,
                });
            for scope in scopes.take(8) {
                self.handed_on(&shell.commands(scope), span, &place);
            }
        }
        if piped && matches!(first.value.as_str(), "cd" | "pushd" | "export") {
            return;
        }
        match first.value.as_str() {
            "cd" | "pushd" => self.change(&words, command, state),
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                self.declare(&words, state, log);
            }
            "unset" => {
                for word in words.iter().skip(1) {
                    log.push((word.value.clone(), state.variables.remove(&word.value)));
                }
            }
            "set" => {
                let on = |sign: char| {
                    words.iter().any(|word| {
                        word.value.strip_prefix(sign).is_some_and(|rest| rest.contains('a') && rest.len() < 6)
                    }) || words.windows(2).any(|two| two[0].value == format!("{sign}o") && two[1].value == "allexport")
                };
                state.exporting = on('-') || (state.exporting && !on('+'));
                state.options.take(words.iter().skip(1).map(|word| word.value.as_str()));
            }
            "git" => {
                if let Some(folder) = cloned(&words) {
                    state.cloned = Some(folder);
                }
            }
            "source" | "." => state.sourced.extend(words.get(1).cloned()),
            "alias" => {
                for (name, value) in words.iter().skip(1).filter_map(|word| word.value.split_once('=')) {
                    let script = shell::read(value);
                    self.functions.insert(name.to_owned(), with_arguments(script.commands));
                }
            }
            _ => self.choices(shell, command, words, state, sets),
        }
    }

    /// A program that is started, once for each value that branches may have given to its variables.
    fn choices(
        &mut self,
        shell: &Shell,
        command: &Command,
        words: Vec<Spanned<String>>,
        state: &mut State,
        sets: Vec<(String, Option<String>)>,
    ) {
        let expansions = command.words.iter().flat_map(|word| &word.expansions);
        let mut names: Vec<&String> = expansions
            .filter_map(|expansion| match &expansion.what {
                shell::Expanded::Variable(name, _) => Some(name),
                _ => None,
            })
            .filter(|name| state.variables.get(*name).is_some_and(|variable| !variable.choices.is_empty()))
            .collect();
        names.sort();
        names.dedup();
        let most = names.iter().filter_map(|name| Some(state.variables.get(*name)?.choices.len())).max().unwrap_or(0);
        if most == 0 {
            return self.run(shell, command, words, state, sets);
        }
        let first = self.found.compose.len();
        for choice in 0..most {
            for name in &names {
                let Some(variable) = state.variables.get_mut(*name) else { continue };
                variable.values = variable.choices.get(choice.min(variable.choices.len() - 1)).cloned();
            }
            let words = self.words(shell, &command.words, state);
            self.run(shell, command, words, state, sets.clone());
        }
        for name in names {
            state.variables.entry(name.clone()).and_modify(|variable| variable.values = None);
        }
        self.found.compose.iter_mut().skip(first).for_each(|call| call.one_of = true);
    }

    /// A program that is started.
    fn run(
        &mut self,
        shell: &Shell,
        command: &Command,
        words: Vec<Spanned<String>>,
        state: &mut State,
        sets: Vec<(String, Option<String>)>,
    ) {
        let span = command.words.first().map_or_else(
            || (shell.place)(&command.range()),
            |first| {
                let start =
                    command.assignments.first().map_or(first.range.start, |a| a.range.start.min(first.range.start));
                (shell.place)(&(start..command.range().end))
            },
        );
        if self.depth < DEEPEST
            && let Some(body) = words.first().and_then(|first| self.functions.get(&first.value)).cloned()
        {
            return self.call(shell, &body, &words, state, sets, span);
        }
        self.makes(&words);
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        match compose::line(&texts) {
            Some(Line::Script { at, remote }) => {
                if let Some(word) = words.get(at).filter(|_| self.depth < DEEPEST) {
                    let options = Options::of_shell(&texts, at);
                    self.inner(&word.value, word.span, remote, options, state);
                }
            }
            Some(Line::Input { remote }) => {
                for redirect in &command.redirects {
                    if let Some(body) = redirect.body.clone().filter(|_| self.depth < DEEPEST) {
                        let text = crate::source::Cut::cut(shell.text, body.clone());
                        let text = if redirect.target.quoted { text.into() } else { joined(text) };
                        let options = Options::of_shell(&texts, texts.len());
                        self.document(shell, &text, body.start, remote, options, state);
                    }
                }
            }
            Some(Line::Runs(at)) => {
                self.contained(&words, state);
                let mut given = self.exported(state);
                given.extend(sets);
                if !self.source.budget.nodes(given.len(), span) {
                    return;
                }
                // The name of a project is one word, and decides nothing else.
                let is_name = |at: usize| {
                    let before = at.checked_sub(1).and_then(|at| command.words.get(at));
                    before.is_some_and(|word| matches!(&*word.text, "-p" | "--project-name"))
                };
                let mut all = command.words.iter().enumerate();
                let open = all.any(|(at, word)| !is_name(at) && self.open(shell, word, state));
                let facts = compose::Facts {
                    span,
                    place: state.at.place(self.begin, self.remote),
                    remote: self.remote,
                    sets: given,
                    sourced: state.sourced.clone(),
                    open,
                };
                compose::read(&words, at, facts, self.found);
            }
            None => self.contained(&words, state),
        }
    }

    /// `docker exec db sh -c '...'`: the script runs inside of the container.
    fn contained(&mut self, words: &[Spanned<String>], state: &State) {
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let Some(inside) = inside(words, shell::program(&texts)).filter(|_| self.depth < DEEPEST) else { return };
        let own = texts.get(inside.at..).unwrap_or_default();
        let Some(at) = shell::script(own) else { return };
        let Some(word) = words.get(inside.at + at) else { return };
        let outer = std::mem::replace(&mut self.contained, true);
        self.inner(&word.value, word.span, false, Options::of_shell(own, at), state);
        self.contained = outer;
    }

    /// `openssl req -out /etc/letsencrypt/live/NAME/fullchain.pem`, as it is or as a script in a word.
    fn makes(&mut self, words: &[Spanned<String>]) {
        if !words.iter().any(|word| word.value.contains("openssl")) {
            return;
        }
        for word in words {
            let Some((_, rest)) = word.value.split_once("letsencrypt/live/") else { continue };
            // A list without an index is its first word.
            let name = rest.split(['/', ' ', '\'', '"', '\n']).next().unwrap_or(rest);
            let known = !name.is_empty() && !name.contains(['$', '`', '{']);
            if known && self.found.is_new(("makes", name)) {
                self.found.makes.push(Spanned::new(name.to_owned(), word.span));
            }
        }
    }

    /// Whether a word that is not quoted holds something that is not known: then it can be several words.
    fn open(&self, shell: &Shell, word: &Word, state: &State) -> bool {
        let several = |what: &shell::Expanded| matches!(what, shell::Expanded::Variable(name, rest) if name == "@" || rest == "[@]");
        word.expansions.iter().any(|expansion| !expansion.quoted || several(&expansion.what))
            && self.word(shell, word, state).iter().any(|text| text.contains(['$', '`', '{']))
    }

    /// A script in a word: `sh -c '...'`, `ssh host '...'`.
    fn inner(&mut self, text: &str, span: Span, remote: bool, options: Options, state: &State) {
        let script = shell::read_as(text, Flavour::Plain, true);
        self.below(remote, state, span, |walk, state| {
            state.options = options;
            let exact = (span.end - span.start) as usize == text.len() + 2;
            let place =
                |range: &std::ops::Range<usize>| if exact { span.slice(range.start + 1, range.end + 1) } else { span };
            walk.script(&script, text, &place, state);
        });
    }

    /// A here-document that is run.
    fn document(&mut self, shell: &Shell, text: &str, start: usize, remote: bool, options: Options, state: &State) {
        let script = shell::read_as(text, self.flavour, true);
        let span = (shell.place)(&(start..start + text.len()));
        self.below(remote, state, span, |walk, state| {
            state.options = options;
            let place = |range: &std::ops::Range<usize>| (shell.place)(&(start + range.start..start + range.end));
            walk.script(&script, text, &place, state);
        });
    }

    fn below(&mut self, remote: bool, state: &State, span: Span, walk: impl FnOnce(&mut Self, &mut State)) {
        if !self.source.budget.nodes(state.variables.len() / 4, span) {
            return;
        }
        let state = &mut state.clone();
        let outer = (self.remote, self.depth);
        self.depth += 1;
        if remote {
            self.remote = true;
            state.at = Where::Outside("~".to_owned());
            for variable in state.variables.values_mut() {
                variable.exported = false;
            }
        }
        walk(self, state);
        (self.remote, self.depth) = outer;
    }

    /// A function that the file defines.
    fn call(
        &mut self,
        shell: &Shell,
        body: &[Command],
        words: &[Spanned<String>],
        state: &mut State,
        sets: Vec<(String, Option<String>)>,
        span: Span,
    ) {
        // Only what the call adds to is told again: a body without arguments was told where it stands.
        let takes = |command: &&Command| command.words.iter().any(takes_arguments);
        if !body.iter().any(|command| takes(&command)) {
            return;
        }
        let arguments: Vec<String> = words.iter().skip(1).map(|word| word.value.clone()).collect();
        let place = |_: &std::ops::Range<usize>| span;
        let inner = Shell {
            script: shell.script,
            text: shell.text,
            place: &place,
            arguments: Some(&arguments),
            scopes: shell.scopes,
        };
        self.depth += 1;
        for command in body.iter().filter(takes) {
            let words = self.words(&inner, &command.words, state);
            let budget = &self.source.budget;
            if !budget.nodes(1 + words.len(), span)
                || !budget.bytes(words.iter().map(|word| word.value.len()).sum(), span)
            {
                break;
            }
            let mut given = sets.clone();
            for assignment in command.assignments.iter().filter(|_| !command.declares()) {
                let values = self.assigned(&inner, assignment, state);
                given.push((assignment.name.clone(), values.map(|values| values.join(" "))));
            }
            let command = Command { words: Vec::new(), redirects: Vec::new(), ..command.clone() };
            self.run(&inner, &command, words, state, given);
        }
        self.depth -= 1;
    }

    fn exported(&self, state: &State) -> Vec<(String, Option<String>)> {
        let exported = state.variables.iter().filter(|(_, variable)| variable.exported);
        let mut sets: Vec<_> = exported.map(|(name, variable)| (name.clone(), variable.known())).collect();
        sets.sort();
        sets
    }

    /// `export NAME=value`, `local NAME=value`.
    fn declare(&mut self, words: &[Spanned<String>], state: &mut State, log: &mut Vec<(String, Option<Variable>)>) {
        let program = words.first().map_or("", |word| word.value.as_str());
        let export = program == "export"
            || words.iter().skip(1).take_while(|word| word.value.starts_with('-')).any(|word| word.value.contains('x'));
        for word in words.iter().skip(1).filter(|word| !word.value.starts_with('-')) {
            let (name, value) = match word.value.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.value.as_str(), None),
            };
            if !shell::is_name(name) {
                continue;
            }
            let values = match value {
                Some(value) => Some(vec![value.to_owned()]),
                None => state.variables.get(name).and_then(|variable| variable.values.clone()),
            };
            log.push((name.to_owned(), state.set(name, values, export)));
        }
    }

    fn change(&self, words: &[Spanned<String>], command: &Command, state: &mut State) {
        let target = words.iter().skip(1).find(|word| !(word.value.starts_with('-') && word.value.len() > 1));
        let next = match target.map(|word| word.value.as_str()) {
            None | Some("-") => Where::Unknown,
            Some(path) if state.cloned.as_deref() == Some(path.trim_end_matches('/')) => {
                state.cloned = None;
                Where::Project(String::new())
            }
            Some(path) => step(&state.at, path, self.begin),
        };
        // `test -d x && cd x` may not happen; `cd x || exit` does.
        state.at = if command.before == "||" { Where::Unknown } else { next };
    }
}

fn takes_arguments(word: &Word) -> bool {
    use shell::Expanded::Variable;
    word.expansions.iter().any(|expansion| {
        matches!(&expansion.what, Variable(name, _) if name == "@" || name == "*" || name.parse::<u8>().is_ok_and(|at| at > 0))
    })
}

/// The commands of an alias: what stands behind the alias goes to the last one.
fn with_arguments(mut commands: Vec<Command>) -> Vec<Command> {
    if let Some(last) = commands.last_mut() {
        let what = shell::Expanded::Variable("@".to_owned(), String::new());
        let expansion = shell::Expansion { at: 0..2, what, quoted: true };
        let (text, expansions) = ("$@".to_owned(), vec![expansion]);
        last.words.push(Word { text, expands: true, quoted: true, expansions, ..Word::default() });
    }
    commands
}

/// What the shell makes of `\\` at the end of a line in a here-document whose end has no quotes: one backslash, which goes on in the next
/// line where the text is run. As long as before, so that places stay what they are.
fn joined(text: &str) -> Cow<'_, str> {
    if text.contains("\\\\\n") { text.replace("\\\\\n", " \\\n").into() } else { text.into() }
}
