//! Crontab to the program that reads it.

use super::Project;
use crate::model::Meaning;
use crate::model::crontab::Crontab;
use crate::syntax::shell::base_name;

/// Programs that run crontabs otherwise than cron does.
const OTHERS: [&str; 5] = ["crond", "supercronic", "go-cron", "yacron", "ofelia"];

impl Project {
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
}
