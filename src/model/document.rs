//! One file that was read, whatever state it is in.

use super::compose::is_tried_at_home;
use super::formats::{Class, Tree, View};
use super::{Head, env};
use crate::source::{Budget, FileId, Role, RoleWhy, Source, Span};
use crate::syntax::commands::is_for_deployment;
use crate::syntax::{Fault, Name};

/// A file: its text, what it is, which environment it belongs to, and its tree. Exists however broken the file is.
#[derive(Debug)]
pub struct Document {
    /// Path, text and what may be shown of it.
    pub source: Source,
    /// What it is and why.
    pub class: Class,
    /// The environment it belongs to by itself. What uses it can say otherwise: the project knows.
    pub own_role: Role,
    /// How that was found.
    pub own_role_why: RoleWhy,
    /// What the parser made of it.
    pub tree: Tree,
}

impl Document {
    /// Parses a source by its kind and gives what it means by itself; hides in it what must not be printed.
    pub fn read(mut source: Source, class: Class, role: Role, role_why: RoleWhy) -> (Self, Option<View>) {
        let mut tree = class.kind.parse(&source);
        // A file whose name says nothing belongs where it says it does.
        let said = match &tree {
            Tree::Env(file)
                if matches!(role_why, RoleWhy::Unnamed | RoleWhy::Name) && env::is_pattern(&source, file) =>
            {
                Some(Role::Template)
            }
            Tree::Env(file) if role_why == RoleWhy::Unnamed => env::said_role(&source, file),
            Tree::Unit(_) if role_why == RoleWhy::Unnamed && is_laid_by(&source) => Some(Role::Template),
            Tree::Compose(_) if (role, role_why) == (Role::Staging, RoleWhy::Name) => {
                is_tried_at_home(source.text()).then_some(Role::Development)
            }
            _ => None,
        };
        let (own_role, own_role_why) = said.map_or((role, role_why), |role| (role, RoleWhy::Content));
        let view = tree.view(&Head { source: &source, kind: class.kind });
        if let Some(meaning) = view.as_ref().map(View::meaning) {
            source.publish(meaning.public());
            source.hide(meaning.secrets());
        }
        (Document { source, class, own_role, own_role_why, tree }, view)
    }

    /// A file nothing may be said about: its text is gone. What was drawn of its budget is kept.
    pub fn unread(id: FileId, path: String, budget: Budget, class: Class, role: Role, role_why: RoleWhy) -> Self {
        let mut source = Source::new(id, path, Vec::new());
        source.budget = budget;
        Document { source, class, own_role: role, own_role_why: role_why, tree: Tree::Unread }
    }

    /// Whether its name says that it is about deployment: `deploy.sh`, `DEPLOY_VPS.md`.
    pub fn is_for_deployment(&self) -> bool {
        is_for_deployment(&Name::new(&self.source.path))
    }

    /// What the parser could not read.
    pub fn faults(&self) -> &[Fault] {
        self.tree.common().map_or(&[], |tree| tree.faults())
    }

    /// The comments, in order: where waivers are looked for.
    pub fn comments(&self) -> &[Span] {
        self.tree.common().map_or(&[], |tree| tree.comments())
    }

    /// The nodes a comment above them can be about, outer before inner.
    pub fn nodes(&self) -> Vec<Span> {
        self.tree.common().map_or_else(Vec::new, |tree| tree.nodes(self.source.id))
    }
}

/// Whether the first line of a file says that nobody uses it.
fn is_laid_by(source: &Source) -> bool {
    const WORDS: [&str; 7] =
        ["not using this", "not used", "no longer used", "unused", "deprecated", "obsolete", "do not use"];
    let first = source.text().lines().next().unwrap_or_default();
    let comment = first.strip_prefix(['#', ';']).map(|text| text.trim_start_matches(['#', ' ']).to_ascii_lowercase());
    comment.is_some_and(|text| WORDS.iter().any(|word| text.starts_with(word)))
}
