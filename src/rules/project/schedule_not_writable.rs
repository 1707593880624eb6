//! `project/schedule-not-writable`

use crate::model::compose::Service;
use crate::model::image::{RunsAs, is_root};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::source::{below, normalize};
use crate::syntax::shell::base_name;

rule! {
    /// `celery beat` keeps its schedule in a folder that its user may not write to.
    ///
    /// ## Why
    /// Beat writes when it has sent what into a file `celerybeat-schedule` in the folder it is started in. `WORKDIR` makes that
    /// folder for root, and `COPY --chown` gives away what it copies, not the folder it copies into: `Permission denied:
    /// 'celerybeat-schedule'`. Beat ends, and no task of the schedule is ever sent.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   beat:
    ///     build: .
    ///     command: celery -A shop beat --loglevel=info
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/schedule-not-writable
    /// # | `celery beat` keeps its schedule in `/app`, which belongs to root, and service `beat` runs as another user:
    /// # | it ends at once
    /// # | help: add `--schedule /tmp/celerybeat-schedule`, or write `RUN chown USER /app` above `USER` in the
    /// # | Dockerfile
    /// # >     command: celery -A shop beat --loglevel=info --schedule /tmp/celerybeat-schedule
    /// ```
    /// ```compose good
    /// services:
    ///   beat:
    ///     build: .
    ///     command: celery -A shop beat --loglevel=info
    ///     volumes: ["state:/app"]
    ///   other:
    ///     build: .
    ///     command: celery -A shop beat -S django_celery_beat.schedulers:DatabaseScheduler
    ///   worker:
    ///     build: .
    ///     command: celery -A shop worker
    /// volumes: {state: }
    /// ```
    /// ```dockerfile both
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY requirements.txt .
    /// RUN pip install --no-cache-dir -r requirements.txt
    /// RUN useradd --uid 1000 app
    /// COPY --chown=app:app . .
    /// USER app
    /// CMD ["celery", "-A", "shop", "worker"]
    /// ```
    /// ```text both file=requirements.txt
    /// celery==5.5.3
    /// ```
    ///
    /// ## What it does not report
    /// Images that give the folder away, other places and kinds of the schedule, services with a folder mounted there.
    "project/schedule-not-writable" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let beats: Vec<(&Service, Span)> =
        image.services.iter().filter_map(|service| Some((*service, keeps_file(service, ctx)?))).collect();
    if beats.is_empty() || image.file.gap.is_some() {
        return sink.not_applicable();
    }
    let Some(folder) = folder_of_root(image) else { return };
    // Where another kind of schedule is installed, the code may choose it.
    let others = ["redbeat", "celery-beat", "beat-scheduler", "sqlalchemy-scheduler"];
    if ctx.project.requirements_of(image).any(|name| others.iter().any(|own| name.contains(own))) {
        return;
    }
    for (service, at) in beats {
        let own = ctx.project.image_of(service);
        if !service.user.is_absent()
            || !service.working_dir.is_absent()
            || service.gap.is_some()
            || !matches!(own.runs_as(), RunsAs::Other)
            || ctx.project.can_write(service, &folder)
            || service.mounts.iter().any(|mount| mount.target.get().is_some_and(|to| below(to, &folder).is_some()))
        {
            continue;
        }
        let message = format!(
            "`celery beat` keeps its schedule in `{folder}`, which belongs to root, and service `{}` runs as another user: it ends at once",
            service.name.value
        );
        let finding = sink.report(at, message);
        finding.help(format!("add `--schedule /tmp/celerybeat-schedule`, or write `RUN chown USER {folder}` above `USER` in the Dockerfile"));
        if let Some(user) = image.file.chain(image.stage).iter().find_map(|stage| stage.user.span()) {
            finding.related(user, "the user is named here");
        }
    }
}

/// The command of a service that runs beat with the file it has by default.
fn keeps_file(service: &Service, ctx: &Context) -> Option<Span> {
    let process = ctx.project.process(service)?;
    let words = process.words()?;
    let line = words.join(" ");
    let (_, line) = line.split_once("celery")?;
    let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let beat = words.contains(&"beat")
        || words.contains(&"worker") && words.iter().any(|word| matches!(*word, "-B" | "--beat"));
    let elsewhere = words.iter().any(|word| {
        ["-s", "-S", "--schedule", "--scheduler", "--workdir"].iter().any(|own| word.starts_with(own))
            || word.contains("redbeat")
    });
    let told = ctx.project.names_seen_by(service).any(|name| name.contains("BEAT"));
    let moves = process.words()?.iter().any(|word| word.contains("cd ") || word.ends_with(".sh"));
    service.command.span().filter(|_| beat && !elsewhere && !told && !moves)
}

/// The working directory of an image, if `WORKDIR` made it for root and no command gives it to anybody.
fn folder_of_root(image: &Shipped) -> Option<String> {
    let chain = image.file.chain(image.stage);
    let folder = chain.first()?.workdir.clone()?;
    let near = |word: &str| {
        let word = word.trim_end_matches('/');
        word.contains(['$', '*', '{'])
            || matches!(word, "." | "")
            || normalize(word) == folder
            || below(&folder, word).is_some()
    };
    let gives = |words: &[Spanned<String>]| {
        const GIVE: [&str; 9] =
            ["chown", "chmod", "chgrp", "install", "usermod", "useradd", "adduser", "setfacl", "mkdir"];
        let first = words.first().is_some_and(|word| GIVE.contains(&base_name(&word.value)));
        first && words.iter().skip(1).any(|word| near(&word.value))
            || words.iter().any(|word| word.value.contains("chown "))
    };
    if chain.iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands).any(|words| gives(words)) {
        return None;
    }
    let (mut made, mut user) = (false, false);
    for instruction in chain.iter().rev().flat_map(|stage| &stage.instructions).filter(|own| !own.onbuild) {
        let words = || instruction.body.words().into_iter();
        match instruction.keyword.value.as_str() {
            "USER" => user = words().next().is_some_and(|word| !is_root(&word.value)),
            "WORKDIR" if !made => {
                let path = words().next()?;
                made = path.value.starts_with('/') && normalize(&path.value) == folder;
                if made && user {
                    return None;
                }
            }
            // What is copied to a folder that is not there yet makes it, for whoever `--chown` names.
            "COPY" | "ADD" if !made => {
                let to = words().last()?;
                if !to.value.starts_with('/') || near(&to.value) || below(&to.value, &folder).is_some() {
                    return None;
                }
            }
            _ => {}
        }
    }
    made.then_some(folder)
}
