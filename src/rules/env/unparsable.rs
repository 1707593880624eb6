//! `env/unparsable`

use crate::model::env::{EnvFile, repair};
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};
use crate::source::Encoding;
use crate::syntax::dotenv::{Dialect, Environment};

rule! {
    /// A program that loads this file cannot read it.
    ///
    /// ## Why
    /// Compose stops at the first line it cannot read and then loads nothing of the file, the good lines included. In Rust
    /// projects that use `dotenvy`, that crate is asked as well; its loader stops at its first error, too.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// PORT=8000
    /// <<<<<<< HEAD
    /// ^^^^^^^^^^^^ env/unparsable
    /// HOST=a
    /// =======
    /// HOST=b
    /// >>>>>>> main
    /// ```
    /// ```env good file=.env.prod
    /// PORT=8000
    /// # a comment
    /// export HOST=b
    /// yaml.style: also fine
    /// INHERITED
    /// ```
    ///
    /// ### Rust
    /// ```env bad file=.env.prod
    /// # dotenv dotenvy
    /// APP_NAME=Data Dictionary
    /// ^^^^^^^^^^^^^^^^^^^^^^^^ env/unparsable
    /// ```
    /// ```env fixed file=.env.prod
    /// # dotenv dotenvy
    /// APP_NAME='Data Dictionary'
    /// ```
    /// ```env good file=.env.prod
    /// # dotenv dotenvy
    /// APP_NAME="Data Dictionary"
    /// ```
    "env/unparsable" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#env_file-format"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFile, ctx: &Context, sink: &mut Sink) {
    let document = ctx.project.document(env.file);
    let source = &document.source;
    let template = |line: &str| line.contains("{{") || line.contains("{%") || line.contains("<%");
    if env.lost.iter().any(|line| template(&line.value)) {
        return sink.unknown(env.anchor(), "the file is a template for another program");
    }
    if let [first, more @ ..] = document.faults() {
        let others = match more.len() {
            0 => String::new(),
            1 => " (another place like this follows)".to_owned(),
            count => format!(" ({count} more places like this follow)"),
        };
        let finding = sink.report(first.span, format!("{}{others}", first.message));
        let default = "write `NAME=value` on one line, with quotes around a value that has several lines";
        finding.help(first.help.clone().unwrap_or_else(|| default.to_owned()));
        if ctx.project.compose.is_empty() {
            finding.lower(Medium);
        }
        return;
    }
    if let Encoding::Invalid(at) = source.encoding {
        let place = Span { file: env.file, start: at, end: at + 1 };
        sink.report(place, "this byte is not UTF-8; `docker run --env-file` and Python refuse the file because of it")
            .help("save the file as UTF-8")
            .lower(Low);
    }
    let dialects = ctx.project.dialects(env);
    for &dialect in dialects.iter().filter(|dialect| **dialect != Dialect::Compose) {
        let Some(error) = dialect.read(source, &Environment::default()).error else { continue };
        let finding = sink.report(error.span, error.message);
        match repair(env, source, &[dialect], &dialects) {
            Some(edits) => {
                let title = format!("write it so that {} reads it, too", dialect.title());
                let edits = edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
                finding.help("`gonogo check --fix` writes it so that every program that loads the file reads the same");
                finding.fix(Fix { title, safety: Safety::Safe, edits });
            }
            None => {
                finding.help("rewrite this line; `gonogo env diff` shows what each program makes of it");
            }
        }
    }
}
