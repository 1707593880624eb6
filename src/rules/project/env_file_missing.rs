//! `project/env-file-missing`

use crate::model::compose::Composition;
use crate::project::NeededEnvFile;
use crate::rules::prelude::*;
use crate::source::{Presence, Why, directory};

rule! {
    /// A service names an env file that is not there.
    ///
    /// ## Why
    /// Compose refuses to start anything when a file named by `env_file:` is missing, unless the entry says
    /// `required: false`. On a fresh checkout this is the first thing that goes wrong:
    /// `env file /srv/app/.env not found`.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file: config/app.env
    /// #             ^^^^^^^^^^^^^^ project/env-file-missing
    /// # | service `app` needs env file `config/app.env`, which is not there, so Compose refuses to start
    /// # | help: create `config/app.env`, or write `required: false` beside its `path:` if it runs without it
    /// ```
    /// ```env fixed file=config/app.env
    /// PORT=8000
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file:
    ///       - config/app.env
    ///       - path: local.env
    ///         required: false
    /// ```
    /// ```env good file=config/app.env
    /// PORT=8000
    /// ```
    ///
    /// ### With a template
    /// When a template lies beside it, or `.gitignore` names the file, it is expected to exist only on the server: the
    /// finding is `low` and says what to do there. A missing file called `.env` without either is `medium`.
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file: .env.prod
    /// #             ^^^^^^^^^ project/env-file-missing
    /// # | service `app` needs env file `.env.prod`, which is not here: the server must have it, or Compose refuses to
    /// # | start
    /// # | help: on the server, run `cp .env.prod.example .env.prod` and fill in the values
    /// # >     env_file: [{path: .env.prod, required: false}]
    /// ```
    /// ```env bad file=.env.prod.example
    /// PORT=8000
    /// ```
    ///
    /// ### The Compose file is copied to the server by itself
    /// What lies around it there is not the project.
    /// ```compose bad file=compose.yaml
    /// services:
    ///   app:
    ///     image: example/app:1
    ///     env_file: prod.env
    /// #             ^^^^^^^^ project/env-file-missing
    /// # | service `app` needs env file `prod.env`, which is not here: the server must have it, or Compose refuses to
    /// # | start
    /// # | help: create `prod.env` on the server; the Compose file is copied there by itself
    /// # >     env_file: [{path: prod.env, required: false}]
    /// ```
    /// ```script both file=ship.sh
    /// scp compose.yaml deploy@shop.de:/srv/shop/
    /// ```
    ///
    /// ## What it does not report
    /// Files outside the project, paths with variables that have no value.
    "project/env-file-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#env_file"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    let required = || compose.services.iter().flat_map(|service| &service.env_files).filter(|file| file.required);
    if required().next().is_none() {
        sink.not_applicable();
    }
    for span in required().filter(|file| file.path.set().is_none()).filter_map(|file| file.path.span()) {
        sink.unknown(span, "the path of the env file is not known");
    }
    for file in &compose.needed_env_files() {
        match ctx.project.files().presence(file.path) {
            Presence::Missing | Presence::Unknown if ctx.project.assumed().file(file.path) => {}
            Presence::File => {
                if let Some(why) = ctx.project.files().passed_over(file.path) {
                    sink.unanswered(file.spans[0], Why::new(format!("env file `{}` was not read: {why}", file.path)));
                }
            }
            // Said already, as something that could not be looked at.
            Presence::Unknown if ctx.project.files().passed_over(file.path).is_some() => {
                sink.unknown_as_said(file.spans[0], "the env file was not read");
            }
            Presence::Unknown => {
                let why = if file.path.starts_with(['/', '.']) {
                    let check = "check the folder that holds both";
                    format!("env file `{}` lies outside the project, so it was not read; {check}", file.path)
                } else {
                    format!("whether env file `{}` will be there is not known", file.path)
                };
                sink.unanswered(file.spans[0], Why::new(why));
            }
            Presence::Directory => {
                let owners = named(file, "names", "name");
                let message = format!("{owners} a directory as env file, so Compose refuses to start");
                sink.report(file.spans[0], message).help("name the file in it");
            }
            // What it is used together with also says where its paths begin.
            Presence::Missing => match overlays(compose, ctx) {
                Some(why) => sink.unknown(file.spans[0], why),
                None => missing(file, ctx.project.sent_alone(&compose.path), ctx, sink),
            },
        }
    }
}

/// Why a file that uses what another one defines may be used together with that.
fn overlays(compose: &Composition, ctx: &Context) -> Option<Why> {
    compose.undefined.iter().find_map(|undefined| {
        let has = |other: &Composition| other.defines(undefined.what, &undefined.name.value);
        ctx.project.defined_elsewhere(compose, has)
    })
}

/// `alone`: the Compose file lies on the server without the project around it.
fn missing(file: &NeededEnvFile, alone: bool, ctx: &Context, sink: &mut Sink) {
    let name = file.path;
    // Portainer writes it when it starts the stack.
    if name.rsplit('/').next() == Some("stack.env") {
        return sink.unknown(file.spans[0], "`stack.env` is what Portainer writes from the variables of the stack");
    }
    let template = ctx.project.template_beside(name);
    let ignored = match ctx.project.git().ignored(name) {
        // Whether it is expected to be there, and so how bad this is, is not known.
        Answer::Unknown(why) if template.is_none() => return sink.unanswered(file.spans[0], why),
        answer => answer.is_yes(),
    };
    let owners = named(file, "needs", "need");
    let brought = template.is_none() && !ignored && !alone;
    // `echo "IMAGE=..." >> release/.env`, in the job that sends the stack to the server.
    if brought && ctx.project.is_made_by_program(name) {
        return sink
            .unknown(file.spans[0], "a script or pipeline makes a file of this name; whether for this is not known");
    }
    let message = match brought {
        true => format!("{owners} env file `{name}`, which is not there, so Compose refuses to start"),
        false => format!(
            "{owners} env file `{name}`, which is not here: the server must have it, or Compose refuses to start"
        ),
    };
    let help = match template {
        Some(template) => format!("on the server, run `cp {template} {name}` and fill in the values"),
        None if ignored => format!("create `{name}` on the server; git ignores it, so no checkout brings it along"),
        None if alone => format!("create `{name}` on the server; the Compose file is copied there by itself"),
        None => format!("create `{name}`, or write `required: false` beside its `path:` if it runs without it"),
    };
    let finding = sink.report(file.spans[0], message).help(help);
    for span in &file.spans[1..] {
        finding.related(*span, "needed here too");
    }
    // A file called `.env` is by custom never part of a checkout; nor is a folder of which there is nothing here.
    let folder = directory(name);
    let apart = !folder.is_empty() && ctx.project.files().presence(folder) == Presence::Missing;
    let customary = name.rsplit('/').next().is_some_and(|name| name.starts_with(".env"));
    if !brought {
        finding.severity(Low).effect(Hygiene);
        // Compose files for many occasions each have their own.
        if template.is_none() {
            finding.cause((), "this one needs its own");
        }
    } else if file.optional || customary {
        finding.severity(Medium).effect(BreaksAtRuntime);
    } else if apart {
        finding.severity(Medium);
    }
}

/// "service `a` needs", "services `a`, `b` need".
fn named(file: &NeededEnvFile, one: &str, many: &str) -> String {
    match &file.services[..] {
        [only] => format!("service `{only}` {one}"),
        several => format!("services `{}` {many}", several[..several.len().min(6)].join("`, `")),
    }
}
