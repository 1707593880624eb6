//! `systemd/file-missing`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;
use crate::source::Presence;
use crate::syntax::shell::base_name;

rule! {
    /// A unit names a file of the project that is not there.
    ///
    /// ## Why
    /// Without the file of `EnvironmentFile=` systemd does not start the service (`Failed to load environment files`), without
    /// the script neither (`203/EXEC`), without the directory neither (`200/CHDIR`). What lies where the project lies on the
    /// host is looked for in the project.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// WorkingDirectory=/opt/shop
    /// ExecStart=/opt/shop/scripts/rnu.sh
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^ systemd/file-missing
    /// # | `shop.service` starts `scripts/rnu.sh`, which the project does not have
    /// # | help: correct the path, or add the file
    /// # > ExecStart=/opt/shop/scripts/run.sh
    /// ```
    /// ```text both file=scripts/run.sh
    /// exec gunicorn
    /// ```
    /// ```systemd good
    /// [Service]
    /// WorkingDirectory=/opt/shop
    /// EnvironmentFile=-/opt/shop/.env
    /// ExecStart=/opt/shop/scripts/run.sh
    /// ```
    ///
    /// ## What it does not report
    /// Files elsewhere on the host, and what is made there: virtual environments, builds, env files with a template.
    "systemd/file-missing" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    if unit.kind != UnitType::Service || project.place_on_host(unit).is_none() {
        return sink.not_applicable();
    }
    for file in unit.all("Service", "EnvironmentFile").iter().filter(|file| !file.value.value.starts_with('-')) {
        let Some(path) = project.from_host(unit, &file.value.value) else { continue };
        // What is made on the server is in no checkout.
        let by_custom = base_name(&path).starts_with(".env");
        if !project.is_missing(&path) || by_custom && project.makes_file(base_name(&path)) {
            continue;
        }
        let message =
            format!("`{}` needs env file `{path}`, which is not there, so systemd does not start it", unit.name);
        let finding = sink.report(file.value.span, message);
        match project.template_beside(&path) {
            Some(template) => finding
                .help(format!("on the server, run `cp {template} {path}` and fill in the values"))
                .severity(Low)
                .effect(Hygiene),
            None if by_custom => finding
                .help(format!("create `{path}` on the server, or write `EnvironmentFile=-...` if it runs without it"))
                .severity(Low),
            None => finding.help("correct the path, or write `EnvironmentFile=-...` if it runs without it"),
        };
    }
    for command in
        unit.commands("ExecStart").iter().chain(&unit.commands("ExecStartPre")).filter(|command| !command.ignored)
    {
        for word in command.words.iter().take(2) {
            let Some(path) = project.from_host(unit, &word.value) else { continue };
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // A folder that the project has holds what the project has.
            let of_project = !folder.is_empty() && project.files().presence(folder) == Presence::Directory;
            if of_project && is_script(&path) && project.is_missing(&path) {
                let message = format!("`{}` starts `{path}`, which the project does not have", unit.name);
                sink.report(word.span, message).help("correct the path, or add the file");
            }
        }
    }
}

/// Whether a file is written by people, not built.
fn is_script(path: &str) -> bool {
    [".sh", ".py", ".js", ".rb", ".pl", ".php"].iter().any(|ending| path.ends_with(ending))
}
