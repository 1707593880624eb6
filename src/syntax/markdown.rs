//! Markdown, as far as it shows files and says what to do: the blocks of code, what is said in front of each, words of code
//! within the text, and the boxes of checklists.
//!
//! `pulldown-cmark` reads it: fences in lists, quotes and other fences are what CommonMark says they are.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::source::{Cut, Excerpt};

/// A text in Markdown.
#[derive(Clone, Default, Debug)]
pub struct Markdown {
    /// The blocks of code.
    pub blocks: Vec<Block>,
    /// Code within the text, without its backticks.
    pub codes: Vec<Range<usize>>,
    /// The boxes of checklists.
    pub tasks: Vec<Task>,
}

/// A box of a checklist: `- [ ] Backups are restored once a month`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// Whether it is ticked.
    pub done: bool,
    /// What is to be done: the first paragraph of the item, as written.
    pub text: Range<usize>,
}

/// A block of code.
#[derive(Clone, Debug)]
pub struct Block {
    /// What is written behind the fence, as it is: ```` ```yaml title="compose.yml" ````.
    pub info: String,
    /// The code, with its places.
    pub code: Excerpt,
    /// The text in front of it, behind the heading and the block before, as written.
    pub lead: Range<usize>,
    /// The headings above it, outer before inner.
    pub headings: Vec<Heading>,
}

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// 1 for the title.
    pub level: u8,
    /// Its text, as written.
    pub text: String,
    /// Where it starts, which tells two of the same text apart.
    pub at: usize,
}

impl Block {
    /// The word that says what the code is written in, in small letters.
    pub fn label(&self) -> String {
        let info = self.info.trim().trim_start_matches(['{', '.']);
        info.split([' ', '{', ',', ':', '}', '\t']).next().unwrap_or_default().to_ascii_lowercase()
    }
}

/// The blocks of code of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    read(text).blocks
}

/// Reads a text.
pub fn read(text: &str) -> Markdown {
    let mut found = Markdown::default();
    let mut headings: Vec<Heading> = Vec::new();
    let mut open = false;
    // Whether the text of a box is being read.
    let mut boxed = false;
    let mut behind = 0;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TASKLISTS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let level = depth(level);
                headings.retain(|above| above.level < level);
                let words = text.cut(range.clone()).trim().trim_matches('#').trim();
                headings.push(Heading { level, text: words.to_owned(), at: range.start });
                behind = range.end;
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info,
                    CodeBlockKind::Indented => CowStr::Borrowed(""),
                };
                let lead = behind.min(range.start)..range.start;
                let headings = headings.clone();
                found.blocks.push(Block { info: info.into_string(), code: Excerpt::default(), lead, headings });
                (open, boxed) = (true, false);
            }
            Event::Text(code) if open => {
                if let Some(block) = found.blocks.last_mut() {
                    block.code.push(&code, range);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                open = false;
                behind = range.end;
            }
            Event::TaskListMarker(done) => {
                found.tasks.push(Task { done, text: range.end..range.end });
                boxed = true;
            }
            Event::Start(Tag::List(_) | Tag::Paragraph) | Event::End(TagEnd::Item | TagEnd::Paragraph) => boxed = false,
            event => {
                if let Event::Code(_) = event {
                    let signs = text.cut(range.clone()).bytes().take_while(|byte| *byte == b'`').count();
                    found.codes.push(range.start + signs..range.end.saturating_sub(signs).max(range.start + signs));
                }
                if let Some(task) = found.tasks.last_mut().filter(|_| boxed) {
                    task.text = task.text.start..range.end.max(task.text.end);
                }
            }
        }
    }
    for task in &mut found.tasks {
        let inner = text.cut(task.text.clone());
        let from = task.text.start + (inner.len() - inner.trim_start().len());
        task.text = from..from + inner.trim().len();
    }
    found
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_know_whether_they_are_ticked_and_what_they_say() {
        let text = "- [x] Backups: run `backup.sh`\n      daily\n  - [ ] **restored** once\n* [ ]\n\n1. [X] loose\n\n   more\n\n[ ] none\n";
        let read = read(text);
        let boxes: Vec<_> = read.tasks.iter().map(|task| (task.done, &text[task.text.clone()])).collect();
        let expected = [
            (true, "Backups: run `backup.sh`\n      daily"),
            (false, "**restored** once"),
            (false, ""),
            (true, "loose"),
        ];
        assert_eq!(boxes, expected);
        assert_eq!(read.codes.iter().map(|code| &text[code.clone()]).collect::<Vec<_>>(), ["backup.sh"]);
    }

    #[test]
    fn blocks_know_what_is_said_in_front_of_them() {
        let text =
            "# Deploy\n\n1. Create `.env`:\n\n   ```bash title=x\r\n   A=1\r\n   ```\n\n## Run\n\n> ~~~\n> b\n> ~~~\n";
        let blocks = blocks(text);
        let [first, second] = &blocks[..] else { panic!("{} blocks", blocks.len()) };
        assert_eq!((first.label().as_str(), first.code.text()), ("bash", "A=1\n"));
        assert_eq!(&text[first.code.place(0..3)], "A=1");
        assert_eq!(text[first.lead.clone()].trim(), "1. Create `.env`:");
        assert_eq!((second.code.text(), second.headings.len()), ("b\n", 2));
        assert_eq!(&text[second.code.place(0..1)], "b");
    }
}
