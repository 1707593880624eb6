//! What is inside a container image: names, stages, tools, users.

mod bases;
mod contents;
mod dockerfile;
mod ignore;
mod packages;
mod purpose;
mod reference;
mod refused;

pub use bases::{Facts, Notes, Os, Store, facts, notes};
pub use contents::{Image, RunsAs, Tool};
pub use dockerfile::{Base, CommandLine, Copy, CopyFrom, Dockerfile, Literal, Run, Stage, Step};
pub use ignore::Ignore;
pub use reference::ImageRef;
pub use refused::{Refusal, Refused};
