//! `cron/name-not-run`

use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// A file that cron passes by because of its name.
    ///
    /// ## Why
    /// On Debian and Ubuntu cron reads only files in `/etc/cron.d` whose names have no dot, and `run-parts` starts only such ones in
    /// `/etc/cron.daily` and its like. `backup.sh` lies there and is never run.
    ///
    /// ## Examples
    /// ```sh bad file=install.sh
    /// install -m 755 backup.sh /etc/cron.daily/backup.sh
    /// #                        ^^^^^^^^^^^^^^^^^^^^^^^^^ cron/name-not-run
    /// # | cron on Debian and Ubuntu passes `backup.sh` by: it takes no names with a dot
    /// # | help: call it `backup` there
    /// cp shop.cron /etc/cron.d/
    /// #            ^^^^^^^^^^^^ cron/name-not-run
    /// echo "0 2 * * * root /opt/shop/backup.sh" > /etc/cron.d/shop.cron
    /// #                                           ^^^^^^^^^^^^^^^^^^^^^ cron/name-not-run
    /// ```
    /// ```dockerfile bad
    /// FROM debian:13
    /// COPY jobs.txt /etc/cron.d/jobs.txt
    /// #             ^^^^^^^^^^^^^^^^^^^^ cron/name-not-run
    /// ```
    /// ```sh good file=install.sh
    /// install -m 755 backup.sh /etc/cron.daily/backup
    /// cp shop.cron /etc/cron.d/shop
    /// rm -f /etc/cron.d/shop.cron
    /// mv /etc/cron.d/shop /etc/cron.d/shop.disabled
    /// ```
    /// ### It is given to crontab
    /// ```dockerfile good
    /// FROM debian:13
    /// COPY jobs.txt /etc/cron.d/jobs.txt
    /// RUN crontab /etc/cron.d/jobs.txt
    /// ```
    "cron/name-not-run" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/cron.8.en.html", "https://manpages.debian.org/bookworm/debianutils/run-parts.8.en.html"],
        check: Check::Project(check),
    }
}

/// The name that a file gets where cron looks, if cron passes it by.
fn passed_by(target: &str, source: Option<&str>) -> Option<String> {
    let rest = target.strip_prefix("/etc/cron.")?;
    let (folder, name) = rest.split_once('/').unwrap_or((rest, ""));
    if !matches!(folder, "d" | "hourly" | "daily" | "weekly" | "monthly") {
        return None;
    }
    let name = if name.is_empty() { source?.rsplit('/').next()? } else { name };
    // Some are meant to be passed by.
    let off = [".disabled", ".off", ".bak", ".old", ".orig", ".dpkg-dist", ".placeholder"]
        .iter()
        .any(|end| name.ends_with(end));
    (name.contains('.') && !off && !name.contains(['$', '*', '/'])).then(|| name.to_owned())
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let mut tell = |span: Span, name: &str| {
        let stem = name.split('.').next().unwrap_or(name);
        sink.report(span, format!("cron on Debian and Ubuntu passes `{name}` by: it takes no names with a dot"))
            .help(format!("call it `{stem}` there"));
    };
    for commands in project.commands() {
        let given = |name: &str| {
            commands
                .steps
                .iter()
                .any(|step| step.name() == "crontab" && step.words.iter().any(|word| word.value.ends_with(name)))
        };
        for step in commands.steps {
            let copied = step.copied().filter(|copied| !copied.archive);
            let from = copied.as_ref().and_then(|copied| copied.from.last()).map(|from| from.value.as_str());
            let to = match step.name() {
                "mv" | "ln" => step.arguments().last(),
                _ => None,
            };
            for target in step.makes().into_iter().chain(to) {
                if let Some(name) = passed_by(&target.value, from).filter(|name| !given(name)) {
                    tell(target.span, &name);
                }
            }
        }
    }
    for file in &project.dockerfiles {
        for stage in &file.stages {
            let given = |name: &str| {
                let words = stage.runs().flat_map(|run| &run.commands);
                words.into_iter().any(|words| {
                    words.iter().any(|word| word.value.ends_with("crontab"))
                        && words.iter().any(|word| word.value.ends_with(name))
                })
            };
            for copy in stage.steps.iter().filter_map(|step| step.copy()) {
                let from = copy.sources.last().map(|source| source.value.as_str());
                if let Some(name) = passed_by(&copy.target.value, from).filter(|name| !given(name)) {
                    tell(copy.target.span, &name);
                }
            }
        }
    }
}
