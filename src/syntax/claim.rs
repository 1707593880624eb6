//! Telling formats apart: each says of a name how sure it is, and looks into the file where the name does not decide.

use std::borrow::Cow;

use crate::source::Cut;

/// The path of a file, cut once for all formats.
pub struct Name<'a> {
    /// The whole path, as written.
    pub path: &'a str,
    /// What stands behind the last slash, as written.
    pub file: &'a str,
    lower: Cow<'a, str>,
    /// Where the last dot stands.
    dot: Option<usize>,
}

impl<'a> Name<'a> {
    /// Cuts a path.
    pub fn new(path: &'a str) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        let upper = file.bytes().any(|byte| byte.is_ascii_uppercase());
        let lower = if upper { Cow::Owned(file.to_ascii_lowercase()) } else { Cow::Borrowed(file) };
        Name { path, file, dot: memchr::memrchr(b'.', lower.as_bytes()), lower }
    }

    /// The file name in small letters.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// What stands in front of the last dot, in small letters.
    pub fn stem(&self) -> &str {
        self.lower.cut(..self.dot.unwrap_or(self.lower.len()))
    }

    /// What stands behind the last dot, in small letters; empty without one.
    pub fn ending(&self) -> &str {
        self.dot.map_or("", |dot| self.lower.cut(dot + 1..))
    }

    /// Whether it ends like YAML, which is the syntax of many formats.
    pub fn is_yaml(&self) -> bool {
        matches!(self.ending(), "yml" | "yaml")
    }
}

/// Looks into a file: the reason why it is in a format, for people, or `None` when it is not.
pub type Look = fn(&Name, &[u8]) -> Option<&'static str>;

/// How sure a format is that a file is its own. Of the surest ones, the first in the table of formats has it.
#[derive(Copy, Clone)]
pub enum Claim {
    /// It is not.
    No,
    /// The name says nothing. The file is not read for it; when somebody gives it, and no other format finds its name
    /// likely, what is in it decides.
    Weak(Look),
    /// The file is worth reading, and what is in it decides.
    Likely(Look),
    /// The name alone says so.
    Sure,
}

impl Claim {
    /// Sure of certain names.
    pub fn by_name(fits: bool) -> Self {
        if fits { Claim::Sure } else { Claim::No }
    }

    /// Certain names are likely, and what is in the file decides.
    pub fn by_content(fits: bool, look: Look) -> Self {
        if fits { Claim::Likely(look) } else { Claim::No }
    }
}
