//! What a file means: typed views per domain, built from the syntax trees.

pub mod auth_config;
pub mod beanstalk;
pub mod caddyfile;
pub mod compose;
pub mod crontab;
pub mod debugger;
pub mod env;
pub mod guide;
pub mod gunicorn;
pub mod image;
pub mod ini;
pub mod logrotate;
pub mod next_config;
pub mod nginx;
pub mod npm_lock;
pub mod program;
pub mod prometheus;
pub mod settings;
pub mod starts;
pub mod supervisor;
pub mod tls;
pub mod units;

mod document;
mod formats;
mod healthcheck;
mod host;
mod known;
mod literal;
mod meaning;
mod secret_file;
mod unjudged;

pub use document::Document;
pub use formats::{Class, Kind, Tree, View, Views, candidate};
pub use healthcheck::Healthcheck;
pub use host::Host;
pub use known::{BLANK, Known};
pub use literal::Literal;
pub use meaning::{Head, Meaning};
pub use secret_file::SecretFile;
pub use unjudged::Unjudged;
