//! `systemd/env-file-not-loaded`

use crate::model::units::UnitType;
use crate::project::Process;
use crate::rules::prelude::*;

rule! {
    /// An env file lies where the service runs, and nothing loads it.
    ///
    /// ## Why
    /// systemd reads an env file only when `EnvironmentFile=` names it. A program that does not read `.env` by itself starts without
    /// its secrets and settings: with its defaults, or not at all.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// WorkingDirectory=/opt/shop
    /// #                ^^^^^^^^^ systemd/env-file-not-loaded
    /// | nothing loads `.env`: `shop.service` has no `EnvironmentFile=`, and no library or script reads it
    /// | help: add `EnvironmentFile=/opt/shop/.env`
    /// # > WorkingDirectory=/opt/shop
    /// # > EnvironmentFile=/opt/shop/.env
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```env both file=.env
    /// SHOP_MODE=live
    /// ```
    /// ```systemd good
    /// [Service]
    /// WorkingDirectory=/opt/shop
    /// EnvironmentFile=/opt/shop/.env
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Projects in which anything else loads the file: a library, a script, Compose.
    "systemd/env-file-not-loaded" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile="],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let Some(unit) = process.unit().filter(|unit| unit.kind == UnitType::Service && process.program().is_some()) else {
        return sink.not_applicable();
    };
    let loads = ["EnvironmentFile", "LoadCredential", "PassEnvironment"].iter().any(|key| unit.service(key).is_some());
    let shell = process.words().is_some_and(|words| words.iter().any(|word| word.contains(".env")));
    if loads || shell || unit.open || !ctx.project.compose().is_empty() {
        return;
    }
    let directory = unit.last("Service", "WorkingDirectory");
    let Some(place) = directory.map(|path| path.value.trim_start_matches('-').to_owned()) else {
        return;
    };
    let Some(env) = ctx.project.env_beside(unit) else { return };
    let loaded = ctx.project.loaders(env.file).iter().any(|loader| loader.at.is_some());
    if loaded {
        return;
    }
    let message = format!(
        "nothing loads `{}`: `{}` has no `EnvironmentFile=`, and no library or script reads it",
        env.path, unit.name
    );
    let finding = sink.report(directory.map_or(unit.place(), |path| path.span), message);
    finding.help(format!(
        "add `EnvironmentFile={}/{}`",
        place.trim_end_matches('/'),
        env.path.rsplit('/').next().unwrap_or_default()
    ));
    finding.related(Span::new(env.file, 0, 0), "this is the file");
}
