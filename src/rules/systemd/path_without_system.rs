//! `systemd/path-without-system`

use crate::model::units::Unit;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// `PATH` of a unit leaves out the directories of the system.
    ///
    /// ## Why
    /// `Environment=PATH=` replaces the path that systemd gives, and nothing in it is expanded: `$PATH` stays as it is. The
    /// program itself is found, but what it starts is not: `git`, `pg_dump`, `ffmpeg`, even `sh` and `ls` of a script.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// Environment="PATH=/opt/shop/venv/bin"
    /// #                 ^^^^^^^^^^^^^^^^^^ systemd/path-without-system
    /// # | `PATH` of the unit has no directory of the system: what the program starts is not found
    /// # | help: write `PATH=/opt/shop/venv/bin:/usr/local/bin:/usr/bin:/bin`
    /// # > Environment="PATH=/opt/shop/venv/bin:/usr/local/bin:/usr/bin:/bin"
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd bad file=jobs.service
    /// [Service]
    /// Environment=PATH=/opt/shop/venv/bin:$PATH
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^ systemd/path-without-system
    /// # > Environment=PATH=/opt/shop/venv/bin:/usr/local/bin:/usr/bin:/bin
    /// ExecStart=/bin/sh -c 'date && backup'
    /// ```
    /// ```systemd good
    /// [Service]
    /// Environment="PATH=/opt/shop/venv/bin:/usr/local/bin:/usr/bin:/bin"
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    "systemd/path-without-system" {
        severity: Low, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#%24PATH"],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    let Some((_, path)) = unit.environment.iter().rev().find(|(name, _)| name.value == "PATH") else {
        return sink.not_applicable();
    };
    let Some(value) = unit.filled(&path.value) else { return };
    if value.split(':').any(|part| matches!(part.trim_end_matches('/'), "/usr/bin" | "/bin")) {
        return;
    }
    let message = if value.contains("$PATH") || value.contains("${PATH}") {
        "`PATH` of the unit has no directory of the system: `$PATH` is not expanded in `Environment=`"
    } else {
        "`PATH` of the unit has no directory of the system: what the program starts is not found"
    };
    let own = value.split(':').filter(|part| !part.contains('$')).collect::<Vec<_>>().join(":");
    let finding = sink.report(path.span, message).help(format!("write `PATH={own}:/usr/local/bin:/usr/bin:/bin`"));
    let argv = |key: &str| unit.commands(key).iter().map(|command| command.argv()).collect::<Vec<_>>();
    let scripts = |words: &Vec<String>| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.first().is_some_and(|first| shell::is_shell(first) || first.ends_with(".sh"))
    };
    if argv("ExecStart").iter().chain(&argv("ExecStartPre")).any(scripts) {
        finding.severity(Medium);
    }
    finding.cause(&value, "this one neither");
}
