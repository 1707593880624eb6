//! What a file means: typed views per domain, built from the syntax trees.

pub mod appserver;
pub mod compose;
pub mod env;
pub mod gunicorn;
pub mod image;
pub mod nginx;
pub mod tls;

mod document;
mod known;
mod view;

pub use document::{Document, Tree};
pub use known::Known;
pub use view::View;
