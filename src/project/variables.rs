//! What one place sets, as far as a program gets it.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::model::compose::Service;
use crate::model::env::{Address, Credential, EnvFile, EnvVar, addresses, effective, is_false, is_identity, stage};
use crate::secret::{Format, Limits, Weakness};
use crate::source::{FileId, Role, Span, Spanned};

/// What one place sets: an env file, `environment:` or `build.args` of a Compose service, or `ENV` of a Dockerfile. A program
/// does not see the difference. What every program that gets it has from elsewhere is not among them: the environment of a
/// program is judged where the values that win are written, each once.
pub struct Variables<'a> {
    /// The file it stands in.
    pub file: FileId,
    /// The environment it belongs to: that of the file, unless only the variables themselves say one.
    pub role: Role,
    /// Whether they are those of a service that only its host and other services reach.
    pub inside: bool,
    /// The services that get them.
    pub services: Arc<[&'a Service]>,
    pub(super) layer: Layer<'a>,
    pub(super) vars: Vec<EnvVar<'a>>,
    names: OnceCell<HashMap<&'a str, u32>>,
    credentials: OnceCell<Box<[Credential<'a>]>>,
    addresses: OnceCell<Box<[Address<'a>]>>,
}

/// The kinds of places, from the one that gives way to all others to the one that wins.
#[derive(Copy, Clone, Debug)]
pub(super) enum Layer<'a> {
    /// `ENV` of a Dockerfile.
    Image,
    /// `build.args` of a service.
    Build,
    /// An env file.
    File(&'a EnvFile),
    /// `environment:` of a service.
    Service,
}

impl<'a> Variables<'a> {
    pub(super) fn new(file: FileId, role: Role, layer: Layer<'a>, vars: Vec<EnvVar<'a>>) -> Self {
        Variables {
            file,
            role,
            inside: false,
            services: Arc::new([]),
            layer,
            vars,
            names: OnceCell::new(),
            credentials: OnceCell::new(),
            addresses: OnceCell::new(),
        }
    }

    /// Whether they are those of `environment:`.
    pub fn is_given(&self) -> bool {
        matches!(self.layer, Layer::Service)
    }

    /// Whether they are those of `build.args`.
    pub fn is_of_build(&self) -> bool {
        matches!(self.layer, Layer::Build)
    }

    /// All of them, in order.
    pub fn vars(&self) -> impl Iterator<Item = EnvVar<'a>> {
        self.vars.iter().copied()
    }

    /// The one of a name; the last, should there be several.
    pub fn get(&self, name: &str) -> Option<EnvVar<'a>> {
        let numbered = || self.vars.iter().zip(0..).map(|(var, at)| (var.key.value, at)).collect();
        let at = *self.names.get_or_init(numbered).get(name)?;
        self.vars.get(at as usize).copied()
    }

    /// Those whose values are known.
    pub fn effective(&self) -> impl Iterator<Item = (EnvVar<'a>, Spanned<&'a str>)> {
        effective(self.vars())
    }

    /// The same without what else is known of them.
    pub fn iter(&self) -> impl Iterator<Item = (Spanned<&'a str>, Spanned<&'a str>)> {
        self.effective().map(|(var, value)| (var.key, value))
    }

    /// Whether a variable may have a value other than nothing and no.
    pub fn may_have(&self, name: &str) -> bool {
        let something = |value: Spanned<&str>| !value.value.trim().is_empty() && !is_false(value.value);
        self.vars().any(|var| var.key.value == name && !var.overridden && var.known().is_none_or(something))
    }

    /// The variables that name the environment, with what they name.
    pub fn stages(&self) -> impl Iterator<Item = (Spanned<&'a str>, Span, Role)> {
        self.iter().filter_map(|(key, value)| Some((key, value.span, stage(key.value, value.value)?)))
    }

    /// Development or test, if the variables say so.
    pub(super) fn tame(&self) -> Option<Role> {
        self.stages().map(|(_, _, role)| role).find(|role| matches!(role, Role::Development | Role::Test))
    }

    /// Those that hold URLs.
    pub fn addresses(&self) -> &[Address<'a>] {
        self.addresses.get_or_init(|| addresses(self.vars()))
    }

    /// The secrets; none of an image: a build step often needs some value, and the real one comes later.
    pub fn credentials(&self) -> &[Credential<'a>] {
        self.credentials.get_or_init(|| match self.layer {
            Layer::Image | Layer::Build => Box::default(),
            Layer::File(_) | Layer::Service => self.effective().flat_map(|(var, _)| var.credentials()).collect(),
        })
    }

    /// The secrets that stand in env files. What stands in a Compose file is known to everybody who has it, however strong
    /// it is, and has rules of its own.
    pub fn kept_secrets(&self) -> impl Iterator<Item = &Credential<'a>> {
        self.credentials().iter().filter(|credential| self.in_env_file(&credential.var, credential.span))
    }

    /// Whether a value, or a part of it, stands in an env file.
    pub fn in_env_file(&self, var: &EnvVar, place: Span) -> bool {
        matches!(self.layer, Layer::File(_)) || var.comes_from(place)
    }

    /// What is wrong with a secret, given what else is told beside it.
    pub fn weakness(&self, credential: &Credential, limits: &Limits) -> Option<Weakness> {
        let Layer::File(env) = self.layer else {
            let identities = self.vars().filter(|var| is_identity(var.key.value));
            return credential.weakness(limits, || credential.judge(limits, self.format(credential), identities));
        };
        env.weakness(credential, limits)
    }

    /// Whether a secret is worth something.
    pub fn is_real(&self, credential: &Credential) -> bool {
        credential.is_real(self.weakness(credential, &Limits::default()).as_ref())
    }

    /// What the program that gets a secret demands of it.
    pub fn format(&self, credential: &Credential) -> Option<Format> {
        match self.layer {
            Layer::File(env) => env.format(credential),
            _ => credential.format(self.effective()),
        }
    }

    /// The variable through which a service gets what is written in another file, and its name.
    pub fn passes_on(&self, place: Span) -> Option<EnvVar<'a>> {
        let elsewhere = matches!(self.layer, Layer::Service) && place.file != self.file;
        self.vars().filter(|_| elsewhere).find(|var| var.comes_from(place))
    }
}
