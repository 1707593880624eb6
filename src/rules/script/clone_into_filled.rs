//! `script/clone-into-filled`

use crate::model::Kind;
use crate::model::starts::{Joint, Step};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A clone goes into a folder in which something lies already.
    ///
    /// ## Why
    /// `git clone` makes the folder, or takes one that is empty. With a file or folder in it git ends: "destination path already exists
    /// and is not an empty directory" (`builtin/clone.c`). Nothing is fetched, and all that follows works in a folder without the project.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// #!/bin/sh
    /// mkdir -p /opt/shop/logs
    /// git clone https://git.acme.de/shop.git /opt/shop
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/clone-into-filled
    /// | `/opt/shop/logs` is there already, and git clones into an empty folder only: it ends here
    /// | help: clone first, and make the folders in it behind that
    /// ```
    /// ```sh good file=setup.sh
    /// #!/bin/sh
    /// mkdir -p /opt/shop
    /// git clone https://git.acme.de/shop.git /opt/shop
    /// mkdir -p /opt/shop/logs
    /// git clone https://git.acme.de/theme.git /opt/shop/theme
    /// ```
    /// ### In a guide, chapters apart
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo mkdir -p /srv/shop/{data,logs}
    /// ~~~
    /// ## Fetch it
    /// ~~~bash
    /// cd /srv/shop
    /// git clone https://git.acme.de/shop.git .
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/clone-into-filled
    /// | `/srv/shop/data` is there already, and git clones into an empty folder only: it ends here
    /// | help: clone first, and make the folders in it behind that
    /// ~~~
    /// ```
    /// ```markdown bad file=docs/deploy.md
    /// ~~~bash
    /// mkdir -p $SHOP_HOME/{data,logs}
    /// git clone --depth 1 https://git.acme.de/shop.git "$SHOP_HOME"
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/clone-into-filled
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo mkdir -p /srv/shop/{data,logs}
    /// rm -rf /srv/shop
    /// git clone https://git.acme.de/shop.git /srv/shop
    /// ~~~
    /// ```
    /// ### The home of a user
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// useradd --system --create-home --home /var/www/shop shop
    /// cd /var/www
    /// git clone https://git.acme.de/shop.git
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/clone-into-filled
    /// | `/var/www/shop/.profile` is there already, and git clones into an empty folder only: it ends here
    /// | help: clone into a folder below the home, or let the user be made without one
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// useradd --system --home /var/www/shop shop
    /// mkdir -p /opt/shop
    /// useradd -m -d /opt/shop third
    /// git clone https://git.acme.de/shop.git /opt/shop
    /// adduser --system --home /srv/shop other
    /// git clone https://git.acme.de/shop.git /var/www/shop
    /// git clone https://git.acme.de/shop.git /srv/shop
    /// useradd -m -s /bin/bash deploy
    /// git clone https://git.acme.de/shop.git /home/deploy/shop
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// What happens under a condition.
    "script/clone-into-filled" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://git-scm.com/docs/git-clone"],
        at_first: true,
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Guide | Kind::Script) {
        return sink.not_applicable();
    }
    // What lies where, and which command put it there.
    let mut filled: Vec<(String, &Step)> = Vec::new();
    // What is cloned again is so on another machine, or in another way.
    let mut there: Vec<String> = Vec::new();
    for step in ctx.project.steps_together(commands) {
        let conditional = step.flow.tested || step.flow.branch || matches!(step.before, Joint::Or);
        let shown = || commands.kind == Kind::Guide && commands.is_of_script_of_guide(step);
        if step.inside.is_some() || step.contained || conditional || shown() {
            continue;
        }
        if let Some(folder) = cloned(step) {
            let below = |path: &str| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
            let same = |by: &Step| commands.kind == Kind::Guide || by.scope == step.scope;
            let fits = |(path, by): &&(String, &Step)| below(path) && by.remote == step.remote && same(by);
            if let Some((path, by)) = filled.iter().find(fits).filter(|_| !there.contains(&folder)) {
                let message =
                    format!("`{path}` is there already, and git clones into an empty folder only: it ends here");
                let finding = sink.report(step.span, message);
                finding.help(match by.name() {
                    "useradd" | "adduser" => "clone into a folder below the home, or let the user be made without one",
                    _ => "clone first, and make the folders in it behind that",
                });
                finding.related(by.span, "made here");
                if commands.is_read_along() {
                    finding.severity(Low);
                }
            }
            filled.retain(|(path, _)| !below(path));
            there.push(folder);
        } else if matches!(step.name(), "rm" | "mv" | "rsync" | "find") {
            let gone: Vec<String> = step.arguments().iter().filter_map(|word| full(step, &word.value)).collect();
            filled.retain(|(path, _)| !gone.iter().any(|gone| path.starts_with(gone.trim_end_matches(['/', '*']))));
        } else if let Some(home) = home_made(step) {
            // In a folder that is there, nothing of `/etc/skel` is copied.
            if !filled.iter().any(|(path, _)| *path == home) {
                filled.push((format!("{home}/.profile"), step));
            }
        } else {
            filled.extend(made(step).into_iter().map(|path| (path, step)));
        }
    }
}

/// The folder that a clone goes to.
fn cloned(step: &Step) -> Option<String> {
    const WITH_VALUE: [&str; 10] =
        ["-b", "--branch", "--depth", "-o", "--origin", "-c", "--config", "-j", "--jobs", "--reference"];
    if !step.is("git", &["clone"]) {
        return None;
    }
    let mut words = step.argv().iter().skip(2).map(|word| word.value.as_str());
    let mut named = Vec::new();
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(&word) {
            words.next();
        } else if !word.starts_with('-') {
            named.push(word);
        }
    }
    let from = named.first()?;
    let name = from.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let path = named.get(1).copied().unwrap_or(name.strip_suffix(".git").unwrap_or(name));
    full(step, path).filter(|path| path.len() > 1)
}

/// The files and folders that a command makes.
fn made(step: &Step) -> Vec<String> {
    let arguments = || step.arguments().iter().map(|word| word.value.as_str()).filter(|word| !word.starts_with('-'));
    let mut paths: Vec<String> = match step.name() {
        "mkdir" | "touch" | "tee" | "nano" | "vim" | "vi" => arguments().flat_map(spread).collect(),
        "cp" if step.arguments().len() > 1 => {
            arguments().next_back().filter(|last| !last.ends_with('/')).map(str::to_owned).into_iter().collect()
        }
        _ => Vec::new(),
    };
    paths.extend(step.redirects.iter().filter(|one| one.writes()).map(|one| one.target.value.clone()));
    paths.iter().filter_map(|path| full(step, path)).collect()
}

/// The home that is made for a user, with what lies in `/etc/skel`: `useradd -m` copies it for users of the system, too
/// (`useradd.c` of shadow); `adduser --system` leaves the home empty.
fn home_made(step: &Step) -> Option<String> {
    let arguments = step.arguments();
    let value = |names: &[&str]| {
        let at = arguments.iter().position(|word| names.contains(&word.value.as_str()));
        let joined = || arguments.iter().find_map(|word| word.value.strip_prefix("--home="));
        at.and_then(|at| arguments.get(at + 1)).map(|word| word.value.as_str()).or_else(joined)
    };
    let makes = match step.name() {
        "useradd" => step.has_short('m') || step.has("--create-home"),
        "adduser" => !step.has("--system") && !step.has("--no-create-home"),
        _ => false,
    };
    let named = value(&["-d", "--home", "--home-dir"]).filter(|_| makes);
    let user = || arguments.last().map(|word| word.value.as_str()).filter(|name| makes && !name.starts_with('-'));
    named.map(|home| home.trim_end_matches('/').to_owned()).or_else(|| Some(format!("/home/{}", user()?)))
}

/// `/srv/{data,logs}`: each of them.
fn spread(word: &str) -> Vec<String> {
    let parts = word.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match parts {
        Some((before, (list, behind))) if list.contains(',') && !before.ends_with('$') => {
            list.split(',').map(|one| format!("{before}{one}{behind}")).collect()
        }
        _ => vec![word.to_owned()],
    }
}

/// A path from the root, as far as the text says.
fn full(step: &Step, path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    if path.starts_with(['/', '$', '~']) {
        return Some(path.to_owned());
    }
    let place = step.place.elsewhere.as_deref()?.trim_end_matches('/');
    match path.trim_start_matches("./") {
        "." | "" => Some(place.to_owned()),
        rest if rest.starts_with("..") => None,
        rest => Some(format!("{place}/{rest}")),
    }
}
