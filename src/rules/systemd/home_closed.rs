//! `systemd/home-closed`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A service lies in a home that the user it runs as may not enter.
    ///
    /// ## Why
    /// `adduser` makes homes that only their user (and group) may enter: 0750 on Ubuntu since 21.04, 0700 on Debian since 12. Whoever else
    /// the service runs as finds neither its directory nor its program: "Changing to the requested working directory failed".
    ///
    /// ## Examples
    /// ```unit bad file=shop.service
    /// [Service]
    /// User=www-data
    /// Group=www-data
    /// WorkingDirectory=/home/deploy/shop
    /// #                ^^^^^^^^^^^^^^^^^ systemd/home-closed
    /// # | `www-data` may not enter the home of `deploy`, so the service does not start
    /// # | help: put the application below `/srv` or `/opt`, or run it as `deploy`
    /// # > WorkingDirectory=/srv/shop
    /// ExecStart=/usr/bin/python3 app.py
    /// ```
    /// ```unit good file=shop.service
    /// [Service]
    /// User=deploy
    /// Group=www-data
    /// WorkingDirectory=/home/deploy/shop
    /// ExecStart=/usr/bin/python3 app.py
    /// ```
    /// ### Its group may
    /// ```unit good file=shop.service
    /// [Service]
    /// User=shop
    /// Group=deploy
    /// WorkingDirectory=/home/deploy/shop
    /// ExecStart=/usr/bin/python3 app.py
    /// ```
    "systemd/home-closed" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://discourse.ubuntu.com/t/private-home-directories-for-ubuntu-21-04-onwards/19533"],
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    let user = unit.user().filter(|user| unit.kind == UnitType::Service && !unit.is_of_user() && user.value != "root");
    let Some(user) = user else { return sink.not_applicable() };
    let groups = ["Group", "SupplementaryGroups"].into_iter().flat_map(|key| unit.list("Service", key));
    let groups: Vec<&str> = groups.flat_map(|group| group.value.split_whitespace()).collect();
    let capable = !unit.all("Service", "AmbientCapabilities").is_empty();
    let directory = unit.last("Service", "WorkingDirectory").filter(|own| !own.value.starts_with(['-', '~']));
    let commands = unit.commands("ExecStart");
    let program = || commands.iter().find_map(|command| command.program().filter(|_| !command.privileged));
    let Some(place) = directory.or_else(program) else { return };
    let Some(owner) = ctx.project.closed_home(&place.value) else { return };
    if owner == user.value || groups.contains(&owner) || capable || unit.hides(&place.value).is_some() {
        return;
    }
    sink.report(
        place.span,
        format!("`{}` may not enter the home of `{owner}`, so the service does not start", user.value),
    )
    .help(format!("put the application below `/srv` or `/opt`, or run it as `{owner}`"))
    .related(user.span, "it runs as this user");
}
