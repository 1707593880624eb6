//! The settings of a Python program, as far as they can be read without running it.

use crate::model::{Head, Meaning};
use crate::source::{Cut, FileId, Span, Spanned};
use crate::syntax::settings;

/// One `settings.py`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The document it was read from.
    pub file: FileId,
    /// The switches that take the text of a variable as it is: every text but an empty one is true in Python.
    pub texts: Vec<Spanned<String>>,
    /// Whether `ALLOWED_HOSTS` is a list that stands in it, whatever the variables say.
    pub own_hosts: bool,
    /// The variable that `ALLOWED_HOSTS` is read from, where one statement alone speaks of that list and adds nothing.
    pub hosts_from: Option<String>,
    /// Whether it speaks of `ALLOWED_HOSTS`.
    pub speaks_of_hosts: bool,
    /// Whether each request goes through what compares its host with that list, and through nothing that answers health checks
    /// before it.
    pub compares_hosts: bool,
    /// Whether a middleware answers health checks before the others see them.
    pub answers_probes: bool,
    /// The key that Django signs sessions with, where it stands in the file as it is and nothing else is said of it.
    pub secret_key: Option<Span>,
    /// Where Django is told to show its errors to everybody: `DEBUG = True`, and nothing else is said of it.
    pub debug: Option<Span>,
    /// The middleware of Django that compares where a form comes from with the site, if there are sessions as well.
    pub checks_origin: Option<Span>,
    /// Where Django is told to send every request that came without TLS to https, and when it does.
    pub to_https: Option<Spanned<When>>,
    /// Whether each request goes through what does that.
    pub secures: bool,
    /// The variable that `DEBUG` is read from.
    pub debug_from: Option<String>,
    /// Whether it may say which origins are right, or how the program is told of https: here, or in a file it takes over.
    pub knows_origin: bool,
}

impl Meaning for Settings {}

/// When a switch of the settings is on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum When {
    /// Always.
    Always,
    /// Where `DEBUG` is off.
    WithoutDebug,
    /// When a variable says so, and otherwise as its default does.
    Said(String, Option<Box<When>>),
}

impl Settings {
    /// The view of one file: `NAME = os.environ.get("NAME", False)` and its like, at the outermost level or in a class.
    pub fn new(head: &Head, tree: &settings::File) -> Self {
        let texts = tree.lines.iter().filter_map(|line| switch(&line.value, line.span)).collect();
        let text = head.source.text();
        let checks = tree.lines.iter().find_map(|line| csrf(&line.value, line.span));
        let sessions = text.contains("SessionMiddleware");
        Settings {
            file: head.source.id,
            texts,
            own_hosts: has_own_hosts(text),
            hosts_from: hosts_from(text),
            speaks_of_hosts: text.contains("ALLOWED_HOSTS"),
            compares_hosts: text.contains("django.middleware.common.CommonMiddleware") && !answers_probes(text),
            answers_probes: answers_probes(text),
            secret_key: written_key(&tree.lines).filter(|_| text.contains("INSTALLED_APPS")),
            debug: debug_on(&tree.lines).filter(|_| text.contains("INSTALLED_APPS")),
            checks_origin: checks.filter(|_| sessions),
            to_https: to_https(&tree.lines).filter(|_| !text.contains("SECURE_REDIRECT_EXEMPT")),
            secures: text.contains("django.middleware.security.SecurityMiddleware"),
            debug_from: debug_from(&tree.lines),
            knows_origin: KNOWS_ORIGIN.iter().any(|word| text.contains(word)),
        }
    }
}

fn answers_probes(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.to_ascii_lowercase();
        line.contains("middleware") && ["health", "probe", "ping"].iter().any(|word| line.contains(word))
    })
}

/// What says it, and what may bring a file along that does.
const KNOWS_ORIGIN: [&str; 6] =
    ["CSRF_TRUSTED_ORIGINS", "SECURE_PROXY_SSL_HEADER", "import *", "exec(", "globals(", "split_settings"];

/// The middleware that looks where a form comes from, where it stands in the list.
fn csrf(line: &str, span: Span) -> Option<Span> {
    const NAME: &str = "django.middleware.csrf.CsrfViewMiddleware";
    let code = line.split('#').next().unwrap_or("");
    let at = code.find(NAME)?;
    let indent = line.len() - line.trim_start().len();
    Some(span.slice(at - indent, at - indent + NAME.len()))
}

/// The key as it is written, when one line alone speaks of it.
fn written_key(lines: &[Spanned<String>]) -> Option<Span> {
    let code = |line: &str| line.split(" #").next().unwrap_or(line).trim_end().to_owned();
    let mut named = lines.iter().filter(|line| code(&line.value).contains("SECRET_KEY"));
    let (line, other) = (named.next()?, named.next());
    let value = code(line.value.strip_prefix("SECRET_KEY")?).trim_start().strip_prefix('=')?.trim_start().to_owned();
    let bare = value.trim_start_matches(['r', 'b']);
    let quote = bare.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = bare.get(1..)?.strip_suffix(quote).filter(|inner| !inner.is_empty() && !inner.contains(quote))?;
    let at = line.value.find(inner).filter(|_| other.is_none())?;
    Some(line.span.slice(at, at + inner.len()))
}

/// The word `True` of `DEBUG = True`, when no other line sets it, brings it along or asks a variable of that name.
fn debug_on(lines: &[Spanned<String>]) -> Option<Span> {
    let sets = |line: &str| {
        let code = line.split(" #").next().unwrap_or(line).trim();
        let named = code.strip_prefix("DEBUG").is_some_and(|rest| rest.starts_with([' ', '=', ':']));
        // `"level": "DEBUG"` is how much goes into the log.
        let quoted = (code.contains("'DEBUG'") || code.contains("\"DEBUG\"")) && !code.to_lowercase().contains("level");
        let brought = code.contains("DEBUG") && (code.contains("import ") || code.contains(", DEBUG"));
        named || quoted || brought
    };
    let mut said = lines.iter().filter(|line| sets(&line.value));
    let (line, other) = (said.next()?, said.next());
    let rest = line.value.strip_prefix("DEBUG")?;
    let (kind, value) = rest.split_once('=')?;
    let plain = matches!(kind.trim(), "" | ": bool") && value.split(" #").next()?.trim() == "True";
    let at = line.value.find("True").filter(|_| plain && other.is_none())?;
    Some(line.span.slice(at, at + "True".len()))
}

/// Where `SECURE_SSL_REDIRECT` is set, when one line alone speaks of it.
fn to_https(lines: &[Spanned<String>]) -> Option<Spanned<When>> {
    const NAME: &str = "SECURE_SSL_REDIRECT";
    let code = |line: &str| line.split(" #").next().unwrap_or(line).trim_end().to_owned();
    let mut said = lines.iter().enumerate().filter(|(_, line)| {
        let code = code(&line.value);
        code.trim_start().strip_prefix(NAME).is_some_and(|rest| rest.starts_with([' ', '=', ':']))
    });
    let (index, line) = said.next().filter(|_| said.next().is_none())?;
    let written = code(&line.value);
    let value = written.split_once('=')?.1.trim();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(&line.value);
    let when = match value {
        "True" => When::Always,
        "not DEBUG" => When::WithoutDebug,
        _ => asked(value)?,
    };
    // Below `if not DEBUG:` it is that, and below another condition nobody knows.
    let around = lines.iter().take(index).rev().find(|line| !line.value.trim().is_empty() && indent(&line.value) < own);
    let when = match around.map(|line| code(&line.value)) {
        None => when,
        Some(line) if line == "if not DEBUG:" && when == When::Always => When::WithoutDebug,
        Some(line) if line == "if not DEBUG:" => when,
        Some(_) => return None,
    };
    Some(Spanned::new(when, line.span))
}

/// What a call says that reads a switch from a variable: `env.bool("NAME", default=True)`,
/// `os.getenv("NAME", "true").lower() == "true"`.
fn asked(value: &str) -> Option<When> {
    let reads = ["environ", "getenv", "env", "config("].iter().any(|word| value.contains(word));
    let (call, rest) = value.split_once('(').filter(|_| reads)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, behind) = rest.get(1..)?.split_once(quote)?;
    let plain = call.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let behind = behind.trim_start().strip_prefix(',').map(|rest| rest.trim_start().trim_start_matches("default="));
    let default = behind.map(|rest| rest.split([',', ')']).next().unwrap_or("").trim().trim_matches(['"', '\'']));
    let default = match default.map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "1" | "yes" | "on") => Some(Box::new(When::Always)),
        Some("not debug") => Some(Box::new(When::WithoutDebug)),
        _ => None,
    };
    (plain && is_name).then(|| When::Said(name.to_owned(), default))
}

/// The variable that `DEBUG` is read from, when one line alone sets it.
fn debug_from(lines: &[Spanned<String>]) -> Option<String> {
    let mut said =
        lines.iter().filter(|line| line.value.strip_prefix("DEBUG").is_some_and(|rest| rest.starts_with([' ', '='])));
    let line = said.next().filter(|_| said.next().is_none())?;
    match asked(line.value.split(" #").next()?.split_once('=')?.1.trim())? {
        When::Said(name, _) => Some(name),
        _ => None,
    }
}

/// Whether the list of hosts is written out: nothing up to its end asks the environment.
fn has_own_hosts(text: &str) -> bool {
    let mut lists = text.split("\nALLOWED_HOSTS").skip(1).filter_map(|rest| {
        let (_, list) = rest.split_once('=')?;
        let list = list.trim_start().strip_prefix('[')?;
        list.split_once(']').map(|(inside, behind)| (inside, behind.lines().next().unwrap_or("")))
    });
    let written = |(inside, behind): (&str, &str)| {
        inside.contains(['"', '\'']) && !inside.contains('(') && !behind.contains(['+', '('])
    };
    lists.next().is_some_and(written)
        && !text.contains("ALLOWED_HOSTS +=")
        && !text.contains("ALLOWED_HOSTS.")
        && !text.contains("(\"ALLOWED_HOSTS")
        && !text.contains("('ALLOWED_HOSTS")
}

/// The variable that the list of hosts is read from, when nothing else is said of it.
fn hosts_from(text: &str) -> Option<String> {
    let code = |line: &&str| !line.trim_start().starts_with('#');
    let mut lines = text.lines().filter(code).skip_while(|line| !line.contains("ALLOWED_HOSTS"));
    let first = lines.next()?.split(" #").next()?;
    let mut value = first.strip_prefix("ALLOWED_HOSTS")?.split_once('=')?.1.to_owned();
    let open = |text: &str| text.matches(['(', '[']).count() > text.matches([')', ']']).count();
    while open(&value) {
        value.push_str(lines.next()?.split(" #").next()?);
    }
    let alone = !lines.any(|line| line.contains("ALLOWED_HOSTS"));
    let reads = ["environ", "getenv", "env(", "env.", "config("].iter().any(|word| value.contains(word));
    let plain = !value.contains(['+', '*']) && !value.contains(" or ") && !value.contains(" else ");
    let name =
        |part: &&str| part.ends_with("ALLOWED_HOSTS") && part.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    value.split(['"', '\'']).find(name).filter(|_| alone && reads && plain).map(str::to_owned)
}

/// The variable whose text a line takes for a switch.
fn switch(line: &str, span: Span) -> Option<Spanned<String>> {
    let (name, value) = line.split_once('=').filter(|(name, _)| name.trim().bytes().all(is_name))?;
    let name = name.split(':').next().unwrap_or(name).trim();
    let value = value.split_once(" #").map_or(value, |(code, _)| code).trim();
    let bare = value.strip_prefix("bool(").and_then(|inner| inner.strip_suffix(')'));
    let (variable, default) = read(bare.unwrap_or(value).trim())?;
    let is_switch = bare.is_some()
        || matches!(default, Some("True" | "False"))
        || name.rsplit('_').next().is_some_and(|word| word == "DEBUG");
    let at = line.find(variable)?;
    let indent = line.len() - line.trim_start().len();
    is_switch.then(|| Spanned::new(variable.to_owned(), span.slice(at - indent, at - indent + variable.len())))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b' ')
}

/// Variable and default of an expression that reads it and does nothing else.
fn read(code: &str) -> Option<(&str, Option<&str>)> {
    if let Some(inner) = code.strip_prefix("os.environ[").and_then(|rest| rest.strip_suffix(']')) {
        return Some((literal(inner)?, None));
    }
    let call =
        ["os.environ.get(", "os.getenv(", "environ.get(", "getenv("].iter().find_map(|call| code.strip_prefix(call))?;
    let inner = call.strip_suffix(')').filter(|inner| !inner.contains(['(', ')']))?;
    let (first, default) = inner.split_once(',').map_or((inner, None), |(first, rest)| (first, Some(rest.trim())));
    Some((literal(first.trim())?, default))
}

fn literal(code: &str) -> Option<&str> {
    let quote = code.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = code.cut(1..).strip_suffix(quote)?;
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_are_shown_to_everybody() {
        for (text, on) in [
            ("DEBUG = True\nLEVEL = 'DEBUG'\n", true),
            ("DEBUG = True  # later\nif DEBUG:\n    X = 1\nSECURE = not DEBUG\n", true),
            ("DEBUG: bool = True\n", true),
            ("DEBUG = False\n", false),
            ("DEBUG = True\nif HOST:\n    DEBUG = False\n", false),
            ("DEBUG = True\nfrom .own import DEBUG\n", false),
            ("DEBUG = True\nX = os.environ.get('DEBUG')\n", false),
            ("DEBUG = True if HOST else False\n", false),
            ("if HOST:\n    DEBUG = True\n", false),
            ("TEMPLATE_DEBUG = True\n", false),
        ] {
            let lines: Vec<Spanned<String>> =
                text.lines().map(|line| Spanned::new(line.to_owned(), Span::new(FileId(0), 0, line.len()))).collect();
            assert_eq!(debug_on(&lines).is_some(), on, "{text}");
        }
    }

    #[test]
    fn when_requests_are_sent_to_https() {
        let said = |name: &str, default: Option<When>| Some(When::Said(name.to_owned(), default.map(Box::new)));
        for (text, when) in [
            ("SECURE_SSL_REDIRECT = True\n", Some(When::Always)),
            ("if not DEBUG:\n    X = 1\n    SECURE_SSL_REDIRECT = True  # always\n", Some(When::WithoutDebug)),
            ("if HOST:\n    SECURE_SSL_REDIRECT = True\n", None),
            ("SECURE_SSL_REDIRECT = not DEBUG\n", Some(When::WithoutDebug)),
            ("SECURE_SSL_REDIRECT = True\nSECURE_SSL_REDIRECT = False\n", None),
            ("SECURE_SSL_REDIRECT = False\n", None),
            (
                "SECURE_SSL_REDIRECT = env_bool('SHOP_SSL_REDIRECT', not DEBUG)\n",
                said("SHOP_SSL_REDIRECT", Some(When::WithoutDebug)),
            ),
            (
                "SECURE_SSL_REDIRECT = env.bool(\"SSL_REDIRECT\", default=True)\n",
                said("SSL_REDIRECT", Some(When::Always)),
            ),
            (
                "SECURE_SSL_REDIRECT = os.getenv('SSL_REDIRECT', 'False').lower() == 'true'\n",
                said("SSL_REDIRECT", None),
            ),
        ] {
            let lines: Vec<Spanned<String>> =
                text.lines().map(|line| Spanned::new(line.to_owned(), Span::new(FileId(0), 0, line.len()))).collect();
            assert_eq!(to_https(&lines).map(|found| found.value), when, "{text}");
        }
    }

    #[test]
    fn hosts_that_are_written_out() {
        for (text, own) in [
            ("import os\nALLOWED_HOSTS = [\n    'shop.de',\n    'localhost',\n]\n", true),
            ("\nALLOWED_HOSTS = os.environ.get('ALLOWED_HOSTS', '').split(',')\n", false),
            ("\nALLOWED_HOSTS = [os.getenv('HOST')]\n", false),
            ("\nALLOWED_HOSTS = ['shop.de'] + extra\n", false),
            ("\nALLOWED_HOSTS = ['shop.de']\nALLOWED_HOSTS += more\n", false),
            ("\nALLOWED_HOSTS = []\n", false),
        ] {
            assert_eq!(has_own_hosts(text), own, "{text}");
        }
    }

    #[test]
    fn hosts_that_a_variable_says() {
        for (text, name) in [
            ("ALLOWED_HOSTS = os.environ['ALLOWED_HOSTS'].split(',')\n", Some("ALLOWED_HOSTS")),
            (
                "ALLOWED_HOSTS = env.list(\n    \"DJANGO_ALLOWED_HOSTS\",\n    default=['localhost'],\n)\nX = 1\n",
                Some("DJANGO_ALLOWED_HOSTS"),
            ),
            ("ALLOWED_HOSTS = env.list('DJANGO_ALLOWED_HOSTS', default=['localhost'])\n", Some("DJANGO_ALLOWED_HOSTS")),
            ("ALLOWED_HOSTS = [h for h in os.getenv('ALLOWED_HOSTS', '').split(',') if h]\n", Some("ALLOWED_HOSTS")),
            ("ALLOWED_HOSTS = os.environ['ALLOWED_HOSTS'].split(',') + ['localhost']\n", None),
            ("ALLOWED_HOSTS = os.environ['ALLOWED_HOSTS'].split(',')\nALLOWED_HOSTS += ['x']\n", None),
            ("ALLOWED_HOSTS = ['shop.de']\n", None),
        ] {
            assert_eq!(hosts_from(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn switches_that_take_any_text() {
        for (line, variable) in [
            ("DEBUG = os.environ.get('DEBUG', False)", Some("DEBUG")),
            ("DEBUG = bool(os.environ.get(\"APP_DEBUG\", default=0))  # off", Some("APP_DEBUG")),
            ("    DEBUG: bool = os.getenv('DEBUG')", Some("DEBUG")),
            ("SESSION_COOKIE_SECURE = os.environ.get('COOKIE_SECURE', True)", Some("COOKIE_SECURE")),
            ("DEBUG = os.environ['DEBUG']", Some("DEBUG")),
            ("DEBUG = os.environ.get('DEBUG', 'False') == 'True'", None),
            ("DEBUG = os.environ.get('DEBUG', 'False').lower() in ('1', 'true')", None),
            ("DEBUG = bool(int(os.environ.get('DEBUG', 0)))", None),
            ("DEBUG = env.bool('DEBUG', False)", None),
            ("DEBUG = config('DEBUG', cast=bool)", None),
            ("NAME = os.environ.get('NAME', 'shop')", None),
            ("DEBUG == os.environ.get('DEBUG', False)", None),
        ] {
            let span = Span::new(FileId(0), 0, line.len());
            assert_eq!(switch(line, span).map(|found| found.value).as_deref(), variable, "{line}");
        }
    }
}
