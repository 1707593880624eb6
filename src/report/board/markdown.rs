//! The board as Markdown: what is wrong first, then all of it as a table.

use std::fmt::Write;

use super::super::summary::{code, text};
use super::{Page, attested, state_word};
use crate::engine::{BoardState, Row};

pub fn render(page: &Page) -> String {
    let mut md = format!("## {}\n\n{}\n", page.word(), text(&page.why()));
    for (title, state) in [("Not met", BoardState::Fail), ("Not known", BoardState::Unknown)] {
        let rows = page.in_state(state);
        if !rows.is_empty() {
            let _ = writeln!(md, "\n### {title}\n");
            rows.iter().for_each(|row| item(&mut md, page, row));
        }
    }
    for (title, rows) in &page.board.sections {
        let _ = writeln!(md, "\n### {}\n\n| | requirement | |\n| --- | --- | --- |", text(title));
        for row in rows {
            let state = if row.stops { "**FAIL**" } else { state_word(row.state) };
            let _ = writeln!(md, "| {state} | {} | {} |", text(&row.require), said(page, row));
        }
    }
    let _ = writeln!(md, "\nAs of {}.", page.day());
    md
}

/// A row with all that is known of it.
fn item(md: &mut String, page: &Page, row: &Row) {
    let stops = if row.stops { " (stops the deployment)" } else { "" };
    let _ = writeln!(md, "- **{}**{stops} {}", text(&row.require), code(&row.id));
    for evidence in &row.evidence {
        let place = page.place(evidence).map_or_else(String::new, |place| format!("{}: ", code(&place)));
        let _ = writeln!(md, "  - {place}{}", text(&evidence.text));
    }
    if row.more > 0 {
        let _ = writeln!(md, "  - and {} more", row.more);
    }
    if let Some(settle) = &row.settle {
        let _ = writeln!(md, "  - **to do:** {}", text(settle));
    }
}

/// The short reason behind a row of the table.
fn said(page: &Page, row: &Row) -> String {
    let first = row.evidence.first();
    let why = first.map_or_else(String::new, |evidence| text(&evidence.text));
    match attested(row) {
        Some(who) => format!("{}: {why}", text(&who)),
        None if row.state == BoardState::Fail => {
            first.and_then(|evidence| page.place(evidence)).map_or(why, |place| code(&place))
        }
        None if row.state == BoardState::Unknown => String::new(),
        None => why,
    }
}
