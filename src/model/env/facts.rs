//! What many rules ask about one env file, found out once.

use std::cell::OnceCell;
use std::ops::Deref;

use super::{Credential, EnvFile, EnvVar, Kin, Loader, Url, effective, urls};
use crate::model::BLANK;
use crate::source::{Role, Spanned};
use crate::syntax::dotenv::Dialect;

/// An env file while it is judged, with what the deployment makes of it. What is found out about it is dropped with this.
pub struct EnvFacts<'a> {
    file: &'a EnvFile,
    /// The environment it belongs to.
    pub role: Role,
    /// The programs that load it; never empty.
    pub loaders: &'a [Loader],
    /// The files beside it that are for the same program.
    pub kin: &'a Kin,
    vars: OnceCell<Box<[EnvVar<'a>]>>,
    credentials: OnceCell<Box<[Credential<'a>]>>,
}

/// A variable with a URL, or several of them.
pub struct Address<'a> {
    /// The variable.
    pub var: EnvVar<'a>,
    /// Its value, with [`BLANK`] in place of what is not known of it.
    pub value: Spanned<&'a str>,
    /// What [`urls`] finds in it.
    pub urls: Vec<Url<'a>>,
}

impl<'a> Deref for EnvFacts<'a> {
    type Target = &'a EnvFile;

    fn deref(&self) -> &&'a EnvFile {
        &self.file
    }
}

impl<'a> EnvFacts<'a> {
    /// Nothing is found out yet.
    pub fn new(file: &'a EnvFile, role: Role, loaders: &'a [Loader], kin: &'a Kin) -> Self {
        EnvFacts { file, role, loaders, kin, vars: OnceCell::new(), credentials: OnceCell::new() }
    }

    /// The dialects of the programs that load it.
    pub fn dialects(&self) -> Vec<Dialect> {
        self.loaders.iter().map(|loader| loader.dialect).collect()
    }

    /// [`EnvFile::vars`].
    pub fn vars(&self) -> impl Iterator<Item = EnvVar<'a>> {
        self.vars.get_or_init(|| self.kin.mark(self.file.vars()).collect()).iter().copied()
    }

    /// [`EnvFile::effective`].
    pub fn effective(&self) -> impl Iterator<Item = (EnvVar<'a>, Spanned<&'a str>)> {
        effective(self.vars())
    }

    /// The secrets that are in effect.
    pub fn credentials(&self) -> &[Credential<'a>] {
        self.credentials.get_or_init(|| self.effective().flat_map(|(var, _)| var.credentials()).collect())
    }

    /// The secrets that are worth something: no placeholder, default, reference, switch, salt.
    pub fn real_secrets(&self) -> impl Iterator<Item = &Credential<'a>> {
        self.credentials().iter().filter(|credential| self.is_real(credential))
    }
}

/// The variables that are in effect and hold URLs, of each of which the host is known.
pub fn addresses<'a>(vars: impl Iterator<Item = EnvVar<'a>>) -> Box<[Address<'a>]> {
    let values = vars.filter(|var| !var.overridden).filter_map(|var| Some((var, var.partly()?)));
    let values = values.filter(|(_, value)| value.value.contains("://"));
    let addresses = values.map(|(var, value)| Address { var, value, urls: urls(value.value) });
    addresses.filter(|one| !one.urls.iter().any(|url| url.host.contains(BLANK))).collect()
}

impl Address<'_> {
    /// Whether all of it is known.
    pub fn is_whole(&self) -> bool {
        !self.value.value.contains(BLANK)
    }
}
