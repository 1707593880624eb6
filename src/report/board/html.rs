//! The board as one page: nothing is loaded from elsewhere, nothing runs, and it can be printed.

use std::fmt::Write;

use super::super::safe::flat;
use super::{Page, attested, state_word};
use crate::engine::{BoardState, Row, Verdict};

const STYLE: &str = include_str!("board.css");

pub fn render(page: &Page) -> String {
    let class = match page.report.verdict {
        Verdict::Go => "go",
        Verdict::NoGo => "no-go",
        Verdict::Undecided => "undecided",
    };
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{word}: release board</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header class=\"{class}\">\n<h1>{word}</h1>\n<p>{why}</p>\n</header>\n<main>\n",
        word = page.word(),
        why = escaped(&page.why()),
    );
    bar(&mut html, page);
    let failed = page.in_state(BoardState::Fail);
    let (stopping, others): (Vec<&Row>, Vec<&Row>) = failed.into_iter().partition(|row| row.stops);
    list(&mut html, page, "Stops the deployment", "fail", &stopping);
    list(&mut html, page, "Not met, does not stop it", "note", &others);
    let unknown = page.in_state(BoardState::Unknown);
    list(&mut html, page, "No answer yet", "unknown", &unknown);
    html.push_str("<h2>All requirements</h2>\n<table>\n");
    for (title, rows) in &page.board.sections {
        let _ = writeln!(html, "<tr><th colspan=\"3\">{}</th></tr>", escaped(title));
        rows.iter().for_each(|row| table_row(&mut html, page, row));
    }
    let _ = writeln!(
        html,
        "</table>\n</main>\n<footer>As of {}. Judged by gonogo {}; secrets are masked.</footer>\n</body>\n</html>",
        page.day(),
        env!("CARGO_PKG_VERSION")
    );
    html
}

/// How many there are in each state, as a bar and in words.
fn bar(html: &mut String, page: &Page) {
    html.push_str("<div class=\"bar\">");
    for state in BoardState::ALL {
        let count = page.board.count(state);
        if count > 0 {
            let _ = write!(html, "<span class=\"{}\" style=\"flex:{count}\">{count}</span>", state.name());
        }
    }
    html.push_str("</div>\n<p class=\"legend\">");
    for state in BoardState::ALL {
        let (name, word) = (state.name(), state_word(state));
        let _ = write!(html, "<span class=\"key\"><i class=\"{name}\"></i>{} {word}</span>", page.board.count(state));
    }
    html.push_str("</p>\n");
}

/// Rows with all that is known of them.
fn list(html: &mut String, page: &Page, title: &str, class: &str, rows: &[&Row]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(html, "<section class=\"{class}\">\n<h2>{title} <small>{}</small></h2>", rows.len());
    for row in rows {
        let _ = writeln!(html, "<article>\n<h3>{} <code>{}</code></h3>", escaped(&row.require), escaped(&row.id));
        evidence(html, page, row);
        if let Some(settle) = &row.settle {
            let _ = writeln!(html, "<p class=\"todo\">{}</p>", marked(settle));
        }
        html.push_str("</article>\n");
    }
    html.push_str("</section>\n");
}

fn evidence(html: &mut String, page: &Page, row: &Row) {
    if row.evidence.is_empty() {
        return;
    }
    html.push_str("<ul>\n");
    for evidence in &row.evidence {
        let place = page.place(evidence).map_or_else(String::new, |place| format!("<code>{}</code> ", escaped(&place)));
        let _ = writeln!(html, "<li>{place}{}</li>", marked(&evidence.text));
    }
    if row.more > 0 {
        let _ = writeln!(html, "<li>and {} more</li>", row.more);
    }
    html.push_str("</ul>\n");
}

fn table_row(html: &mut String, page: &Page, row: &Row) {
    let state = row.state.name();
    let _ = write!(
        html,
        "<tr><td><b class=\"{state}\">{}</b></td><td>{}</td><td>",
        state_word(row.state),
        escaped(&row.require)
    );
    if let Some(who) = attested(row) {
        let _ = write!(html, "<em>{}</em>", escaped(&who));
    }
    match row.state {
        BoardState::Pass | BoardState::Attested | BoardState::NotApplicable => evidence(html, page, row),
        BoardState::Fail | BoardState::Unknown => html.push_str("<span>see above</span>"),
    }
    html.push_str("</td></tr>\n");
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in flat(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// The same, with what stands between backticks as code.
fn marked(text: &str) -> String {
    let pairs = text.matches('`').count() / 2 * 2;
    let parts = text.splitn(pairs + 1, '`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) })
        .collect()
}
