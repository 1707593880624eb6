//! A Markdown page: GitHub's step summary, or the text of a merge request.

use std::fmt::Write;
use std::io;

use super::deployment::Seen;
use super::safe::flat;
use super::view::{
    OPEN_SHOWN, checks, counts, left_open, not_judged, nothing_found, open, verdict, within, worst_first,
};
use super::{Detail, Options};
use crate::engine::{Report, Verdict};
use crate::rules::{Finding, Severity};

/// GitHub drops a step's summary as a whole when it is larger than 1 MiB; some room is left for others' text.
const LARGEST: usize = 920 * 1024;

/// Room behind the tables, for what is not known.
const SPARE: usize = 80 * 1024;

/// The services a picture can have and still be read.
const MOST_NODES: usize = 25;

/// The page; findings that do not fit are counted.
pub fn write(report: &Report, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = String::new();
    let mark = match report.verdict {
        Verdict::Go if report.told().next().is_some() => "⚠️",
        Verdict::Go => "✅",
        Verdict::NoGo => "❌",
        Verdict::Undecided => "⚠️",
    };
    let _ = writeln!(page, "## {mark} gonogo: {}\n\n{}; {}\n", verdict(report), counts(report), checks(report));
    if let Some(why) = nothing_found(report) {
        let _ = writeln!(page, "{why}\n");
    }
    for remark in &report.remarks {
        let _ = writeln!(page, "**Note:** {}\n", text(remark));
    }
    if !report.faults.is_empty() {
        let _ = writeln!(page, "### Could not be looked at\n");
        for (index, fault) in report.faults.iter().enumerate() {
            if page.len() > LARGEST / 4 {
                let _ = writeln!(page, "- {} more", report.faults.len() - index);
                break;
            }
            let _ = writeln!(page, "- {}: {}", code(&fault.path), text(&fault.message));
        }
        page.push('\n');
    }
    let not_known = not_known(report, options);
    let findings = worst_first(report);
    let (stopping, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(|f| f.severity >= report.fail_on);
    let mut left_out = table(&mut page, "Stops the deployment", &stopping, report, options);
    left_out += table(&mut page, "Does not stop it", &others, report, options);
    if left_out > 0 {
        let _ = writeln!(page, "{left_out} more findings do not fit on this page.\n");
    }
    page.push_str(&not_known);
    page.push_str(&picture(report, LARGEST + SPARE - page.len().min(LARGEST + SPARE)));
    if let Some(unjudged) = not_judged(report) {
        let _ = writeln!(page, "{unjudged}\n");
    }
    out.write_all(page.as_bytes())
}

/// The deployment as a picture, services with findings marked; of a large one the part that has some. Nothing where there are
/// fewer than two services, or too many to see any.
fn picture(report: &Report, room: usize) -> String {
    let seen = Seen::judged(report);
    let seen = if seen.size() > MOST_NODES { seen.with_findings() } else { seen };
    let chart = if (2..=MOST_NODES).contains(&seen.size()) { seen.mermaid() } else { String::new() };
    if chart.is_empty() || chart.len() > room {
        return String::new();
    }
    format!("### The deployment\n\n```mermaid\n{chart}```\n\n")
}

/// What is not known, and what would settle it.
fn not_known(report: &Report, options: &Options) -> String {
    let open = open(report);
    if open.is_empty() {
        return String::new();
    }
    let mut list = "### Not known\n\n".to_owned();
    let mut shown = 0;
    for question in open.iter().take(if options.detail == Detail::Everything { open.len() } else { OPEN_SHOWN }) {
        if list.len() > SPARE {
            break;
        }
        let at = code(&format!("{}{}", options.prefix, within(report, question.span)));
        let _ = writeln!(list, "- {at}: {} ({})", text(&question.why), code(&question.rules()));
        shown += 1;
    }
    if let Some(more) = left_open(&open, shown) {
        let _ = writeln!(list, "- {more}");
    }
    list + "\n"
}

/// Writes the findings that fit and returns how many do not.
fn table(out: &mut String, title: &str, findings: &[&Finding], report: &Report, options: &Options) -> usize {
    if findings.is_empty() {
        return 0;
    }
    let _ = writeln!(out, "### {title}\n\n| severity | place | what | rule |\n| --- | --- | --- | --- |");
    for (index, finding) in findings.iter().enumerate() {
        let row = row(finding, report, options);
        if out.len() + row.len() > LARGEST {
            out.push('\n');
            return findings.len() - index;
        }
        out.push_str(&row);
    }
    out.push('\n');
    0
}

fn row(finding: &Finding, report: &Report, options: &Options) -> String {
    let mut what = text(&finding.message);
    if let Some(help) = &finding.help {
        let _ = write!(what, "<br>**help:** {}", text(help));
    }
    for label in &finding.related {
        let _ = write!(what, "<br>see {} {}", code(&within(report, label.span)), text(&label.text));
    }
    let severity = match finding.severity {
        Severity::Critical | Severity::High => format!("**{}**", finding.severity),
        _ => finding.severity.to_string(),
    };
    let at = code(&format!("{}{}", options.prefix, within(report, finding.primary.span)));
    format!("| {severity}: {} | {at} | {what} | {} |\n", finding.effect.phrase(), code(finding.rule.id))
}

/// Stands in what GitHub would make a link of, and is not seen: a page has no links that strangers wrote.
const APART: &str = "<!-- -->";

/// Text in a table cell. Code between backticks stays code; everything else that Markdown or HTML would act on is escaped.
pub(super) fn text(message: &str) -> String {
    let message = flat(message);
    let mut out = String::with_capacity(message.len());
    // An odd number of backticks: the last one is an ordinary character.
    let pairs = message.matches('`').count() / 2 * 2;
    for (index, part) in message.splitn(pairs + 1, '`').enumerate() {
        if index % 2 == 1 {
            out.push_str(&code(part));
        } else {
            escape(&mut out, part);
        }
    }
    out
}

fn escape(out: &mut String, text: &str) {
    for (c, link) in marked(text) {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '@' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        if link {
            out.push_str(APART);
        }
    }
}

/// The characters of a text, and whether a link must be taken apart behind each: GitHub makes one of `://`, `www.` and
/// `@`, in HTML code, too.
fn marked(text: &str) -> impl Iterator<Item = (char, bool)> {
    let bytes = text.as_bytes();
    let here =
        |at: usize, what: &[u8]| bytes.get(at..at + what.len()).is_some_and(|here| here.eq_ignore_ascii_case(what));
    let www = move |at: usize| at.checked_sub(2).is_some_and(|at| here(at, b"www."));
    text.char_indices().map(move |(at, c)| (c, c == '@' || here(at, b"://") || www(at)))
}

/// Code as HTML: a table cell cannot hold a backtick or a bar between backticks.
pub(super) fn code(text: &str) -> String {
    let mut out = String::from("<code>");
    for (c, link) in marked(&flat(text)) {
        if c.is_ascii_punctuation() && !matches!(c, '.' | '/' | ':' | '-') {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
        if link {
            out.push_str(APART);
        }
    }
    out + "</code>"
}
