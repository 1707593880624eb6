//! The board of a release: one file per format.

mod html;
mod json;
mod markdown;
mod text;

use super::safe::flat;
use super::view::{plural, within};
use crate::engine::{Board, BoardState, Evidence, Report, Row, Verdict};

macro_rules! formats {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $module:ident;)*) => {
        /// How the board is written.
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum BoardFormat {
            $($(#[doc = $doc])* $variant,)*
        }

        impl BoardFormat {
            /// All of them, in the order of the help.
            pub const ALL: &[BoardFormat] = &[$(BoardFormat::$variant),*];

            /// The word for `--format`.
            pub fn name(self) -> &'static str {
                match self { $(BoardFormat::$variant => $name),* }
            }

            /// What it is for, one line.
            pub fn about(self) -> &'static str {
                match self { $(BoardFormat::$variant => concat!($($doc),*).trim_ascii()),* }
            }
        }

        /// The board, complete with its final newline.
        pub fn render_board(format: BoardFormat, report: &Report, board: &Board) -> String {
            match format { $(BoardFormat::$variant => $module::render(&Page { report, board })),* }
        }
    };
}

formats! {
    /// For people.
    Terminal = "terminal", text;
    /// For a merge request or a release page.
    Markdown = "markdown", markdown;
    /// For programs: `gonogo/board/1`.
    Json = "json", json;
    /// One page, to attach to the release.
    Html = "html", html;
}

/// What all formats show.
struct Page<'a> {
    report: &'a Report,
    board: &'a Board,
}

impl Page<'_> {
    /// The answer in one word.
    fn word(&self) -> &'static str {
        match self.report.verdict {
            Verdict::Go => "GO",
            Verdict::NoGo => "NO-GO",
            Verdict::Undecided => "UNDECIDED",
        }
    }

    /// Why, in a sentence or two.
    fn why(&self) -> String {
        let rows = || self.board.rows();
        let stopping = rows().filter(|row| row.stops).count();
        let others = self.board.count(BoardState::Fail) - stopping;
        let open = self.board.count(BoardState::Unknown);
        let first = match self.report.verdict {
            Verdict::Undecided if self.report.nothing_to_judge() => "There is no file here to judge.".to_owned(),
            Verdict::Undecided => "Something could not be looked at, or must be known and is not.".to_owned(),
            _ if stopping > 0 => {
                let (are, stop) = if stopping == 1 { ("is", "stops") } else { ("are", "stop") };
                format!("{} {are} not met and {stop} the deployment.", plural(stopping, "requirement"))
            }
            Verdict::NoGo => "What was found stops the deployment.".to_owned(),
            Verdict::Go => "Nothing that was found stops the deployment.".to_owned(),
        };
        let mut more = Vec::new();
        if others > 0 {
            let them = if stopping > 0 { "others" } else { "requirements" };
            let one = if stopping > 0 { "other" } else { "requirement" };
            let (noun, are) = if others == 1 { (one, "is") } else { (them, "are") };
            more.push(format!(
                "{others} {noun} {are} not met and {} not stop it",
                if others == 1 { "does" } else { "do" }
            ));
        }
        if open > 0 {
            more.push(format!("{open} {} no answer yet", if open == 1 { "has" } else { "have" }));
        }
        if more.is_empty() { first } else { format!("{first} {}.", capital(&more.join("; "))) }
    }

    /// `2026-11-20`
    fn day(&self) -> String {
        self.report.at.date().to_string()
    }

    /// The rows in a state, those that stop the deployment first.
    fn in_state(&self, state: BoardState) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.board.rows().filter(|row| row.state == state).collect();
        rows.sort_by_key(|row| !row.stops);
        rows
    }

    /// A place that can be found again, as seen from the project; of a whole file its path.
    fn place(&self, evidence: &Evidence) -> Option<String> {
        let span = evidence.at?;
        match evidence.text.is_empty() {
            true => Some(flat(&self.report.project.source(span.file).path)),
            false => Some(within(self.report, span)),
        }
    }
}

/// The words of people for a state.
fn state_word(state: BoardState) -> &'static str {
    match state {
        BoardState::NotApplicable => "not applicable",
        other => other.name(),
    }
}

/// `Ada, until 2027-03-31`
fn attested(row: &Row) -> Option<String> {
    let (by, until) = row.attested.as_ref()?;
    Some(match until {
        Some(until) => format!("{by}, until {until}"),
        None => by.clone(),
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
