//! What a rule gets to see, and where it puts what it says.

use std::borrow::Cow;

use time::OffsetDateTime;

use super::finding::Finding;
use super::param::{Param, Settings, Value};
use super::rule::{Effect, Rule, Severity};
use super::switches::Switches;
use crate::project::Project;
use crate::source::{Span, Why, budget};
use crate::syntax::Fault;

/// How people hear of an open question.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// Always: something that could have answered did not, and the reason says what would settle it.
    Always,
    /// When it could be what breaks. Else what lies outside every project, certificates on a server say, is only counted.
    IfGrave,
    /// By what could not be looked at.
    Elsewhere,
    /// Not at all, only counted: what is missing is meant to be made where it is needed.
    Counted,
}

/// Something a rule could not decide.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    /// The rule.
    pub rule: &'static Rule,
    /// Damage if the answer is the bad one, after policy.
    pub severity: Severity,
    /// What happens then.
    pub effect: Effect,
    /// What it was looking at.
    pub span: Span,
    /// Why it could not tell.
    pub why: String,
    /// How people hear of it.
    pub told: Told,
    /// Whether somebody accepted whatever the answer is.
    pub accepted: bool,
}

impl Unknown {
    /// Whether the bad answer is one that stops a deployment at once: it does not start, or stands open.
    pub fn is_grave(&self, fail_on: Severity) -> bool {
        let at_once = matches!(self.effect, Effect::WillNotStart | Effect::LeaksSecret | Effect::Exposes);
        at_once && self.told == Told::IfGrave && self.severity >= fail_on
    }
}

/// The world of a rule: the joined project, the time, the parameters.
pub struct Context<'a> {
    /// Everything that was read.
    pub project: &'a Project,
    /// The moment the judgement is for. There is no other clock.
    pub at: OffsetDateTime,
    /// The rule that is running.
    pub rule: &'static Rule,
    /// Its parameters.
    pub settings: &'a Settings,
}

impl Context<'_> {
    /// The masked text of a span: the only way file text gets into a message.
    pub fn quote(&self, span: Span) -> Cow<'_, str> {
        self.project.source(span.file).quote(span)
    }

    /// The path of a file.
    pub fn path(&self, span: Span) -> &str {
        &self.project.source(span.file).path
    }

    /// A number parameter of the running rule.
    pub fn int(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Int(number)) => number,
            _ => 0,
        }
    }

    /// A yes-or-no parameter of the running rule.
    pub fn bool(&self, name: &str) -> bool {
        self.value(name) == Some(Value::Bool(true))
    }

    /// A list parameter of the running rule.
    pub fn list(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::List(words)) => words,
            _ => Vec::new(),
        }
    }

    /// A table of switches of the running rule; `None` when no pack has put anything into it.
    pub fn switches(&self, name: &str) -> Option<&Switches> {
        match self.settings.get(name) {
            Some(Value::Switches(switches)) => Some(switches),
            _ => None,
        }
    }

    fn value(&self, name: &str) -> Option<Value> {
        let set = self.settings.get(name).cloned();
        set.or_else(|| self.rule.params.iter().find(|param| param.name() == name).map(Param::default))
    }
}

/// Where a rule puts what it says about one subject. Saying nothing is a pass. What is more than there is room for is
/// not kept, but where it began.
pub struct Sink {
    rule: &'static Rule,
    pub(crate) findings: Vec<Finding>,
    pub(crate) unknowns: Vec<Unknown>,
    pub(crate) applicable: bool,
    /// Findings, and open questions, there is room for.
    pub(crate) most: usize,
    over: Option<Span>,
    /// Takes what is told of a finding that is not kept.
    lost: Option<Box<Finding>>,
}

impl Sink {
    /// An empty sink for what a rule says about one file or a part of it.
    pub fn new(rule: &'static Rule) -> Self {
        let most = budget::FINDINGS;
        Sink { rule, findings: Vec::new(), unknowns: Vec::new(), applicable: true, most, over: None, lost: None }
    }

    /// An empty sink for what a rule says about all of a project.
    pub fn of_all(rule: &'static Rule) -> Self {
        Sink { most: budget::OF_ALL, ..Sink::new(rule) }
    }

    /// The first thing there was no room for.
    pub(crate) fn over(&self) -> Option<Span> {
        self.over
    }

    /// Reports a finding; the message says what is wrong and what happens because of it.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        let finding = Finding::new(self.rule, span, message.into());
        let at = self.findings.len();
        if at >= self.most {
            self.over.get_or_insert(span);
            return self.lost.insert(Box::new(finding));
        }
        self.findings.push(finding);
        &mut self.findings[at]
    }

    /// Reports what a parser or a model has found out already.
    pub fn fault(&mut self, fault: &Fault) -> &mut Finding {
        let finding = self.report(fault.span, fault.message.clone());
        if let Some(help) = &fault.help {
            finding.help(help.clone());
        }
        if let Some((span, text)) = &fault.related {
            finding.related(*span, text.clone());
        }
        finding
    }

    /// Says that the question could not be decided. Counted, never a finding.
    pub fn unknown(&mut self, span: Span, why: impl Into<Why>) {
        self.leave_open(span, why.into().text, Told::IfGrave);
    }

    /// Says that the question could not be decided, and that the program does not start if the answer is the bad one, although
    /// that is not what the rule finds most often.
    pub fn unknown_start(&mut self, span: Span, why: impl Into<Why>) {
        let kept = self.unknowns.len();
        self.unknown(span, why);
        if let Some(unknown) = self.unknowns.get_mut(kept) {
            unknown.effect = Effect::WillNotStart;
        }
    }

    /// Says that something did not answer, or was not read. Counted, and every cause is told once.
    pub fn unanswered(&mut self, span: Span, why: Why) {
        self.leave_open(why.at.unwrap_or(span), why.text, Told::Always);
    }

    /// Says that the question could not be decided, because of something that the report says anyway.
    pub fn unknown_as_said(&mut self, span: Span, why: &str) {
        self.leave_open(span, why.to_owned(), Told::Elsewhere);
    }

    /// Says that the question could not be decided, because what it is about is made later: a build result, say. It is counted
    /// and no condition of the verdict.
    pub fn unknown_as_usual(&mut self, span: Span, why: impl Into<Why>) {
        self.leave_open(span, why.into().text, Told::Counted);
    }

    fn leave_open(&mut self, span: Span, why: String, told: Told) {
        if self.unknowns.len() >= self.most {
            self.over.get_or_insert(span);
            return;
        }
        let rule = self.rule;
        let (severity, effect) = (rule.severity, rule.effect);
        self.unknowns.push(Unknown { rule, severity, effect, span, why, told, accepted: false });
    }

    /// Says that the rule has nothing to judge here.
    pub fn not_applicable(&mut self) {
        self.applicable = false;
    }
}
