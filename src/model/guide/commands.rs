//! The commands of a guide: those of its blocks, and those within the text.

use super::content::form_of;
use super::tree::{chapter, is_for_developers};
use crate::source::{Cut, Source, Span};
use crate::syntax::markdown::{self, Block};
use crate::syntax::snippets::{self, Snippets, is_shell_label};

/// What a guide tells people to run. Those that are typed on the server know their chapter.
pub fn commands(source: &Source) -> Snippets {
    let markdown = markdown::read(source.text());
    let mut found = Snippets::default();
    let desks = chapters_of_developers(source, &markdown.blocks);
    let at_a_mac = is_for_a_mac(&source.path);
    for block in markdown.blocks.iter().filter(|block| is_shell_label(&block.label())) {
        let mut snippet = snippets::block(source, block);
        if !source.budget.nodes(1, snippet.span) {
            break;
        }
        let developers = at_a_mac
            || is_for_developers(block)
            || is_called_for_developers(source.text().cut(block.lead.clone()))
            || block.headings.iter().any(|heading| desks.contains(&heading.at));
        snippet.tried = developers;
        snippet.chapter = (is_typed(block) && !developers).then(|| chapter(block));
        found.list.push(snippet);
    }
    for place in markdown.codes {
        if !source.budget.nodes(1, Span::new(source.id, place.start, place.end)) {
            break;
        }
        found.list.extend(snippets::code(source, place));
    }
    found.list.retain(|snippet| !snippet.text.trim().is_empty());
    found.list.sort_by_key(|snippet| snippet.span);
    found
}

/// Whether a guide says by its name that it is for a Mac: `deploy-mac.md`.
fn is_for_a_mac(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| matches!(word, "mac" | "macos" | "osx" | "macbook"))
}

/// Whether the line above a block is a label that says so: `**SQLite (development):**`.
fn is_called_for_developers(lead: &str) -> bool {
    let last = lead.trim_end().lines().last().unwrap_or_default().to_ascii_lowercase();
    let label = last.starts_with("**") && last.trim_end_matches(':').ends_with("**");
    label && ["(development", "(dev)", "(local", "(for development"].iter().any(|word| last.contains(word))
}

/// Where the chapters of a README about installation begin that are for a machine somebody sits at, as what is in them says: the
/// README has one about deployment behind them.
fn chapters_of_developers(source: &Source, blocks: &[Block]) -> Vec<usize> {
    const DESK: [&str; 6] = ["brew install", "npm run dev", "yarn dev", "pnpm dev", "\\Scripts\\activate", "flutter "];
    let says = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let deploys = |name: &str| says(name, &["deploy", "production", "server"]);
    let installs = |name: &str| says(name, &["install", "setup", "set up", "getting started", "quick start"]);
    let readme = source.path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().starts_with("readme"));
    let (mut found, mut last) = (Vec::new(), None);
    for block in blocks.iter().filter(|_| readme) {
        let Some(chapter) = block.headings.iter().find(|heading| heading.level == 2) else { continue };
        let name = chapter.text.to_lowercase();
        if deploys(&name) {
            last = Some(chapter.at);
        } else if installs(&name) && !found.contains(&chapter.at) && says(block.code.text(), &DESK) {
            found.push(chapter.at);
        }
    }
    found.retain(|at| last.is_some_and(|last| last > *at));
    found
}

/// A box of a checklist.
#[derive(Copy, Clone, Debug)]
pub struct Tick {
    /// Whether it is ticked.
    pub done: bool,
    /// What it says.
    pub span: Span,
}

/// So many boxes are read.
const MOST_BOXES: usize = 300;

/// The boxes of the checklists in a guide.
pub fn boxes(source: &Source) -> Vec<Tick> {
    let tasks = markdown::read(source.text()).tasks.into_iter().take(MOST_BOXES);
    tasks.map(|task| Tick { done: task.done, span: Span::new(source.id, task.text.start, task.text.end) }).collect()
}

/// Whether a block says that it is for a shell, does not hold something else, and is for a server.
fn is_typed(block: &Block) -> bool {
    const SHELLS: [&str; 7] = ["sh", "shell", "bash", "zsh", "console", "shell-session", "shellsession"];
    let (label, code) = (block.label(), block.code.text());
    SHELLS.contains(&label.as_str())
        && !is_for_developers(block)
        && form_of(&label, code, false).is_none_or(|form| !form.is_sure(code))
}
