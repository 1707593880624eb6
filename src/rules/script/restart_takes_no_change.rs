//! `script/restart-takes-no-change`

use crate::model::compose::Composition;
use crate::model::starts::{ComposeCall, Step};
use crate::model::{Kind, Meaning};
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// `docker compose restart` is to take a new image, or new variables.
    ///
    /// ## Why
    /// `restart` stops a container and starts the same one again. The image it was made from and the variables it was given stay
    /// what they were: the old version runs on, with the old settings. `up -d` makes a new container where something has changed.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// #!/bin/sh
    /// set -e
    /// docker compose build web
    /// docker compose restart web
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^ script/restart-takes-no-change
    /// | `restart` starts the old container again, without the image that is made above
    /// | help: write `docker compose up -d web`
    /// # > docker compose up -d web
    /// ```
    /// ```compose both
    /// services:
    ///   web:
    ///     build: .
    ///     env_file: .env
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/sh
    /// set -e
    /// docker compose build web
    /// docker compose up -d web
    /// docker compose restart web
    /// ```
    /// ### Variables
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// nano .env
    /// docker compose restart web
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^ script/restart-takes-no-change
    /// | `restart` starts the old container again, with the variables that it was made with
    /// | help: write `docker compose up -d web`
    /// # > docker compose up -d web
    /// ~~~
    /// ```
    /// ```compose both
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     env_file: .env
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// nano .env
    /// docker compose up -d web
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// # Rebuild
    /// docker compose build --no-cache
    ///
    /// # Logs
    /// docker compose logs -f web
    ///
    /// # Restart one service
    /// docker compose restart web
    /// ~~~
    /// ```
    /// ### Filled in afterwards
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// docker compose up -d
    /// ~~~
    /// Fill in your keys:
    /// ~~~bash
    /// nano .env
    /// ~~~
    /// Restart:
    /// ~~~bash
    /// docker compose restart
    /// ^^^^^^^^^^^^^^^^^^^^^^ script/restart-takes-no-change
    /// | `restart` starts the old container again, with the variables that it was made with
    /// | help: write `docker compose up -d`
    /// # > docker compose up -d
    /// ~~~
    /// ```
    /// ```compose both
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       API_KEY: ${API_KEY}
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// nano .env
    /// ~~~
    /// Useful commands:
    /// ~~~bash
    /// docker compose restart
    /// docker compose down
    /// ~~~
    /// ```
    "script/restart-takes-no-change" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/compose/restart/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide | Kind::Workflow | Kind::Makefile) {
        return sink.not_applicable();
    }
    for step in commands.steps {
        let Some((call, set)) = called(step, "restart", ctx) else { continue };
        let together = |other: &&Step| commands.stand_together(other, step);
        let before: Vec<&Step> = commands.before(step).filter(together).collect();
        let again = |other: &Step| {
            let verb = ctx.project.compose_call(other).and_then(|(call, _)| call.verb.as_deref());
            matches!(verb, Some("up" | "down" | "rm" | "create" | "run"))
        };
        // The last change counts, and what is made anew behind it.
        let change = before.iter().enumerate().rev().find_map(|(at, other)| {
            let built = ["build", "pull"].iter().any(|verb| {
                called(other, verb, ctx).is_some_and(|(other, _)| shares(call, other)) && changes_image(set, call, verb)
            });
            (built || edits(other, set, call)).then_some((at, *other, built))
        });
        let change = change.or_else(|| Some((before.len(), filled_in_above(commands, step, (set, call), ctx)?, false)));
        let Some((at, change, built)) = change else { continue };
        // Where the log is followed in between, a guide lists commands, each for itself.
        let follows = |other: &Step| other.has("logs") && (other.has_short('f') || other.has("--follow"));
        if commands.kind == Kind::Guide && before.iter().skip(at).any(|other| follows(other)) {
            continue;
        }
        let later = before.iter().skip(at).copied().chain(commands.behind(step).filter(together));
        if later.into_iter().any(again) {
            continue;
        }
        let message = match built {
            true => "`restart` starts the old container again, without the image that is made above",
            false => "`restart` starts the old container again, with the variables that it was made with",
        };
        let services = call.services.iter().map(|name| format!(" {name}")).collect::<String>();
        let finding = sink.report(step.span, message).help(format!("write `docker compose up -d{services}`"));
        finding.related(change.span, if built { "this is not taken" } else { "changed here" });
        if commands.is_read_along() {
            finding.severity(Low);
        }
    }
}

/// The command of the block above that opens the env file, when a guide has nothing but this restart behind it:
/// "Fill in your keys", and then "Restart".
fn filled_in_above<'a>(
    commands: &Commands,
    step: &Step,
    (set, call): (&Composition, &ComposeCall),
    ctx: &Context<'a>,
) -> Option<&'a Step> {
    let guide = ctx.project.guides().find(|guide| guide.file == commands.file)?;
    let above = guide.steps().iter().rfind(|other| other.span.start < step.span.start)?;
    let beside = |other: &&Step| commands.stand_together(other, step) && other.span != step.span;
    let looks = |other: &Step| called(other, "logs", ctx).is_some() || called(other, "ps", ctx).is_some();
    let alone = !commands.stand_together(above, step) && commands.behind(step).filter(beside).all(looks);
    (alone && opens(above) && edits(above, set, call)).then_some(above)
}

/// Whether a command opens a file for a person.
fn opens(step: &Step) -> bool {
    matches!(step.name(), "nano" | "vim" | "vi")
}

/// The call of Compose that a command makes, when it is this one.
fn called<'a>(step: &Step, verb: &str, ctx: &'a Context) -> Option<(&'a ComposeCall, &'a Composition)> {
    ctx.project.compose_call(step).filter(|(call, _)| call.verb.as_deref() == Some(verb))
}

/// Whether two calls are about the same service.
fn shares(one: &ComposeCall, other: &ComposeCall) -> bool {
    let all = one.services.is_empty() || other.services.is_empty();
    all || one.services.iter().any(|name| other.services.contains(name))
}

/// Whether a service that is restarted has an image which `build` or `pull` may change.
fn changes_image(set: &Composition, call: &ComposeCall, verb: &str) -> bool {
    let own = |name: &String| call.services.is_empty() || call.services.contains(name);
    let mut services = set.services.iter().filter(|service| own(&service.name.value));
    services.any(|service| service.build.is_some() == (verb == "build"))
}

/// Whether a command changes the env file that a service which is restarted is made with.
fn edits(step: &Step, set: &Composition, call: &ComposeCall) -> bool {
    let own = |name: &String| call.services.is_empty() || call.services.contains(name);
    let services = || set.services.iter().filter(|service| own(&service.name.value));
    let named = |text: &str| {
        let name = base_name(text);
        let read = services().flat_map(|service| &service.env_files).filter_map(|file| file.path.get());
        name == ".env" && text == ".env" || read.into_iter().any(|path| base_name(path) == name && name.contains("env"))
    };
    let mounted = || {
        let sources = services().flat_map(|service| &service.mounts).filter_map(|mount| mount.source.get());
        sources.into_iter().any(|source| matches!(source.trim_end_matches('/'), "" | ".") || source.ends_with(".env"))
    };
    let filled = |name: &str| {
        let is = |path: &[String]| matches!(path, [top, own, key, ..] if top == "services" && own == name && key == "environment");
        set.variables.iter().any(|variable| variable.evaluated && is(&variable.path))
    };
    let loads = services().any(|service| !service.env_files.is_empty() || filled(&service.name.value));
    let target = step.argv().last().map_or("", |word| word.value.as_str());
    let opened = (opens(step) || step.name() == "sed") && named(target);
    loads && (opened || step.written().any(|file| named(&file.value))) && !mounted()
}
