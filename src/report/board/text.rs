//! The board on a terminal: what is not met and what is not known with its reasons, the rest one line each.

use std::fmt::Write;

use super::super::safe::flat;
use super::{Page, attested, state_word};
use crate::engine::{BoardState, Row};

pub fn render(page: &Page) -> String {
    let mut text = format!("{}  {}\n", page.word(), page.why());
    for (title, rows) in &page.board.sections {
        let _ = writeln!(text, "\n{}", flat(title));
        rows.iter().for_each(|row| line(&mut text, page, row));
    }
    let counts: Vec<String> =
        BoardState::ALL.iter().map(|state| format!("{} {}", page.board.count(*state), state_word(*state))).collect();
    let _ = writeln!(text, "\n{}   as of {}", counts.join(", "), page.day());
    text
}

fn line(text: &mut String, page: &Page, row: &Row) {
    let state = if row.stops { "FAIL" } else { state_word(row.state) };
    let _ = write!(text, "  {state:<14}  {}", flat(&row.require));
    match (&row.state, attested(row)) {
        (_, Some(who)) => {
            let why = row.evidence.first().map_or("", |evidence| evidence.text.as_str());
            let _ = writeln!(text, "  ({}: {})", flat(&who), flat(why));
        }
        (BoardState::Pass | BoardState::NotApplicable, None) => text.push('\n'),
        (_, None) => {
            let _ = writeln!(text, "  [{}]", flat(&row.id));
            for evidence in &row.evidence {
                let place = page.place(evidence).map_or_else(String::new, |place| format!("{place}: "));
                let _ = writeln!(text, "{:18}{place}{}", "", flat(&evidence.text));
            }
            if row.more > 0 {
                let _ = writeln!(text, "{:18}and {} more", "", row.more);
            }
            if let Some(settle) = &row.settle {
                let _ = writeln!(text, "{:18}-> {}", "", flat(settle));
            }
        }
    }
}
