//! Secrets that are written where a file could only name them.

use crate::secret::{self, Holds, Limits, Secret, Weakness, Worth};
use crate::source::{Cut, Spanned};

/// A secret that is written into a file: the value of a variable or option, or the password of a URL in it.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The variable or option.
    pub name: String,
    /// The value. Never print it.
    pub value: Spanned<String>,
    /// What the name promises.
    pub holds: Holds,
}

impl Literal {
    /// The secret in a value, if its name or a URL says there is one.
    pub(super) fn find(name: &str, value: &Spanned<String>) -> Option<Literal> {
        let own = |value: Spanned<String>, holds| Literal { name: name.to_owned(), value, holds };
        let Some(range) = secret::url_passwords(&value.value).into_iter().next() else {
            return secret::holds(name).map(|holds| own(value.clone(), holds));
        };
        let whole = value.span.range().len() == value.value.len();
        let span = if whole { value.span.slice(range.start, range.end) } else { value.span };
        Some(own(Spanned::new(value.value.cut(range).to_owned(), span), Holds::Password))
    }

    /// What it is worth to everybody who has the file. What only lets a build or a first start run is often short, and
    /// the real one comes later.
    pub fn worth(&self) -> Worth {
        let limits = Limits { min_password: 8, min_secret: 16 };
        let words = !self.value.value.bytes().any(|byte| byte.is_ascii_digit());
        match Secret::new(self.holds, &self.name, &self.value.value).worth(&limits) {
            Worth::Guessable(Weakness::Short { .. } | Weakness::Placeholder) => Worth::Nothing,
            Worth::Guessable(_) if words => Worth::Nothing,
            worth => worth,
        }
    }
}
