//! `script/edit-undone`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A deployment resets the files that another script filled in on the server.
    ///
    /// ## Why
    /// `sed -i` writes the name of the site into a file that git keeps. `git reset --hard` puts the placeholder back, at the next
    /// deployment. nginx goes on with what it has read, so nobody notices; at its next start it looks for the certificate of the
    /// placeholder, and stays down.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/sh
    /// set -eu
    /// git fetch && git reset --hard origin/main
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/edit-undone
    /// # | this undoes what `setup.sh` wrote into `nginx/site.conf`: the placeholder stands there again
    /// # | help: let `setup.sh` write a file of another name that git ignores, made from this one, or fill it in behind each reset
    /// docker compose up -d --build
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/sh
    /// set -eu
    /// git fetch && git reset --hard origin/main
    /// ./setup.sh
    /// docker compose up -d --build
    /// ```
    /// ```sh both file=setup.sh
    /// #!/bin/sh
    /// set -eu
    /// sed -i "s/SITE_NAME_HERE/${DOMAIN:?}/g" ./nginx/site.conf
    /// ```
    /// ```nginx both file=nginx/site.conf
    /// server {
    ///     listen 80;
    ///     server_name SITE_NAME_HERE;
    ///     server_tokens off;
    ///     root /srv/www;
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Resets behind which the same commands fill the file in again, and files that git ignores.
    "script/edit-undone" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://git-scm.com/docs/git-reset#Documentation/git-reset.txt---hard"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let throws_away = |step: &&Step| resets(step);
    let mut resetting = commands.steps.iter().filter(throws_away).peekable();
    if !matches!(commands.kind, Kind::Script | Kind::Workflow) || resetting.peek().is_none() {
        return sink.not_applicable();
    }
    let Some(reset) = resetting.next() else { return };
    let said = |name: &str| commands.steps.iter().any(|step| step.words.iter().any(|word| word.value.contains(name)));
    for (script, at, filled) in ctx.project.filled_in_place() {
        let path = &ctx.project.source(script).path;
        let name = path.rsplit('/').next().unwrap_or(path);
        if script == commands.file || said(name) {
            continue;
        }
        let message = format!(
            "this undoes what `{path}` wrote into `{}`: the placeholder stands there again",
            ctx.project.source(filled).path
        );
        let finding = sink.report(reset.span, message);
        finding
            .help(format!(
                "let `{name}` write a file of another name that git ignores, made from this one, or fill it in behind each reset"
            ))
            .related(at, "it is filled in here");
        return;
    }
}

/// Whether a command throws away what was changed in the files that git keeps.
fn resets(step: &Step) -> bool {
    step.is("git", &["reset"]) && step.has("--hard") || step.is("git", &["checkout"]) && step.has("-f")
}
