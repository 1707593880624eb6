//! Printing a report: one file per format. Text of a project file reaches a printer only through
//! [`crate::source::Source::shown`].
//!
//! A new format is one file here, one line in `formats!`.

mod board;
mod certificates;
mod composed;
mod concise;
mod deployment;
mod diff;
mod github;
mod json;
mod junit;
mod linehash;
mod safe;
mod sarif;
mod sites;
mod summary;
mod terminal;
mod view;

use std::io;

use crate::engine::Report;

pub use board::{BoardFormat, render_board};
pub use certificates::Certificates;
pub use composed::{json as composed_json, yaml as composed_yaml};
pub use deployment::{Seen, nowhere};
pub use diff::diff;
pub use safe::{flat, plain, steers, to_json};
pub use sites::{Asked, Sites};

/// How a report is printed. What a format has no use for, it ignores.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// ANSI colours (terminal).
    pub color: bool,
    /// Columns there are (terminal).
    pub width: usize,
    /// What stands between the repository's root and the project's, with a final `/`, when paths must be those of the
    /// repository (SARIF, GitHub, summary): `deploy/`.
    pub prefix: String,
    /// How much of it is shown (terminal, concise).
    pub detail: Detail,
}

/// How much is shown where people read.
#[derive(Copy, Clone, Default, PartialEq, Eq, Debug)]
pub enum Detail {
    /// The verdict and nothing else.
    Verdict,
    /// What matters; of the rest the first few, and how many more there are.
    #[default]
    Usual,
    /// All there is.
    Everything,
}

impl Default for Options {
    fn default() -> Self {
        Options { color: false, width: 100, prefix: String::new(), detail: Detail::Usual }
    }
}

macro_rules! formats {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $module:ident;)*) => {
        /// The output formats.
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Format {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Format {
            /// All formats, in the order of the help.
            pub const ALL: &[Format] = &[$(Format::$variant),*];

            /// The word for `--format` and `--output`.
            pub fn name(self) -> &'static str {
                match self { $(Format::$variant => $name),* }
            }

            /// What it is for, one line.
            pub fn about(self) -> &'static str {
                match self { $(Format::$variant => concat!($($doc),*).trim_ascii()),* }
            }
        }

        /// Writes the report in a format, complete with its final newline. The same report gives the same bytes.
        ///
        /// # Errors
        /// Those of `out`.
        pub fn write(format: Format, report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
            match format { $(Format::$variant => $module::write(report, options, out)),* }
        }
    };
}

formats! {
    /// For people.
    Terminal = "terminal", terminal;
    /// One line per finding, for editors and scripts.
    Concise = "concise", concise;
    /// Everything, for programs: `gonogo/report/1`.
    Json = "json", json;
    /// SARIF 2.1.0, for code scanning.
    Sarif = "sarif", sarif;
    /// GitHub workflow commands: annotations in a pull request.
    Github = "github", github;
    /// Markdown for `$GITHUB_STEP_SUMMARY` and merge requests.
    Summary = "summary", summary;
    /// JUnit XML, for build servers.
    Junit = "junit", junit;
}

impl Format {
    /// Reads the word.
    pub fn parse(name: &str) -> Option<Self> {
        Format::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// What [`write()`] writes.
pub fn render(format: Format, report: &Report, options: &Options) -> String {
    let mut out = Vec::new();
    // Memory takes every byte.
    let _ = write(format, report, options, &mut out);
    String::from_utf8(out).unwrap_or_default()
}
