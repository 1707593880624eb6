//! `systemd/socket-not-writable`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A service binds a socket where its user may not make files.
    ///
    /// ## Why
    /// `/run` belongs to root. A program that runs as another user cannot make a socket there (`Permission denied`) and does not start;
    /// `RuntimeDirectory=` gives it a folder of its own, and a socket unit makes the socket for it.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// User=www-data
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/gunicorn.sock shop:app
    /// #                                            ^^^^^^^^^^^^^^^^^^^^^^^ systemd/socket-not-writable
    /// # | `www-data` may not make `/run/gunicorn.sock`: `/run` belongs to root, and the program does not start
    /// # | help: add `RuntimeDirectory=shop`, and bind to `unix:/run/shop/gunicorn.sock` here and in nginx
    /// # > RuntimeDirectory=shop
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/shop/gunicorn.sock shop:app
    /// ```
    /// ```systemd good
    /// [Service]
    /// User=www-data
    /// RuntimeDirectory=gunicorn
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/gunicorn/gunicorn.sock shop:app
    /// ```
    ///
    /// ### The folder is there
    /// ```systemd bad
    /// [Service]
    /// User=www-data
    /// RuntimeDirectory=gunicorn
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/gunicorn.sock shop:app
    /// #                                            ^^^^^^^^^^^^^^^^^^^^^^^ systemd/socket-not-writable
    /// # | `www-data` may not make `/run/gunicorn.sock`: `/run` belongs to root, and the program does not start
    /// # | help: bind to `unix:/run/gunicorn/gunicorn.sock` here and in nginx: `RuntimeDirectory=` makes that folder
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/gunicorn/gunicorn.sock shop:app
    /// ```
    ///
    /// ### A socket unit
    /// ```systemd good
    /// [Service]
    /// User=www-data
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind unix:/run/gunicorn.sock shop:app
    /// ```
    /// ```systemd good file=shop.socket
    /// [Socket]
    /// ListenStream=/run/gunicorn.sock
    /// ```
    ///
    /// ### A folder that a guide has root make
    /// ```systemd bad file=shop.service
    /// [Service]
    /// User=www-data
    /// ExecStart=/var/www/shop/venv/bin/gunicorn --bind unix:/var/www/shop/shop.sock shop:app
    /// #                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/socket-not-writable
    /// # | `www-data` may not make `/var/www/shop/shop.sock`: `/var/www/shop` belongs to root, and the program does not
    /// # | start
    /// # | help: add `RuntimeDirectory=shop`, and bind to `unix:/run/shop/shop.sock` here and in nginx
    /// # > RuntimeDirectory=shop
    /// # > ExecStart=/var/www/shop/venv/bin/gunicorn --bind unix:/run/shop/shop.sock shop:app
    /// ```
    /// ```markdown both file=DEPLOYMENT.md
    /// ~~~bash
    /// ssh root@203.0.113.7
    /// mkdir -p /var/www/shop
    /// cd /var/www/shop
    /// git clone https://git.acme.de/shop.git .
    /// cp shop.service /etc/systemd/system/
    /// systemctl enable --now shop
    /// ~~~
    /// ```
    /// ### A folder that is given away
    /// ```systemd good file=shop.service
    /// [Service]
    /// User=www-data
    /// ExecStart=/var/www/shop/venv/bin/gunicorn --bind unix:/var/www/shop/shop.sock shop:app
    /// ```
    /// ```markdown both file=DEPLOYMENT.md
    /// ~~~bash
    /// ssh root@203.0.113.7
    /// mkdir -p /var/www/shop
    /// cd /var/www/shop
    /// git clone https://git.acme.de/shop.git .
    /// chown -R www-data: /var/www/shop
    /// cp shop.service /etc/systemd/system/
    /// systemctl enable --now shop
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Sockets in a folder that something else may make, or give to the user.
    "systemd/socket-not-writable" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#RuntimeDirectory="],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service || unit.user().is_none() && !unit.is_on("DynamicUser") {
        return sink.not_applicable();
    }
    let mut triggers = ctx.project.triggers_of(unit).filter(|trigger| trigger.kind == UnitType::Socket);
    let named = ["Requires", "Wants", "BindsTo"].iter().flat_map(|key| unit.list("Unit", key));
    let asked = named.chain(unit.list("Service", "Sockets")).any(|own| own.value.ends_with(".socket"));
    if unit.open || asked || triggers.next().is_some() {
        return;
    }
    for command in unit.commands("ExecStart").iter().filter(|command| !command.privileged) {
        for word in &command.words {
            let Some((_, path)) = word.value.rsplit_once("unix:") else { continue };
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let kept = ctx.project.folder_kept_by_root(unit.file, path).filter(|_| !unit.is_on("DynamicUser"));
            if kept.is_none() && !matches!(folder, "/run" | "/var/run") {
                continue;
            }
            let user =
                unit.user().map_or("the user of the service".to_owned(), |user| format!("`{}`", ctx.quote(user.span)));
            let stem = unit.name.trim_end_matches(".service");
            let name = path.rsplit('/').next().unwrap_or_default();
            let owned = kept.map_or(folder, |(folder, _)| folder);
            let finding = sink.report(
                word.span,
                format!("{user} may not make `{path}`: `{owned}` belongs to root, and the program does not start"),
            );
            if let Some((_, made)) = kept {
                finding.related(made, "root makes it here, and nobody gives it away");
            }
            finding.help(match unit.list("Service", "RuntimeDirectory").first() {
                Some(own) => format!(
                    "bind to `unix:/run/{}/{name}` here and in nginx: `RuntimeDirectory=` makes that folder",
                    own.value
                ),
                None => {
                    format!("add `RuntimeDirectory={stem}`, and bind to `unix:/run/{stem}/{name}` here and in nginx")
                }
            });
        }
    }
}
