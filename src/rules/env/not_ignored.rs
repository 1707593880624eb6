//! `env/not-ignored`

use crate::model::env::EnvFacts;
use crate::project::Project;
use crate::rules::prelude::*;
use crate::source::{directory, join};
use crate::syntax::shell::base_name;

rule! {
    /// Nothing keeps git from taking a file with secrets along.
    ///
    /// ## Why
    /// The next `git add .` commits it, and what was pushed once stays in the history of every copy.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod untracked
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ^^^^^^^^^^^ env/not-ignored
    /// | `.env.prod` holds secrets, and no `.gitignore` names it: the next `git add .` commits it
    /// | help: add the lines `.env*` and `!.env*.example` to `.gitignore`
    /// ```
    /// ```env bad file=deploy/.env.prod untracked
    /// API_TOKEN=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// ```
    /// ```env fixed file=.env.prod ignored
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ```env fixed file=deploy/.env.prod ignored
    /// API_TOKEN=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// ```
    /// ```env good file=.env.prod ignored
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ```env good file=.env.staging untracked
    /// DB_PASSWORD=${DB_PASSWORD}
    /// PORT=8000
    /// ADMIN_PASSWORD=changeme
    /// ```
    /// ```env good file=.env.prod.example untracked
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    /// ### Where no checkout is
    /// ```markdown good file=DEPLOYMENT.md untracked
    /// ~~~bash
    /// cat > ~/.config/shop.env <<EOF
    /// SESSION_SECRET=$(openssl rand -hex 32)
    /// API_TOKEN=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// EOF
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Templates, files without secrets, files among tests and examples, and files that git tracks already:
    /// `env/tracked-by-git` does. Projects that are no git checkout.
    "env/not-ignored" {
        severity: Medium, confidence: Certain, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://git-scm.com/docs/gitignore"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let git = project.git();
    let mut files: Vec<EnvFacts> = Vec::new();
    for env in project.env_files().filter(|env| env.role != Role::Template && git.is_asked(&env.path)) {
        let Some(secret) = env.real_secrets().next().map(|secret| secret.var.key.span) else { continue };
        // What a guide puts into `/etc` is no file of the checkout.
        if git.is_fixture(&env.path) || project.is_shown_of_system(env.file) {
            continue;
        }
        // Where a guide puts it the guide seldom says: beside a template of it, in a folder whose own is ignored.
        let ignored_there = |template: &str| {
            let place = join(directory(template), base_name(&env.path));
            git.ignored(&place).is_yes()
        };
        if project.guide_of(env.file).is_some() && project.templates_of(base_name(&env.path)).any(ignored_there) {
            continue;
        }
        match (git.tracked(&env.path), git.ignored(&env.path)) {
            (Answer::No(_), Answer::No(_)) => files.push(env),
            (Answer::Yes(()), _) | (_, Answer::Yes(_)) => {}
            (Answer::Unknown(why), _) | (_, Answer::Unknown(why)) => sink.unanswered(secret, why),
        }
    }
    // One cause, one finding: the file that matters most speaks for all of them.
    let is_shown = |env: &EnvFacts| project.guide_of(env.file).is_some();
    files.sort_by_key(|env| (is_shown(env), std::cmp::Reverse(env.role)));
    let [first, others @ ..] = &files[..] else { return };
    let Some(secret) = first.real_secrets().next() else { return };
    let name = first.path.rsplit('/').next().unwrap_or(&first.path);
    let lines = if name.starts_with(".env") { "lines `.env*` and `!.env*.example`" } else { &format!("line `{name}`") };
    let finding = sink.report(
        secret.var.key.span,
        format!("`{}` holds secrets, and no `.gitignore` names it: the next `git add .` commits it", first.path),
    );
    finding.help(format!("add the {lines} to `.gitignore`"));
    // Whether its reader writes it into a checkout, and commits from there, the guide does not say.
    if is_shown(first) {
        finding.severity(Low);
    }
    for env in others.iter().take(8) {
        finding.related(env.anchor(), "nor this one");
    }
}
