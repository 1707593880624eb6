//! What a rule reports.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::rule::{Confidence, Effect, Rule, Severity};
use crate::source::{Span, budget};

/// A place and what is to be seen there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What; empty for a bare underline.
    pub text: String,
}

/// Whether a finding counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// It counts.
    Live,
    /// Somebody accepted it and said why.
    Waived {
        /// The reason given.
        reason: String,
        /// The waiver's place, if it is in a file of the project.
        at: Option<Span>,
    },
}

/// How far a fix may be trusted.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Safety {
    /// Changes nothing but the cause of the finding.
    Safe,
    /// Changes behaviour in a way its title says.
    Unsafe,
    /// A person must choose; the edit shows the shape.
    Manual,
}

/// Replaces the bytes of a span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A way to make the finding go away: all edits or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// How far it may be trusted.
    pub safety: Safety,
    /// The changes; spans do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// One replacement.
    pub fn replace(title: impl Into<String>, safety: Safety, span: Span, text: impl Into<String>) -> Self {
        Fix { title: title.into(), safety, edits: vec![Edit { span, text: text.into() }] }
    }

    /// `text` after this fix; edits of other files are ignored.
    pub fn apply(&self, file: crate::source::FileId, text: &str) -> String {
        let mut edits: Vec<&Edit> = self.edits.iter().filter(|edit| edit.span.file == file).collect();
        edits.sort_by_key(|edit| edit.span);
        let mut result = text.to_owned();
        for edit in edits.into_iter().rev() {
            result.replace_range(edit.span.range(), &edit.text);
        }
        result
    }
}

/// One thing that is wrong, with its evidence. Holds no text of a file except what the rule put into its messages,
/// and rules quote files only through [`super::Context::quote`].
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// Damage, after policy.
    pub severity: Severity,
    /// Chance that it is true.
    pub confidence: Confidence,
    /// What happens if it ships.
    pub effect: Effect,
    /// What is wrong and what happens because of it, one sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The place to look at first; its text, when empty, is the message.
    pub primary: Label,
    /// Other places that belong to the story, in any file.
    pub related: Vec<Label>,
    /// How many places there are beyond those; the last one kept says so.
    pub more: usize,
    /// Ways out.
    pub fixes: Vec<Fix>,
    /// Stable identity across line moves: 16 hex digits, made of rule, path and masked text.
    pub fingerprint: String,
    /// Live or waived.
    pub state: State,
    /// The Compose files that are started together and that it is about, as index.
    pub(crate) within: Option<usize>,
    /// Whether it is about what a service gets from a place that other words may be said of, too.
    pub(crate) passed_on: bool,
    /// What the rule says of this case, where it is not the usual one.
    own: Option<Severity>,
    /// What makes it one with others.
    pub(crate) cause: Option<Cause>,
}

/// What several findings of a rule have in common, and what is said at the places of all but the first. The value itself
/// is not kept: it may be a secret.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cause {
    pub of: u64,
    pub again: &'static str,
}

/// What a policy makes of the findings of one rule in the files of one environment.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Level {
    /// The severity of the rule's usual case.
    pub usual: Severity,
    /// What no case may exceed, because a layer asks for less than the rule does.
    pub most: Severity,
}

impl Level {
    /// The severity of a finding. A layer that asks for more raises the usual case and leaves the milder ones as they are;
    /// one that asks for less lowers all of them.
    pub fn of(self, finding: &Finding) -> Severity {
        let own = finding.own_severity();
        let level = match own.cmp(&finding.rule.severity) {
            Ordering::Less => own.min(self.usual),
            Ordering::Equal => self.usual,
            Ordering::Greater => own.max(self.usual),
        };
        level.min(self.most)
    }
}

/// What the last place kept says of those that are not.
fn more(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " (and 1 more place)".to_owned(),
        _ => format!(" (and {} more places)", budget::grouped(count)),
    }
}

impl Finding {
    pub(crate) fn new(rule: &'static Rule, span: Span, message: String) -> Self {
        Finding {
            rule,
            severity: rule.severity,
            confidence: rule.confidence,
            effect: rule.effect,
            message,
            help: None,
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            more: 0,
            fixes: Vec::new(),
            fingerprint: String::new(),
            state: State::Live,
            within: None,
            passed_on: false,
            own: None,
            cause: None,
        }
    }

    /// What to do, in the imperative.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// What is to be seen at the primary place, when the message says more than fits under it.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.primary.text = text.into();
        self
    }

    /// Another place that belongs to the story. Beyond [`budget::LABELS`] the last one kept says how many more there are.
    pub fn related(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        if self.related.len() < budget::LABELS {
            self.related.push(Label { span, text: text.into() });
        } else if let Some(last) = self.related.last_mut() {
            let said = last.text.len() - more(self.more).len();
            last.text.truncate(said);
            self.more += 1;
            last.text.push_str(&more(self.more));
        }
        self
    }

    /// Says that this case is milder, or graver, than the rule's usual one. Policy still has the last word: see
    /// [`Level`].
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.own = Some(severity);
        self
    }

    /// Says that it is one mistake with all findings of its rule that are `of` the same: an image, a value. They become one
    /// finding, in whatever files they are, and `again` stands at the places of all but the first.
    pub fn cause(&mut self, of: impl Hash, again: &'static str) -> &mut Self {
        let mut hasher = DefaultHasher::new();
        of.hash(&mut hasher);
        self.cause = Some(Cause { of: hasher.finish(), again });
        self
    }

    /// What the rule says of this case, as far as it is sure of it.
    pub fn own_severity(&self) -> Severity {
        self.own.unwrap_or(self.rule.severity).min(self.confidence.worst())
    }

    /// Says that this case is less certain than the rule's declared confidence.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = confidence;
        self
    }

    /// Says that this case does something other than the rule's declared effect.
    pub fn effect(&mut self, effect: Effect) -> &mut Self {
        self.effect = effect;
        self
    }

    /// A way out.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fixes.push(fix);
        self
    }

    /// Whether it counts towards the verdict.
    pub fn live(&self) -> bool {
        self.state == State::Live
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn a_layer_moves_the_usual_case_and_keeps_the_order() {
        use Severity::{Critical, High, Info, Low, Medium};
        let rule = crate::rules::find("env/weak-secret").unwrap();
        assert_eq!(rule.severity, Medium);
        let weighed = |own: Option<Severity>, usual, most| {
            let mut finding = Finding::new(rule, Span::new(FileId(0), 0, 1), String::new());
            finding.confidence(Confidence::Certain);
            if let Some(own) = own {
                finding.severity(own);
            }
            Level { usual, most }.of(&finding)
        };
        let cases = [None, Some(Low), Some(High)];
        assert_eq!(cases.map(|own| weighed(own, Medium, Critical)), [Medium, Low, High], "as the rule says");
        assert_eq!(
            cases.map(|own| weighed(own, Critical, Critical)),
            [Critical, Low, Critical],
            "a layer asks for more"
        );
        assert_eq!(cases.map(|own| weighed(own, Low, Low)), [Low, Low, Low], "a layer asks for less");
        assert_eq!(cases.map(|own| weighed(own, Info, Info)), [Info, Info, Info]);
        assert_eq!(cases.map(|own| weighed(own, Medium, Medium)), [Medium, Low, Medium], "a cap");
    }

    #[test]
    fn what_is_not_certain_is_not_critical() {
        let rule = crate::rules::all().find(|rule| rule.severity == Severity::Critical).unwrap();
        let level = Level { usual: Severity::Critical, most: Severity::Critical };
        let mut finding = Finding::new(rule, Span::new(FileId(0), 0, 1), String::new());
        assert_eq!(level.of(&finding), Severity::Critical);
        assert_eq!(level.of(finding.confidence(Confidence::Likely)), Severity::High);
        assert_eq!(level.of(finding.severity(Severity::Critical)), Severity::High);
        assert_eq!(level.of(finding.confidence(Confidence::Hint)), Severity::Low);
        for rule in crate::rules::all() {
            assert!(rule.severity <= rule.confidence.worst(), "{}: {}", rule.id, rule.severity);
        }
    }

    #[test]
    fn places_beyond_the_limit_are_counted_by_the_last_one_kept() {
        let span = Span::new(FileId(0), 0, 1);
        let rule = crate::rules::all().next().unwrap();
        let mut finding = Finding::new(rule, span, String::new());
        for _ in 0..budget::LABELS {
            finding.related(span, "here");
        }
        assert!(finding.related.iter().all(|label| label.text == "here"));
        finding.related(span, "here");
        assert_eq!(finding.related.last().unwrap().text, "here (and 1 more place)");
        for _ in 0..1_233 {
            finding.related(span, "here");
        }
        assert_eq!(finding.related.len(), budget::LABELS);
        assert_eq!(finding.related.last().unwrap().text, "here (and 1,234 more places)");
    }
}
