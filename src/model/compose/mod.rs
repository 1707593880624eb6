//! Compose files: services with interpolated, typed values that know where they were written.

mod check;
mod facts;
mod interpolate;
mod load;
mod mounts;
mod schema;
mod secrets;
mod service;
mod value;

pub use interpolate::{Expanded, Operator, expand};
pub use schema::UnknownKey;
pub use secrets::{Literal, Place};
pub use value::Variable;

use std::collections::{HashMap, HashSet};

use crate::model::image::ImageRef;
use crate::model::{Known, Meaning};
use crate::secret;
use crate::source::{FileId, Gap, Role, Span, Spanned};
use crate::syntax::Fault;

/// One Compose file.
#[derive(Clone, Debug)]
pub struct ComposeFile {
    /// The document it was read from.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The environment it belongs to.
    pub role: Role,
    /// Its services in order.
    pub services: Vec<Service>,
    /// What Compose refuses in this file: types, words, ports and volumes it cannot read, contradictions. Unknown keys
    /// and undefined names stand in lists of their own.
    pub faults: Vec<Fault>,
    /// Keys Compose does not know.
    pub unknown_keys: Vec<UnknownKey>,
    /// Names that are used and not defined in this file.
    pub undefined: Vec<Undefined>,
    /// Services with neither image nor build, which another file may bring.
    pub imageless: Vec<Spanned<String>>,
    /// Every use of a variable in a value, in order.
    pub variables: Vec<Variable>,
    /// Values Compose refuses if the variable in them is not set: the value, the variable, what Compose would say.
    pub breaks: Vec<(Span, String, String)>,
    /// `networks:`.
    pub networks: Vec<Resource>,
    /// `volumes:`.
    pub volumes: Vec<Resource>,
    /// `secrets:`.
    pub secrets: Vec<Resource>,
    /// `configs:`.
    pub configs: Vec<Resource>,
    /// `include:`, relative to the project root; what it brings is not in this view.
    pub includes: Vec<Known<String>>,
    /// The files that `extends:` names, relative to the project root; what they bring is not in this view.
    pub bases: Vec<Spanned<String>>,
    /// Literal values that must not be shown.
    pub literals: Vec<Literal>,
    /// Services whose end others wait for.
    pub completed: HashSet<String>,
    /// The services by their names, as indices.
    by_name: HashMap<String, Vec<usize>>,
    /// The same by the other names a network knows them by.
    by_alias: HashMap<String, Vec<usize>>,
    /// Whether Compose finds the file by its name alone (`compose.yaml`, `docker-compose.yml`, ...), so that it must be
    /// complete with its override file.
    pub default_name: bool,
    /// Why nothing may be concluded from what is missing: a syntax error, a template, too many aliases.
    pub gap: Gap,
}

/// A network, volume, secret or config that is defined at the top.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name.
    pub name: Spanned<String>,
    /// The whole entry.
    pub span: Span,
    /// `external:`, it is made by somebody else.
    pub external: bool,
    /// `driver:`.
    pub driver: Known<String>,
    /// `file:`, relative to the project root.
    pub file: Known<String>,
    /// `environment:`, the variable it takes its content from.
    pub environment: Known<String>,
    /// `internal: true` of a network.
    pub internal: bool,
}

/// A name that is used and not defined.
#[derive(Clone, Debug)]
pub struct Undefined {
    /// The name, where it is used.
    pub name: Spanned<String>,
    /// What it should be.
    pub what: Named,
    /// The service that uses it.
    pub service: String,
}

/// What can be named.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Named {
    /// A network.
    Network,
    /// A volume.
    Volume,
    /// A secret.
    Secret,
    /// A config.
    Config,
    /// A service.
    Service,
}

impl Named {
    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            Named::Network => "network",
            Named::Volume => "volume",
            Named::Secret => "secret",
            Named::Config => "config",
            Named::Service => "service",
        }
    }

    /// The section it is defined in.
    pub fn section(self) -> &'static str {
        match self {
            Named::Network => "networks",
            Named::Volume => "volumes",
            Named::Secret => "secrets",
            Named::Config => "configs",
            Named::Service => "services",
        }
    }
}

/// What a service waits for in another one.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// `service_started`, also when nothing is written.
    Started,
    /// `service_healthy`.
    Healthy,
    /// `service_completed_successfully`.
    Completed,
    /// Something else, which Compose refuses.
    Unknown,
}

/// A service another one waits for.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// Its name.
    pub service: Spanned<String>,
    /// What is waited for.
    pub condition: Condition,
    /// `required: false` allows it to be switched off by a profile.
    pub required: bool,
}

/// A secret or config a service gets.
#[derive(Clone, Debug)]
pub struct SecretRef {
    /// The name at the top of the file.
    pub source: Spanned<String>,
    /// Where it appears in the container.
    pub target: Known<String>,
}

/// One service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name, at its key.
    pub name: Spanned<String>,
    /// The file it stands in.
    pub file: FileId,
    /// The whole entry.
    pub span: Span,
    /// `image:`.
    pub image: Known<ImageRef>,
    /// `build:`.
    pub build: Option<Build>,
    /// `ports:`.
    pub ports: Vec<Port>,
    /// `environment:`, in order; a bare key is [`Known::Absent`].
    pub environment: Vec<(Spanned<String>, Known<String>)>,
    /// `env_file:`.
    pub env_files: Vec<EnvFileRef>,
    /// `volumes:` and `tmpfs:`.
    pub mounts: Vec<Mount>,
    /// `depends_on:`, `links:` and the like.
    pub depends_on: Vec<Spanned<String>>,
    /// `networks:`; empty means the default network.
    pub networks: Vec<Spanned<String>>,
    /// `network_mode:`.
    pub network_mode: Known<String>,
    /// `pid:`.
    pub pid: Known<String>,
    /// `ipc:`.
    pub ipc: Known<String>,
    /// `privileged:`.
    pub privileged: Known<bool>,
    /// `user:`.
    pub user: Known<String>,
    /// `restart:`.
    pub restart: Known<String>,
    /// `command:`, as words; a string is split like a shell would.
    pub command: Known<Vec<String>>,
    /// `entrypoint:`, likewise.
    pub entrypoint: Known<Vec<String>>,
    /// `healthcheck:`.
    pub healthcheck: Healthcheck,
    /// `mem_limit:` or `deploy.resources.limits.memory`.
    pub memory_limit: Known<String>,
    /// `scale:` or `deploy.replicas`.
    pub replicas: Known<i64>,
    /// `profiles:`.
    pub profiles: Vec<Spanned<String>>,
    /// [`Service::depends_on`] with conditions.
    pub dependencies: Vec<Dependency>,
    /// Other names it has in its networks.
    pub aliases: Vec<Spanned<String>>,
    /// `labels:`.
    pub labels: Vec<(Spanned<String>, Known<String>)>,
    /// `container_name:`.
    pub container_name: Known<String>,
    /// `hostname:`.
    pub hostname: Known<String>,
    /// `working_dir:`.
    pub working_dir: Known<String>,
    /// `expose:`.
    pub expose: Vec<Spanned<String>>,
    /// `secrets:`.
    pub secrets: Vec<SecretRef>,
    /// `configs:`.
    pub configs: Vec<SecretRef>,
    /// Whether `provider:` takes the place of a container.
    pub provider: bool,
    /// Why nothing of it is known to be missing: it extends a service of another file.
    pub gap: Gap,
}

/// How an image is built.
#[derive(Clone, Debug)]
pub struct Build {
    /// Where it is written.
    pub span: Span,
    /// The context directory, relative to the project root, normalised. Remote contexts are unresolved.
    pub context: Known<String>,
    /// The Dockerfile, relative to the project root, normalised. Inline ones are unresolved.
    pub dockerfile: Known<String>,
    /// `target:`.
    pub target: Known<String>,
    /// `args:`.
    pub args: Vec<(Spanned<String>, Known<String>)>,
    /// `additional_contexts:`, what `COPY --from` may name besides stages and images.
    pub contexts: Vec<(Spanned<String>, Known<String>)>,
}

/// A published port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Port {
    /// Where it is written.
    pub span: Span,
    /// The host address; `None` means all interfaces.
    pub host_ip: Known<String>,
    /// First and last host port; `Absent` means one that Docker picks.
    pub published: Known<(u16, u16)>,
    /// First and last container port.
    pub target: Known<(u16, u16)>,
    /// `tcp` or `udp`.
    pub protocol: String,
}

/// A file named by `env_file:`.
#[derive(Clone, Debug)]
pub struct EnvFileRef {
    /// Relative to the project root, normalised; the span is where it is written.
    pub path: Known<String>,
    /// `required: false` allows it to be missing.
    pub required: bool,
    /// `format: raw`.
    pub raw: bool,
}

/// What is mounted into a container.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Where it is written.
    pub span: Span,
    /// What kind it is.
    pub kind: MountKind,
    /// Host path or volume name. Relative host paths are relative to the project root, normalised.
    pub source: Known<String>,
    /// Path in the container.
    pub target: Known<String>,
    /// Whether it is mounted read-only.
    pub read_only: bool,
}

/// The kinds of mounts.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum MountKind {
    /// A path of the host.
    Bind,
    /// A volume, named or anonymous.
    Volume,
    /// Memory.
    Tmpfs,
}

/// The health check of a service.
#[derive(Clone, Debug)]
pub enum Healthcheck {
    /// Nothing is written: the image's own counts.
    Inherited,
    /// `disable: true` or `test: NONE`.
    Disabled(Span),
    /// A command run directly: the program and its arguments.
    Exec(Vec<Spanned<String>>),
    /// A command run by `/bin/sh -c`.
    Shell(Spanned<String>),
    /// Something that depends on the outside.
    Unresolved(Span),
}

impl ComposeFile {
    /// A service by its name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name.value == name)
    }
}

impl Meaning for ComposeFile {
    fn secrets(&self) -> Vec<Span> {
        // What only looks like a secret is looked at where it is shown.
        let secret =
            |literal: &&Literal| literal.holds != secret::Holds::Lesser && !secret::is_open(&literal.value.value);
        self.literals.iter().filter(secret).map(|literal| literal.value.span).collect()
    }
}

#[cfg(test)]
mod tests;
