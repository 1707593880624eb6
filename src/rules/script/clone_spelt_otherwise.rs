//! `script/clone-spelt-otherwise`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A repository is cloned, and `cd` goes to another spelling of its name.
    ///
    /// ## Why
    /// `git clone` calls the folder as the address does, capitals included, and Linux tells `Shop` from `shop`. The `cd` ends with "No such
    /// file or directory", and what is typed behind it runs in the folder above: `npm install` in `/opt`.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// git clone https://git.acme.de/team/Shop-Server.git
    /// cd shop-server
    /// #  ^^^^^^^^^^^ script/clone-spelt-otherwise
    /// # | the clone is called `Shop-Server`: there is no folder of this name
    /// # | help: write `cd Shop-Server`
    /// # > cd Shop-Server
    /// npm ci
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// git clone https://git.acme.de/team/Shop-Server.git shop-server
    /// cd shop-server
    /// npm ci
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// git clone https://git.acme.de/team/Shop-Server.git
    /// mv Shop-Server shop-server
    /// cd shop-server
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// git clone https://git.acme.de/team/shop.git
    /// cd backend
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Names that have nothing to do with that of the repository: the folder may be there by itself.
    "script/clone-spelt-otherwise" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://git-scm.com/docs/git-clone#Documentation/git-clone.txt-directory"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Guide | Kind::Script) {
        return sink.not_applicable();
    }
    let here = |step: &&Step| step.inside.is_none() && !step.contained;
    for clone in commands.steps.iter().filter(here).filter(|step| step.is("git", &["clone"])) {
        let Some(name) = folder(clone) else { continue };
        // The next one goes there, unless something else has made the folder.
        let mut behind = commands.behind(clone);
        let Some(next) =
            behind.find(|step| step.name() == "cd" || step.words.iter().any(|word| is_other(&word.value, name)))
        else {
            continue;
        };
        let Some(to) = next.argv().get(1).filter(|_| next.name() == "cd" && next.remote == clone.remote) else {
            continue;
        };
        let first = to.value.trim_start_matches("./").split('/').next().unwrap_or_default();
        if is_other(first, name) {
            let finding =
                sink.report(to.span, format!("the clone is called `{name}`: there is no folder of this name"));
            finding.help(format!("write `cd {}`", to.value.replacen(first, name, 1)));
            finding.related(clone.span, "cloned here");
            if commands.is_read_along() {
                finding.severity(Low);
            }
        }
    }
}

/// Whether it is the same name, spelt in another way.
fn is_other(word: &str, name: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    word != name && plain(word) == plain(name)
}

/// The folder that a clone makes when none is named.
fn folder(step: &Step) -> Option<&str> {
    let mut words = step.argv().iter().skip(2).map(|word| word.value.as_str());
    let from = words.find(|word| word.contains("://") || word.starts_with("git@"))?;
    let name = from.trim_end_matches('/').rsplit(['/', ':']).next()?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    let open = name.is_empty() || name.contains(['<', '>', '{', '}', '$', '[', ']']);
    (!open && words.next().is_none_or(|word| word.starts_with('-'))).then_some(name)
}
