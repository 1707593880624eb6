//! Markdown, as far as it shows files: the blocks of code, and what is said in front of each.
//!
//! `pulldown-cmark` reads it: fences in lists, quotes and other fences are what CommonMark says they are.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::source::{Cut, Excerpt};

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
    let mut found: Vec<Block> = Vec::new();
    let mut headings: Vec<Heading> = Vec::new();
    let mut open = false;
    let mut behind = 0;
    for (event, range) in Parser::new(text).into_offset_iter() {
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
                found.push(Block { info: info.into_string(), code: Excerpt::default(), lead, headings });
                open = true;
            }
            Event::Text(code) if open => {
                if let Some(block) = found.last_mut() {
                    block.code.push(&code, range);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                open = false;
                behind = range.end;
            }
            _ => {}
        }
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
