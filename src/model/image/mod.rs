//! What is inside a container image: names, stages, tools, users.

mod bases;
mod contents;
mod dockerfile;
mod ignore;
mod nginx;
mod packages;
mod postgres;
mod purpose;
mod reference;
mod refused;
mod release;

pub use bases::{DefaultUser, Os, Preset, Store, Usual, facts, notes, usual_command};
pub use contents::{Image, RunsAs, Tool, is_root};
pub use dockerfile::{Base, CommandLine, Copy, CopyFrom, Dockerfile, Stage, Step, covers};
pub use ignore::Ignore;
pub use nginx::{Packaged, nginx_package};
pub use packages::{Manager, package_of};
pub use postgres::postgres_client;
pub use reference::ImageRef;
pub use refused::Refused;
pub use release::Release;
