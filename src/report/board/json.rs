//! The board for programs. The keys are a contract.

use std::collections::BTreeMap;

use serde::Serialize;
use time::format_description::well_known::Rfc3339;

use super::super::safe;
use super::super::view::place;
use super::Page;
use crate::engine::{BoardState, Evidence, Row};

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    version: &'static str,
    at: String,
    verdict: &'static str,
    why: String,
    counts: BTreeMap<&'static str, usize>,
    sections: Vec<Section<'a>>,
}

#[derive(Serialize)]
struct Section<'a> {
    title: &'a str,
    controls: Vec<Control<'a>>,
}

#[derive(Serialize)]
struct Control<'a> {
    id: &'a str,
    require: &'a str,
    state: &'static str,
    stops: bool,
    evidence: Vec<Reason<'a>>,
    more: usize,
    settle: Option<&'a str>,
    by: Option<&'a str>,
    until: Option<String>,
}

#[derive(Serialize)]
struct Reason<'a> {
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    text: &'a str,
}

pub fn render(page: &Page) -> String {
    let counts = BoardState::ALL.iter().map(|state| (state.name(), page.board.count(*state))).collect();
    let sections = page.board.sections.iter();
    let json = Json {
        schema: "gonogo/board/1",
        version: env!("CARGO_PKG_VERSION"),
        at: page.report.at.format(&Rfc3339).unwrap_or_default(),
        verdict: page.report.verdict.name(),
        why: page.why(),
        counts,
        sections: sections
            .map(|(title, rows)| Section { title, controls: rows.iter().map(|row| control(page, row)).collect() })
            .collect(),
    };
    safe::to_json(&json)
}

fn control<'a>(page: &'a Page, row: &'a Row) -> Control<'a> {
    Control {
        id: &row.id,
        require: &row.require,
        state: row.state.name(),
        stops: row.stops,
        evidence: row.evidence.iter().map(|evidence| reason(page, evidence)).collect(),
        more: row.more,
        settle: row.settle.as_deref(),
        by: row.attested.as_ref().map(|(by, _)| by.as_str()),
        until: row.attested.as_ref().and_then(|(_, until)| until.as_ref()).map(ToString::to_string),
    }
}

fn reason<'a>(page: &'a Page, evidence: &'a Evidence) -> Reason<'a> {
    let at = evidence.at.map(|span| place(page.report, span));
    let start = at.as_ref().map(|at| at.start).filter(|_| !evidence.text.is_empty());
    Reason {
        path: at.map(|at| at.path),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        text: &evidence.text,
    }
}
