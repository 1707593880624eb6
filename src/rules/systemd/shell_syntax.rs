//! `systemd/shell-syntax`

use crate::model::units::{Command, Unit, is_placeholder};
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// A command of a unit is written for a shell, and there is none.
    ///
    /// ## Why
    /// systemd starts the program itself: `&&`, `|`, `>` and what stands behind them are given to it as arguments, `$(...)` and
    /// `~` stay as they are written, and `${NAME:-default}` is a variable of that odd name, which is empty.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// ExecStartPre=/opt/shop/manage.py migrate && /opt/shop/manage.py collectstatic
    /// #                                        ^^ systemd/shell-syntax
    /// # | `ExecStartPre=` starts no shell: `&&` and all that stands behind it are given to the program as arguments
    /// # | help: put the whole command into `/bin/sh -c '...'`, or write several `ExecStartPre=` lines
    /// # > ExecStartPre=/opt/shop/manage.py migrate
    /// # > ExecStartPre=/opt/shop/manage.py collectstatic
    /// ExecStart=/opt/shop/run.sh --port ${PORT:-8000} >> /var/log/shop.log 2>&1
    /// #                                 ^^^^^^^^^^^^^ systemd/shell-syntax
    /// #                                               ^^ systemd/shell-syntax
    /// # > ExecStart=/bin/sh -c 'exec /opt/shop/run.sh --port $${PORT:-8000} >> /var/log/shop.log 2>&1'
    /// ```
    /// ```systemd good
    /// [Service]
    /// ExecStartPre=/bin/sh -c '/opt/shop/manage.py migrate && /opt/shop/manage.py collectstatic'
    /// ExecStart=/opt/shop/run.sh --port ${PORT} --filter "a > b" --sep '|'
    /// StandardOutput=append:/var/log/shop.log
    /// ExecReload=/bin/kill -HUP $MAINPID
    /// ```
    "systemd/shell-syntax" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines"],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    let keys =
        ["ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost", "ExecCondition"];
    for command in keys.iter().flat_map(|key| unit.commands(key)) {
        let argv = command.argv();
        let words: Vec<&str> = argv.iter().map(String::as_str).collect();
        // The script behind `sh -c` is the shell's; a script that is given as a file takes its arguments.
        let script = shell::script(&words);
        if command.fault.is_none() && script.is_none() {
            judge(&command, sink);
        }
    }
}

fn judge(command: &Command, sink: &mut Sink) {
    let key = &command.key;
    let mut told = false;
    for (word, quoted) in command.words.iter().zip(&command.quoted).skip(1) {
        let text = word.value.as_str();
        if is_placeholder(text) {
            continue;
        }
        let joins = matches!(text, "&&" | "||" | "|" | "&");
        let redirects = matches!(text, ">" | ">>" | "<" | "2>" | "2>&1" | "&>" | "1>")
            || text.starts_with("2>/")
            || text.starts_with(">/")
            || text.starts_with(">>/");
        if !quoted && (joins || redirects) && !told {
            told = true;
            let message = format!(
                "`{key}=` starts no shell: `{text}` and all that stands behind it are given to the program as arguments"
            );
            let help = if joins {
                format!("put the whole command into `/bin/sh -c '...'`, or write several `{key}=` lines")
            } else {
                "write `StandardOutput=append:/path` and `StandardError=inherit`, or nothing: the journal has the output".to_owned()
            };
            let finding = sink.report(word.span, message).help(help);
            if !joins {
                finding.severity(Medium);
            }
        } else if !quoted && (text.starts_with("$(") || text.starts_with('`')) {
            sink.report(
                word.span,
                format!(
                    "`{key}=` starts no shell: the program gets `{}` as it is written",
                    text.split('(').next().map_or("`", |sign| if sign == "$" { "$(...)" } else { "`...`" })
                ),
            )
            .help("put the whole command into `/bin/sh -c '...'`");
        } else if !quoted && text.starts_with("~/") {
            sink.report(word.span, format!("`{key}=` starts no shell: the program gets `~` as it is written"))
                .help("write the whole path, or `%h` in a unit of a user")
                .severity(Medium);
        } else if let Some(name) = defaulted(text) {
            sink.report(
                word.span,
                format!("systemd knows no defaults: `${{{name}:-...}}` becomes nothing, whatever `{name}` is"),
            )
            .help(format!("write `${{{name}}}`, and the default as `Environment={name}=...` above `EnvironmentFile=`"));
        }
    }
}

/// The name in `${NAME:-default}`.
fn defaulted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("${")?;
    let (inner, _) = rest.split_once('}')?;
    let (name, _) = inner.split_once(":-").or_else(|| inner.split_once('-'))?;
    shell::is_name(name).then_some(name)
}
