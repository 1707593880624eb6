//! What programs are told in lines of a key and a value: uWSGI, PHP, php-fpm, Redis, PostgreSQL.

use crate::model::{Head, Kind, Meaning};
use crate::source::{Cut, Spanned};
use crate::syntax::ini;

/// One file of settings.
#[derive(Clone, Debug)]
pub struct Ini {
    /// Its path.
    pub path: String,
    /// Whose it is.
    pub kind: Kind,
    /// The settings, in order.
    pub settings: Vec<Setting>,
}

/// `key = value`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name.
    pub key: Spanned<String>,
    /// What it is set to, without quotes and a comment behind it.
    pub value: Spanned<String>,
}

impl Meaning for Ini {}

impl Ini {
    /// The view of one file.
    pub fn new(head: &Head, tree: &ini::File) -> Self {
        let settings = tree.lines.iter().filter_map(|line| {
            let text = line.value.trim_start();
            if text.starts_with([';', '[']) {
                return None;
            }
            let (key, value) = match head.kind {
                // Without a sign between them, or with one in PostgreSQL (`postgresql.conf`, first lines).
                Kind::Redis => text.split_once([' ', '\t'])?,
                Kind::Postgres => text.split_once(['=', ' ', '\t'])?,
                _ => text.split_once('=')?,
            };
            let sign = |c: char| c.is_whitespace() || head.kind == Kind::Postgres && c == '=';
            let at = key.len() + 1 + value.len() - value.trim_start_matches(sign).len();
            let value = value.trim_start_matches(sign);
            let comment = if head.kind == Kind::Postgres { "#" } else { " ;" };
            let value = value.split(comment).next().unwrap_or_default().trim();
            let bare = value.trim_matches(['"', '\'']);
            Some(Setting {
                key: Spanned::new(key.trim_end().to_owned(), line.span.slice(0, key.trim_end().len())),
                value: Spanned::new(bare.to_owned(), line.span.slice(at, at + value.len())),
            })
        });
        Ini { path: head.source.path.clone(), kind: head.kind, settings: settings.collect() }
    }

    /// What a setting is in the end: the last line counts. In a pool, `php_admin_value[x]` sets `x` of PHP.
    pub fn get(&self, key: &str) -> Option<&Spanned<String>> {
        let is = |own: &str| {
            let inner = own.strip_prefix("php_admin_value[").or_else(|| own.strip_prefix("php_value["));
            own == key || inner.and_then(|inner| inner.strip_suffix(']')) == Some(key)
        };
        self.settings.iter().rev().find(|own| is(&own.key.value)).map(|own| &own.value)
    }

    /// A time of PHP in seconds: `30`, `30s`, `5m`, `1h`.
    pub fn seconds(&self, key: &str) -> Option<Spanned<u64>> {
        let value = self.get(key)?;
        let digits = value.value.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = value.value.cut(..digits).parse().ok()?;
        let factor = match value.value.cut(digits..) {
            "" | "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return None,
        };
        Some(Spanned::new(number.checked_mul(factor)?, value.span))
    }
}
