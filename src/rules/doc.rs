//! Rule documentation: Markdown whose examples are executed.
//!
//! A fence's first word is the format, the others say what it is for: `bad` must give exactly the marked findings,
//! `good` none, `fixed` is `bad` after its help was followed, `config` is the `gonogo.yaml` of the example. `file=PATH` names the file;
//! `mode=644`, `tracked`, `utf16`, `crlf` and `unended` (no line feed at its end) say more about it. Fences of one heading form
//! one project per verdict: files of `bad` fences, or of `good` ones, together with those marked `both`.
//! In a bad fence a line of `^^^^ family/rule` below a line marks a finding; it is removed before the example is read.
//! `expect=family/rule@LINE:COLUMN` in the fence's words marks one where the format has no comments.
//!
//! Lines of `| words` (or `# | words`) directly below a marker, or below the head of a fence with `expect=`, are what the
//! finding says: its message, and from a line that begins with `help: ` its help. They are wrapped to fit the file and
//! joined with spaces. The first finding under a heading must have its words, others may; `GONOGO_BLESS=1 cargo test --test it rules`
//! writes those that must, and fills in where a lone `|` asks for them.
//!
//! Help must be possible, and end the finding. Lines of `> text` (or `# > text`) are what the line above them becomes when
//! somebody does what the help says; a lone `>` takes it away. Where that is in another file, or too much for it, a `fixed` fence
//! has the whole file; it is what the fix makes of the first bad fence where the finding offers one. `good fixed` is both. Then
//! nothing may be left to find for the rule, and nothing that stops a deployment may be new for the others.

use std::collections::HashSet;
use std::ops::Range;

use super::rule::Rule;

/// What an example is for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Must give exactly the marked findings.
    Bad,
    /// Must give none.
    Good,
    /// The bad example after its help was followed.
    Fixed,
    /// Belongs to both.
    Both,
}

/// Where a finding is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Line, from 1, without the marker lines.
    pub line: u32,
    /// Column, from 1, in code points.
    pub column: u32,
    /// Width of the marker in code points; 0 when only the start is given.
    pub width: u32,
    /// The rule.
    pub rule: String,
}

/// What a finding says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// A finding that an example must give.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Where it must be.
    pub place: Place,
    /// The lines of the documentation, from 0, that hold its words; where they belong when there are none.
    pub lines: Range<usize>,
    /// What it must say, if that is written down.
    pub words: Option<Words>,
}

impl Expected {
    /// Takes one line of its words.
    fn hear(&mut self, said: &str) {
        self.lines.end += 1;
        match &mut self.words {
            _ if said.is_empty() => {}
            None => self.words = Some(Words { message: said.to_owned(), help: None }),
            Some(words) => match (said.strip_prefix("help: "), &mut words.help) {
                (Some(help), None) => words.help = Some(help.to_owned()),
                (_, part) => {
                    let part = part.as_mut().unwrap_or(&mut words.message);
                    part.push(' ');
                    part.push_str(said);
                }
            },
        }
    }
}

/// One fenced example.
#[derive(Clone, Debug)]
pub struct Example {
    /// The heading it stands under.
    pub heading: String,
    /// What it is for.
    pub verdict: Verdict,
    /// Its file name.
    pub file: String,
    /// Its text without marker lines.
    pub text: String,
    /// The same after what the findings say was done, if that is written down.
    pub mended: Option<String>,
    /// Whether it is a good example that shows what becomes of the bad one (`good fixed`).
    pub shows_help: bool,
    /// The lines of the documentation, from 0, that say what is done.
    doing: Vec<usize>,
    /// What must be found in it.
    pub expected: Vec<Expected>,
    /// File mode in octal from `mode=644`.
    pub mode: Option<u32>,
    /// Whether git tracks the file (`tracked` among the words).
    pub tracked: bool,
    /// Whether git does not (`untracked`).
    pub untracked: bool,
    /// Whether a rule in `.gitignore` matches the file, which git does not track (`ignored`).
    pub ignored: bool,
    /// Whether the file is written in UTF-16 (`utf16` among the words).
    pub utf16: bool,
}

/// The documentation, line by line.
fn lines(rule: &Rule) -> impl Iterator<Item = &'static str> {
    rule.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// The examples of a rule, in order.
pub fn examples(rule: &Rule) -> Vec<Example> {
    let mut found = Vec::new();
    let mut heading = String::new();
    let mut open: Option<Fence> = None;
    for (at, line) in lines(rule).enumerate() {
        if let Some(words) = line.strip_prefix("```") {
            match open.take() {
                Some(fence) => found.extend(example(&heading, &fence)),
                None => open = Some(Fence { at, words: words.split_whitespace().collect(), lines: Vec::new() }),
            }
        } else if let Some(fence) = &mut open {
            fence.lines.push(line);
        } else if line.starts_with('#') {
            heading = line.trim_start_matches('#').trim().to_owned();
        }
    }
    found
}

/// A fence as it is written.
struct Fence {
    /// The line of its head.
    at: usize,
    /// The words of its head.
    words: Vec<&'static str>,
    /// What stands in it.
    lines: Vec<&'static str>,
}

/// The documentation for people: without fence attributes, the rules of markers, and the words of findings.
pub fn readable(rule: &Rule) -> String {
    let mut text = String::new();
    let mut inside = false;
    let mut aside: HashSet<usize> = HashSet::new();
    for example in examples(rule) {
        aside.extend(example.expected.into_iter().flat_map(|expected| expected.lines).chain(example.doing));
    }
    for (_, line) in lines(rule).enumerate().filter(|(at, _)| !aside.contains(at)) {
        if let Some(words) = line.strip_prefix("```") {
            if !inside {
                let kind = words.split_whitespace().find(|word| matches!(*word, "bad" | "good" | "fixed"));
                let file = words.split_whitespace().find_map(|word| word.strip_prefix("file="));
                if let Some(kind) = kind {
                    text.push_str(kind);
                    text.push_str(file.map(|f| format!(" ({f})")).unwrap_or_default().as_str());
                    text.push_str(":\n\n");
                }
            }
            inside = !inside;
            text.push_str("```");
            text.push_str(if inside { words.split_whitespace().next().unwrap_or("") } else { "" });
        } else if inside && marker(line).is_some() {
            text.push_str(line.trim_end_matches(|c| c != '^'));
        } else {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}

fn example(heading: &str, fence: &Fence) -> Option<Example> {
    let words = &fence.words;
    let has = |word: &str| words.contains(&word);
    let config = has("config");
    let verdict = if has("bad") {
        Verdict::Bad
    } else if has("good") {
        Verdict::Good
    } else if has("fixed") {
        Verdict::Fixed
    } else if has("both") || config {
        Verdict::Both
    } else {
        return None;
    };
    let value = |key: &str| words.iter().find_map(|w| w.strip_prefix(key)).map(str::to_owned);
    let file = value("file=").unwrap_or_else(|| {
        if config { "gonogo.yaml".into() } else { default_name(words.first().unwrap_or(&"")).into() }
    });
    let mark = |below: usize, line, column, width, rule: &str| Expected {
        place: Place { file: file.clone(), line, column, width, rule: rule.to_owned() },
        lines: below + 1..below + 1,
        words: None,
    };
    let in_head = words.iter().filter_map(|word| {
        let (rule, at) = word.strip_prefix("expect=")?.split_once('@')?;
        let (line, column) = at.split_once(':')?;
        Some(mark(fence.at, line.parse().unwrap_or(0), column.parse().unwrap_or(0), 0, rule))
    });
    let mut expected: Vec<Expected> = in_head.collect();
    let mut text = String::new();
    // With the place of the last line, until something takes its place.
    let (mut mended, mut last) = (String::new(), None);
    let mut doing = Vec::new();
    let mut line_number = 0;
    for (at, line) in (fence.at + 1..).zip(&fence.lines) {
        let above = expected.last_mut().filter(|above| above.lines.end == at);
        if let (Some(above), Some(said)) = (above, spoken(line)) {
            above.hear(said);
        } else if let Some((column, width, rule)) = marker(line) {
            expected.push(mark(at, line_number, column, width, rule));
        } else if let Some(instead) = becomes(line).filter(|_| matches!(verdict, Verdict::Bad | Verdict::Both)) {
            doing.push(at);
            mended.truncate(last.take().unwrap_or(mended.len()));
            mended.extend(instead.map(|line| format!("{line}\n")));
        } else {
            line_number += 1;
            last = Some(mended.len());
            for text in [&mut text, &mut mended] {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    let ended = |text: String| {
        let text = if has("unended") { text.trim_end().to_owned() } else { text };
        if has("crlf") { text.replace('\n', "\r\n") } else { text }
    };
    let mended = (!doing.is_empty()).then(|| ended(mended));
    let text = ended(text);
    let mode = value("mode=").and_then(|octal| u32::from_str_radix(&octal, 8).ok());
    Some(Example {
        heading: heading.to_owned(),
        verdict,
        file,
        text,
        mended,
        shows_help: has("good") && has("fixed"),
        doing,
        expected,
        mode,
        tracked: has("tracked"),
        untracked: has("untracked"),
        ignored: has("ignored"),
        utf16: has("utf16"),
    })
}

/// `#    ^^^^ env/debug-on`: column (from 1), width, rule.
fn marker(line: &str) -> Option<(u32, u32, &str)> {
    let carets = line.trim_start_matches([' ', '#']);
    let rest = carets.trim_start_matches('^');
    let (before, width) = (line.len() - carets.len(), carets.len() - rest.len());
    let rule = rest.trim();
    (width > 0 && rule.contains('/') && !rule.contains(' ')).then_some((before as u32 + 1, width as u32, rule))
}

/// `# | words`: a part of what a finding says.
fn spoken(line: &str) -> Option<&str> {
    line.trim_start_matches([' ', '#']).strip_prefix('|').map(str::trim)
}

/// `# > text`: what the line above becomes; without text it goes.
fn becomes(line: &str) -> Option<Option<&str>> {
    let text = line.trim_start_matches([' ', '#']).strip_prefix('>')?;
    if text.is_empty() { Some(None) } else { text.strip_prefix(' ').map(Some) }
}

fn default_name(format: &str) -> &'static str {
    match format {
        "env" => ".env",
        "compose" | "yaml" => "compose.yaml",
        "nginx" => "nginx.conf",
        "dockerfile" => "Dockerfile",
        "pem" => "cert.pem",
        "systemd" => "shop.service",
        "sh" => "deploy.sh",
        "crontab" => "crontab",
        "procfile" => "Procfile",
        "supervisor" => "supervisord.conf",
        "logrotate" => "logrotate.conf",
        "gunicorn" => "gunicorn.conf.py",
        "beanstalk" => ".ebextensions/python.config",
        "markdown" => "DEPLOYMENT.md",
        _ => "file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        id: "test/words",
        doc: " What.\n ```env bad file=.env expect=test/words@2:1\n | the first\n | words\n A=1\n #^ test/words\n # | help it: \
              no\n # | help: do\n # | this\n B=2\n ^ test/words\n |\n # | C\n ```\n",
        ..Rule::BASE
    };

    #[test]
    fn what_a_line_becomes_is_no_part_of_it() {
        const RULE: Rule = Rule {
            id: "test/words",
            doc: " ```compose bad\n a:\n # ^ test/words\n # | what\n # > b:\n # >   c: 1\n d:\n e:\n # >\n ```\n",
            ..Rule::BASE
        };
        let [example] = &examples(&RULE)[..] else { panic!("one example") };
        assert_eq!(example.text, "a:\nd:\ne:\n");
        assert_eq!(example.mended.as_deref(), Some("b:\n  c: 1\nd:\n"));
        assert_eq!(readable(&RULE), "bad:\n\n```compose\na:\n# ^\nd:\ne:\n```\n");
    }

    #[test]
    fn words_are_lines_directly_below_a_marker_or_a_head() {
        let [example] = &examples(&RULE)[..] else { panic!("one example") };
        let words = |message: &str, help: Option<&str>| {
            Some(Words { message: message.to_owned(), help: help.map(str::to_owned) })
        };
        let found: Vec<_> = example.expected.iter().map(|e| (e.lines.clone(), e.place.line, e.words.clone())).collect();
        assert_eq!(
            found,
            [
                (2..4, 2, words("the first words", None)),
                (6..9, 1, words("help it: no", Some("do this"))),
                (11..13, 2, words("C", None)),
            ]
        );
        assert_eq!(example.text, "A=1\nB=2\n");
        assert_eq!(readable(&RULE), "What.\nbad (.env):\n\n```env\nA=1\n#^\nB=2\n^\n```\n");
    }
}
