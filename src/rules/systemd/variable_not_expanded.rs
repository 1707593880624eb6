//! `systemd/variable-not-expanded`

use crate::model::units::Unit;
use crate::rules::prelude::*;

rule! {
    /// A variable where systemd puts nothing in.
    ///
    /// ## Why
    /// systemd expands variables on command lines alone. In `Environment=` the `$` and the name stay as they are, and the program gets
    /// a path that does not exist. For `User=` there is no such user, and the service does not start: `status=217/USER`.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=$DEPLOY_USER
    /// #    ^^^^^^^^^^^^ systemd/variable-not-expanded
    /// # | systemd looks for a user called `$DEPLOY_USER` and does not start the service
    /// # | help: write the name itself
    /// # > User=shop
    /// Environment=APP_HOME=/srv/shop
    /// Environment=PYTHONPATH=${APP_HOME}/lib
    /// #                      ^^^^^^^^^^^^^^^ systemd/variable-not-expanded
    /// # | `${APP_HOME}` stays as it is in `PYTHONPATH`: nothing is expanded in `Environment=`
    /// # | help: write the value of `APP_HOME` out
    /// # > Environment=PYTHONPATH=/srv/shop/lib
    /// ExecStart=/srv/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// Environment=APP_HOME=/srv/shop
    /// Environment=PYTHONPATH=/srv/shop/lib
    /// Environment="PRICE=$5" "PASSWORD=a$APP"
    /// ExecStart=/srv/shop/venv/bin/gunicorn --chdir ${APP_HOME} shop:app
    /// ```
    ///
    /// ## What it does not report
    /// `PATH`, which has a rule of its own, variables that the unit does not set, and Java, whose frameworks put values in themselves.
    "systemd/variable-not-expanded" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment="],
        check: Check::UnitFile(check),
    }
}

/// What the kernel and programs take as a path, by how the name ends.
const PATHS: [&str; 6] = ["PATH", "HOME", "DIR", "ROOT", "FILE", "ENV"];

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    for (key, what) in [("User", "user"), ("Group", "group")] {
        let Some(value) = unit.last("Service", key).filter(|value| value.value.starts_with('$')) else { continue };
        if unit.open || ctx.project.may_be_filled_in(unit.file) {
            sink.unknown(value.span, "something may put a name in before systemd reads it");
            continue;
        }
        let message = format!("systemd looks for a {what} called `{}` and does not start the service", value.value);
        sink.report(value.span, message).help("write the name itself").effect(WillNotStart);
    }
    let java = || unit.commands("ExecStart").iter().any(|one| one.argv().iter().any(|word| word.ends_with("java")));
    for (name, value) in unit.environment.iter().filter(|(name, _)| name.value != "PATH") {
        let mut others = unit.environment.iter().map(|(other, _)| other.value.as_str());
        let Some(other) = others.find(|other| *other != name.value && refers(&value.value, other)) else { continue };
        if java() {
            continue;
        }
        let message =
            format!("`${{{other}}}` stays as it is in `{}`: nothing is expanded in `Environment=`", name.value);
        let finding = sink.report(value.span, message).help(format!("write the value of `{other}` out"));
        // Some programs put values in by themselves.
        if !PATHS.iter().any(|end| name.value.ends_with(end)) {
            finding.severity(Medium).confidence(Likely);
        }
    }
}

/// Whether a value has a variable in it: `${NAME}`, or `$NAME` as a part of a path.
fn refers(value: &str, name: &str) -> bool {
    value.contains(&format!("${{{name}}}"))
        || value.split(':').any(|part| {
            let rest = part.strip_prefix('$').and_then(|part| part.strip_prefix(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}
