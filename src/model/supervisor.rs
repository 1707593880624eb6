//! What supervisor starts and keeps running.

use crate::model::starts::{self, Starts};
use crate::model::{Head, Meaning};
use crate::source::{FileId, Spanned};
use crate::syntax::supervisor::{self, Section};

/// A configuration of supervisor.
#[derive(Clone, Debug)]
pub struct Supervisor {
    /// The file.
    pub file: FileId,
    /// Its sections.
    pub sections: Vec<Section>,
    starts: Starts,
}

impl Supervisor {
    /// The view of one file.
    pub fn new(head: &Head, tree: &mut supervisor::File) -> Self {
        let sections = tree.sections.clone();
        let starts = starts::of_supervisor(head, &sections);
        Supervisor { file: head.source.id, sections, starts }
    }

    /// `nodaemon` of the daemon itself, if it is set.
    pub fn nodaemon(&self) -> Option<&Spanned<String>> {
        self.sections
            .iter()
            .filter(|section| section.name.value == "supervisord")
            .find_map(|section| section.get("nodaemon"))
    }

    /// Whether it says that the daemon stays in the foreground.
    pub fn stays(&self) -> bool {
        self.nodaemon()
            .is_some_and(|own| matches!(own.value.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1"))
    }
}

impl Meaning for Supervisor {
    fn started(&self) -> Option<&Starts> {
        Some(&self.starts)
    }
}
