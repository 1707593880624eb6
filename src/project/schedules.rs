//! What runs by the clock, and crontab to the program that reads it.

use std::collections::{HashMap, HashSet};

use super::{Project, triggered};
use crate::model::compose::Service;
use crate::model::crontab::Crontab;
use crate::model::starts::Step;
use crate::model::units::{Unit, UnitType};
use crate::model::{Kind, Meaning};
use crate::source::{Cut, Span};
use crate::syntax::crontab;
use crate::syntax::shell::{self, base_name};

/// Programs that run crontabs otherwise than cron does.
const OTHERS: [&str; 5] = ["crond", "supercronic", "go-cron", "yacron", "ofelia"];

/// How many places of one name are kept.
const PLACES: usize = 8;

/// The files that schedules run, by their names: each path as it is written, and where.
#[derive(Clone, Default, Debug)]
pub(super) struct Clock(HashMap<String, Vec<(String, Span)>>);

impl Clock {
    fn add(&mut self, path: &str, span: Span) {
        let places = self.0.entry(base_name(path).to_owned()).or_default();
        if places.len() < PLACES {
            places.push((path.to_owned(), span));
        }
    }

    /// What a command of a schedule runs: its program, and the scripts among its words.
    fn add_step(&mut self, step: &Step) {
        let here = step.place.elsewhere.as_deref().unwrap_or_default();
        let program = step.argv().first();
        let interpreted = step.argv().get(1).filter(|_| shell::is_shell(step.name()));
        let named = step.words.iter().filter(|word| base_name(&word.value).contains('.'));
        for word in program.into_iter().chain(interpreted).chain(named) {
            let path = word.value.trim_start_matches("./");
            match path.starts_with(['/', '~', '$']) || here.is_empty() {
                true => self.add(path, step.span),
                false => self.add(&format!("{}/{path}", here.trim_end_matches('/')), step.span),
            }
        }
    }
}

/// How many parts at their ends two paths have in common.
fn in_common(one: &str, other: &str) -> usize {
    one.rsplit('/').zip(other.rsplit('/')).take_while(|(a, b)| a == b).count()
}

impl Project {
    /// What runs a file by the clock. A schedule names a file of the server: it is that of the project which has more of the
    /// path in common than any other, and lies in no other folder of the project.
    pub(super) fn run_by_the_clock(&self, path: &str) -> Option<Span> {
        let name = base_name(path);
        let places = self.clock().0.get(name)?;
        let others: Vec<&str> =
            self.files.files().filter(|own| self.look(1) && base_name(own) == name && *own != path).collect();
        let is_meant = |written: &str| {
            let common = in_common(path, written);
            let folder = written.rsplit('/').nth(1).filter(|folder| !folder.is_empty());
            let elsewhere = || folder.is_some_and(|folder| self.has_folder(folder));
            let alone = others.iter().all(|other| in_common(other, written) < common);
            alone && (common > 1 || common == path.split('/').count() || !elsewhere())
        };
        places.iter().find(|(written, _)| is_meant(written)).map(|(_, span)| *span)
    }

    /// Whether a folder of the project is called so.
    fn has_folder(&self, name: &str) -> bool {
        self.files.files().any(|path| self.look(1) && path.split('/').rev().skip(1).any(|part| part == name))
    }

    fn clock(&self) -> &Clock {
        self.clock.get_or_init(|| {
            let mut found = Clock::default();
            let by_clock = |unit: &&Unit| {
                let timers = self.units.iter().filter(|timer| timer.kind == UnitType::Timer);
                timers.into_iter().any(|timer| triggered(timer) == unit.name)
            };
            let units = self.units.iter().filter(by_clock).flat_map(|unit| unit.steps());
            let crontabs = self.crontabs.iter().flat_map(|crontab| crontab.steps());
            units.chain(crontabs).for_each(|step| found.add_step(step));
            // A line of a crontab in a guide.
            for document in self.documents.iter().filter(|document| document.class.kind == Kind::Guide) {
                let text = document.source.text();
                if !self.look(1 + text.len() / 64) {
                    break;
                }
                // A script that the guide shows is another one than that of the project.
                let file = self.loading.iter().find(|file| file.file == document.source.id);
                let makes = file.iter().flat_map(|file| file.steps()).flat_map(|step| step.makes());
                let is_told = |own: &&crate::model::Document| {
                    self.guide_of(own.source.id).is_some_and(|guide| guide.source.id == document.source.id)
                };
                let shown: HashSet<&str> = self
                    .documents
                    .iter()
                    .filter(|own| own.class.kind == Kind::Script && self.look(1))
                    .filter(is_told)
                    .map(|own| base_name(&own.source.path))
                    .collect();
                let own: HashSet<&str> =
                    makes.map(|path| base_name(&path.value)).filter(|name| !shown.contains(name)).collect();
                let mut start = 0;
                for line in text.split_inclusive('\n') {
                    let body = line.trim();
                    let from = start + (line.len() - line.trim_start().len());
                    start += line.len();
                    let Some(at) = crontab::entry_of(body).filter(|_| body.contains('*')) else { continue };
                    let span = Span::new(document.source.id, from, from + body.len());
                    let named = body.cut(at..).split_whitespace().filter(|word| base_name(word).contains('.'));
                    let named = named.filter(|word| !own.contains(base_name(word)));
                    named.take(4).for_each(|word| found.add(word, span));
                }
            }
            // `echo "0 3 * * * /opt/shop/backup.sh" | crontab -`
            for step in self.loading.iter().flat_map(|file| file.steps()) {
                let texts = step.words.iter().chain(step.redirects.iter().filter_map(|own| own.body.as_ref()));
                for text in texts.filter(|text| text.value.contains("* * ")) {
                    let named = text.value.split_whitespace().filter(|word| base_name(word).contains('.'));
                    named.for_each(|word| found.add(word, text.span));
                }
            }
            found
        })
    }

    /// Whether something else than Debian's cron reads crontabs here: that of BusyBox, or one made for containers.
    pub fn has_other_cron(&self) -> bool {
        let other = |words: &[String]| {
            words.iter().flat_map(|word| word.split_whitespace()).any(|word| OTHERS.contains(&base_name(word)))
        };
        let processes = self.processes();
        let started = || processes.iter().filter_map(|process| process.words()).any(other);
        let scripts = || {
            let mut steps = self.loading.iter().flat_map(|file| file.steps());
            steps.any(|step| OTHERS.contains(&step.tool()))
        };
        self.look(self.loading.len() + 1) && (started() || scripts())
    }

    /// Whether a crontab is installed for a user, by `crontab FILE` in a script or an image.
    pub fn is_given_to_crontab(&self, crontab: &Crontab) -> bool {
        let name = base_name(&crontab.path);
        let is = |word: &str| base_name(word) == name;
        let scripts = || {
            let mut steps = self.loading.iter().flat_map(|file| file.steps());
            steps.any(|step| step.name() == "crontab" && step.arguments().iter().any(|word| is(&word.value)))
        };
        let images = || {
            let mut runs = self.dockerfiles.iter().flat_map(|file| &file.stages).flat_map(|stage| stage.runs());
            runs.any(|run| {
                run.commands.iter().any(|words| {
                    words.first().is_some_and(|word| base_name(&word.value) == "crontab")
                        && words.iter().skip(1).any(|word| is(&word.value))
                })
            })
        };
        self.look(self.loading.len() + 1) && (scripts() || images())
    }

    /// Where a job of the cron in a service's image asks for a variable of the service: Debian's cron hands none of them on, and
    /// nothing here writes them down for it.
    pub fn job_without_variable<'a>(&'a self, service: &'a Service) -> Option<(&'a str, Span)> {
        let names = self.environment_of(service);
        let images = self.images();
        let image = images.iter().find(|image| image.services.iter().any(|own| own.id == service.id))?;
        if names.is_empty() || self.writes_environment() {
            return None;
        }
        let inside = |path: &str| self.taken_into(image, path).is_some();
        for crontab in self.crontabs.iter().filter(|crontab| inside(&crontab.path)) {
            let reads = |step: &Step| matches!(step.name(), "source" | "." | "eval" | "export" | "set");
            if crontab.setting("BASH_ENV").is_some() || crontab.steps().iter().any(reads) {
                continue;
            }
            let asked = |step: &'a Step, sets: &HashSet<&str>| {
                step.words.iter().find_map(|word| {
                    let own = |name: &&&str| {
                        crontab.setting(name).is_none()
                            && !sets.contains(*name)
                            && !USUAL.contains(name)
                            && !step.minded.iter().any(|minded| minded == *name)
                            && names_variable(&word.value, name)
                    };
                    Some((*names.iter().find(own)?, word.span))
                })
            };
            for step in crontab.steps() {
                let of_line = asked(step, &HashSet::new());
                let programs = step.argv().iter().take(2).map(|word| base_name(&word.value));
                let scripts = programs.flat_map(|name| {
                    self.loading.iter().filter(move |file| base_name(&file.path) == name && inside(&file.path))
                });
                let of_scripts = scripts.filter(|_| self.look(1)).find_map(|file| {
                    let sets: HashSet<&str> =
                        file.steps().iter().flat_map(|step| &step.sets).map(|set| set.value.0.as_str()).collect();
                    let reads = |step: &Step| matches!(step.name(), "source" | "." | "eval");
                    (!file.steps().iter().any(reads))
                        .then(|| file.steps().iter().find_map(|step| asked(step, &sets)))?
                });
                if let Some(found) = of_line.or(of_scripts) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Whether anything writes the variables of a container into a file, from where jobs may have them.
    fn writes_environment(&self) -> bool {
        const SAYS: [&str; 9] = [
            "/etc/environment",
            "printenv",
            "export -p",
            "declare -p",
            "declare -x",
            "env >",
            "env |",
            "/proc/1/environ",
            "BASH_ENV",
        ];
        self.texts().any(|text| SAYS.iter().any(|word| text.contains(word)))
    }
}

/// Variables that cron sets itself, or that nobody misses.
const USUAL: [&str; 9] = ["HOME", "LOGNAME", "USER", "SHELL", "PATH", "PWD", "LANG", "TZ", "HOSTNAME"];

/// Whether a text names a variable: `$NAME`, `${NAME}`.
fn names_variable(text: &str, name: &str) -> bool {
    text.contains(&format!("${{{name}}}"))
        || text
            .match_indices(&format!("${name}"))
            .any(|(at, own)| !text.cut(at + own.len()..).starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}
