//! `cron/log-not-writable`

use crate::model::Kind;
use crate::model::crontab::Crontab;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A job of a user writes into a directory of root, and is therefore never run.
    ///
    /// ## Why
    /// The shell opens the file behind `>>` before it starts the command. `/var/log` belongs to root: for everybody else that fails with
    /// "Permission denied", and the command is not run at all.
    ///
    /// ## Examples
    /// ```crontab bad file=etc/cron.d/shop
    /// 0 3 * * * shop /opt/shop/backup.sh >> /var/log/shop-backup.log 2>&1
    /// #                                     ^^^^^^^^^^^^^^^^^^^^^^^^ cron/log-not-writable
    /// # | user `shop` cannot write into `/var/log`: the shell fails before it runs the command
    /// # | help: make `/var/log/shop-backup.log` for the user (`install -o shop`), or write to a directory that belongs
    /// # | to it
    /// ```
    /// ```sh bad file=install.sh
    /// (crontab -u shop -l; echo "0 3 * * * /opt/shop/backup.sh >> /var/log/shop-backup.log 2>&1") | crontab -u shop -
    /// #                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cron/log-not-writable
    /// ```
    /// ```crontab good file=etc/cron.d/shop
    /// 0 3 * * * shop /opt/shop/backup.sh >> /var/log/shop/backup.log 2>&1
    /// 0 4 * * * root /opt/shop/clean.sh >> /var/log/shop-clean.log 2>&1
    /// ```
    /// ```sh good file=install.sh
    /// (crontab -l; echo "0 3 * * * /opt/shop/backup.sh >> /var/log/shop-backup.log 2>&1") | crontab -
    /// ```
    /// ### A program that is called like a user
    /// ```crontab good
    /// 0 0 * * * node /app/scripts/clean.js >> /var/log/clean.log 2>&1
    /// ```
    /// ### The crontab of whoever reads a guide
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt-get install -y nginx
    /// ~~~
    /// ## Every night
    /// ~~~bash
    /// crontab -e
    /// 0 3 * * * /opt/shop/backup.sh >> /var/log/shop-backup.log 2>&1
    ///                                  ^^^^^^^^^^^^^^^^^^^^^^^^ cron/log-not-writable
    /// | who is not root cannot write into `/var/log`: the shell fails before it runs the command
    /// | help: make the file before (`sudo install -o "$USER" /dev/null /var/log/shop-backup.log`), or write to a
    /// | folder of your own
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt-get install -y nginx
    /// sudo touch /var/log/shop-report.log
    /// sudo chown $USER /var/log/shop-report.log
    /// ~~~
    /// ## Every night
    /// ~~~bash
    /// sudo crontab -e
    /// 0 3 * * * /opt/shop/backup.sh >> /var/log/shop-backup.log 2>&1
    /// ~~~
    /// ~~~bash
    /// crontab -e
    /// 0 4 * * * /opt/shop/report.sh >> /var/log/shop-report.log 2>&1
    /// 0 5 * * * /opt/shop/clean.sh >> /var/log/shop/clean.log 2>&1
    /// ~~~
    /// ```
    /// ### The file is made for the user
    /// ```crontab good file=etc/cron.d/shop
    /// 0 3 * * * shop /opt/shop/backup.sh >> /var/log/shop-backup.log 2>&1
    /// ```
    /// ```sh good file=install.sh
    /// install -o shop -m 640 /dev/null /var/log/shop-backup.log
    /// ```
    "cron/log-not-writable" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_07"],
        check: Check::Commands(check),
    }
}

/// The file in `/var/log` itself that a line writes to.
fn log(text: &str) -> Option<&str> {
    let (_, rest) = text.rsplit_once("> /var/log/").or_else(|| text.rsplit_once(">/var/log/"))?;
    log_of(rest)
}

/// The name of a file in `/var/log` itself.
fn log_of(rest: &str) -> Option<&str> {
    let name = rest.split([' ', '\n', '"', '\'', ';']).next()?;
    (!name.is_empty() && !name.contains(['/', '$'])).then_some(name)
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if let Some(crontab) = ctx.project.crontabs.iter().find(|crontab| crontab.file == commands.file) {
        return of_system(crontab, ctx, sink);
    }
    if commands.kind == Kind::Guide {
        return of_person(commands, ctx, sink);
    }
    for step in commands.steps {
        // `crontab -u shop -`, and what is fed to it.
        let user = step.words.windows(2).find(|two| two[0].value == "-u").map(|two| two[1].value.as_str());
        let Some(user) = user.filter(|user| step.name() == "crontab" && *user != "root" && !user.contains('$')) else {
            continue;
        };
        let texts = |other: &Step| {
            other
                .words
                .iter()
                .chain(other.redirects.iter().filter_map(|own| own.body.as_ref()))
                .cloned()
                .collect::<Vec<_>>()
        };
        let near: Vec<Spanned<String>> =
            commands.before(step).rev().take(4).flat_map(texts).chain(texts(step)).collect();
        for text in near.iter().filter(|text| text.value.contains("* *")) {
            let Some(name) = log(&text.value) else { continue };
            tell(ctx, text.span, name, user, sink);
        }
    }
}

/// The crontab that a guide has its reader edit, who is not root: all else is done with `sudo`.
fn of_person(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.may_be_root() || !commands.reader_is_admin() {
        return;
    }
    for step in commands.steps.iter().filter(|step| commands.is_of_crontab(step)) {
        let own = |target: &&Spanned<String>| {
            target.value.strip_prefix("/var/log/").is_some_and(|name| log_of(name).is_some())
        };
        let target = step.redirects.iter().filter(|own| own.operator.contains('>')).map(|own| &own.target).find(own);
        let Some(target) = target.filter(|_| commands.is_of_own_crontab(step)) else { continue };
        if is_made(ctx, &target.value) {
            continue;
        }
        let path = &target.value;
        let message = "who is not root cannot write into `/var/log`: the shell fails before it runs the command";
        let finding = sink.report(target.span, message);
        finding.help(format!(
            "make the file before (`sudo install -o \"$USER\" /dev/null {path}`), or write to a folder of your own"
        ));
        finding.severity(if commands.is_read_along() { Low } else { Medium });
    }
}

fn of_system(crontab: &Crontab, ctx: &Context, sink: &mut Sink) {
    if !crontab.of_system {
        return;
    }
    for entry in crontab.entries() {
        let (user, command) = entry.split();
        let Some(name) =
            log(command.value).filter(|_| !matches!(user.value, "root" | "syslog") && !user.value.contains('/'))
        else {
            continue;
        };
        let path = format!("/var/log/{name}");
        let at = command.value.rfind(&path).unwrap_or(0);
        tell(ctx, command.span.slice(at, at + path.len()), name, user.value, sink);
    }
}

fn tell(ctx: &Context, span: Span, name: &str, user: &str, sink: &mut Sink) {
    let path = format!("/var/log/{name}");
    if is_made(ctx, &path) {
        return;
    }
    sink.report(
        span,
        format!("user `{user}` cannot write into `/var/log`: the shell fails before it runs the command"),
    )
    .help(format!("make `{path}` for the user (`install -o {user}`), or write to a directory that belongs to it"));
}

/// Whether a command makes a file, or gives it away.
fn is_made(ctx: &Context, path: &str) -> bool {
    let makes =
        |step: &Step| matches!(step.name(), "touch" | "chown" | "install" | "chmod" | "setfacl") && step.has(path);
    ctx.project.commands().iter().any(|other| other.steps.iter().any(makes))
}
