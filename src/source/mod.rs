//! Where text comes from: finding files, and pointing into them.
//!
//! Everything above this layer speaks in [`Span`]s (bytes in a file). Text leaves the program only through
//! [`Source::shown`], which masks secrets.

mod answer;
pub mod budget;
mod code;
mod discover;
mod excerpt;
mod files;
mod git;
mod glob;
mod lines;
mod reason;
mod replace;
mod role;
mod sealed;
mod span;
mod text;
mod tree;

pub use crate::cut::Cut;
pub use answer::{Answer, Gap, Why};
pub use budget::{Budget, Spent};
pub use discover::{Content, Input, Named, Workspace, discover, read};
pub use excerpt::{Embedded, Excerpt};
pub use files::{FileSet, Here, Presence, below, directory, join, normalize};
pub use git::{Blob, Git};
pub use glob::{NamePattern, fits};
pub use lines::{LineIndex, Position, Unit};
pub use reason::{Reason, Sign};
pub use replace::{Leftover, Replacement, is_temporary_name, remove_leftover, write_whole};
pub use role::{Role, RoleWhy, role_above, role_of};
pub use sealed::sealed;
pub use span::{FileId, Span, Spanned};
pub use text::{Encoding, Source};
pub use tree::Tree;
