//! What stands in the text of guides and scripts that no reader of commands sees: secrets in the files that a guide shows, SQL.

use super::{Commands, Project};
use crate::model::image::Release;
use crate::model::starts::Step;
use crate::model::{Kind, Literal, Meaning, guide};
use crate::source::{Cut, FileId, Span};

impl Project {
    /// The secrets that guides about deployment show in blocks for servers.
    pub fn secrets_of_guides(&self) -> Vec<Literal> {
        let guides = self.guides().filter(|guide| !self.git.is_fixture(&guide.path));
        let sources = guides.map(|guide| self.document(guide.file)).filter(|guide| self.text_of(guide).is_some());
        sources.flat_map(|guide| guide::secrets(&guide.source)).collect()
    }

    /// The statements that let a user into a database of PostgreSQL and into no schema of it, in guides and scripts that say nothing
    /// else of who may make tables. With each the release the text is about, if it is a new enough one.
    pub fn grants_without_schema(&self) -> Vec<Span> {
        let told: Vec<_> = self.guides().map(|guide| guide.file).collect();
        let asked = |kind, file| kind == Kind::Script || told.contains(&file);
        let documents = self.documents.iter().filter(|document| asked(document.class.kind, document.source.id));
        let mut found = Vec::new();
        for document in documents {
            let Some(text) = self.text_of(document).filter(|text| text.contains("ON DATABASE")) else { continue };
            if settles_schema(text) || Release::old_postgres(text) {
                continue;
            }
            let at = text.match_indices("GRANT ALL").find(|(at, _)| {
                let statement = text.cut(*at..).split([';', '\n']).next().unwrap_or_default();
                // The user that the image of PostgreSQL makes may do everything.
                statement.contains("ON DATABASE") && statement.contains(" TO ") && !statement.contains("POSTGRES_USER")
            });
            if let Some((at, _)) = at {
                let end = at + text.cut(at..).split([';', '\n', '"']).next().unwrap_or_default().trim_end().len();
                found.push(Span::new(document.source.id, at, end));
            }
        }
        found
    }
}

impl Project {
    /// Whether a file is one that a guide shows.
    pub fn is_shown_by_guide(&self, file: FileId) -> bool {
        self.source(file).embedded.is_some()
    }

    /// Whether the project says that `sudo` asks for no password.
    pub fn lets_sudo_without_password(&self) -> bool {
        self.texts().any(|text| text.contains("NOPASSWD") || text.contains("sudoers"))
    }

    /// All commands of the guide that a chapter is of, when it is the first chapter: what goes over chapters is told once.
    pub fn steps_of_guide(&self, chapter: &Commands) -> &[Step] {
        let guide = self.guides().find(|guide| guide.file == chapter.file);
        let first = guide.and_then(|guide| guide.chapters().next());
        let is_first = first
            .is_some_and(|first| first.first().map(|step| step.span) == chapter.steps.first().map(|step| step.span));
        guide.filter(|guide| is_first && self.look(guide.steps().len())).map_or(&[], Meaning::steps)
    }
}

/// Whether a text says who owns a database, or who may make tables in it.
fn settles_schema(text: &str) -> bool {
    const SAYS: [&str; 8] = [
        "on schema",
        "owner",
        "superuser",
        "alter schema",
        "create schema",
        "search_path",
        "createuser -s",
        "on all tables",
    ];
    let lower = text.to_ascii_lowercase();
    SAYS.iter().any(|word| lower.contains(word))
}
