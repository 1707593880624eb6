//! Compose files: services with interpolated, typed values that know where they were written.

mod canonical;
mod check;
mod command;
mod facts;
mod fault;
mod interpolate;
mod load;
mod masked;
mod merge;
mod mounts;
mod outline;
mod parts;
mod schema;
mod secrets;
mod service;
mod value;

pub use command::Standalone;
pub use facts::{is_of_store, profile_for_developers};
pub use fault::{Fault, Is, Kind, Says};
pub use interpolate::Operator;
pub use masked::Masked;
pub use outline::{
    Made, arguments, commands, commands_of, completes, emptied, has_key, ingredients, is_tried_at_home, made,
    names_others, stands_alone, texts, variables, variables_of,
};
pub use schema::bytes;
pub use schema::{UnknownKey, is_key_at_the_top, is_key_of_service};
pub use secrets::{Carrier, Literal};
pub use value::{Data, Field, Value, Variable};

use std::collections::{HashMap, HashSet};

use crate::model::image::ImageRef;
use crate::model::{Healthcheck, Known};
use crate::secret;
use crate::source::{FileId, Gap, Reason, Role, Source, Span, Spanned, join};
use crate::syntax::dotenv::{Dialect, Environment, Reading};
use crate::syntax::yaml;

/// The files that Compose starts together, merged: one file, or a base with what is put on top of it, each with what it
/// includes and extends.
#[derive(Clone, Debug)]
pub struct Composition {
    /// Its number among all of a project.
    pub id: usize,
    /// The files in the order they are merged; those that are only included or extended are not among them.
    pub files: Vec<FileId>,
    /// All files that were read for it, each once.
    pub read: Vec<FileId>,
    /// The first of the files.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// What relative paths are relative to.
    pub directories: Directories,
    /// The environment it is started in.
    pub role: Role,
    /// Whether somebody says so: the configuration, a name, or a command that is run.
    pub role_said: bool,
    /// What shows it, where names do not.
    pub role_why: Option<Reason>,
    /// The env files that its variables are taken from; a later one wins.
    pub env: Vec<String>,
    /// The command that starts it, if there is one in the project.
    pub started_by: Option<Span>,
    /// All commands of Compose that are about exactly these files.
    pub commands: Vec<Span>,
    /// Whether nothing says that these files are all: no command names them, and Compose does not find them by their names.
    pub alone: bool,
    /// The profiles that are switched on.
    pub profiles: Vec<String>,
    /// The command that starts all of it for users and switches no profile on.
    pub started_plain: Option<Span>,
    /// Variables that are set by what starts it; their values need not be known.
    pub supplied: HashSet<String>,
    /// Its services in order.
    pub services: Vec<Service>,
    /// What Compose refuses: types, words, ports and volumes it cannot read, contradictions. Unknown keys and undefined
    /// names stand in lists of their own.
    pub faults: Vec<Fault>,
    /// Keys Compose does not know.
    pub unknown_keys: Vec<UnknownKey>,
    /// Names that are used and not defined.
    pub undefined: Vec<Undefined>,
    /// Mounts that a later one at the same path in the same list takes the place of.
    pub displaced: Vec<Displaced>,
    /// Mounts that an earlier file makes read-only, and a later one does not.
    pub reopened: Vec<Displaced>,
    /// Variables that `<<` brings and that the service's own `environment:` takes the place of.
    pub dropped: Vec<Dropped>,
    /// Services with neither image nor build.
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
    /// Files that are included or extended and not among those that were read, relative to the project root, with what
    /// the file that names them does.
    pub wanted: Vec<(Spanned<String>, &'static str)>,
    /// Literal values that must not be shown.
    pub literals: Vec<Literal>,
    /// Those of files that are not judged.
    masked: Vec<Span>,
    /// Services whose end others wait for.
    pub completed: HashSet<String>,
    /// The services by their names, as indices.
    by_name: HashMap<String, Vec<usize>>,
    /// The same by the other names a network knows them by.
    by_alias: HashMap<String, Vec<usize>>,
    /// Why there may be services, networks and volumes besides those that are known: something that is included is not
    /// there.
    pub incomplete: Gap,
    /// Why nothing may be concluded from what is missing: a syntax error, a template, too many aliases.
    pub gap: Gap,
}

/// Which files are started together, and how: what a [`Composition`] is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// [`Composition::files`]; never empty.
    pub files: Vec<FileId>,
    /// [`Composition::path`].
    pub path: String,
    /// The project directory.
    pub directory: String,
    /// [`Composition::env`].
    pub env: Vec<String>,
    /// Files that the command line names and that do not exist, where they are named.
    pub missing: Vec<Spanned<String>>,
    /// [`Composition::supplied`].
    pub supplied: HashSet<String>,
    /// Variables that every command gives that starts it for users, so that their defaults take no effect; with the value,
    /// where that is known, the same for all, and no secret.
    pub given: HashMap<String, Option<String>>,
    /// [`Composition::profiles`].
    pub profiles: Vec<String>,
    /// [`Composition::started_plain`].
    pub started_plain: Option<Span>,
    /// [`Composition::role`].
    pub role: Role,
    /// [`Composition::role_said`].
    pub role_said: bool,
    /// [`Composition::role_why`].
    pub role_why: Option<Reason>,
    /// [`Composition::started_by`].
    pub started_by: Option<Span>,
    /// [`Composition::commands`].
    pub commands: Vec<Span>,
    /// [`Composition::alone`].
    pub alone: bool,
}

/// Where a [`Composition`] finds the files that its files name.
pub trait Library {
    /// A Compose file as written.
    fn file(&self, id: FileId) -> Option<(&Source, &yaml::File)>;

    /// The Compose file at a path, relative to the project root.
    fn compose(&self, path: &str) -> Shelf;

    /// The value of a variable in the env file at a path, with its place.
    fn variable(&self, path: &str, name: &str) -> Option<Spanned<String>>;

    /// The secret in the file at a path, if it holds one and nothing else.
    fn secret(&self, path: &str) -> Option<&Spanned<String>>;

    /// What a program makes of the file at a path.
    fn reading(&self, path: &str, dialect: Dialect, environment: &Environment) -> Option<Reading>;
}

/// What stands at a path.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Shelf {
    /// A Compose file.
    File(FileId),
    /// Nothing.
    Missing,
    /// Something that was not read, or a path outside the project.
    Unknown,
}

/// What relative paths are relative to, by the file they are written in.
#[derive(Clone, Default, Debug)]
pub struct Directories {
    /// The project directory.
    pub project: String,
    /// That of files which have another one: included and extended ones.
    pub others: HashMap<FileId, String>,
}

impl Directories {
    /// The directory for a path that is written at a place.
    pub fn of(&self, span: Span) -> &str {
        self.others.get(&span.file).unwrap_or(&self.project)
    }

    /// A path as seen from the root of the project.
    pub fn join(&self, path: Spanned<String>) -> Spanned<String> {
        let full = join(self.of(path.span), &path.value);
        Spanned::new(full, path.span)
    }
}

/// A service among all of a project.
#[derive(Copy, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServiceId {
    /// The composition, as index.
    pub composition: usize,
    /// The service in it, as index.
    pub at: usize,
}

/// A network, volume, secret or config that is defined at the top.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name.
    pub name: Spanned<String>,
    /// `external:`, it is made by somebody else.
    pub external: bool,
    /// Whether it has a `name:` by which other projects find it.
    pub named: bool,
    /// `name:`, if it is known.
    pub called: Known<String>,
    /// `driver:`.
    pub driver: Known<String>,
    /// `file:`, relative to the project root.
    pub file: Known<String>,
    /// `internal: true` of a network.
    pub internal: bool,
}

/// A mount that Compose drops.
#[derive(Clone, Debug)]
pub struct Displaced {
    /// The service.
    pub service: String,
    /// The path in the container.
    pub target: String,
    /// What is dropped.
    pub span: Span,
    /// What is mounted.
    pub by: Span,
}

/// What a merge key brings and a key of the service hides.
#[derive(Clone, Debug)]
pub struct Dropped {
    /// The service.
    pub service: String,
    /// The names of the variables.
    pub names: Vec<String>,
    /// The key that hides them.
    pub by: Span,
    /// Where they are written.
    pub from: Span,
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
    /// A language model.
    Model,
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
            Named::Model => "model",
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
            Named::Model => "models",
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
    /// The first of `uid`, `gid` and `mode`.
    pub owned: Option<Spanned<String>>,
}

/// The secrets and configs of a composition, by name.
pub struct Grants<'a> {
    secrets: HashMap<&'a str, &'a Resource>,
    configs: HashMap<&'a str, &'a Resource>,
}

impl<'a> Grants<'a> {
    /// The files that a service is given.
    pub fn of(&self, service: &'a Service) -> Vec<Granted<'a>> {
        let parts = [(&service.secrets, &self.secrets, "/run/secrets"), (&service.configs, &self.configs, "/")];
        let mut found = Vec::new();
        for (asked, all, folder) in parts {
            found.extend(asked.iter().filter_map(|by| {
                let resource = *all.get(by.source.value.as_str())?;
                Some(Granted { resource, by, folder })
            }));
        }
        found
    }
}

/// A file that a service is given as a secret or config.
#[derive(Copy, Clone, Debug)]
pub struct Granted<'a> {
    /// The secret or config.
    pub resource: &'a Resource,
    /// Where the service asks for it.
    pub by: &'a SecretRef,
    /// The folder of those that name none: `/run/secrets` or `/`.
    folder: &'static str,
}

impl Granted<'_> {
    /// Whether it is a secret.
    pub fn is_secret(&self) -> bool {
        self.folder != "/"
    }

    /// Where it is in the container.
    pub fn target(&self) -> String {
        join(self.folder, self.by.target.get().unwrap_or(&self.by.source.value))
    }
}

/// How what is started is written.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// As a service of a Compose file.
    Service,
    /// By a `docker run` that gives it a name.
    Container,
    /// By a `docker run` without a name, so its image stands for it.
    Unnamed,
}

/// One service, or what a `docker run` starts.
#[derive(Clone, Debug)]
pub struct Service {
    /// How it is written.
    pub form: Form,
    /// Which one it is.
    pub id: ServiceId,
    /// Its name, at its key.
    pub name: Spanned<String>,
    /// The file that names it first.
    pub file: FileId,
    /// The environment it is started in.
    pub role: Role,
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
    /// The names it knows by itself: `extra_hosts:`, and what `links:` and `external_links:` call others.
    pub hosts: Vec<Spanned<String>>,
    /// `network_mode:`.
    pub network_mode: Known<String>,
    /// `pid:`.
    pub pid: Known<String>,
    /// `ipc:`.
    pub ipc: Known<String>,
    /// `privileged:`.
    pub privileged: Known<bool>,
    /// `cap_add:`.
    pub cap_add: Vec<Spanned<String>>,
    /// `devices:`, the paths on the host.
    pub devices: Vec<Spanned<String>>,
    /// `cap_drop:`.
    pub cap_drop: Vec<Spanned<String>>,
    /// `security_opt:`.
    pub security_opt: Vec<Spanned<String>>,
    /// `read_only:`.
    pub read_only: Known<bool>,
    /// `use_api_socket:`.
    pub api_socket: Known<bool>,
    /// `user:`.
    pub user: Known<String>,
    /// The condition of `deploy.restart_policy`, or `restart:`.
    pub restart: Known<String>,
    /// `max_attempts` of `deploy.restart_policy`.
    pub attempts: Known<i64>,
    /// `command:`, as words; a string is split like a shell would.
    pub command: Known<Vec<String>>,
    /// `entrypoint:`, likewise.
    pub entrypoint: Known<Vec<String>>,
    /// `healthcheck:`.
    pub healthcheck: Healthcheck,
    /// Words behind the text of `CMD-SHELL`, which the shell gets and the command does not.
    pub lost_probe_words: Vec<Spanned<String>>,
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
    /// `logging.driver`.
    pub logging: Known<String>,
    /// All its keys, with their places.
    pub keys: Vec<Spanned<String>>,
    /// Those below `deploy:`.
    pub deploy: Vec<Spanned<String>>,
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
    /// `dockerfile_inline:`, variables filled in.
    pub inline: Option<Spanned<String>>,
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
    /// What is carried.
    pub protocol: Transport,
}

/// What a published port carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Transport {
    /// `tcp`, which is usual.
    Tcp,
    /// `udp`.
    Udp,
    /// `sctp`.
    Sctp,
    /// Another word, or one that is not known.
    Other(String),
}

impl Transport {
    /// Reads the word, as it is written.
    pub(super) fn parse(word: &str) -> Self {
        match word {
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            "sctp" => Transport::Sctp,
            word => Transport::Other(word.to_owned()),
        }
    }

    /// The word.
    pub fn name(&self) -> &str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
            Transport::Sctp => "sctp",
            Transport::Other(word) => word,
        }
    }
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
    /// An image, or a volume of a cluster.
    Other,
}

impl Composition {
    /// A service by its name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.called(name).next()
    }

    /// The services of a name: one, unless the file is wrong.
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Service> {
        self.by_name.get(name).into_iter().flatten().filter_map(|index| self.services.get(*index))
    }

    /// The services that a network knows by a name besides their own: `container_name`, `hostname` or an alias.
    pub fn also_called(&self, name: &str) -> impl Iterator<Item = &Service> {
        self.by_alias.get(name).into_iter().flatten().filter_map(|index| self.services.get(*index))
    }

    /// Whether it defines a network, volume, service, ... of a name.
    pub fn defines(&self, what: Named, name: &str) -> bool {
        let among = |resources: &[Resource]| resources.iter().any(|resource| resource.name.value == name);
        match what {
            Named::Network => among(&self.networks),
            Named::Volume => among(&self.volumes),
            Named::Secret => among(&self.secrets),
            Named::Config => among(&self.configs),
            Named::Service => self.service(name).is_some(),
            Named::Model => false,
        }
    }

    /// The first place that Compose refuses.
    pub fn refused(&self) -> Option<Span> {
        let faults = self.faults.iter().filter(|fault| !fault.later).map(|fault| fault.span);
        let keys = self.unknown_keys.iter().map(|unknown| unknown.key.span);
        let names = self.undefined.iter().map(|undefined| undefined.name.span);
        faults.chain(keys).chain(names).chain(self.imageless.iter().map(|name| name.span)).min()
    }

    /// Gives it its number among all of a project.
    pub fn number(&mut self, composition: usize) {
        self.id = composition;
        self.services.iter_mut().enumerate().for_each(|(at, service)| service.id = ServiceId { composition, at });
    }

    /// What must not be printed.
    pub fn hidden(&self) -> Vec<Span> {
        // What only looks like a secret is looked at where it is shown.
        let secret =
            |literal: &&Literal| literal.holds != secret::Holds::Lesser && !secret::is_open(&literal.value.value);
        let literals = self.literals.iter().filter(secret).map(|literal| literal.value.span);
        literals.chain(self.masked.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests;
