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
    /// ### A whole path, in another chapter
    /// ```markdown bad file=DEPLOYMENT.md
    /// ## Code
    ///
    /// ~~~bash
    /// cd /var/www
    /// git clone https://git.acme.de/team/site.git my-shop
    /// ~~~
    ///
    /// ## Backend
    ///
    /// ~~~bash
    /// cd /var/www/myshop/server
    /// #  ^^^^^^^^^^^^^^^^^^^^^^ script/clone-spelt-otherwise
    /// # | the clone is called `my-shop`: there is no folder of this name
    /// # | help: write `cd /var/www/my-shop/server`
    /// # > cd /var/www/my-shop/server
    /// npm install
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ## Code
    ///
    /// ~~~bash
    /// mkdir -p /var/www/myshop
    /// cd /var/www
    /// git clone https://git.acme.de/team/site.git my-shop
    /// ~~~
    ///
    /// ## Backend
    ///
    /// ~~~bash
    /// cd /var/www/myshop/server
    /// npm install
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

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Guide | Kind::Script) {
        return sink.not_applicable();
    }
    let here = |step: &&Step| step.inside.is_none() && !step.contained;
    for clone in commands.steps.iter().filter(here).filter(|step| step.is("git", &["clone"])) {
        let Some((name, false)) = folder(clone) else { continue };
        // The next one goes there, unless something else has made the folder.
        let mut behind = commands.behind(clone);
        let speaks = |step: &Step| step.words.iter().any(|word| is_other(&word.value, name));
        let Some(next) = behind.find(|step| step.name() == "cd" || speaks(step)) else { continue };
        let Some(to) = next.argv().get(1).filter(|_| next.name() == "cd" && next.remote == clone.remote) else {
            continue;
        };
        let first = to.value.trim_start_matches("./").split('/').next().unwrap_or_default();
        if is_other(first, name) {
            report(commands, (clone, name), (to, first), sink);
        }
    }
    check_chapters(commands, ctx, sink);
}

/// A whole path in a later chapter: `/var/www/my-shop` is cloned, and `cd /var/www/myshop`.
fn check_chapters(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    const MAKES: [&str; 9] = ["mkdir", "mv", "ln", "cp", "scp", "rsync", "unzip", "tar", "install"];
    let steps = ctx.project.steps_of_chapters(commands);
    let here = |step: &&&Step| step.inside.is_none() && !step.contained && !step.remote;
    for clone in steps.iter().filter(here).filter(|step| step.is("git", &["clone"])) {
        let Some((name, _)) = folder(clone) else { continue };
        let (parent, name) = match (name.rsplit_once('/'), clone.place.elsewhere.as_deref()) {
            (Some((parent, name)), _) if parent.starts_with('/') => (parent, name),
            (None, Some(place)) if place.starts_with('/') => (place.trim_end_matches('/'), name),
            _ => continue,
        };
        let part = |path: &'_ str| -> Option<String> {
            let rest = path.strip_prefix(parent)?.strip_prefix('/')?;
            rest.split('/').next().filter(|part| is_other(part, name)).map(str::to_owned)
        };
        let makes = |step: &&Step| MAKES.contains(&step.name()) || step.is("git", &["clone"]);
        // `scp -r . root@host:/var/www/shop`
        let named = |step: &Step| step.words.iter().any(|word| word.value.rsplit(':').next().and_then(part).is_some());
        if steps.iter().copied().filter(makes).any(named) {
            continue;
        }
        let behind = steps.iter().filter(here).filter(|step| step.name() == "cd" && step.span.start > clone.span.start);
        let found = behind.filter_map(|step| step.argv().get(1)).find_map(|to| Some((to, part(&to.value)?)));
        if let Some((to, part)) = found {
            report(commands, (clone, name), (to, &part), sink);
        }
    }
}

fn report(commands: &Commands, (clone, name): (&Step, &str), (to, part): (&Spanned<String>, &str), sink: &mut Sink) {
    let finding = sink.report(to.span, format!("the clone is called `{name}`: there is no folder of this name"));
    finding.help(format!("write `cd {}`", to.value.replacen(part, name, 1)));
    finding.related(clone.span, "cloned here");
    if commands.is_read_along() {
        finding.severity(Low);
    }
}

/// Whether it is the same name, spelt in another way.
fn is_other(word: &str, name: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "");
    word != name && plain(word) == plain(name)
}

/// The folder that a clone makes, and whether the command names it.
fn folder(step: &Step) -> Option<(&str, bool)> {
    let mut words = step.argv().iter().skip(2).map(|word| word.value.as_str()).filter(|word| !word.starts_with('-'));
    let from = words.find(|word| word.contains("://") || word.starts_with("git@") || word.contains(['<', '_', '$']))?;
    if let Some(to) = words.next() {
        let to = to.trim_end_matches('/');
        return (to != "." && !to.contains(['<', '>', '{', '}', '$'])).then_some((to, true));
    }
    let name = from.trim_end_matches('/').rsplit(['/', ':']).next()?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    let open = name.is_empty() || name.contains(['<', '>', '{', '}', '$', '[', ']']);
    (!open).then_some((name, false))
}
