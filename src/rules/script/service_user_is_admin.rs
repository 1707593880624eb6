//! `script/service-user-is-admin`

use crate::model::Meaning;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// The user that runs the application may do what root does.
    ///
    /// ## Why
    /// A user of its own is there so that a hole in the application is not a hole in the server. In the group `sudo`, `wheel` or `docker` it
    /// is root with one more step.
    ///
    /// ## Examples
    /// ```markdown bad
    /// ~~~bash
    /// sudo adduser shop
    /// sudo usermod -aG sudo shop
    /// #                ^^^^ script/service-user-is-admin
    /// # | `shop` runs `shop.service`, and in group `sudo` it may do what root does
    /// # | help: leave the user without it; what an administrator does, does a user of their own
    /// # >
    /// ~~~
    /// ```
    /// ```systemd both
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    /// ```
    /// ```markdown good
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo usermod -aG www-data shop
    /// sudo usermod -aG sudo deployer
    /// ~~~
    /// ```
    /// ### Without a password
    /// ```markdown bad
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo usermod -aG docker shop
    /// #                ^^^^^^ script/service-user-is-admin
    /// # | `shop` runs `shop.service`, and in group `docker` it may do what root does
    /// # | help: leave the user without it; what an administrator does, does a user of their own
    /// # >
    /// ~~~
    /// ```
    /// ```markdown good
    /// ~~~bash
    /// sudo useradd -m -s /bin/bash shop
    /// sudo usermod -aG sudo shop
    /// ~~~
    /// ```
    /// ```systemd both
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    /// ```
    ///
    /// ## What it does not report
    /// Users without a password in the group `sudo`: it asks them for one. The group `docker` of a user whose unit starts containers. In one of several ways of a guide it is low: the service
    /// may belong to another one.
    "script/service-user-is-admin" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        at_first: true,
        refs: &["https://docs.docker.com/engine/install/linux-postinstall/#manage-docker-as-a-non-root-user"],
        check: Check::Commands(check),
    }
}

/// Groups whose members can become root.
const GROUPS: [&str; 6] = ["sudo", "wheel", "admin", "docker", "root", "lxd"];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained) {
        let adds = match step.name() {
            "usermod" => step.has_short('G') || step.has("--groups"),
            "useradd" => step.has_short('G') || step.has("--groups"),
            "adduser" | "gpasswd" | "addgroup" => true,
            _ => false,
        };
        let in_group = |word: &&Spanned<String>| word.value.split(',').any(|group| GROUPS.contains(&group));
        let Some(group) = step.arguments().iter().find(in_group).filter(|_| adds) else { continue };
        let units = ctx.project.units_of_host().iter().filter_map(|unit| Some((unit, unit.user()?)));
        let runs = units
            .into_iter()
            .find(|(_, user)| step.arguments().iter().any(|word| word.value == user.value && word.span != group.span));
        let Some((unit, user)) = runs else { continue };
        // Who starts containers must ask the engine, and the application is in them.
        let of_engine = |step: &Step| matches!(step.name(), "docker" | "docker-compose");
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let by_script = || {
            let words = unit.steps().iter().flat_map(|step| &step.words);
            let scripts: Vec<String> =
                words.filter(|word| word.value.ends_with(".sh")).map(|word| name(&word.value)).collect();
            let all = ctx.project.commands();
            all.iter().any(|own| scripts.contains(&name(own.path)) && own.steps.iter().any(of_engine))
        };
        if group.value == "docker" && (unit.steps().iter().any(of_engine) || by_script()) {
            continue;
        }
        // `sudo` asks for a password that there is not.
        let asked = group.value.split(',').all(|group| !matches!(group, "docker" | "root" | "lxd"));
        if asked && ctx.project.has_no_password(&user.value) {
            continue;
        }
        sink.report(
            group.span,
            format!("`{}` runs `{}`, and in group `{}` it may do what root does", user.value, unit.name, group.value),
        )
        .help("leave the user without it; what an administrator does, does a user of their own")
        .related(user.span, "the application runs as this user")
        .cause((&user.value, &group.value), "and here");
    }
}
