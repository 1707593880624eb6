//! `script/start-takes-no-change`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A program that runs already is started, to take a new configuration.
    ///
    /// ## Why
    /// Debian and Ubuntu start what they install. `systemctl start` and `enable --now` do nothing to what runs: the program goes on with
    /// what it read when it was installed. A `fail2ban` without its jails guards nothing, and a `redis` without its password is open.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y fail2ban
    /// sudo nano /etc/fail2ban/jail.local
    /// sudo systemctl enable fail2ban
    /// sudo systemctl start fail2ban
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/start-takes-no-change
    /// | `fail2ban` runs since it was installed, and this does not have it read `/etc/fail2ban/jail.local`
    /// | help: write `systemctl restart fail2ban`
    /// # > sudo systemctl restart fail2ban
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y fail2ban redis-server
    /// sudo systemctl start redis-server
    /// sudo cp /etc/fail2ban/jail.conf /etc/fail2ban/jail.local
    /// sudo systemctl start fail2ban
    /// sudo nano /etc/fail2ban/jail.local
    /// sudo systemctl enable --now fail2ban
    /// sudo systemctl restart fail2ban
    /// sudo apt install -y mosquitto
    /// sudo systemctl stop mosquitto
    /// sudo nano /etc/mosquitto/mosquitto.conf
    /// sudo systemctl start mosquitto
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Programs that are stopped in between, or that a later command has read their files again. Other systems than Debian's.
    "script/start-takes-no-change" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.debian.org/doc/debian-policy/ch-opersys.html#starting-system-services"],
        at_first: true,
        check: Check::Commands(check),
    }
}

/// Units, the packages that start them, and where their files lie.
const STARTED: [(&str, &[&str], &str); 9] = [
    ("fail2ban", &["fail2ban"], "/etc/fail2ban/"),
    ("redis-server", &["redis-server", "redis"], "/etc/redis/"),
    ("redis", &["redis-server", "redis"], "/etc/redis/"),
    ("mosquitto", &["mosquitto"], "/etc/mosquitto/"),
    ("postgresql", &["postgresql"], "/etc/postgresql/"),
    ("haproxy", &["haproxy"], "/etc/haproxy/"),
    ("docker", &["docker-ce", "docker.io"], "/etc/docker/"),
    ("mysql", &["mysql-server"], "/etc/mysql/"),
    ("mariadb", &["mariadb-server"], "/etc/mysql/"),
];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Guide | Kind::Script) || commands.run_in_image() {
        return sink.not_applicable();
    }
    let plain = |step: &&Step| step.inside.is_none() && !step.contained && !step.remote && !step.flow.tested;
    let steps: Vec<&Step> = ctx.project.steps_together(commands).into_iter().filter(plain).collect();
    for (unit, packages, folder) in STARTED {
        let named = |step: &Step| step.has(unit) || step.has(&format!("{unit}.service"));
        let tells = |step: &Step, verbs: &[&str]| {
            matches!(step.name(), "systemctl" | "service" | "fail2ban-client" | "redis-cli")
                && (named(step) || matches!(step.name(), "fail2ban-client"))
                && verbs.iter().any(|verb| step.has(verb))
        };
        let installs = |step: &Step| {
            matches!(step.name(), "apt" | "apt-get")
                && step.has("install")
                && packages.iter().any(|package| step.has(package))
        };
        let Some(from) = steps.iter().position(|step| installs(step)) else { continue };
        let (mut changed, mut runs) = (None, true);
        for step in steps.iter().skip(from) {
            if tells(step, &["stop"]) {
                runs = false;
            } else if tells(step, &["restart", "reload", "try-restart", "reload-or-restart"])
                || step.name() == "reboot"
                || !runs && tells(step, &["start", "--now"])
            {
                (changed, runs) = (None, true);
            } else if let Some(path) = changes(step, folder) {
                changed = Some(path);
            } else if tells(step, &["start", "--now"])
                && let Some(path) = changed.take()
                && !steps.iter().any(|later| {
                    later.span.start > step.span.start
                        && (tells(later, &["restart", "reload", "reload-or-restart"]) || later.name() == "reboot")
                })
            {
                let message = format!(
                    "`{unit}` runs since it was installed, and this does not have it read `{}`",
                    ctx.quote(path)
                );
                let finding = sink.report(step.span, message).help(format!("write `systemctl restart {unit}`"));
                finding.related(path, "written here");
                if commands.is_read_along() {
                    finding.severity(Low);
                }
            }
        }
    }
}

/// The file of a folder that a command writes, or opens to be written.
fn changes(step: &Step, folder: &str) -> Option<Span> {
    let below = |word: &&Spanned<String>| word.value.starts_with(folder);
    let last = || step.argv().iter().skip(1).rfind(|word| !word.value.starts_with('-'));
    let word = match step.name() {
        "nano" | "vim" | "vi" | "tee" | "sed" => last(),
        // A copy of what the package brought changes nothing yet.
        "cp" | "mv" | "install" | "ln" => {
            last().filter(|to| !step.argv().iter().any(|word| word.value.starts_with(folder) && word.span != to.span))
        }
        _ => None,
    };
    let backup = |word: &&Spanned<String>| word.value.ends_with(".bak") || word.value.ends_with(".orig");
    word.filter(below)
        .filter(|word| !backup(word))
        .or_else(|| step.written().find(|word| below(word)))
        .map(|word| word.span)
}
