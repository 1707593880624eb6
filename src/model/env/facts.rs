//! What many rules ask about one env file, found out once.

use std::cell::OnceCell;
use std::ops::Deref;

use super::{Credential, EnvFile, EnvVar, Url, effective, urls};
use crate::source::Spanned;

/// An env file while it is judged. What is found out about it is dropped with this.
pub struct EnvFacts<'a> {
    file: &'a EnvFile,
    vars: OnceCell<Box<[EnvVar<'a>]>>,
    credentials: OnceCell<Box<[Credential<'a>]>>,
}

/// A variable with a URL, or several of them.
pub struct Address<'a> {
    /// The variable.
    pub var: EnvVar<'a>,
    /// Its value.
    pub value: Spanned<&'a str>,
    /// What [`urls`] finds in it.
    pub urls: Vec<Url<'a>>,
}

impl Deref for EnvFacts<'_> {
    type Target = EnvFile;

    fn deref(&self) -> &EnvFile {
        self.file
    }
}

impl<'a> EnvFacts<'a> {
    /// Nothing is found out yet.
    pub fn new(file: &'a EnvFile) -> Self {
        EnvFacts { file, vars: OnceCell::new(), credentials: OnceCell::new() }
    }

    /// [`EnvFile::vars`].
    pub fn vars(&self) -> impl Iterator<Item = EnvVar<'_>> {
        self.vars.get_or_init(|| self.file.vars().collect()).iter().copied()
    }

    /// [`EnvFile::effective`].
    pub fn effective(&self) -> impl Iterator<Item = (EnvVar<'_>, Spanned<&str>)> {
        effective(self.vars())
    }

    /// [`EnvFile::credentials`].
    pub fn credentials(&self) -> &[Credential<'a>] {
        self.credentials.get_or_init(|| self.file.credentials().collect())
    }

    /// [`EnvFile::real_secrets`].
    pub fn real_secrets(&self) -> impl Iterator<Item = &Credential<'a>> {
        self.credentials().iter().filter(|credential| self.is_real(credential))
    }
}

/// The variables that are in effect and hold URLs.
pub fn addresses<'a>(vars: impl Iterator<Item = EnvVar<'a>>) -> Box<[Address<'a>]> {
    let values = effective(vars).filter(|(_, value)| value.value.contains("://"));
    values.map(|(var, value)| Address { var, value, urls: urls(value.value) }).collect()
}
