//! What a rule is.

use std::fmt;

use super::param::Param;
use super::subjects::Check;

/// How much damage it does if it is true.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Bites one day.
    Low,
    /// Somebody will be hurt: stops a deployment by default.
    Medium,
    /// An attacker or an outage walks in.
    High,
    /// It will not start, or it is open already.
    Critical,
}

impl Severity {
    /// From worst to mildest.
    pub const ALL: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    /// The word in reports, packs and options.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// Reads the word.
    pub fn parse(name: &str) -> Option<Self> {
        Severity::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How likely it is to be true.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// A clue.
    Hint,
    /// Nearly always.
    Likely,
    /// It follows from the files.
    Certain,
}

impl Confidence {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Hint => "hint",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }

    /// The worst that may be said with it: a clue stops nothing, and critical is only what is certain.
    pub fn worst(self) -> Severity {
        match self {
            Confidence::Hint => Severity::Low,
            Confidence::Likely => Severity::High,
            Confidence::Certain => Severity::Critical,
        }
    }
}

/// What happens if it ships, the worst first.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// The program that reads the file refuses it. Only for what is tested against that program.
    WillNotStart,
    /// A secret is, or becomes, known.
    LeaksSecret,
    /// It opens a door.
    Exposes,
    /// It starts, and fails when used.
    BreaksAtRuntime,
    /// Data is lost.
    LosesData,
    /// A protection is weaker than it looks.
    Weakens,
    /// It makes the next mistake likelier.
    Hygiene,
}

impl Effect {
    /// From worst to mildest.
    pub const ALL: [Effect; 7] = [
        Effect::WillNotStart,
        Effect::LeaksSecret,
        Effect::Exposes,
        Effect::BreaksAtRuntime,
        Effect::LosesData,
        Effect::Weakens,
        Effect::Hygiene,
    ];

    /// Reads the word.
    pub fn parse(name: &str) -> Option<Self> {
        Effect::ALL.into_iter().find(|effect| effect.name() == name)
    }

    /// The word in JSON and SARIF.
    pub fn name(self) -> &'static str {
        match self {
            Effect::WillNotStart => "will-not-start",
            Effect::BreaksAtRuntime => "breaks-at-runtime",
            Effect::Exposes => "exposes",
            Effect::LeaksSecret => "leaks-secret",
            Effect::LosesData => "loses-data",
            Effect::Weakens => "weakens",
            Effect::Hygiene => "hygiene",
        }
    }

    /// The words for people.
    pub fn phrase(self) -> &'static str {
        match self {
            Effect::WillNotStart => "will not start",
            Effect::BreaksAtRuntime => "breaks at run time",
            Effect::Exposes => "open to attackers",
            Effect::LeaksSecret => "leaks a secret",
            Effect::LosesData => "loses data",
            Effect::Weakens => "weakens protection",
            Effect::Hygiene => "hygiene",
        }
    }
}

/// Who wants to hear it.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Audience {
    /// Everyone who deploys.
    Everyone,
    /// Teams that ask for more (`strict`).
    Strict,
    /// Auditors who want every trace.
    Audit,
}

impl Audience {
    /// The word in packs and listings.
    pub fn name(self) -> &'static str {
        match self {
            Audience::Everyone => "everyone",
            Audience::Strict => "strict",
            Audience::Audit => "audit",
        }
    }
}

/// One rule: a constant, made with the `rule!` macro.
pub struct Rule {
    /// `family/what-is-wrong`.
    pub id: &'static str,
    /// Former ids, valid for ever.
    pub aliases: &'static [&'static str],
    /// Damage if true in the usual case, before any pack changes it. A finding may differ ([`super::Finding::severity`]).
    pub severity: Severity,
    /// Chance that it is true.
    pub confidence: Confidence,
    /// What happens if it ships.
    pub effect: Effect,
    /// Who wants to hear it.
    pub audience: Audience,
    /// The first version that has it.
    pub since: &'static str,
    /// Knobs that packs may turn.
    pub params: &'static [Param],
    /// Where the facts come from.
    pub refs: &'static [&'static str],
    /// The documentation, Markdown.
    pub doc: &'static str,
    /// The source file, for links.
    pub file: &'static str,
    /// Whether it is so only for a person who follows a guide from its start, on the only way there is.
    pub at_first: bool,
    /// What it looks at and how.
    pub check: Check,
}

impl Rule {
    /// What a rule has unless it says otherwise.
    pub const BASE: Rule = Rule {
        id: "",
        aliases: &[],
        severity: Severity::Medium,
        confidence: Confidence::Certain,
        effect: Effect::Hygiene,
        audience: Audience::Everyone,
        since: "0.1.0",
        params: &[],
        refs: &[],
        doc: "",
        file: "",
        at_first: false,
        check: Check::Policy,
    };

    /// The part of the id before the slash.
    pub fn family(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(family, _)| family)
    }

    /// The first line of the documentation.
    pub fn summary(&self) -> &'static str {
        self.doc.trim_start().lines().next().unwrap_or("").trim()
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl Eq for Rule {}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Declares a rule: doc comment, id, fields. Fields that are not named are those of [`Rule::BASE`].
macro_rules! rule {
    ($(#[doc = $doc:literal])* $id:literal { $($field:ident: $value:expr),* $(,)? }) => {
        #[doc = concat!("Rule `", $id, "`.")]
        pub const RULE: $crate::rules::Rule = {
            #[allow(unused_imports, reason = "each rule uses some of these names")]
            use $crate::rules::prelude::*;
            $crate::rules::Rule {
                id: $id,
                doc: concat!($($doc, "\n"),*),
                file: file!(),
                $($field: $value,)*
                ..$crate::rules::Rule::BASE
            }
        };
    };
}

/// The list of a family. Its modules stand above it as plain lines, because `cargo fmt` does not look into macros; the
/// compiler says when one of them is not in the list.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        /// The rules of this family.
        pub const RULES: &[&$crate::rules::Rule] = &[$(&$name::RULE),*];
    };
}
