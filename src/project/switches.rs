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
}
