//! `script/sync-deletes-uploads`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::below;

rule! {
    /// A deployment deletes what only the server has.
    ///
    /// ## Why
    /// `rsync --delete` makes the folder on the server the same as the one that is sent. What users uploaded, what services wrote there
    /// and the `.env` that git ignores are not in a fresh clone, so they are gone after the next deployment, unless `--exclude` names
    /// them.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/bash
    /// set -e
    /// rsync -a --delete --exclude .env --exclude storage/logs ./ deploy@shop.example.org:/srv/shop/
    /// #        ^^^^^^^^ script/sync-deletes-uploads
    /// # | `rsync` deletes `storage/app` on the server: what users uploaded is not in what is sent
    /// # | help: add `--exclude storage/app`
    /// # > rsync -a --delete --exclude .env --exclude storage/logs --exclude storage/app ./ deploy@shop.example.org:/srv/shop/
    /// ```
    /// ```text both file=artisan
    /// #!/usr/bin/env php
    /// ```
    /// ```markdown both
    /// Once, on the server: `php artisan storage:link`
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/bash
    /// set -e
    /// rsync -a --delete --exclude .env --exclude storage ./ deploy@shop.example.org:/srv/shop/
    /// rsync -a --delete public/build/ deploy@shop.example.org:/srv/shop/public/build/
    /// ```
    /// ### A folder that Compose mounts
    /// ```sh bad file=deploy.sh
    /// #!/bin/bash
    /// set -e
    /// git clone --depth 1 https://git.example.org/shop.git /tmp/release
    /// rsync -a --delete --exclude .env /tmp/release/ /srv/shop/
    /// #        ^^^^^^^^ script/sync-deletes-uploads
    /// # | `rsync` deletes `data/postgres` on the server: the data of the store is not in what is sent
    /// # | help: add `--exclude data/postgres`
    /// cd /srv/shop && docker compose up -d --build
    /// ```
    /// ```compose both
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     restart: always
    ///     volumes: ["./data/postgres:/var/lib/postgresql/data"]
    /// ```
    ///
    /// ### The env file
    /// ```yaml bad file=.github/workflows/deploy.yml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: rsync -a --delete --exclude .git ./ deploy@shop.example.org:/srv/shop/
    /// #                     ^^^^^^^^ script/sync-deletes-uploads
    /// # | `rsync` deletes `.env` on the server: the env file of the stack is not in what is sent
    /// # | help: add `--exclude .env`
    /// # >       - run: rsync -a --delete --exclude .git --exclude .env ./ deploy@shop.example.org:/srv/shop/
    ///       - run: ssh deploy@shop.example.org 'cd /srv/shop && docker compose up -d'
    /// ```
    /// ```compose both
    /// services:
    ///   shop:
    ///     image: kleinladen/shop:4.2
    ///     restart: always
    ///     env_file: .env
    /// ```
    ///
    /// ## What it does not report
    /// A part of the project that is sent alone; options in files, and patterns that are not known.
    "script/sync-deletes-uploads" {
        severity: High, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://download.samba.org/pub/rsync/rsync.1#opt--delete"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let mut syncs = commands.steps.iter().filter(|step| step.tool() == "rsync" && !step.contained).peekable();
    if syncs.peek().is_none() {
        return sink.not_applicable();
    }
    for step in syncs {
        let Some(delete) = step.words.iter().find(|word| is_delete(&word.value)) else { continue };
        let Some(sync) = Sync::of(step).filter(|sync| sync.sends_project(commands, step)) else { continue };
        // A checkout has no `.env`; the machine of somebody who calls a script may.
        let fresh = commands.kind == Kind::Workflow || sync.sends_clone(commands, step);
        let env = if fresh { ctx.project.env_files_of_server() } else { Vec::new() };
        for beside in ctx.project.filled_on_server().into_iter().chain(env) {
            if sync.leaves_out(&beside.path) {
                continue;
            }
            let message =
                format!("`rsync` deletes `{}` on the server: {} is not in what is sent", beside.path, beside.holds);
            let finding = sink.report(delete.span, message);
            finding.help(format!("add `--exclude {}`", beside.path));
            if let Some(used) = beside.used {
                finding.related(used, "it is written here");
            }
            if commands.is_read_along() || step.flow.branch {
                finding.severity(Medium);
            }
            break;
        }
    }
}

/// What a call of `rsync` sends, and what it leaves alone.
struct Sync<'a> {
    from: &'a str,
    patterns: Vec<&'a str>,
}

impl<'a> Sync<'a> {
    /// Reads the words; nothing where they say less than all: rules in files, patterns that are made elsewhere.
    fn of(step: &'a Step) -> Option<Sync<'a>> {
        const VALUED: [&str; 10] = [
            "-e",
            "--rsh",
            "--rsync-path",
            "--chmod",
            "--chown",
            "--bwlimit",
            "--timeout",
            "--port",
            "--password-file",
            "--log-file",
        ];
        let (mut patterns, mut plain) = (Vec::new(), Vec::new());
        let mut words = step.arguments().iter().map(|word| word.value.as_str());
        while let Some(word) = words.next() {
            if let Some(pattern) = word.strip_prefix("--exclude=") {
                patterns.push(pattern);
            } else if word == "--exclude" {
                patterns.push(words.next()?);
            } else if ["--filter", "--files-from", "--exclude-from", "--include", "-f", "-n", "--dry-run"]
                .iter()
                .any(|other| word.starts_with(other) && (other.starts_with("--") || word == *other))
            {
                return None;
            } else if VALUED.contains(&word) {
                words.next()?;
            } else if !word.starts_with('-') {
                plain.push(word);
            }
        }
        let [from, _] = plain[..] else { return None };
        let known = !patterns.iter().any(|pattern| pattern.contains(['$', '{', '`']));
        known.then_some(Sync { from, patterns })
    }

    /// Whether all of the project is sent: from its top, or from a clone of it.
    fn sends_project(&self, commands: &Commands, step: &Step) -> bool {
        const TOPS: [&str; 4] = ["ROOT", "REPO", "WORKSPACE", "PROJECT"];
        let by_name = self.from.strip_prefix('$').and_then(|rest| rest.strip_suffix('/')).is_some_and(|name| {
            let name = name.trim_matches(['{', '}']);
            name.split('_').any(|part| TOPS.contains(&part))
                && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        });
        let at_top = step.place.elsewhere.is_none() && step.place.directory.as_deref().is_none_or(str::is_empty);
        let here = at_top && matches!(self.from, "." | "./");
        here || by_name || self.sends_clone(commands, step)
    }

    /// Whether what is sent was cloned before.
    fn sends_clone(&self, commands: &Commands, step: &Step) -> bool {
        let cloned = |other: &Step| {
            let last = other.words.last().map(|word| word.value.trim_end_matches('/'));
            other.is("git", &["clone"]) && last.is_some_and(|last| last == self.from.trim_end_matches('/'))
        };
        self.from.ends_with('/') && commands.before(step).any(cloned)
    }

    /// Whether a pattern keeps a folder, or a part of it: somebody thought of it then.
    fn leaves_out(&self, path: &str) -> bool {
        self.patterns.iter().any(|pattern| {
            let own = pattern.trim_start_matches("./").trim_start_matches('/').trim_end_matches(['/', '*']);
            let anywhere = !own.contains('/') && path.split('/').any(|part| part == own);
            own.is_empty()
                || anywhere
                || below(path, own).is_some()
                || below(own, path).is_some()
                || path.ends_with(&format!("/{own}"))
        })
    }
}

fn is_delete(word: &str) -> bool {
    word == "--del" || word.starts_with("--delete") && word != "--delete-missing-args"
}
