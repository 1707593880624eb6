//! `systemd/directory-not-made`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A service works in a directory that no step makes.
    ///
    /// ## Why
    /// The guide, or the script, puts the application somewhere else. systemd does not start a service whose directory is missing: "Changing to the
    /// requested working directory failed: No such file or directory".
    ///
    /// ## Examples
    /// ```unit bad file=deploy/shop.service
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/opt/shop-api
    /// #                ^^^^^^^^^^^^^ systemd/directory-not-made
    /// # | no step makes `/opt/shop-api`, so the service does not start: what is made is `/srv/shop`
    /// # | help: write the directory in which the application lies, or make this one
    /// # > WorkingDirectory=/srv/shop
    /// ExecStart=/usr/bin/node server.js
    /// ```
    /// ```markdown both file=DEPLOYMENT.md
    /// ~~~bash
    /// git clone https://git.example.org/shop.git /srv/shop
    /// sudo cp /srv/shop/deploy/shop.service /etc/systemd/system/
    /// ~~~
    /// ```
    /// ```unit good file=deploy/shop.service
    /// [Service]
    /// User=shop
    /// WorkingDirectory=/srv/shop
    /// ExecStart=/usr/bin/node server.js
    /// ```
    ///
    /// ## What it does not report
    /// Directories that are spoken of anywhere else, and projects whose guides and scripts make none of a server.
    "systemd/directory-not-made" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#WorkingDirectory="],
        at_first: true,
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service {
        return sink.not_applicable();
    }
    let Some(place) = unit.last("Service", "WorkingDirectory").filter(|own| own.value.starts_with('/')) else { return };
    let Some((made, at)) = ctx.project.made_instead_of(unit, &place.value) else { return };
    sink.report(
        place.span,
        format!("no step makes `{}`, so the service does not start: what is made is `{made}`", place.value),
    )
    .help("write the directory in which the application lies, or make this one")
    .related(at, "this one is made");
}
