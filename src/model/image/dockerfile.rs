//! Dockerfiles as builds: stages, what runs in them, and what the image is told to run.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::refused::{self, Refusal};
use crate::cut::name_length;
use crate::model::Healthcheck;
use crate::model::image::ImageRef;
use crate::model::starts::{self, Starts};
use crate::model::{Head, Known, Literal, Meaning};
use crate::secret;
use crate::source::{Budget, Cut, FileId, Gap, Span, Spanned, Why, below, fits, join, normalize};
use crate::syntax::dockerfile::{self, Instruction, Text};
use crate::syntax::shell;

/// What a Dockerfile builds.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// `ARG` before the first `FROM`: name and default.
    pub args: Vec<(Spanned<String>, Option<Spanned<String>>)>,
    /// What belongs to no stage: arguments, and what has no image to change.
    pub head: Vec<Instruction>,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// What BuildKit refuses, in order.
    pub refused: Vec<Refusal>,
    /// Whether it is BuildKit's own language: no template, and no other frontend is named in its first line.
    understood: bool,
    /// Secrets that `ENV` and `ARG` set to a literal value.
    pub literals: Vec<Literal>,
    /// What its `RUN`, `CMD` and `ENTRYPOINT` run.
    starts: Starts,
    /// Why not all of it could be read: a template, an unknown instruction.
    pub gap: Gap,
    /// The stages by name in small letters; the last one of a name wins.
    names: HashMap<String, usize>,
    /// How much there is to look through: stages, steps and the commands in them.
    pub weight: usize,
    /// The arguments in front of the first `FROM` by name, with the value a build gives them that is told nothing.
    defaults: HashMap<String, Option<String>>,
}

/// One stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// `AS name`.
    pub name: Option<Spanned<String>>,
    /// The word after `FROM`, with arguments that have defaults put in.
    pub base: Spanned<String>,
    /// What that word means; unresolved when it needs an argument without default.
    pub from: Known<Base>,
    /// The `FROM` instruction.
    pub span: Span,
    /// The arguments without a default that the base needs to be known.
    pub needs: Vec<Spanned<String>>,
    /// The `FROM` and everything below it, in order.
    pub instructions: Vec<Instruction>,
    /// What changes the files of the image, in order.
    pub steps: Vec<Step>,
    /// The last `USER`.
    pub user: Known<String>,
    /// The last `HEALTHCHECK`.
    pub healthcheck: Healthcheck,
    /// `EXPOSE`, TCP ports.
    pub exposed: Vec<Spanned<u16>>,
    /// The last `CMD`.
    pub command: Option<CommandLine>,
    /// The last `ENTRYPOINT`.
    pub entrypoint: Option<CommandLine>,
    /// `ENV`, in order, with known variables put in.
    pub env: Vec<(Spanned<String>, Known<String>)>,
    /// `ARG`, in order: name and default.
    pub args: Vec<(Spanned<String>, Option<Spanned<String>>)>,
    /// The working directory at its end, absolute; `None` when the base image decides.
    pub workdir: Option<String>,
    /// `VOLUME`, as written.
    pub volumes: Vec<String>,
    /// The last `ENV` and the last `ARG` of a name, as indices.
    last_env: HashMap<String, usize>,
    last_arg: HashMap<String, usize>,
}

/// What a stage starts from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Base {
    /// `scratch`: nothing.
    Scratch,
    /// An earlier stage, by its index.
    Stage(usize),
    /// An image from a registry.
    Image(ImageRef),
}

/// A `RUN`, `COPY` or `ADD`.
#[derive(Clone, Debug)]
pub enum Step {
    /// Commands that ran.
    Run(Run),
    /// Files that were copied.
    Copy(Box<Copy>),
}

impl Step {
    /// The `COPY` or `ADD`.
    pub fn copy(&self) -> Option<&Copy> {
        match self {
            Step::Copy(copy) => Some(copy),
            Step::Run(_) => None,
        }
    }
}

/// A `RUN`.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its simple commands, in order, each as words.
    pub commands: Vec<Vec<Spanned<String>>>,
}

/// A `COPY` or `ADD`.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The instruction.
    pub span: Span,
    /// Where the files come from.
    pub from: CopyFrom,
    /// `--chmod`.
    pub chmod: Option<String>,
    /// The sources as written.
    pub sources: Vec<Spanned<String>>,
    /// The target as written.
    pub target: Spanned<String>,
    /// The target as an absolute path, with a slash at its end when it is a directory; `None` when the base image
    /// decides, or a variable without a value.
    pub to: Option<String>,
}

impl Copy {
    /// The paths of the build context it takes, relative to that; not what a variable or a URL names. Nothing lies above a
    /// context: `../a` is `a`.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        self.taken().map(|(_, path)| path)
    }

    /// The same with the words that name them.
    pub fn taken(&self) -> impl Iterator<Item = (&Spanned<String>, String)> {
        let local = |word: &&Spanned<String>| !word.value.contains(['$', ':']) && !word.value.starts_with("git@");
        let own = self.from == CopyFrom::Context;
        let path = |word: &str| normalize(&format!("/{word}")).trim_start_matches('/').to_owned();
        self.sources.iter().filter(move |_| own).filter(local).map(move |word| (word, path(&word.value)))
    }
}

/// Whether a source of `COPY` brings a file of the build context: by its name, with its directory, by a pattern.
pub fn covers(source: &str, path: &str) -> bool {
    let source = normalize(source.trim_start_matches('/'));
    if below(path, &source).is_some() {
        return true;
    }
    let (dir, name) = source.rsplit_once('/').unwrap_or(("", &source));
    let inside = below(path, dir).filter(|rest| !rest.is_empty());
    // `*` of a Dockerfile takes hidden files as well.
    let fit =
        |name: &str, first: &str| fits(name.as_bytes(), first.as_bytes(), |b| *b == b'*', |a, b| *a == b'?' || a == b);
    inside.is_some_and(|inside| fit(name, inside.split('/').next().unwrap_or(inside)))
}

/// Where copied files come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopyFrom {
    /// The build context.
    Context,
    /// An earlier stage, by its index.
    Stage(usize),
    /// An image.
    Image(ImageRef),
    /// A named context, or a name that needs an argument.
    Unknown,
}

/// `CMD` or `ENTRYPOINT`.
#[derive(Clone, Debug)]
pub enum CommandLine {
    /// Run directly.
    Exec(Vec<Spanned<String>>, Span),
    /// Run by a shell.
    Shell(Spanned<String>),
}

impl CommandLine {
    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            CommandLine::Exec(_, span) => *span,
            CommandLine::Shell(text) => text.span,
        }
    }

    /// The words that Docker starts: those of the exec form, or a shell with the text.
    pub fn argv(&self) -> Vec<String> {
        match self {
            CommandLine::Exec(words, _) => words.iter().map(|word| word.value.clone()).collect(),
            CommandLine::Shell(text) => ["/bin/sh", "-c", &text.value].map(str::to_owned).to_vec(),
        }
    }

    /// Its words: all of them in exec form, those of the last command in shell form.
    pub fn words(&self) -> Vec<String> {
        match self {
            CommandLine::Exec(words, _) => words.iter().map(|word| word.value.clone()).collect(),
            CommandLine::Shell(text) => {
                let last = shell::commands(&text.value).pop();
                last.map(|command| command.words.into_iter().map(|word| word.text).collect()).unwrap_or_default()
            }
        }
    }
}

impl Meaning for Dockerfile {
    fn secrets(&self) -> Vec<Span> {
        let hidden = self.literals.iter().filter(|literal| !secret::is_open(&literal.value.value));
        hidden.map(|literal| literal.value.span).collect()
    }

    fn started(&self) -> Option<&Starts> {
        Some(&self.starts)
    }
}

impl Dockerfile {
    /// The view of one parsed file; takes the instructions out of its tree, which keeps their places. What variables put
    /// into values is drawn from the budget.
    pub fn new(head: &Head, tree: &mut dockerfile::File) -> Self {
        let budget = &head.source.budget;
        let mut view = Dockerfile {
            file: head.source.id,
            path: head.source.path.clone(),
            args: Vec::new(),
            stages: Vec::new(),
            literals: tree.instructions.iter().flat_map(literals).collect(),
            starts: starts::of_dockerfile(head, &tree.instructions),
            head: Vec::new(),
            refused: Vec::new(),
            understood: !tree.template && tree.is_docker(),
            gap: unreliable(head.source.id, tree),
            names: HashMap::new(),
            defaults: HashMap::new(),
            weight: 0,
        };
        for instruction in std::mem::take(&mut tree.instructions) {
            if budget.over().is_some() {
                break;
            }
            if instruction.is("FROM") {
                match view.stage_from(&instruction, budget) {
                    Some(mut stage) => {
                        if let Some(name) = &stage.name {
                            view.names.insert(name.value.to_ascii_lowercase(), view.stages.len());
                        }
                        stage.instructions.push(instruction);
                        view.stages.push(stage);
                    }
                    None => view.head.push(instruction),
                }
            } else if let Some(stage) = view.stages.last() {
                let copy = instruction.is("COPY") || instruction.is("ADD");
                let copy = copy.then(|| view.copy(stage, &instruction, budget));
                if let Some(stage) = view.stages.last_mut() {
                    match copy {
                        Some(copy) => stage.steps.extend(copy.map(|copy| Step::Copy(Box::new(copy)))),
                        None => stage.add(&instruction, budget),
                    }
                    stage.instructions.push(instruction);
                }
            } else {
                if instruction.is("ARG") {
                    view.general(&instruction, budget);
                }
                view.head.push(instruction);
            }
        }
        if view.understood {
            view.refused = refused::refusals(&view, &tree.directives);
        }
        let steps = view.stages.iter().flat_map(|stage| &stage.steps);
        let size = |step: &Step| match step {
            Step::Run(run) => 1 + run.commands.len(),
            Step::Copy(copy) => 1 + copy.sources.len(),
        };
        view.weight = view.stages.len() + steps.map(size).sum::<usize>();
        view
    }

    /// The stage that is built: the one called `target` (case does not matter), else the last one.
    pub fn target(&self, target: Option<&str>) -> Option<usize> {
        match target.filter(|target| !target.is_empty()) {
            None => self.stages.len().checked_sub(1),
            Some(name) => self.stage_named(name),
        }
    }

    /// The earlier stage that a stage starts from.
    pub fn parent(&self, stage: usize) -> Option<usize> {
        match self.stages.get(stage)?.from.get() {
            Some(Base::Stage(index)) => Some(*index),
            _ => None,
        }
    }

    /// The stages an image of this stage is made of: from it down to the first one.
    pub fn chain(&self, stage: usize) -> Vec<&Stage> {
        let (mut chain, mut next) = (Vec::new(), Some(stage));
        while let Some(stage) = next.and_then(|index| self.stages.get(index)) {
            chain.push(stage);
            // A stage can only start from an earlier one, so this ends.
            next = next.and_then(|index| self.parent(index));
        }
        chain
    }

    /// The index of the stage of a name; of several the last one.
    pub fn stage_named(&self, name: &str) -> Option<usize> {
        self.names.get(&name.to_ascii_lowercase()).copied()
    }

    fn stage_from(&self, instruction: &Instruction, budget: &Budget) -> Option<Stage> {
        let words = instruction.body.words();
        let written = words.first()?.clone();
        let name = match words.get(1..3) {
            Some([keyword, name]) if keyword.value.eq_ignore_ascii_case("as") => Some(name.clone()),
            _ => None,
        };
        let (base, needs) = self.base(&written, budget);
        let from = match &base {
            Some(text) if text == "scratch" => Known::Set(Spanned::new(Base::Scratch, written.span)),
            Some(text) => {
                let base = self.stage_named(text).map_or_else(|| Base::Image(ImageRef::parse(text)), Base::Stage);
                Known::Set(Spanned::new(base, written.span))
            }
            None => Known::unresolved(written.span, "the base image is given by a build argument"),
        };
        let parent = match from.get() {
            Some(Base::Stage(index)) => self.stages.get(*index),
            _ => None,
        };
        Some(Stage {
            name,
            workdir: parent.and_then(|parent| parent.workdir.clone()),
            base: Spanned::new(base.unwrap_or_else(|| written.value.clone()), written.span),
            from,
            span: instruction.span,
            needs,
            instructions: Vec::new(),
            steps: Vec::new(),
            user: Known::Absent,
            healthcheck: Healthcheck::Inherited,
            exposed: Vec::new(),
            command: None,
            entrypoint: None,
            env: Vec::new(),
            args: Vec::new(),
            volumes: Vec::new(),
            last_env: HashMap::new(),
            last_arg: HashMap::new(),
        })
    }

    /// Takes the arguments in front of the first `FROM`. One without a default keeps what it had.
    fn general(&mut self, instruction: &Instruction, budget: &Budget) {
        for (name, default) in arguments(instruction) {
            let known = |name: &str| self.defaults.get(name)?.as_deref();
            let value = default.as_ref().map(|value| substitute(value, &known, &blank, budget));
            match value {
                Some(value) => drop(self.defaults.insert(name.value.clone(), value)),
                None => drop(self.defaults.entry(name.value.clone()).or_insert(None)),
            }
            self.args.push((name, default));
        }
    }

    /// The image behind `FROM`, and the arguments without a default it needs. What BuildKit does not know is empty.
    fn base(&self, written: &Spanned<String>, budget: &Budget) -> (Option<String>, Vec<Spanned<String>>) {
        let needs = RefCell::new(Vec::new());
        let known = |name: &str| self.defaults.get(name)?.as_deref();
        let unset = |name: &str| {
            if self.defaults.contains_key(name) {
                needs.borrow_mut().push(Spanned::new(name.to_owned(), written.span));
            }
            blank(name)
        };
        let base = substitute(written, &known, &unset, budget);
        let mut needs = needs.into_inner();
        // A default that makes no name has to be replaced as well.
        if needs.is_empty()
            && written.value.contains('$')
            && let Some(text) = &base
            && (text.is_empty() || ImageRef::refused(text).is_some())
        {
            let named = |(name, _): &&(Spanned<String>, _)| written.value.contains(&name.value);
            needs
                .extend(self.args.iter().filter(named).map(|(name, _)| Spanned::new(name.value.clone(), written.span)));
        }
        (base.filter(|_| needs.is_empty()), needs)
    }

    /// Puts variables in that have a default in `stage` or in front of the first `FROM`.
    fn expand(&self, text: &Spanned<String>, stage: &Stage, budget: &Budget) -> Option<String> {
        let general = |name: &str| self.defaults.get(name)?.as_deref();
        let variable = |name: &str| stage.default(name).or_else(|| general(name));
        substitute(text, &variable, &|_| None, budget)
    }

    fn copy(&self, stage: &Stage, instruction: &Instruction, budget: &Budget) -> Option<Copy> {
        let mut words = instruction.exec.clone().unwrap_or_else(|| instruction.body.words());
        let target = words.pop()?;
        words.retain(|word| !word.value.starts_with("<<"));
        let from = match instruction.flag("from") {
            None => CopyFrom::Context,
            Some(name) => match self.expand(&Spanned::new(name.to_owned(), instruction.span), stage, budget) {
                Some(name) => {
                    let own = self.stages.len() - 1;
                    let stage = self.stage_named(&name).or_else(|| name.parse().ok());
                    match stage.filter(|n| *n < own) {
                        Some(stage) => CopyFrom::Stage(stage),
                        None if stage.is_some() => CopyFrom::Unknown,
                        None => CopyFrom::Image(ImageRef::parse(&name)),
                    }
                }
                None => CopyFrom::Unknown,
            },
        };
        let slash = if target.value.ends_with(['/', '.']) { "/" } else { "" };
        let to = stage.value(&target, budget).get().and_then(|path| stage.absolute(path));
        let to = to.map(|path| format!("{}{slash}", path.trim_end_matches('/')));
        let chmod = instruction.flag("chmod").map(str::to_owned);
        Some(Copy { span: instruction.span, from, chmod, sources: words, target, to })
    }
}

impl Stage {
    /// Whether the `RUN` that a command stands in has conditions or alternatives; also when there is no such one.
    pub fn decides(&self, command: Span) -> bool {
        const SIGNS: [&str; 5] = ["||", "if ", "case ", "command -v", "which "];
        let own = self.instructions.iter().find(|own| own.span.contains(command));
        own.is_none_or(|own| SIGNS.iter().any(|sign| own.body.text.contains(sign)))
    }

    /// Whether it says anything of the servers that packages come from.
    pub fn says_package_servers(&self) -> bool {
        const SIGNS: [&str; 6] =
            ["/etc/apt", "sources.list", "archive.debian.org", "yum.repos.d", "vault.centos.org", "mirrorlist"];
        self.instructions.iter().any(|own| SIGNS.iter().any(|sign| own.body.text.contains(sign)))
    }

    /// Its `RUN`s.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        self.steps.iter().filter_map(|step| match step {
            Step::Run(run) => Some(run),
            Step::Copy(_) => None,
        })
    }

    fn add(&mut self, instruction: &Instruction, budget: &Budget) {
        if instruction.onbuild {
            return;
        }
        let body = &instruction.body;
        match instruction.keyword.value.as_str() {
            "RUN" => self.steps.push(Step::Run(Run { commands: commands(instruction) })),
            "USER" => {
                if let Some(word) = body.words().into_iter().next() {
                    self.user = self.value(&word, budget);
                }
            }
            "EXPOSE" => {
                let ports: Vec<_> = body.words().iter().filter_map(|word| self.port(word, budget)).collect();
                self.exposed.extend(ports);
            }
            "CMD" => self.command = Some(command_line(instruction)),
            "ENTRYPOINT" => self.entrypoint = Some(command_line(instruction)),
            "HEALTHCHECK" => self.healthcheck = healthcheck(body),
            "ENV" => {
                for (key, value) in pairs(body) {
                    let value = self.value(&value, budget);
                    self.last_env.insert(key.value.clone(), self.env.len());
                    self.env.push((key, value));
                }
            }
            "ARG" => {
                for (name, default) in arguments(instruction) {
                    self.last_arg.insert(name.value.clone(), self.args.len());
                    self.args.push((name, default));
                }
            }
            "WORKDIR" => {
                let word = body.words().into_iter().next();
                self.workdir = word.and_then(|word| self.absolute(self.value(&word, budget).get()?));
            }
            "VOLUME" => {
                let words = instruction.exec.clone().unwrap_or_else(|| body.words());
                self.volumes.extend(words.into_iter().map(|word| word.value));
            }
            _ => {}
        }
    }

    /// A path as it is meant in the working directory.
    fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') { Some(normalize(path)) } else { Some(join(self.workdir.as_ref()?, path)) }
    }

    /// The value the last `ENV` of a name gives it.
    pub fn env(&self, name: &str) -> Option<&Known<String>> {
        self.last_env.get(name).and_then(|at| self.env.get(*at)).map(|(_, value)| value)
    }

    /// The default of the last `ARG` of a name.
    fn default(&self, name: &str) -> Option<&str> {
        self.last_arg.get(name).and_then(|at| self.args.get(*at))?.1.as_ref().map(|value| value.value.as_str())
    }

    /// A value with the stage's own variables put in.
    fn value(&self, word: &Spanned<String>, budget: &Budget) -> Known<String> {
        let variable = |name: &str| match self.env(name) {
            Some(value) => value.get().map(String::as_str),
            None => self.default(name),
        };
        match substitute(word, &variable, &|_| None, budget) {
            Some(value) => Known::Set(Spanned::new(value, word.span)),
            None => Known::unresolved(word.span, "it is given by a build argument"),
        }
    }

    fn port(&self, word: &Spanned<String>, budget: &Budget) -> Option<Spanned<u16>> {
        let value = self.value(word, budget);
        let (number, protocol) = value.get()?.split_once('/').map_or((value.get()?.as_str(), "tcp"), |pair| pair);
        let port = number.parse().ok().filter(|_| protocol.eq_ignore_ascii_case("tcp"))?;
        Some(Spanned::new(port, word.span))
    }
}

/// What BuildKit makes of a variable it does not know: nothing. Those about platforms have values of their own.
fn blank(name: &str) -> Option<&'static str> {
    let platform = ["TARGET", "BUILD"].iter().find_map(|start| name.strip_prefix(start));
    let own =
        platform.is_some_and(|rest| matches!(rest, "PLATFORM" | "OS" | "ARCH" | "VARIANT" | "STAGE" | "OSVERSION"));
    (!own).then_some("")
}

/// Replaces `$NAME`, `${NAME}`, `${NAME:-text}`, `${NAME-text}`, `${NAME:+text}`. `None`: a variable has no value that
/// `variable` or, where nothing stands in for it, `unset` knows, or the budget has no room for it.
fn substitute<'v>(
    text: &Spanned<String>,
    variable: &dyn Fn(&str) -> Option<&'v str>,
    unset: &dyn Fn(&str) -> Option<&'static str>,
    budget: &Budget,
) -> Option<String> {
    let room = |value: &'v str| budget.bytes(value.len(), text.span).then_some(value);
    let mut result = String::with_capacity(text.value.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['$', '\\']) {
        result.push_str(rest.cut(..at));
        let escaped = rest.as_bytes()[at] == b'\\';
        rest = rest.cut(at + 1..);
        if escaped {
            let next = rest.chars().next();
            result.extend(next);
            rest = rest.cut(next.map_or(0, char::len_utf8)..);
        } else if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find('}')?;
            let (name, operator) = inner.cut(..end).split_at(name_length(inner));
            rest = inner.cut(end + 1..);
            let value = variable(name);
            let set = value.is_some_and(|value| !value.is_empty());
            // A variable inside a default: its end is not the first brace.
            if operator.contains('$') {
                return None;
            }
            match operator.as_bytes() {
                [] => result.push_str(room(value.or_else(|| unset(name))?)?),
                [b':', b'-', ..] if !set => result.push_str(operator.cut(2..)),
                [b'-', ..] if value.is_none() => result.push_str(operator.cut(1..)),
                [b':', b'-', ..] | [b'-', ..] => result.push_str(room(value?)?),
                [b':', b'+', ..] if set => result.push_str(operator.cut(2..)),
                [b':', b'+', ..] => {}
                _ => return None,
            }
        } else {
            let length = name_length(rest);
            if length == 0 {
                result.push('$');
            } else {
                let name = rest.cut(..length);
                result.push_str(room(variable(name).or_else(|| unset(name))?)?);
                rest = rest.cut(length..);
            }
        }
    }
    result.push_str(rest);
    Some(result)
}

/// The secrets an `ENV` or `ARG` sets; values that variables are put into are somebody else's.
fn literals(instruction: &Instruction) -> Vec<Literal> {
    let set: Vec<(Spanned<String>, Spanned<String>)> = match instruction.keyword.value.as_str() {
        "ENV" => pairs(&instruction.body),
        "ARG" => arguments(instruction).into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        _ => Vec::new(),
    };
    let literal = set.into_iter().filter(|(_, value)| !value.value.is_empty() && !value.value.contains('$'));
    literal.filter_map(|(name, value)| Literal::find(&name.value, &value)).collect()
}

/// Why a file may mean more than what is read of it.
fn unreliable(file: FileId, tree: &dockerfile::File) -> Gap {
    let template = tree.template.then(|| Why::seen("the Dockerfile is a template", Span::new(file, 0, 0)));
    let fault = || Some(Why::seen("not all of the Dockerfile could be read", tree.faults.first()?.span));
    let other =
        || (!tree.is_docker()).then(|| Why::seen("another program builds it than BuildKit", Span::new(file, 0, 0)));
    template.or_else(fault).or_else(other).map(Arc::new)
}

/// `ARG NAME=default NAME2`.
fn arguments(instruction: &Instruction) -> Vec<(Spanned<String>, Option<Spanned<String>>)> {
    let words = instruction.body.words();
    words.into_iter().map(|word| assignment(&word).map_or((word, None), |(name, value)| (name, Some(value)))).collect()
}

/// `NAME=value` and where both are written; quotes around the value are not part of it.
fn assignment(word: &Spanned<String>) -> Option<(Spanned<String>, Spanned<String>)> {
    let (name, value) = word.value.split_once('=')?;
    let written = word.span.range().len();
    let start = name.len() + 1;
    let place = match written.checked_sub(word.value.len()) {
        Some(0) => word.span.slice(start, written),
        Some(2) => word.span.slice(start + 1, written - 1),
        _ => word.span,
    };
    let key = if written >= start { word.span.slice(0, name.len()) } else { word.span };
    Some((Spanned::new(name.to_owned(), key), Spanned::new(value.to_owned(), place)))
}

/// `ENV KEY=value KEY2=value`, or the old `ENV KEY value`.
fn pairs(body: &Text) -> Vec<(Spanned<String>, Spanned<String>)> {
    let words = body.words();
    if let [key, value, ..] = &words[..]
        && !key.value.contains('=')
    {
        let rest = body.from(key.span.range().len());
        let place = words.last().map_or(value.span, |last| value.span.to(last.span));
        return vec![(key.clone(), Spanned::new(rest.text, place))];
    }
    words.iter().filter_map(assignment).collect()
}

/// The commands of a `RUN`: of its shell form, its exec form, or of the here-document it feeds to a shell.
fn commands(instruction: &Instruction) -> Vec<Vec<Spanned<String>>> {
    if let Some(words) = &instruction.exec {
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let Some(script) = shell::script(&texts).map(|at| &words[at]) else { return vec![words.clone()] };
        // The words of the script all stand at the script's place.
        let words = |command: shell::Command| {
            command.words.into_iter().map(|word| Spanned::new(word.text, script.span)).collect()
        };
        return shell::commands(&script.value).into_iter().map(words).collect();
    }
    let body = &instruction.body;
    let mut found: Vec<Vec<Spanned<String>>> = Vec::new();
    for command in shell::commands(&body.text) {
        let words = command.words.into_iter().map(|w| Spanned::new(w.text, body.span(w.range)));
        let mut words: Vec<Spanned<String>> = words.collect();
        words.shrink_to_fit();
        found.push(words);
    }
    let fed = match &found[..] {
        [] => true,
        [only] => only.first().is_some_and(|word| shell::is_shell(&word.value)),
        _ => false,
    };
    if fed {
        for heredoc in &instruction.heredocs {
            for command in shell::commands(&heredoc.text.text) {
                let word = |w: shell::Word| Spanned::new(w.text, heredoc.text.span(w.range));
                found.push(command.words.into_iter().map(word).collect());
            }
        }
    }
    found
}

fn command_line(instruction: &Instruction) -> CommandLine {
    match &instruction.exec {
        Some(words) => CommandLine::Exec(words.clone(), instruction.body.whole()),
        None => CommandLine::Shell(Spanned::new(instruction.body.text.clone(), instruction.body.whole())),
    }
}

/// `HEALTHCHECK CMD ...`; its options are flags and gone already.
fn healthcheck(body: &Text) -> Healthcheck {
    let (word, rest) = body.text.split_once(char::is_whitespace).unwrap_or((&body.text, ""));
    if word.eq_ignore_ascii_case("none") {
        return Healthcheck::Disabled;
    }
    if !word.eq_ignore_ascii_case("cmd") || rest.trim().is_empty() {
        return Healthcheck::Unresolved(body.whole());
    }
    let command = body.from(word.len());
    match command.json() {
        Some(words) => Healthcheck::Exec(words),
        None => Healthcheck::Shell(Spanned::new(command.text.clone(), command.whole())),
    }
}
