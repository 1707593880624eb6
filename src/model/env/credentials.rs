//! The secrets in an env file: which to judge, which to hide.

use std::cell::OnceCell;
use std::ops::Range;

use super::{EnvFile, EnvVar, effective};
use crate::model::Meaning;
use crate::secret::{self, Format, Holds, Limits, Secret, Weakness};
use crate::source::{Cut, Span, Spanned};

/// A secret that a variable holds, as its value or inside a URL.
#[derive(Clone, Debug)]
pub struct Credential<'a> {
    /// The variable.
    pub var: EnvVar<'a>,
    /// The secret itself. Never print it.
    pub value: &'a str,
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub holds: Holds,
    /// The user it belongs to, when it is the password of a URL.
    pub user: Option<&'a str>,
    /// Whether it stands in a URL.
    pub in_url: bool,
    /// What is wrong with it by the limits everybody has, once somebody asked.
    weakness: OnceCell<Option<Weakness>>,
}

impl<'a> Credential<'a> {
    /// The whole value of a variable.
    pub(super) fn whole(var: EnvVar<'a>, value: Spanned<&'a str>, holds: Holds) -> Self {
        let Spanned { value, span } = value;
        Credential { var, value, span, holds, user: None, in_url: false, weakness: OnceCell::new() }
    }

    /// `SECRET_KEY`, or `the password in DATABASE_URL`.
    pub fn subject(&self) -> String {
        let key = self.var.key.value;
        if self.in_url { format!("the password in `{key}`") } else { format!("`{key}`") }
    }

    /// What is wrong with it. `identities`: the variables beside it that name users, databases, hosts and projects.
    pub(crate) fn judge<'v>(
        &self,
        limits: &Limits,
        format: Option<Format>,
        identities: impl Iterator<Item = EnvVar<'v>>,
    ) -> Option<Weakness> {
        let key = self.var.key.value;
        let value = self.value.trim();
        let prefix = key.split('_').next().unwrap_or(key);
        let near = |var: &EnvVar| {
            let name = var.key.as_str();
            name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_')) || name == "COMPOSE_PROJECT_NAME"
        };
        let mut known: Vec<&str> = self.user.into_iter().collect();
        // Only a value that is as short as a name can be a name.
        if value.len() < 24 {
            known.extend(effective(identities.filter(near)).map(|(_, value)| value.value));
        }
        let name = if self.in_url { "" } else { key };
        Secret { known: &known, format, copied: self.var.copied, ..Secret::new(self.holds, name, value) }
            .weakness(limits)
    }

    /// Whether it is worth something, given what is wrong with it.
    pub(crate) fn is_real(&self, weakness: Option<&Weakness>) -> bool {
        let worthless = matches!(weakness, Some(Weakness::Placeholder | Weakness::Default(_)));
        self.holds != Holds::Lesser && !secret::is_no_secret(self.value) && !worthless
    }

    /// What the program that gets it demands of it. `beside`: the variables that are in effect there.
    pub(crate) fn format<'v>(&self, beside: impl Iterator<Item = (EnvVar<'v>, Spanned<&'v str>)>) -> Option<Format> {
        let name = self.var.key.value;
        if self.in_url || self.holds == Holds::Lesser || !Format::is_about(name) {
            return None;
        }
        let vars: Vec<_> = beside.map(|(var, value)| (var.key.value, value.value)).collect();
        Format::of(name, self.value.trim(), &vars)
    }

    /// The answer for the limits everybody has is kept: many rules ask.
    pub(crate) fn weakness(&self, limits: &Limits, judge: impl FnOnce() -> Option<Weakness>) -> Option<Weakness> {
        if *limits != Limits::default() {
            return judge();
        }
        self.weakness.get_or_init(judge).clone()
    }
}

impl<'a> EnvVar<'a> {
    /// The secrets in this variable, if the file alone decides what they are.
    pub fn credentials(&self) -> Vec<Credential<'a>> {
        let Some(value) = self.known() else { return Vec::new() };
        let text = value.as_str();
        let whole = |holds| Credential::whole(*self, value, holds);
        if text.is_empty() || text.len() > 1 << 16 || self.borrowed() {
            return Vec::new();
        }
        if text.contains("://") {
            // The password of a variable that is called one is judged there.
            let own = |range: &Range<usize>| {
                self.put_in().any(|part| {
                    let named = part.from.as_deref().is_some_and(|name| secret::holds(name).is_some());
                    named && part.range.start < range.end && range.start < part.range.end
                })
            };
            // One with signs of a URL in it is longer than it looks.
            let whole = |range: Range<usize>| {
                let part = self.put_in().find(|part| part.range.start == range.start);
                range.start..part.map_or(range.end, |part| part.range.end.max(range.end))
            };
            let passwords = secret::url_passwords(text).into_iter().filter(|range| !own(range)).map(whole);
            let in_urls = passwords.map(|range| {
                let user = text.cut(..range.start - 1).rsplit(['/', ',']).next().filter(|user| !user.is_empty());
                let span = self.part(range.clone());
                let value = Spanned::new(text.cut(range), span);
                Credential { user, in_url: true, ..Credential::whole(*self, value, Holds::Password) }
            });
            return in_urls.collect();
        }
        // `OPENSSL_KEY_V1=your-secret-key`: the name leaves it open, the value says what belongs there.
        let named = || self.key.value.split('_').any(|word| word.eq_ignore_ascii_case("KEY"));
        let spoken = || ["secret", "key", "token", "password"].iter().any(|word| text.contains(word));
        let open = || (named() && spoken() && secret::is_placeholder(text)).then_some(Holds::Lesser);
        self.holds.or_else(open).map(whole).into_iter().collect()
    }
}

impl EnvFile {
    /// Whether a secret is worth something.
    pub fn is_real(&self, credential: &Credential) -> bool {
        credential.is_real(self.weakness(credential, &Limits::default()).as_ref())
    }

    /// What is wrong with a secret of the file, given what else the file tells about it. Many rules ask, so the answer
    /// for the limits everybody has is kept.
    pub fn weakness(&self, credential: &Credential, limits: &Limits) -> Option<Weakness> {
        credential.weakness(limits, || self.judge(credential, limits))
    }

    fn judge(&self, credential: &Credential, limits: &Limits) -> Option<Weakness> {
        let identities = self.identities.iter().map(|&at| self.var(at as usize));
        // Nobody writes so many by hand.
        let few = self.statements.len() < 5000;
        credential.judge(limits, self.format(credential), identities.filter(|_| few))
    }

    /// What the program that reads the file demands of a secret.
    pub fn format(&self, credential: &Credential) -> Option<Format> {
        let few = self.statements.len() < 5000;
        credential.format(self.effective().filter(|_| few))
    }
}

impl Meaning for EnvFile {
    fn secrets(&self) -> Vec<Span> {
        if self.sealed {
            return vec![Span::new(self.file, 0, usize::MAX)];
        }
        let mut spans = self.tails.clone();
        for var in self.vars().chain(self.commented()) {
            hide(&var, &mut spans);
        }
        // A name that looks like no name, below a secret: the next line of a value that was pasted without quotes.
        let mut below = false;
        for var in self.vars() {
            let name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            if var.value.is_some() {
                below = var.holds.is_some();
            } else if below && !var.key.value.bytes().all(name) {
                spans.push(var.span);
            }
        }
        for &span in &self.lost {
            let line = self.text.get(span.range()).unwrap_or("");
            // A line nobody can read: all but its first word.
            let ends = |c: char| c == '=' || c == ':' || c.is_whitespace();
            let first = line.split_inclusive(ends).next().filter(|first| first.ends_with(ends)).unwrap_or("");
            let start = first.len();
            // Unless that word is no name: half of a value that was broken into two lines.
            let first = first.trim_end_matches(ends);
            let named = first.bytes().all(|b| b.is_ascii_uppercase() || b" =:_.-\t".contains(&b))
                || first.len() <= 10 && first.bytes().all(|b| b.is_ascii_alphabetic() || b" =:_-\t".contains(&b));
            let start = if named { start } else { 0 };
            let word = start == 0 && line.len() < 20;
            if !word {
                spans.push(span.slice(start, line.len()));
            }
        }
        spans
    }
}

/// Adds what must not be shown of one assignment.
fn hide(var: &EnvVar, spans: &mut Vec<Span>) {
    // Lines of a key that was pasted without quotes look like names.
    if secret::looks_like_credential(var.key.value) || var.key.value.len() > 60 {
        spans.push(var.span);
        return;
    }
    let Some(value) = &var.value else {
        // Half of a value that was broken into two lines.
        if !secret::is_name(var.key.value) {
            spans.push(var.span);
        }
        return;
    };
    let text = value.as_str();
    // `${NAME}` of the shell decodes to nothing, and shows nothing.
    if var.holds.is_some() && !secret::is_open(text) && !secret::names_itself(var.key.value, text) {
        spans.push(value.span);
    } else if secret::looks_like_credential(text) {
        spans.extend(secret::hidden_value(var.key.value, text).into_iter().map(|range| var.part(range)));
    } else if text.contains("://") {
        let written = secret::url_passwords(text)
            .into_iter()
            .filter(|range| !var.is_put_in(range.clone()) && !secret::is_open(text.cut(range.clone())));
        spans.extend(written.map(|range| var.part(range)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;
    use crate::model::Meaning;
    use crate::source::Source;

    fn shown(text: &str) -> String {
        let (env, mut source): (_, Source) = env(text);
        source.hide(env.secrets());
        source.shown().to_owned()
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        for (text, expected) in [
            ("DB_PASSWORD=kanarie\n", "DB_PASSWORD=*******\n"),
            ("DB_PASSWORD=\"kan\narie\"\n", "DB_PASSWORD=\"***\n****\"\n"),
            ("# JWT_SECRET=kanarie\n", "# JWT_SECRET=*******\n"),
            ("DATABASE_URL=postgres://u:kanarie@db/x\n", "DATABASE_URL=postgres://u:*******@db/x\n"),
            ("A_PASS=kanarie\nURL=x://u:${A_PASS}@db\n", "A_PASS=*******\nURL=x://u:${A_PASS}@db\n"),
            ("A=kana\nURL=x://u:${A}rie@db\n", "A=kana\nURL=x://u:*******@db\n"),
            ("URL=\"x://u:\\tkanarie@db\"\n", "URL=\"x://u:*********@db\"\n"),
            ("THING=f3a9c1d27b60e84512aa90bc7d3e5f18\n", "THING=********************************\n"),
            ("SMTP_PASS=kan #x\n", "SMTP_PASS=******\n"),
            ("SMTP_PASS=kan # x\n", "SMTP_PASS=*** # x\n"),
            ("MY KEY = kanarie 4711\n", "MY ******************\n"),
            ("A=1\n4fb088f4fe70b19@db:5432/x\n", "A=1\n*************************\n"),
            (
                "SECRET_KEY=\"kanarie\nund kanarie\nkanarie-471\nA=1\n",
                "SECRET_KEY=\"*******\n***********\n***********\nA=1\n",
            ),
            ("SECRET_KEY=kanarie\nkanarie-471\nHOME\n", "SECRET_KEY=*******\n***********\nHOME\n"),
            ("A=1\rDB_PASS=kanarie\r", "A=1\rDB_PASS=*******\r"),
            ("-e DB_PASS=kanarie\n", "-e ***************\n"),
            // Blanks of two and three bytes, as they are pasted from web pages.
            ("DB_PASS\u{a0} kanarie\n", "DB_PASS\u{a0}********\n"),
            ("DB_PASS\u{3000} kanarie\n", "DB_PASS\u{3000}********\n"),
            ("SECRET_KEY='kanarie\nA=1\n", "SECRET_KEY='*******\nA=1\n"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(!shown("\u{0}\u{1}\u{2}\u{3}kanarie").contains("kanarie"));
    }

    #[test]
    fn plain_values_are_shown() {
        for text in ["DEBUG=true\n", "DB_PASSWORD=${PASSWORD}\n", "HOST=https://example.com/a\n"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn credentials_know_their_place() {
        let (env, source) = env(
            "POSTGRES_USER=plane\nPOSTGRES_PASSWORD=plane\nURL=redis://:secret@h,redis://bob:geheim@h2\nX=${OUT}y\nAPI_KEY=${OUT}\n",
        );
        let found: Vec<_> = env
            .effective()
            .flat_map(|(var, _)| var.credentials())
            .map(|c| (c.subject(), &source.text()[c.span.range()], c.user.unwrap_or("").to_owned()))
            .collect();
        let expected = [
            ("`POSTGRES_PASSWORD`", "plane", ""),
            ("the password in `URL`", "secret", ""),
            ("the password in `URL`", "geheim", "bob"),
        ];
        assert_eq!(found, expected.map(|(a, b, c)| (a.to_owned(), b, c.to_owned())));
    }
}
