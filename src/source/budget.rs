//! How much is too much: the one home of the limits on what input may cost.
//!
//! A few hundred bytes can ask for gigabytes: variables that double with every line, files that include each other
//! twice, aliases of aliases. So whatever makes something out of a file draws from the [`Budget`] of that file, and the
//! run keeps no more than fits into [`RUN`]. Where a budget ends, the file or the rest of the run is *too large to
//! judge*: a fault with the line, exit code 2, never half an answer.
//!
//! | what is counted | of a file | of a run | most in 1,355 real files, and in all of them as one project | margin |
//! |---|---|---|---|---|
//! | bytes read | 32 MiB | 128 MiB | 35 kB; 1.8 MB | 900 x; 70 x |
//! | nodes: YAML nodes and the values Compose makes of them, assignments, directives, instructions with their words, blocks, lines | 50,000 and one for every 20 bytes, 1,000,000 at most | 1,500,000 | 4,701; 148,698 | 11 x; 10 x |
//! | nodes of nginx configurations, includes put in | – | as of one file with the text of all | 5,628 | 11 x |
//! | bytes made: what variables put into values | 1 MiB and eight times the file, 4 MiB at most | – | 6,110 | 200 x |
//! | findings or open questions of one rule about one subject | 1,000; about the project as a whole 10,000 | 100,000 of all rules | 10; 5,674 | 100 x; 17 x |
//! | related places of one finding | 50, the others are counted | – | 4 | 12 x |
//! | comparisons of the things of one file with those of others | – | 50,000,000 | 958,145 | 52 x |
//! | patterns in the configuration; its words | 2,000; 20,000 | – | 30; 1,100 | 60 x; 18 x |
//!
//! A node takes up to 300 bytes, so that a file needs at most twenty times its size and 30 MB, and a run less than 1 GB.
//! How deep things may be nested is no question of amount: those limits are those of the programs that read the
//! formats, and stand beside the readers.
//!
//! Files are worked on in parallel, and the result may not depend on who is first: a file's budget is its own, and a
//! run is cut in the order of paths (`threads::within`).

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::lines::LineIndex;
use super::span::Span;

/// Bytes of one file; larger ones are not read.
pub const LARGEST: usize = 32 << 20;

/// Files beyond this size are worked on one after the other, so that the peak does not grow with the threads.
pub const HEAVY: usize = 1 << 20;

/// Bytes that a program's reading of an env file may make beyond what is written, and most that a file may make at all.
pub const MADE: usize = 4 << 20;

/// Related places a finding keeps.
pub const LABELS: usize = 50;

/// Findings, and open questions, that one rule may have about one subject.
pub const FINDINGS: usize = 1_000;

/// The same for rules about all of the project.
pub const OF_ALL: usize = 10_000;

/// Patterns of the configuration that are tried on every path, and entries of its other lists.
pub const PATTERNS: usize = 2_000;

/// Keys and values of a configuration or a pack, all together.
pub const WORDS: usize = 20_000;

/// What all files of a run may cost together.
pub const RUN: Run = Run { bytes: 128 << 20, nodes: 1_500_000, findings: 100_000, steps: 50_000_000 };

/// The limits of a run.
#[derive(Copy, Clone, Debug)]
pub struct Run {
    /// Bytes of all files that are kept.
    pub bytes: usize,
    /// Nodes of all files.
    pub nodes: usize,
    /// Findings and open questions.
    pub findings: usize,
    /// Comparisons of the things of one file with those of another.
    pub steps: usize,
}

/// What was used of a budget.
#[derive(Copy, Clone, Default, PartialEq, Eq, Debug)]
pub struct Spent {
    /// Things that were made of what is written.
    pub nodes: usize,
    /// Bytes that variables put into values.
    pub bytes: usize,
    /// Comparisons of one thing with another: what grows with the square when something is looked for by going
    /// through everything.
    pub steps: usize,
}

impl Spent {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Spent) -> Spent {
        Spent { nodes: self.nodes + other.nodes, bytes: self.bytes + other.bytes, steps: self.steps + other.steps }
    }
}

/// What a budget ran out of.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Cost {
    /// Nodes.
    Nodes,
    /// Bytes made.
    Bytes,
}

/// Where a budget ran out.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Over {
    /// The first thing that did not fit.
    pub at: Span,
    /// Of what there was too much.
    pub cost: Cost,
    /// How much of it there may be.
    pub most: usize,
}

impl Over {
    /// What is to be said, for people. `lines` are those of the file the place is in.
    pub fn message(&self, lines: &LineIndex) -> String {
        let line = lines.line(self.at.start) + 1;
        let most = grouped(self.most);
        match self.cost {
            Cost::Nodes => format!("is too large to judge: line {line} is beyond the {most} things gonogo reads of it"),
            Cost::Bytes => {
                format!("is too large to judge: on line {line} variables have made more than {most} bytes of it")
            }
        }
    }
}

/// What may still be made of one file, or of several that are put together. Whoever draws and gets `false` stops.
#[derive(Debug)]
pub struct Budget {
    most_nodes: usize,
    most_bytes: usize,
    nodes: AtomicUsize,
    bytes: AtomicUsize,
    steps: AtomicUsize,
    over: OnceLock<Over>,
}

impl Default for Budget {
    fn default() -> Self {
        Budget::of(0)
    }
}

impl Budget {
    /// What may be made of so many bytes.
    pub fn of(length: usize) -> Self {
        Budget {
            most_nodes: (50_000 + length / 20).min(1_000_000),
            most_bytes: ((1 << 20) + length.saturating_mul(8)).min(MADE - 1),
            nodes: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            steps: AtomicUsize::new(0),
            over: OnceLock::new(),
        }
    }

    /// Draws nodes for what is at a place. `false`: there were not enough, now or before.
    pub fn nodes(&self, count: usize, at: Span) -> bool {
        self.draw(&self.nodes, count, Over { at, cost: Cost::Nodes, most: self.most_nodes })
    }

    /// Draws bytes that are made for a place, likewise.
    pub fn bytes(&self, count: usize, at: Span) -> bool {
        self.draw(&self.bytes, count, Over { at, cost: Cost::Bytes, most: self.most_bytes })
    }

    /// Draws comparisons. `false`: there were more than [`RUN`] allows, and whoever compares need not go on. Unlike the
    /// others they are drawn by many at once: that it ran out is the same for any number of threads, where is not.
    pub fn steps(&self, count: usize) -> bool {
        self.steps.fetch_add(count, Ordering::Relaxed) + count <= RUN.steps
    }

    /// Whether there were too many comparisons.
    pub fn weary(&self) -> bool {
        self.steps.load(Ordering::Relaxed) > RUN.steps
    }

    fn draw(&self, spent: &AtomicUsize, count: usize, over: Over) -> bool {
        if spent.fetch_add(count, Ordering::Relaxed) + count > over.most {
            self.over.get_or_init(|| over);
        }
        self.over.get().is_none()
    }

    /// As much again, nothing of it drawn: for a part that is made by itself and paid for afterwards.
    pub fn afresh(&self) -> Self {
        Budget { most_nodes: self.most_nodes, most_bytes: self.most_bytes, ..Budget::of(0) }
    }

    /// How many nodes may still be drawn.
    pub fn left(&self) -> usize {
        self.most_nodes.saturating_sub(self.nodes.load(Ordering::Relaxed))
    }

    /// Where it ran out.
    pub fn over(&self) -> Option<Over> {
        self.over.get().copied()
    }

    /// What was drawn.
    pub fn spent(&self) -> Spent {
        let read = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Spent { nodes: read(&self.nodes), bytes: read(&self.bytes), steps: read(&self.steps) }
    }
}

/// `1,000,000`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn the_first_place_that_does_not_fit_is_kept() {
        let budget = Budget::of(0);
        let at = |start| Span::new(FileId(0), start, start);
        assert!(budget.nodes(50_000, at(1)) && budget.over().is_none());
        assert!(!budget.nodes(1, at(2)) && !budget.nodes(1, at(3)));
        assert!(!budget.bytes(1, at(4)), "one that ran out gives nothing any more");
        assert_eq!(budget.over().map(|over| (over.at, over.cost)), Some((at(2), Cost::Nodes)));
    }

    #[test]
    fn what_is_said_names_the_line_and_the_limit() {
        let over = Over { at: Span::new(FileId(0), 4, 5), cost: Cost::Nodes, most: 1_050_000 };
        let message = over.message(&LineIndex::new("A=1\nB=2\n"));
        assert!(message.contains("line 2") && message.contains("1,050,000"), "{message}");
    }
}
