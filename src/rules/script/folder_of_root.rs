//! `script/folder-of-root`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A person clones into a folder of the system that belongs to root.
    ///
    /// ## Why
    /// `/opt`, `/srv` and `/var/www` belong to root, and nobody else may make anything in them: `git clone` ends with "could not create work
    /// tree dir: Permission denied". A guide that writes `sudo` in front of other commands is read by somebody who is not root.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y git nginx
    /// cd /opt
    /// git clone https://git.acme.de/shop.git
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/folder-of-root
    /// | `/opt` belongs to root, and a person without `sudo` may make nothing there
    /// | help: write `sudo install -d -o "$USER" /opt/shop` in front of it
    /// sudo systemctl restart nginx
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y git nginx
    /// sudo mkdir -p /opt/shop
    /// sudo chown "$USER": /opt/shop
    /// git clone https://git.acme.de/shop.git /opt/shop
    /// sudo systemctl restart nginx
    /// ~~~
    /// ```
    /// ```markdown good file=docs/deploy.md
    /// ~~~bash
    /// ssh root@203.0.113.7
    /// git clone https://git.acme.de/shop.git /opt/shop
    /// sudo -u shop npm ci
    /// sudo systemctl restart nginx
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Guides in which anything is said of who owns the folder, or in which somebody becomes root.
    "script/folder-of-root" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html"],
        at_first: true,
        check: Check::Commands(check),
    }
}

/// Folders that belong to root on every server.
const FOLDERS: [&str; 4] = ["/opt", "/srv", "/var/www", "/usr/local"];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let steps = ctx.project.steps_of_chapters(commands);
    if commands.kind != Kind::Guide || steps.is_empty() || commands.may_be_root() {
        return sink.not_applicable();
    }
    let here = |step: &&&Step| step.inside.is_none() && !step.contained && !step.remote;
    let by_sudo =
        |step: &&&Step| step.is_by_sudo() && matches!(step.name(), "apt" | "apt-get" | "systemctl" | "dnf" | "nginx");
    if steps.iter().filter(by_sudo).count() < 2 || ctx.project.tells_of_owners(commands.file) {
        return;
    }
    for step in steps.iter().filter(here).filter(|step| step.is("git", &["clone"]) && !step.is_by_sudo()) {
        let Some(folder) = goes_to(step) else { continue };
        let Some(root) =
            FOLDERS.iter().find(|root| folder.strip_prefix(**root).is_some_and(|rest| rest.starts_with('/')))
        else {
            continue;
        };
        if commands.is_of_script_of_guide(step) {
            continue;
        }
        let message = format!("`{root}` belongs to root, and a person without `sudo` may make nothing there");
        let finding = sink.report(step.span, message);
        finding.help(format!("write `sudo install -d -o \"$USER\" {folder}` in front of it"));
        if commands.is_read_along() {
            finding.severity(Low);
        }
        return;
    }
}

/// The folder that a clone makes.
fn goes_to(step: &Step) -> Option<String> {
    let mut words = step.argv().iter().skip(2).map(|word| word.value.as_str()).filter(|word| !word.starts_with('-'));
    let from = words.find(|word| word.contains(['/', ':', '<', '{', '_', '-']))?;
    let name = from.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let path = words.next().unwrap_or(name.strip_suffix(".git").unwrap_or(name)).trim_end_matches('/');
    match step.place.elsewhere.as_deref() {
        _ if path.starts_with('/') => Some(path.to_owned()),
        Some(place) if path == "." => Some(place.trim_end_matches('/').to_owned()),
        Some(place) => Some(format!("{}/{path}", place.trim_end_matches('/'))),
        None => None,
    }
}
