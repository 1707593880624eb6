//! The requirements of a release, each with its answer: what was judged, and what people say.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, UtcOffset};

use super::Report;
use super::seal::mask_in;
use crate::model::guide::{Tick, boxes};
use crate::policy::{Attestation, Control, Need, OF_CHECKLIST, OF_UNJUDGED, Policy, Requirements};
use crate::rules::{Finding, Severity, Unknown};
use crate::source::{FileId, Span};

/// How a requirement stands.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// It is not met: something was found.
    Fail,
    /// Nobody knows.
    Unknown,
    /// Somebody says that it is met, or accepts that it is not.
    Attested,
    /// It is met, as far as the files show.
    Pass,
    /// There is nothing here that it could be about.
    NotApplicable,
}

impl State {
    /// All of them, the worst first.
    pub const ALL: [State; 5] = [State::Fail, State::Unknown, State::Attested, State::Pass, State::NotApplicable];

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            State::Fail => "fail",
            State::Unknown => "unknown",
            State::Attested => "attested",
            State::Pass => "pass",
            State::NotApplicable => "not-applicable",
        }
    }
}

/// Why a requirement stands as it does.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Where, if it is written somewhere.
    pub at: Option<Span>,
    /// What.
    pub text: String,
}

/// A requirement and its answer.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub id: String,
    /// What is required.
    pub require: String,
    /// The answer.
    pub state: State,
    /// Whether it stops the deployment.
    pub stops: bool,
    /// Why: the worst first.
    pub evidence: Vec<Evidence>,
    /// How much more of that there is.
    pub more: usize,
    /// What would settle it.
    pub settle: Option<String>,
    /// Who says so, and the last day it holds.
    pub attested: Option<(String, Option<Date>)>,
}

/// All requirements, section by section.
#[derive(Debug)]
pub struct Board {
    /// The title of each section, and its rows.
    pub sections: Vec<(String, Vec<Row>)>,
}

/// So much evidence is shown of one requirement.
const SHOWN: usize = 4;

/// What was judged and said, sorted by requirement.
struct Known<'a> {
    report: &'a Report,
    attested: BTreeMap<&'a str, &'a Attestation>,
    kinds: BTreeSet<&'static str>,
    today: Date,
}

impl Board {
    /// Answers the shipped requirements with what a run has found.
    pub fn of(report: &Report, policy: &Policy) -> Board {
        let documents = report.project.documents().iter();
        let judged = report.answers.iter().filter_map(|answer| answer.file);
        let kinds = documents.map(|document| document.class.kind.name());
        let seen: BTreeSet<FileId> = judged.collect();
        let kinds = match seen.is_empty() {
            true => kinds.collect(),
            false => seen.iter().map(|file| report.project.document(*file).class.kind.name()).collect(),
        };
        // The last word on a requirement counts.
        let attested = policy.attested().iter().map(|one| (one.control.as_str(), one)).collect();
        let today = report.at.to_offset(UtcOffset::UTC).date();
        let known = Known { report, attested, kinds, today };
        let shipped = Requirements::shipped();
        let rows = |controls: &[Control]| controls.iter().map(|control| known.row(control)).collect();
        let own = shipped.sections.iter().map(|section| (section.title.clone(), rows(&section.controls)));
        Board { sections: own.chain(known.unjudged()).chain(known.checklists(&shipped)).collect() }
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|(_, rows)| rows)
    }

    /// How many rows there are in a state.
    pub fn count(&self, state: State) -> usize {
        self.rows().filter(|row| row.state == state).count()
    }
}

impl Known<'_> {
    /// What belongs to the deployment and is in no format that is judged: somebody else has to look at it.
    fn unjudged(&self) -> Option<(String, Vec<Row>)> {
        let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, kind) in &self.report.unjudged {
            kinds.entry(kind.many).or_default().push(path);
        }
        let row = |(many, paths): (&&str, &Vec<&str>)| {
            let id = format!("{OF_UNJUDGED}{}", slug(many));
            let mut row = Row::open(id, format!("{many} are looked at: gonogo does not read them."));
            row.show(paths.iter().map(|path| Evidence { at: None, text: (*path).to_owned() }).collect());
            row.settle = Some(format!("say who has looked, and with what (`attest:` of `{}` in gonogo.yaml)", row.id));
            if let Some(one) = self.attested.get(row.id.as_str()) {
                self.hear(one, &mut row);
            }
            row.mask();
            row
        };
        let rows: Vec<Row> = kinds.iter().map(row).collect();
        (!rows.is_empty()).then(|| ("What is not judged".to_owned(), rows))
    }

    /// The checklists of the guides, each box with its answer.
    fn checklists(&self, shipped: &Requirements) -> Vec<(String, Vec<Row>)> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut sections = Vec::new();
        for guide in self.report.project.guides() {
            let source = self.report.project.source(guide.file);
            let mut rows = Vec::new();
            for tick in boxes(source) {
                let text =
                    source.quote(tick.span).split_whitespace().collect::<Vec<_>>().join(" ").replace(['*', '`'], "");
                let id = format!("{OF_CHECKLIST}{}", slug(&text));
                if !text.is_empty() && seen.insert(id.clone()) {
                    rows.push(self.tick(&tick, id, text, shipped));
                }
            }
            if !rows.is_empty() {
                sections.push((format!("Checklist of {}", source.path), rows));
            }
        }
        let gone = self.attested.iter().filter(|(name, _)| name.starts_with(OF_CHECKLIST) && !seen.contains(**name));
        let rows: Vec<Row> = gone
            .map(|(name, one)| Row {
                evidence: vec![Evidence { at: None, text: format!("{} said: {}", one.by, one.reason) }],
                settle: Some(format!("remove it from `{}`: no checklist has this box any more", one.file)),
                ..Row::open((*name).to_owned(), "a box that is gone".to_owned())
            })
            .collect();
        if !rows.is_empty() {
            sections.push(("Said of boxes that are gone".to_owned(), rows));
        }
        sections
    }

    /// A box of a checklist: answered by the requirement it means, or by somebody.
    fn tick(&self, tick: &Tick, id: String, text: String, shipped: &Requirements) -> Row {
        let here = |text: &str| Evidence { at: Some(tick.span), text: text.to_owned() };
        let says = self.attested.get(id.as_str());
        let Some(control) = shipped.meant_by(&text).filter(|_| says.is_none()) else {
            let mut row = Row::open(id, text);
            if tick.done {
                row.evidence.push(here("the box is ticked, and nobody says who has seen it"));
            }
            row.settle =
                Some(format!("no file can show it: say who has seen it (`attest:` of `{}` in gonogo.yaml)", row.id));
            if let Some(one) = says {
                self.hear(one, &mut row);
            }
            return row;
        };
        let known = self.row(control);
        let told = match (known.state, tick.done) {
            (State::Fail, true) => "the box is ticked, and the files say otherwise",
            (State::NotApplicable, _) => "not to be seen here",
            (State::Unknown, true) => "the box is ticked, and nothing here shows it",
            _ => "",
        };
        let mut row = Row { id, require: text, stops: false, ..known };
        row.evidence.insert(0, here(&format!("see `{}`{}{told}", control.id, if told.is_empty() { "" } else { ": " })));
        row
    }

    /// Takes what somebody says of a requirement for its answer, as long as it holds.
    fn hear(&self, one: &Attestation, row: &mut Row) {
        match one.until.filter(|until| *until < self.today) {
            Some(until) => {
                row.state = State::Unknown;
                let text = format!("{} said until {until}: {}", one.by, one.reason);
                row.evidence.insert(0, Evidence { at: None, text });
                row.settle = Some(format!("say it anew in `{}`: that day is over", one.file));
            }
            None => {
                row.state = if one.applies { State::Attested } else { State::NotApplicable };
                row.evidence = vec![Evidence { at: None, text: one.reason.clone() }];
                (row.more, row.settle) = (0, None);
                row.attested = Some((one.by.clone(), one.until));
            }
        }
    }

    fn row(&self, control: &Control) -> Row {
        let mut row = self.judged(control);
        let says = self.attested.get(control.id.as_str());
        if let Some(one) = says.filter(|_| row.state != State::Fail && row.state != State::Pass) {
            self.hear(one, &mut row);
        } else if let Some(one) = says.filter(|_| row.state == State::Fail) {
            let text = format!("{} said otherwise: {}", one.by, one.reason);
            row.evidence.push(Evidence { at: None, text });
        }
        row.mask();
        row
    }

    /// What the files show of it.
    fn judged(&self, control: &Control) -> Row {
        let mut row = Row::open(control.id.clone(), control.require.clone());
        let to_say =
            control.attest.as_ref().map(|what| format!("no file can show it: say {what} (`attest:` in gonogo.yaml)"));
        if to_say.is_none() && !control.about.iter().any(|kind| self.kinds.contains(kind.as_str())) {
            row.state = State::NotApplicable;
            row.evidence = vec![Evidence { at: None, text: format!("there is no {} here", listed(&control.about)) }];
            return row;
        }
        let report = self.report;
        let mut found: Vec<&Finding> = report.findings.iter().filter(|finding| control.has(finding.rule)).collect();
        found.retain(|finding| finding.severity > Severity::Info);
        found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let (live, waived): (Vec<_>, Vec<_>) = found.into_iter().partition(|finding| finding.live());
        let open: Vec<&Unknown> = report.told().filter(|unknown| control.has(unknown.rule)).collect();
        let passed: Vec<_> = report
            .answers
            .iter()
            .filter(|answer| answer.outcome.pass > 0 && control.is_shown_by(answer.rule))
            .collect();
        let asked = report.answers.iter().any(|answer| answer.outcome.asked() > 0 && control.has(answer.rule));
        if let Some(worst) = live.first() {
            row.state = State::Fail;
            row.stops = worst.severity >= report.fail_on;
            row.settle = worst.help.clone();
            let told =
                live.iter().map(|finding| Evidence { at: Some(finding.primary.span), text: finding.message.clone() });
            row.show(told.collect());
        } else if !open.is_empty() {
            let told = open.iter().map(|unknown| Evidence { at: Some(unknown.span), text: unknown.why.clone() });
            row.show(told.collect());
            row.settle = Some("answer it in the files, or with `assume:` in gonogo.yaml".to_owned());
        } else if to_say.is_some() {
            row.settle = to_say;
        } else if let Some(first) = waived.first() {
            row.state = State::Attested;
            let reason = |finding: &Finding| match &finding.state {
                crate::rules::State::Waived { reason, .. } => reason.clone(),
                crate::rules::State::Live => String::new(),
            };
            row.attested = Some(("accepted".to_owned(), None));
            row.evidence = vec![Evidence { at: Some(first.primary.span), text: reason(first) }];
            row.more = waived.len() - 1;
        } else if control.needs.is_some_and(|need| !self.is_there(need)) {
            row.settle = control.otherwise.clone();
            if row.settle.is_none() {
                row.state = State::NotApplicable;
                row.evidence = vec![Evidence { at: None, text: "nothing here that it could be about".to_owned() }];
            }
        } else if !passed.is_empty() {
            row.state = State::Pass;
            let files: BTreeSet<FileId> =
                passed.iter().filter_map(|answer| answer.file).map(|file| self.seen(file)).collect();
            let rules: BTreeSet<&str> = passed.iter().map(|answer| answer.rule.id).collect();
            let told = files.iter().map(|file| Evidence { at: Some(Span::new(*file, 0, 0)), text: String::new() });
            row.show(told.collect());
            let text =
                format!("{} of {} found nothing wrong", plural(passed.len(), "check"), plural(rules.len(), "rule"));
            row.evidence.insert(0, Evidence { at: None, text });
        } else if asked {
            let open = report.unknowns.iter().filter(|unknown| !unknown.accepted && control.has(unknown.rule));
            let told = open.map(|unknown| Evidence { at: Some(unknown.span), text: unknown.why.clone() });
            row.show(told.collect());
            row.settle =
                Some("it cannot be told from what is here: look yourself, and say so with `attest:`".to_owned());
        } else {
            row.state = State::NotApplicable;
            row.evidence = vec![Evidence { at: None, text: "nothing here that it could be about".to_owned() }];
        }
        row
    }

    fn is_there(&self, need: Need) -> bool {
        let project = &self.report.project;
        match need {
            Need::Https => {
                project.servers().any(|server| server.old_ssl || server.listens.iter().any(|listen| listen.tls))
            }
            Need::Headers => {
                project.servers().any(|server| server.headers.get().is_some_and(|headers| !headers.is_empty()))
            }
            Need::Restart => project.services().any(|service| service.restart.set().is_some()),
            Need::Database => project.services().any(|service| service.store().is_some()),
            Need::Secret => {
                let literal = project.compose().iter().any(|compose| !compose.literals.is_empty());
                literal || project.env_files().any(|env| !env.credentials().is_empty())
            }
        }
    }

    /// The file that people know: the guide for one that it shows.
    fn seen(&self, file: FileId) -> FileId {
        self.report.project.told_at(Span::new(file, 0, 0)).file
    }
}

impl Row {
    /// One that nothing is known of yet.
    fn open(id: String, require: String) -> Row {
        let state = State::Unknown;
        Row { id, require, state, stops: false, evidence: Vec::new(), more: 0, settle: None, attested: None }
    }

    /// Hides what looks secret in what people say.
    fn mask(&mut self) {
        let texts = self.evidence.iter_mut().map(|evidence| &mut evidence.text);
        let all = texts.chain(&mut self.settle).chain(self.attested.as_mut().map(|(by, _)| by));
        all.for_each(|text| mask_in(text, &[], ""));
    }

    fn show(&mut self, mut all: Vec<Evidence>) {
        self.more = all.len().saturating_sub(SHOWN);
        all.truncate(SHOWN);
        self.evidence = all;
    }
}

/// The name of a box: its first words, in small letters.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(7).collect::<Vec<_>>().join("-")
}

fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// `env file, Compose file or systemd unit`: the kinds as people call them.
fn listed(kinds: &[String]) -> String {
    let words: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind.as_str() {
            "env" => "env file",
            "compose" => "Compose file",
            "dockerfile" => "Dockerfile",
            "nginx" => "nginx configuration",
            "unit" => "systemd unit",
            "pem" => "certificate or key",
            "gunicorn" => "gunicorn configuration",
            other => other,
        })
        .collect();
    match words.split_last() {
        Some((last, few)) if !few.is_empty() => format!("{} or {last}", few.join(", ")),
        _ => words.concat(),
    }
}
