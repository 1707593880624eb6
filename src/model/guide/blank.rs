//! What a guide leaves to its reader to fill in.

use super::content::Form;
use crate::model::Kind;
use crate::model::env::is_placeholder_domain;
use crate::secret;
use crate::source::{Cut, Excerpt};

/// What is no mistake of a guide in an env file that people copy: they put in what is theirs, and choose among lines.
pub const EXPECTED: [&str; 13] = [
    "env/default-secret",
    "env/duplicate-key",
    "env/empty-secret",
    "env/localhost-url",
    "env/login-differs",
    "env/malformed-secret",
    // It shows those it speaks of.
    "env/missing-key",
    "env/placeholder-domain",
    "env/placeholder-secret",
    "env/reused-secret",
    // An account of one's own is put in, and the sandbox is what an example can name.
    "env/test-mode-key",
    "env/url-differs-from-parts",
    "env/weak-secret",
];

/// What is a mistake of a script that runs by itself, and none of a person who types it and knows why.
pub const TYPED_ON_PURPOSE: [&str; 1] = ["script/deletes-volumes"];

/// Whether a text is something to be filled in: `your-domain.com`, `changeme`, `/path/to/key.pem`. `before` is what stands
/// in front of it on its line.
pub fn is_left_open(before: &str, text: &str, kind: Kind) -> bool {
    // A command that should make a value up, and is in a file that nobody runs, is a mistake of the guide.
    if text.starts_with(['$', '`']) {
        return false;
    }
    // `.env.example`, `./scripts/deploy.sh`
    if kind == Kind::Guide && text.starts_with('.') {
        return false;
    }
    let mut hosts = text.split(|c: char| !(c.is_alphanumeric() || ".-_".contains(c)));
    secret::is_placeholder(text)
        || says_strong(text)
        || hosts.any(is_placeholder_domain)
        || text.contains("/path/to/")
        || is_named_after(before, text)
        || kind == Kind::Env && is_word(text)
        || kind != Kind::Env && kind != Kind::Compose && is_capitals(text)
}

/// Whether a whole command is something to be filled in: one of its words is, and not just the name of the server, an address or a
/// repository. Whoever puts in his own makes the same mistake.
pub fn is_command_left_open(text: &str) -> bool {
    let names_a_place = |word: &str| {
        let lower = word.to_ascii_lowercase();
        word.contains('@')
            || word.contains("://")
            || ["domain", "email", "e-mail", "repo", "url"].iter().any(|own| lower.contains(own))
            || lower.split(|c: char| !(c.is_alphanumeric() || ".-_".contains(c))).any(is_placeholder_domain)
    };
    text.split_whitespace().any(|word| !names_a_place(word) && is_left_open("", word, Kind::Guide))
}

/// Whether a comment says that what follows is for developers.
pub fn is_for_developers(comment: &str) -> bool {
    const WORDS: [&str; 5] = ["development", "dev", "local", "testing", "locally"];
    let lower = comment.trim_start().strip_prefix('#').unwrap_or_default().to_ascii_lowercase();
    let says = |words: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    says(&WORDS) && (!says(&["production", "prod"]) || says(&["not"]))
}

/// `RESTIC_PASSWORD=restic_password`, `AWS_SECRET_ACCESS_KEY: secret_access_key`.
fn is_named_after(before: &str, text: &str) -> bool {
    let name = before.trim_end_matches(['=', ':', ' ', '"', '\'']);
    let name = name.rsplit([' ', '-', '"', '\'', '\t']).next().unwrap_or_default().to_ascii_lowercase();
    text.contains('_') && text.len() > 4 && name.ends_with(&text.to_ascii_lowercase())
}

/// `strong-password`, `a_very_secure_secret`: what is wanted there.
fn says_strong(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "a", "very", "strong", "secure", "long", "random", "password", "pass", "passwd", "secret", "key", "token",
        "db", "jwt",
    ];
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['-', '_', ' ']).collect();
    let is = |one: &[&str]| words.iter().any(|word| one.contains(word));
    words.len() > 1 && words.iter().all(|word| WORDS.contains(word)) && is(&["strong", "secure", "random"])
}

/// A word that stands for what belongs there: `postgresql://user:password@host`.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 9] = ["password", "pass", "passwd", "secret", "user", "username", "token", "key", "dbpassword"];
    WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// `xINSTALL_DIRx/.env`, `APP_DIR/app.sock`: a name in capitals in the place of a path or a word.
fn is_capitals(text: &str) -> bool {
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.any(|word| {
        // A variable of the shell is no blank.
        let before = text.cut(..word.as_ptr() as usize - text.as_ptr() as usize);
        if before.ends_with('$') || before.ends_with("${") {
            return false;
        }
        let word = word.trim_matches('x');
        word.contains('_') && word.len() > 4 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    })
}

/// A file in which secrets that are left empty have a value: one that nobody could guess, or in files that everybody with the
/// code has, one from elsewhere.
pub fn filled(code: &Excerpt, form: Option<Form>) -> Excerpt {
    let mut whole = Excerpt::default();
    let (mut from, mut at) = (0, 0);
    for line in code.text().split_inclusive('\n') {
        let end = at + line.trim_end().len();
        at += line.len();
        let empty = line.trim_end().strip_suffix('=').map(|name| name.trim_start_matches([' ', '-']));
        let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let Some(name) = empty.filter(is_name).filter(|name| secret::is_secret_name(name)) else { continue };
        let value = |place: usize| match form {
            Some(Form::Env) => Some(super::heredoc::unguessable(place)),
            Some(Form::Compose) => Some(format!("${{{name}}}")),
            _ => None,
        };
        let there = code.place(end - 1..end).end;
        if let Some(value) = value(there) {
            whole.append(&code.slice(from..end));
            whole.push(&value, there..there);
            from = end;
        }
    }
    whole.append(&code.slice(from..code.text().len()));
    whole
}
