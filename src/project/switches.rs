//! Variable to the settings that read it.

use super::Project;
use crate::source::{Role, Spanned};

impl Project {
    /// Where settings take the text of a variable for a switch.
    pub fn taken_as_text(&self, variable: &str) -> Option<&Spanned<String>> {
        let ships = |file| !matches!(self.role(file), Role::Test | Role::Development | Role::Template);
        let settings =
            self.settings.iter().filter(|settings| self.look(1 + settings.texts.len()) && ships(settings.file));
        settings.flat_map(|settings| &settings.texts).find(|read| read.value == variable)
    }

    /// Whether a program's settings say themselves which hosts it answers to, so that no variable does.
    pub fn has_own_hosts(&self) -> bool {
        let ships = |file| !matches!(self.role(file), Role::Test | Role::Development | Role::Template);
        self.settings.iter().any(|settings| self.look(1) && settings.own_hosts && ships(settings.file))
    }
}
