//! Logs and caches of open files.

use super::Judge;
use crate::model::nginx::problem::Kind;
use crate::model::nginx::values::{is_number, is_time, size};
use crate::syntax::nginx::Word;

/// `ngx_http_log_set_log`
pub fn access_log(it: &mut Judge<'_, '_>, stream: bool) {
    let Some(first) = it.first() else { return };
    if &*first.value == "off" {
        if let Some(word) = it.directive.args.get(1).filter(|word| !it.open(word)) {
            it.unknown(word, "remove it: nothing can stand behind `off`");
        }
        return;
    }
    if stream && it.directive.args.len() == 1 {
        it.refuse_all(Kind::Arguments, "`access_log` needs a format in `stream`", "write its name behind the path");
    }
    let syslog = first.value.starts_with("syslog:");
    if syslog {
        self::syslog(it, first);
    }
    let (mut buffered, mut flushed) = (None, None);
    for word in it.from(2) {
        let value = &*word.value;
        let positive = |text: &str| text.parse::<u64>().is_ok_and(|number| number > 0);
        if let Some(bytes) = value.strip_prefix("buffer=") {
            buffered = Some(word);
            if size(bytes).is_none_or(|bytes| bytes == 0) {
                it.refuse(word, "`buffer` takes a size, and this is none", "write it as `buffer=32k`");
            }
        } else if let Some(time) = value.strip_prefix("flush=") {
            flushed = Some(word);
            if !is_time(time, true) || time == "0" {
                it.refuse(word, "`flush` takes a time, and this is none", "write it as `flush=5s`");
            }
        } else if let Some(level) = value.strip_prefix("gzip=") {
            buffered = buffered.or(Some(word));
            if !is_number(level) || !positive(level) || level.parse::<u64>().is_ok_and(|level| level > 9) {
                it.refuse(word, "`gzip` takes a level from 1 to 9", "write it as `gzip=4`");
            }
        } else if value == "gzip" {
            buffered = buffered.or(Some(word));
        } else if !value.starts_with("if=") || value == "if=" {
            it.unknown(word, "use `buffer=`, `flush=`, `gzip` or `if=`");
        }
    }
    match (buffered, flushed) {
        (None, Some(word)) => it.refuse(word, "`flush` needs a buffer", "add `buffer=32k`"),
        (Some(word), _) if first.value.contains('$') => {
            it.refuse(word, "a log whose path holds variables cannot be buffered", "remove it");
        }
        _ => {}
    }
}

/// `ngx_syslog_parse_args`
fn syslog(it: &mut Judge<'_, '_>, word: &Word) {
    #[rustfmt::skip]
    const FACILITIES: [&str; 24] = [
        "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp",
        "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];
    const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];
    let parameters = word.value.strip_prefix("syslog:").unwrap_or("");
    let wrong = parameters.split(',').find_map(|parameter| {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        match key {
            "server" => value.is_empty().then_some("the server is missing"),
            "facility" => (!FACILITIES.contains(&value)).then_some("the facility is none that nginx knows"),
            "severity" => (!SEVERITIES.contains(&value)).then_some("the severity is none that nginx knows"),
            "tag" if value.len() > 32 => Some("the tag is longer than 32 characters"),
            "tag" => (!value.chars().all(name)).then_some("the tag may hold only letters, digits and `_`"),
            "nohostname" => None,
            _ => Some("nginx does not know one of its parameters"),
        }
    });
    if let Some(wrong) = wrong {
        let help = "write it as `syslog:server=127.0.0.1:514,facility=local7,tag=nginx,severity=info`";
        it.refuse(word, format!("nginx cannot read this: {wrong}"), help);
    } else if !parameters.contains("server=") {
        it.refuse(word, "`syslog:` needs a server", "add `server=127.0.0.1:514`");
    }
}

/// `ngx_log_set_log`, `ngx_log_set_levels`
pub fn error_log(it: &mut Judge<'_, '_>) {
    #[rustfmt::skip]
    const LEVELS: [&str; 15] = [
        "debug", "info", "notice", "warn", "error", "crit", "alert", "emerg", "debug_core", "debug_alloc",
        "debug_mutex", "debug_event", "debug_http", "debug_mail", "debug_stream",
    ];
    if let Some(first) = it.first() {
        if first.value.starts_with("syslog:") {
            syslog(it, first);
        } else if let Some(bytes) = first.value.strip_prefix("memory:")
            && size(bytes).is_none()
        {
            it.refuse(first, "`memory:` takes a size, and this is none", "write it as `memory:32m`");
        }
    }
    let mut plain: Option<&Word> = None;
    for word in it.from(1) {
        if !LEVELS.contains(&&*word.value) {
            let help = "use one of `debug`, `info`, `notice`, `warn`, `error`, `crit`, `alert`, `emerg`";
            it.refuse(word, "nginx does not know this log level", help);
        } else if plain.is_some() {
            it.refuse(word, "a log has one level", "keep one of the two: it stands for all that are worse");
        } else if !word.value.starts_with("debug_") {
            plain = Some(word);
        }
    }
}

/// `ngx_http_log_set_format`
pub fn log_format(it: &mut Judge<'_, '_>, stream: bool) {
    if let Some(word) = it.first()
        && &*word.value == "combined"
        && !stream
    {
        let message = "nginx has a format of that name itself";
        it.found.push(super::Problem::new(Kind::Duplicate, word.span, message, "choose another name"));
    }
    let escape = it.directive.args.get(1).filter(|word| !it.open(word));
    if let Some(word) = escape
        && let Some(how) = word.value.strip_prefix("escape=")
        && !matches!(how, "json" | "default" | "none")
    {
        it.refuse(word, "nginx does not know this way to escape", "use `default`, `json` or `none`");
    }
}

/// `ngx_http_core_open_file_cache`, `ngx_http_log_open_file_cache`
pub fn file_cache(it: &mut Judge<'_, '_>) {
    let log = it.directive.is("open_log_file_cache");
    let mut most = it.directive.args.iter().any(|word| it.open(word));
    for word in it.from(0) {
        let (key, value) = word.value.split_once('=').unwrap_or((&word.value, ""));
        let positive = is_number(value) && value.parse::<u64>().is_ok_and(|number| number > 0);
        let ok = match key {
            "max" => {
                most = true;
                positive
            }
            "inactive" => is_time(value, false),
            "valid" if log => is_time(value, false),
            "min_uses" if log => positive,
            "off" => {
                most = true;
                true
            }
            _ => {
                it.unknown(word, "use `max=` and `inactive=`, or `off`");
                most = true;
                continue;
            }
        };
        if !ok {
            it.refuse(word, "nginx cannot read this value", "write it as `max=1000 inactive=20s`");
        }
    }
    if !most {
        let message = format!("`{}` needs `max`", it.directive.name.value);
        it.refuse_all(Kind::Arguments, message, "add `max=1000`");
    }
}
