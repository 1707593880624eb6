//! `systemd/log-folder-not-made`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A service writes its log into a folder that nothing makes.
    ///
    /// ## Why
    /// Programs open their log files when they start, and end when they cannot (gunicorn: "isn't writable"); systemd does the same with
    /// `StandardOutput=append:...` (`status=209/STDOUT`). Neither makes the folder. `LogsDirectory=` does, for the user of the service.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// # > User=shop
    /// # > LogsDirectory=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --error-logfile /var/log/shop/error.log shop:app
    /// #                                                     ^^^^^^^^^^^^^^^^^^^^^^^ systemd/log-folder-not-made
    /// # | nothing in the project makes `/var/log/shop`: where it is missing, gunicorn does not start
    /// # | help: add `LogsDirectory=shop`
    /// ```
    /// ```sh both file=deploy/install.sh
    /// cp shop.service /etc/systemd/system/
    /// systemctl enable --now shop.service
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// LogsDirectory=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --error-logfile /var/log/shop/error.log shop:app
    /// ```
    ///
    /// ### systemd opens it
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// StandardOutput=append:/var/log/shop/out.log
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/log-folder-not-made
    /// # | nothing in the project makes `/var/log/shop`: where it is missing, the service does not start
    /// # | help: make it where the server is set up, or leave this out: the journal keeps what the program writes
    /// # >
    /// ExecStart=/opt/shop/run.sh
    /// ```
    ///
    /// ### A script makes it
    /// ```systemd good
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --error-logfile /var/log/shop/error.log shop:app
    /// ```
    /// ```sh good file=deploy/install.sh
    /// mkdir -p /var/log/shop && chown shop /var/log/shop
    /// ```
    ///
    /// ## What it does not report
    /// Folders that packages bring, and projects with Ansible and the like, which is not read. `low` where nothing but the unit is there.
    "systemd/log-folder-not-made" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#LogsDirectory="],
        at_first: true,
        check: Check::Unit(check),
    }
}

/// Folders below `/var/log` that packages of distributions make.
const BROUGHT: [&str; 14] = [
    "nginx",
    "apache2",
    "httpd",
    "postgresql",
    "mysql",
    "mariadb",
    "redis",
    "supervisor",
    "journal",
    "mongodb",
    "rabbitmq",
    "uwsgi",
    "letsencrypt",
    "php",
];

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service || unit.open {
        return sink.not_applicable();
    }
    let mut told: Vec<String> = Vec::new();
    for written in unit.writes() {
        let (Some(by), Some((folder, _))) = (written.logged_by, written.path.rsplit_once('/')) else { continue };
        let Some(name) = folder.strip_prefix("/var/log/") else { continue };
        let first = name.split('/').next().unwrap_or(name);
        // systemd opens what it writes to before it makes folders.
        let made = by != "systemd" && unit.makes(folder);
        if made
            || BROUGHT.contains(&first)
            || told.iter().any(|own| own == folder)
            || ctx.project.may_make_folder(folder)
        {
            continue;
        }
        told.push(folder.to_owned());
        let who = if by == "systemd" { "the service" } else { by };
        let message = format!("nothing in the project makes `{folder}`: where it is missing, {who} does not start");
        let help = match by {
            "systemd" => {
                "make it where the server is set up, or leave this out: the journal keeps what the program writes"
                    .to_owned()
            }
            _ => format!("add `LogsDirectory={name}`"),
        };
        let finding = sink.report(written.place, message).help(help);
        if !ctx.project.speaks_of_unit(&unit.name) {
            finding.severity(Low);
        }
    }
}
