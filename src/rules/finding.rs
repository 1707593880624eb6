//! What a rule reports.

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
    /// Set when the rule itself lowered the severity; policy may not raise it above this.
    pub(crate) lowered: Option<Severity>,
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
            lowered: None,
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

    /// Says that this case is milder than the rule's declared severity.
    pub fn lower(&mut self, severity: Severity) -> &mut Self {
        self.lowered = Some(severity);
        self
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
