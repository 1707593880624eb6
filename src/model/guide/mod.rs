//! A deployment guide as the files it shows: what a team has on disk after it has followed it.
//!
//! What a block is, its content decides: labels of fences lie. How the file is called is said by the fence, by a comment in
//! its first line, by the text or the heading above, or by the command that writes it (`cat >`, `tee`, `nano`). What is shown
//! in part is not judged, because what is missing may stand in the other part.

mod blank;
mod commands;
mod content;
mod heredoc;
mod merge;
mod name;
mod passage;
mod secrets;
mod tree;

use crate::model::{Class, Kind};
use crate::source::{Cut, Excerpt};
use crate::syntax::markdown::{self, Block};
use crate::syntax::shell;
use crate::syntax::snippets::is_shell_label;

pub use blank::{EXPECTED, TYPED_ON_PURPOSE, is_command_left_open, is_for_developers, is_left_open};
pub use commands::{Tick, boxes, commands};
use content::{Form, form_of, is_example, is_part, is_sample};
pub use heredoc::here_document;
pub use passage::{Passage, passages};
pub use secrets::{is_chosen, secrets};

/// A file that a guide shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What its path starts with that the guide does not say: see [`Embedded::made_up`](crate::source::Embedded).
    pub made_up: String,
    /// Its path in the project, behind that.
    pub name: String,
    /// Whether a command writes it as it is.
    pub as_it_is: bool,
    /// What is in it, and where that stands.
    pub excerpt: Excerpt,
}

/// A file as it is found, before all of them are known.
struct Found<'a> {
    /// What it is called, if anything says so: a path of the tree.
    name: Option<String>,
    /// What it looks like.
    form: Option<Form>,
    /// Whether a command writes it as it is.
    as_it_is: bool,
    excerpt: Excerpt,
    block: &'a Block,
}

/// Most files that are taken from a guide.
const MOST: usize = 400;

/// Most parts that are put into files: each time the file is read again.
const MOST_PARTS: usize = 32;

/// Larger guides, in bytes, are no work of people.
const LARGEST: usize = 1 << 20;

/// The files that a guide shows, each at its place, and the lines of those that it shows only in part.
/// `None`: there is more in it than is looked at.
pub fn shown(guide: &str, text: &str) -> Option<(Vec<Shown>, Vec<u32>)> {
    let blocks = read(text)?;
    let found = find(&blocks, text)?;
    let (whole, parts) = put_together(found, text);
    let line = |file: &Found| text.cut(..file.excerpt.place(0..0).start).matches('\n').count() as u32 + 1;
    let parts = parts.iter().map(line).collect();
    Some((tree::placed(guide, whole, line), parts))
}

/// Whether a guide shows a file of this name, whole or in part. `None`: there is more in it than is looked at.
pub fn shows(text: &str, name: &str) -> Option<bool> {
    let blocks = read(text)?;
    let found = find(&blocks, text)?;
    Some(found.iter().any(|file| file.name.as_ref().is_some_and(|own| shell::base_name(own) == name)))
}

/// Whether a guide tells its reader in prose to make a file of this name.
pub fn asks_for(text: &str, name: &str) -> bool {
    const VERBS: [&str; 10] =
        ["create", "add a ", "write a", "prepare a", "créer", "créez", "crear", "crie ", "erstelle", "созда"];
    text.lines().filter(|line| line.contains(name)).any(|line| {
        let lower = line.to_lowercase();
        VERBS.iter().any(|verb| lower.contains(verb))
    })
}

/// The chapter of a guide that a byte stands in, up to the end of its last block.
pub fn chapter_around(text: &str, at: usize) -> &str {
    let blocks = read(text).unwrap_or_default();
    let place = |block: &Block| block.code.place(0..block.code.text().len());
    let Some(chapter) = blocks.iter().take_while(|block| place(block).start <= at).last().map(tree::chapter) else {
        return text;
    };
    let end = blocks.iter().rfind(|block| tree::chapter(block) == chapter).map_or(text.len(), |block| place(block).end);
    text.cut(chapter..end)
}

/// Whether two bytes of a guide stand in two ways to deploy, of which the reader goes one.
pub fn are_ways(text: &str, one: usize, other: usize) -> bool {
    let blocks = read(text).unwrap_or_default();
    let around = |at: usize| blocks.iter().find(|block| block.code.place(0..block.code.text().len()).contains(&at));
    matches!((around(one), around(other)), (Some(one), Some(other)) if tree::are_ways(one, other))
}

fn read(text: &str) -> Option<Vec<Block>> {
    (text.len() <= LARGEST).then(|| markdown::blocks(text))
}

/// What the blocks show, as it is found.
fn find<'a>(blocks: &'a [Block], text: &str) -> Option<Vec<Found<'a>>> {
    let mut found = Vec::new();
    let mut edited: Option<(String, u8)> = None;
    for block in blocks {
        of_block(block, text, edited.take().map(|(name, _)| name), &mut found);
        edited = opened(block);
        if found.len() > MOST {
            return None;
        }
    }
    Some(found)
}

/// Parts of Compose files put into the files they belong to: the one of their name, and without a name the one before.
/// Other parts come second.
fn put_together<'a>(found: Vec<Found<'a>>, text: &str) -> (Vec<Found<'a>>, Vec<Found<'a>>) {
    let (mut whole, mut parts): (Vec<Found>, Vec<Found>) = Default::default();
    let mut merges = 0;
    for file in found {
        let is_compose = file.form == Some(Form::Compose);
        let same = |other: &&mut Found| {
            is_compose
                && other.form == file.form
                && file.name.as_ref().is_none_or(|name| other.name.as_ref() == Some(name))
        };
        let base = whole.iter_mut().rev().find(same);
        let base = base.filter(|base| merges < MOST_PARTS && !tree::are_choices(base.block, file.block));
        merges += usize::from(base.is_some());
        match base.and_then(|base| Some((merge::merged(&base.excerpt, &file.excerpt)?, base))) {
            Some((merged, base)) => base.excerpt = merged,
            None if is_part(file.form, file.excerpt.text()) || is_addition(&file, text) => parts.push(file),
            None if file.form == Some(Form::Env) && is_about_trouble(file.block) => parts.push(file),
            None if is_said_wrong(file.block, text) || is_sketch(&file, text) => parts.push(file),
            None if file.form == Some(Form::Env) && is_of_elsewhere(&file, text) => parts.push(file),
            None if file.name.is_none() && file.form == Some(Form::Env) && is_for_unit(file.block, text) => {
                parts.push(file)
            }
            None if file.name.is_none()
                && (is_example(file.excerpt.text()) || is_sample(file.form, file.excerpt.text())) =>
            {
                parts.push(file)
            }
            None => whole.push(file),
        }
    }
    (whole, parts)
}

/// Whether a Compose file is called an addition to another one, and looks like it: nothing but services.
fn is_addition(file: &Found, text: &str) -> bool {
    const VERBS: [&str; 8] = ["add", "update", "modify", "extend", "append", "edit", "change", "adjust"];
    let lead = text.cut(file.block.lead.clone()).trim();
    let last = lead.lines().last().unwrap_or_default().to_ascii_lowercase();
    let said = last.split(|c: char| !c.is_alphabetic()).any(|word| VERBS.contains(&word));
    let code = file.excerpt.text();
    let top = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    said && file.form == Some(Form::Compose) && code.lines().filter(top).all(|line| line.starts_with("services:"))
}

/// Whether a Compose file in a chapter about what runs leaves out parts of what it says, `postgresql://...`: it shows one thing, and
/// has the rest for a reminder.
fn is_sketch(file: &Found, text: &str) -> bool {
    let cut = |line: &str| line.trim_end().trim_end_matches(['"', '\'']).ends_with("://...");
    file.form == Some(Form::Compose)
        && file.excerpt.text().lines().any(cut)
        && passage::of_block(file.block, text) == Passage::Running
}

/// Whether a chapter is for finding out what is wrong: what it sets does not stay.
fn is_about_trouble(block: &Block) -> bool {
    const ELSEWHERE: [&str; 7] = ["отладк", "depuraci", "depuraç", "débogage", "fehlersuche", "调试", "hata ayıklama"];
    let inner = || block.headings.iter().rev().take(2).map(|heading| heading.text.to_lowercase());
    if inner().any(|text| ELSEWHERE.iter().any(|word| text.contains(word))) {
        return true;
    }
    let mut words =
        inner().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>());
    words.any(|word| matches!(word.as_str(), "debug" | "debugging" | "troubleshooting"))
}

/// Whether the line above a block says that it shows how not to do it: `**Frontend (this was wrong):**`.
fn is_said_wrong(block: &Block, text: &str) -> bool {
    const SAYS: [&str; 8] = ["was wrong", "is wrong", "(wrong", "wrong:", "wrong)", "incorrect", "❌", "неправильно"];
    let last = last_line(block, text);
    SAYS.iter().any(|word| last.contains(word))
}

/// Whether variables go to no file of a server: into the page of a platform, whose references they have (`${{Postgres.URL}}`), or to
/// a developer, as the label above says: `**En DEV:**`.
fn is_of_elsewhere(file: &Found, text: &str) -> bool {
    let last = last_line(file.block, text);
    let short = last.split_whitespace().count() < 5 && !last.contains('/');
    let label = short && (last.starts_with("**") || last.ends_with(':'));
    let has = |words: &[&str]| last.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    let developers = label
        && has(&["dev", "development", "développement", "desarrollo", "entwicklung"])
        && !has(&["prod", "production", "staging", "server"]);
    developers || file.excerpt.text().contains("=${{")
}

/// Whether the line above a block of variables says that they go into a unit of systemd, and into no file of their own.
fn is_for_unit(block: &Block, text: &str) -> bool {
    let last = last_line(block, text);
    ["systemd", ".service"].iter().any(|word| last.contains(word)) && !last.contains(".env")
}

/// The last line in front of a block, in small letters.
fn last_line(block: &Block, text: &str) -> String {
    text.cut(block.lead.clone()).trim().lines().next_back().unwrap_or_default().to_lowercase()
}

/// The files of one block.
fn of_block<'a>(block: &'a Block, text: &str, edited: Option<String>, found: &mut Vec<Found<'a>>) {
    let (label, code) = (block.label(), block.code.text());
    let is_shell = is_shell_label(&label);
    if is_shell {
        let before = found.len();
        found.extend(heredoc::files(&block.code).into_iter().filter(|(.., known)| *known).filter_map(
            |(path, excerpt, _)| {
                let form = form_of("", excerpt.text(), true);
                let name = tree::place(&path).filter(|name| fits(name, form, excerpt.text()))?;
                Some(Found { name: Some(name), form, as_it_is: true, excerpt, block })
            },
        ));
        if found.len() > before {
            return;
        }
    }
    let form = form_of(&label, code, false);
    let call = |form, part: &str| name::of(block, text, edited.as_deref(), |name| fits(name, form, part));
    if let Some(form) = form.filter(|form| !is_shell || form.is_sure(code)) {
        let name = call(Some(form), code);
        let other = || name.as_ref().is_none_or(|name| !name.contains("compose"));
        if form == Form::Compose && other() && content::is_of_another_program(code) {
            return;
        }
        let excerpt = if form == Form::Nginx { without_commands(&block.code) } else { block.code.clone() };
        found.push(Found { name, form: Some(form), as_it_is: false, excerpt, block });
    } else if let Some(name) = caddyfile(&label, || call(None, code)) {
        found.push(Found { name: Some(name), form: None, as_it_is: false, excerpt: block.code.clone(), block });
    } else if is_shell {
        found.extend(runs(block));
    } else if let Some(name) = call(None, code) {
        let form = Form::of_name(&name, code);
        found.push(Found { name: Some(name), form, as_it_is: false, excerpt: block.code.clone(), block });
    }
}

/// A configuration of nginx up to where its braces end and the commands begin: `ln -s`, `nginx -t`, `pm2 start`.
fn without_commands(code: &Excerpt) -> Excerpt {
    let (mut at, mut depth, mut end) = (0, 0_i64, 0);
    for line in code.text().split_inclusive('\n') {
        let words = line.trim();
        let word = words.split(' ').next().unwrap_or_default();
        if depth == 0 && end > 0 && content::is_typed_behind(word) && !words.ends_with([';', '{']) {
            return code.slice(0..end);
        }
        depth += words.matches('{').count() as i64 - words.matches('}').count() as i64;
        at += line.len();
        if depth == 0 && words.ends_with('}') {
            end = at;
        }
    }
    code.clone()
}

/// Whether a file of this name can hold a text.
fn fits(name: &str, form: Option<Form>, text: &str) -> bool {
    let kind = Class::of(name, text.as_bytes()).map(|class| class.kind);
    match form {
        Some(form) => kind == Some(form.kind()),
        None => kind.is_some_and(|kind| !matches!(kind, Kind::Guide | Kind::Config | Kind::Env | Kind::Pem)),
    }
}

/// The name of the Caddyfile that a block shows: its label says so, or it has none and something else does.
fn caddyfile(label: &str, named: impl Fn() -> Option<String>) -> Option<String> {
    let is_caddyfile =
        |name: &String| name.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("caddyfile"));
    match label {
        "caddyfile" | "caddy" => Some(named().filter(is_caddyfile).unwrap_or_else(|| "Caddyfile".to_owned())),
        "" | "text" | "txt" | "conf" => named().filter(is_caddyfile),
        _ => None,
    }
}

/// The file that the last command of a block opens in an editor; the next block shows what to write.
fn opened(block: &Block) -> Option<(String, u8)> {
    if !is_shell_label(&block.label()) {
        return None;
    }
    let commands = shell::commands(block.code.text());
    let last = commands.last()?;
    let level = block.headings.last().map_or(0, |heading| heading.level);
    name::edited(last).and_then(tree::place).map(|name| (name, level))
}

/// The files between the commands of a block: behind a comment or an editor that names one, up to the next empty line or
/// comment, or as far as its braces go.
fn runs(block: &Block) -> Vec<Found<'_>> {
    let code = block.code.text();
    let mut found = Vec::new();
    let mut open: Option<(String, usize)> = None;
    let (mut at, mut depth) = (0, 0_i64);
    for line in code.split_inclusive('\n').chain([""]) {
        let (start, words) = (at, line.trim());
        at += line.len();
        depth += words.matches('{').count() as i64 - words.matches('}').count() as i64;
        let comment = words.strip_prefix('#').filter(|_| !words.starts_with("#!"));
        let is_between = words.is_empty() || comment.is_some();
        if is_between && (depth <= 0 || line.is_empty()) {
            let body = open.as_ref().map(|(_, from)| *from..start);
            if let Some(body) = body.filter(|body| !code.cut(body.clone()).trim().is_empty())
                && let Some((name, _)) = open.take()
            {
                let part = code.cut(body.clone());
                let form = form_of("", part, true);
                if form.is_some_and(|form| form.is_sure(part)) && fits(&name, form, part) {
                    found.push(Found {
                        name: Some(name),
                        form,
                        as_it_is: false,
                        excerpt: block.code.slice(body),
                        block,
                    });
                }
            }
        }
        if let Some(name) = comment.filter(|_| depth <= 0).and_then(|comment| name::in_text(comment).into_iter().next())
        {
            open = Some((name, at));
        } else if is_between {
            // Nothing of the file yet: `# Add:`.
            open = open
                .map(|(name, from)| if code.cut(from..start).trim().is_empty() { (name, at) } else { (name, from) });
        } else if let Some(name) = shell::commands(words).last().and_then(name::edited).and_then(tree::place) {
            open = Some((name, at));
        }
    }
    found
}
