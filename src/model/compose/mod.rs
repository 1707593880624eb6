//! Compose files: services with interpolated, typed values that know where they were written.

use crate::model::Known;
use crate::model::image::ImageRef;
use crate::source::{FileId, Role, Span, Spanned};
use crate::syntax::{Fault, yaml};

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
    /// What Compose refuses in this file: schema and consistency.
    pub faults: Vec<Fault>,
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
    /// `cpus:` or `deploy.resources.limits.cpus`.
    pub cpu_limit: Known<String>,
    /// `scale:` or `deploy.replicas`.
    pub replicas: Known<i64>,
    /// `profiles:`.
    pub profiles: Vec<Spanned<String>>,
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
    /// The view of one parsed file, its variables filled from `env` (the project's `.env`).
    pub fn new(
        file: FileId,
        path: &str,
        role: Role,
        _: &yaml::File,
        _: &dyn Fn(&str) -> Option<Spanned<String>>,
    ) -> Self {
        ComposeFile { file, path: path.to_owned(), role, services: Vec::new(), faults: Vec::new() }
    }

    /// What must not be printed.
    pub fn secrets(&self) -> Vec<Span> {
        Vec::new()
    }
}
