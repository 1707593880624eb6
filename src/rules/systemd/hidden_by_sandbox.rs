//! `systemd/hidden-by-sandbox`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// The sandbox of a service hides what the service needs.
    ///
    /// ## Why
    /// With `ProtectHome=yes` the folders `/home`, `/root` and `/run/user` are empty for the service, and no
    /// `ReadWritePaths=` opens them again. A program there is not found (`203/EXEC`), a working directory neither
    /// (`200/CHDIR`), and a database is made anew or cannot be opened.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// WorkingDirectory=/home/shop/app
    /// ExecStart=/home/shop/app/venv/bin/gunicorn shop:app
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/hidden-by-sandbox
    /// # | the service does not see `/home/shop/app/venv/bin/gunicorn`: `ProtectHome=` hides it
    /// # | help: move it out of `/home` (`/opt`, `/var/lib`), or write `ProtectHome=read-only` and name what is written
    /// # | in `ReadWritePaths=`
    /// ProtectHome=yes
    /// # > ProtectHome=read-only
    /// ```
    /// ```systemd bad file=data.service
    /// [Service]
    /// ExecStart=/opt/shop/run.sh
    /// ProtectHome=true
    /// # > ProtectHome=read-only
    /// ReadWritePaths=/home/shop/data
    /// #              ^^^^^^^^^^^^^^^ systemd/hidden-by-sandbox
    /// ```
    /// ```systemd good
    /// [Service]
    /// WorkingDirectory=/home/shop/app
    /// ExecStart=/home/shop/app/venv/bin/gunicorn shop:app
    /// ProtectHome=read-only
    /// ```
    /// ```systemd good file=data.service
    /// [Service]
    /// ExecStart=/opt/shop/run.sh
    /// ProtectHome=tmpfs
    /// BindPaths=/home/shop/data
    /// ```
    ///
    /// ### A socket in a private `/tmp`
    /// ```systemd bad
    /// [Service]
    /// PrivateTmp=yes
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/tmp/shop.sock shop:app
    /// #                                            ^^^^^^^^^^^^^^^^^^^ systemd/hidden-by-sandbox
    /// # | nobody else sees the socket `/tmp/shop.sock`: the `/tmp` of this service is its own
    /// # | help: put the socket below `/run`, with `RuntimeDirectory=`
    /// # > RuntimeDirectory=shop
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/shop/shop.sock shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// PrivateTmp=yes
    /// RuntimeDirectory=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/shop/shop.sock shop:app
    /// ```
    "systemd/hidden-by-sandbox" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#ProtectHome="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, _: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service {
        return sink.not_applicable();
    }
    if let Some((place, path, key, setting)) = needed(unit).into_iter().find_map(|(place, path)| {
        let (key, setting) = unit.hides(&path)?;
        Some((place, path, key, setting))
    }) {
        let home = key == "ProtectHome";
        let help = if home {
            "move it out of `/home` (`/opt`, `/var/lib`), or write `ProtectHome=read-only` and name what is written in `ReadWritePaths=`"
        } else {
            "take the path out of `InaccessiblePaths=`"
        };
        let finding = sink.report(place, format!("the service does not see `{path}`: `{key}=` hides it")).help(help);
        finding.related(setting, "hidden by this");
    }
    for command in unit.commands("ExecStart") {
        let words = command.words.iter();
        for word in words.filter(|word| word.value.contains("unix:")) {
            let path = word.value.rsplit("unix:").next().unwrap_or_default();
            if let Some(setting) = unit.has_own_tmp(path) {
                let message = format!("nobody else sees the socket `{path}`: the `/tmp` of this service is its own");
                let finding = sink.report(word.span, message);
                finding
                    .help("put the socket below `/run`, with `RuntimeDirectory=`")
                    .related(setting, "a private `/tmp`");
            }
        }
    }
}

/// What the service cannot do without, the most telling first: its programs, its directory, what it is given to write to, the
/// paths among its arguments.
fn needed(unit: &Unit) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    let starts = unit.commands("ExecStart");
    let sure = starts.iter().filter(|command| !command.ignored && !command.privileged);
    let program = |word: &Spanned<String>| (word.span, word.value.clone());
    found.extend(sure.clone().filter_map(|command| command.program().map(program)));
    let directory = unit.last("Service", "WorkingDirectory").filter(|value| !value.value.starts_with('-'));
    found.extend(directory.and_then(|value| Some((value.span, unit.filled(&value.value)?))));
    for own in unit.list("Service", "ReadWritePaths") {
        if let Some(path) = unit.filled(own.value.trim_start_matches(['-', '+'])) {
            found.push((own.span, path));
        }
    }
    for word in sure.flat_map(|command| command.words.iter().skip(1)) {
        let path = word.value.rsplit_once('=').map_or(word.value.as_str(), |(_, value)| value);
        if path.starts_with('/') && !path.contains('$') {
            found.push((word.span, path.to_owned()));
        }
    }
    found
}
