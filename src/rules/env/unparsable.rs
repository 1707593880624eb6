//! `env/unparsable`

use crate::model::compose::Composition;
use crate::model::env::{EnvFacts, EnvFile, Loader, repair};
use crate::model::starts::Joint;
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};
use crate::syntax::Fault;
use crate::syntax::dotenv::{CUT_BY_XARGS, Dialect, Environment};

rule! {
    /// A program that loads this file cannot read it.
    ///
    /// ## Why
    /// Compose stops at the first line it cannot read and then loads nothing of the file, the good lines included; so do
    /// `docker run --env-file`, dotenvy and PHP. A shell runs what it does not understand as a command and goes on without
    /// the variable. Which programs load the file is read from the project: Compose files, scripts, units, manifests.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// PORT=8000
    /// <<<<<<< HEAD
    /// ^^^^^^^^^^^^ env/unparsable
    /// | a merge conflict; Compose stops reading here and loads nothing of this file (another place like this follows)
    /// | help: keep the lines of one side, and remove these marks and the others
    /// # >
    /// HOST=a
    /// =======
    /// # >
    /// HOST=b
    /// # >
    /// >>>>>>> main
    /// # >
    /// ```
    /// ```env good file=.env.prod
    /// PORT=8000
    /// # a comment
    /// export HOST=b
    /// yaml.style: also fine
    /// INHERITED
    /// ```
    ///
    /// ### A script loads it
    /// ```sh bad file=start.sh
    /// set -a; source .env.prod
    /// ```
    /// ```env bad file=.env.prod
    /// APP_NAME=Data Dictionary
    /// ^^^^^^^^^^^^^^^^^^^^^^^^ env/unparsable
    /// | bash takes this line for a command, and there is none of that name
    /// | help: `gonogo check --fix` writes it so that every program that loads the file reads the same
    /// # > APP_NAME='Data Dictionary'
    /// ```
    /// ```sh good file=start.sh
    /// set -a; source .env.prod
    /// ```
    /// ```env good file=.env.prod
    /// APP_NAME='Data Dictionary'
    /// ```
    ///
    /// ### `export $(xargs)`
    /// ```sh bad file=deploy.sh
    /// #!/bin/bash
    /// set -e
    /// export $(grep -v '^#' .env.prod | xargs)
    /// ```
    /// ```env bad file=.env.prod
    /// BACKUP_SCHEDULE=0 2 * * *
    /// #                 ^ env/unparsable
    /// # | `export $(... | xargs)` cuts values at blanks, and bash refuses this piece: it is no name of a variable; the
    /// # | script ends here
    /// # | help: rewrite this line; `gonogo env diff` shows what each program makes of it
    /// # > BACKUP_SCHEDULE=@daily
    /// ```
    /// ```sh bad file=report.sh
    /// #!/bin/bash
    /// export $(grep -v '^#' mail/.env | xargs) || true
    /// ```
    /// ```env bad file=mail/.env
    /// MAIL_FROM=ops # who sends it
    /// #             ^ env/unparsable
    /// # > MAIL_FROM=ops
    /// ```
    /// ```sh good file=deploy.sh
    /// #!/bin/bash
    /// export $(grep -v '^#' .env.prod | xargs)
    /// ```
    /// ```env good file=.env.prod
    /// BACKUP_SCHEDULE=@daily
    /// ```
    ///
    /// ### Encrypted values
    /// ```env good file=.env
    /// # dotenv dotenvx
    /// DOTENV_PUBLIC_KEY="034af93e93708b994c10f236c96ef88e47291066946cce2e8d98c9e02c741ced45"
    /// API_TOKEN=encrypted:BAx8fK2mQ9vLx71aBcDBAx8fK2mQ9vLx71aBcD
    /// ```
    ///
    /// ### Rust
    /// ```env bad file=.env.prod
    /// # dotenv dotenvy
    /// APP_NAME=Data Dictionary
    /// ^^^^^^^^^^^^^^^^^^^^^^^^ env/unparsable
    /// | dotenvy cannot read this line and stops here
    /// | help: `gonogo check --fix` writes it so that every program that loads the file reads the same
    /// ```
    /// ```env fixed file=.env.prod
    /// # dotenv dotenvy
    /// APP_NAME='Data Dictionary'
    /// ```
    /// ```env good file=.env.prod
    /// # dotenv dotenvy
    /// APP_NAME="Data Dictionary"
    /// ```
    ///
    /// ### To be filled in
    /// ```env good file=.env.example
    /// R2_ENDPOINT=https://<account_id>.r2.cloudflarestorage.com
    /// ```
    /// ```sh good file=start.sh
    /// . ./.env
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// cat > ~/.config/shop.env <<EOF
    /// DATABASE_URL=mysql://shop:<PASSWORD>@127.0.0.1:3306/shop
    /// EOF
    /// set -a
    /// . ~/.config/shop.env
    /// ~~~
    /// ```
    "env/unparsable" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#env_file-format"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let document = ctx.project.document(env.file);
    let source = &document.source;
    let template = |line: &str| line.contains("{{") || line.contains("{%") || line.contains("<%");
    // Markdown that is called `.env.example`.
    if env.role == Role::Template && env.lost().any(|line| line.starts_with("```")) {
        return sink.not_applicable();
    }
    if env.lost().any(template) {
        return sink.unknown(env.anchor(), "the file is a template for another program");
    }
    if (env.sealed || env.loaders.iter().any(|loader| loader.dialect == Dialect::Compose))
        && let [first, more @ ..] = document.faults()
    {
        let others = match more.len() {
            0 => String::new(),
            1 => " (another place like this follows)".to_owned(),
            count => format!(" ({count} more places like this follow)"),
        };
        let finding = sink.report(first.span, format!("{}{others}", first.message));
        let default = "write `NAME=value` on one line, with quotes around a value that has several lines";
        finding.help(first.help.clone().unwrap_or_else(|| default.to_owned()));
        if ctx.project.compose().is_empty() {
            finding.severity(Medium);
        } else if env.loaders.iter().any(|loader| stops_compose(loader, ctx)) {
            finding.effect(WillNotStart);
        }
        return;
    }
    if env.is_for_compose() || EnvFile::is_portable(source) {
        return;
    }
    // Programs that stumble over the same place have one cause.
    let readings = env.readings(source);
    let mut places: Vec<(&Fault, Vec<&Loader>)> = Vec::new();
    for (loader, fault) in readings.refusals() {
        match places.iter_mut().find(|(known, _)| known.span == fault.span) {
            Some((_, loaders)) => loaders.push(loader),
            None => places.push((fault, vec![loader])),
        }
    }
    // What Compose makes of the file stays, also where nobody names Compose: it reads every `.env`.
    let mut kept = env.dialects();
    if !kept.contains(&Dialect::Compose) && Dialect::Compose.read(source, &Environment::default()).error.is_none() {
        kept.push(Dialect::Compose);
    }
    for (fault, loaders) in places {
        let line = source.line(source.lines().line(fault.span.start));
        if (env.role == Role::Template || source.embedded.is_some()) && EnvFile::is_to_be_filled_in(source, line) {
            continue;
        }
        let titles: Vec<&str> = loaders.iter().map(|loader| loader.dialect.title()).collect();
        let also = match &titles[1..] {
            [] => String::new(),
            [one] => format!("; {one} does not read it either"),
            others => format!("; {} do not read it either", others.join(", ")),
        };
        let cut = fault.message == CUT_BY_XARGS && loaders.len() == 1;
        let ends = cut && loaders.iter().any(|loader| ends_script(loader, ctx));
        let end = if ends { "; the script ends here" } else { "" };
        let finding = sink.report(fault.span, format!("{}{also}{end}", fault.message));
        if cut && !ends {
            // All other pieces are set: a comment is no loss, half of a value is one.
            let comment = source.shown_in(fault.span.range()).starts_with('#');
            finding.severity(if comment || env.role == Role::Template { Low } else { Medium });
        }
        if loaders.iter().any(|loader| stops_compose(loader, ctx)) {
            finding.effect(WillNotStart);
        }
        let refusing: Vec<Dialect> = loaders.iter().map(|loader| loader.dialect).collect();
        match repair(env, source, &refusing, &kept) {
            Some(edits) => {
                let title = format!("write it so that {} reads it, too", titles[0]);
                let edits = edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
                finding.help("`gonogo check --fix` writes it so that every program that loads the file reads the same");
                finding.fix(Fix { title, safety: Safety::Safe, edits });
            }
            None => {
                finding.help("rewrite this line; `gonogo env diff` shows what each program makes of it");
            }
        }
        if let Some(at) = loaders.first().and_then(|loader| loader.at) {
            finding.related(at, format!("{} loads the file here", titles[0]));
        }
    }
}

/// Whether the script that loads the file ends when the command that does so fails.
fn ends_script(loader: &Loader, ctx: &Context) -> bool {
    let Some(step) = loader.at.and_then(|at| ctx.project.step_at(at)) else { return false };
    step.flow.errexit && !step.flow.tested && !matches!(step.after, Joint::And | Joint::Or)
}

/// Whether Compose starts nothing when the file cannot be read: it is its `.env`, or a service that runs gets it.
fn stops_compose(loader: &Loader, ctx: &Context) -> bool {
    let Some(at) = loader.at else { return false };
    let own = |compose: &&Composition| compose.file == at.file;
    ctx.project.compose().iter().find(own).is_some_and(|compose| {
        let running = compose.services.iter().filter(|service| compose.is_on(service));
        let mut handed = running.flat_map(|service| &service.env_files).filter_map(|file| file.path.set());
        at.end == 0 || handed.any(|path| path.span == at)
    })
}
