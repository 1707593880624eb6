//! `env/not-loaded`

use crate::model::env::{EnvFacts, EnvFile, EnvVar};
use crate::rules::prelude::*;

rule! {
    /// The program that loads this file passes a line over without a word.
    ///
    /// ## Why
    /// Each loader has its own idea of a name and of an assignment. What it does not take for one it skips, and the
    /// variable is simply not there: python-dotenv knows no `KEY: value`, Ruby and make no `MY-KEY`, django-environ no
    /// blank around the `=`.
    ///
    /// ## Examples
    /// ```env bad file=.env
    /// # dotenv python-dotenv
    /// DB_PASSWORD: hT7-vq2Lx9_mRw
    /// ^^^^^^^^^^^ env/not-loaded
    /// | python-dotenv does not read `DB_PASSWORD`: the variable is not set
    /// | help: write `NAME=value` from the start of the line, with a name of letters, digits and `_`
    /// # > DB_PASSWORD=hT7-vq2Lx9_mRw
    /// PORT=8000
    /// ```
    /// ```env good file=.env
    /// # dotenv python-dotenv
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// PORT=8000
    /// ```
    ///
    /// ## What it does not report
    /// Lines that some of several loaders read: `env/divergent-value` names these.
    "env/not-loaded" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://saurabh-kumar.com/python-dotenv/#file-format"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let source = ctx.project.source(env.file);
    if env.is_for_compose() || EnvFile::is_portable(source) {
        return;
    }
    let readings = env.readings(source);
    // Who gives up on the file says more than this.
    if readings.refusals().next().is_some() {
        return;
    }
    let passed_over = |var: &EnvVar| var.value.is_some() && !readings.is_set(var.key.value);
    let found: Vec<EnvVar> = env.vars().filter(passed_over).collect();
    let Some(first) = found.iter().find(|var| var.holds.is_some()).or(found.first()) else { return };
    let others = match found.len() - 1 {
        0 => String::new(),
        1 => " (nor one more line)".to_owned(),
        more => format!(" (nor {more} more lines)"),
    };
    let Some(loader) = env.loaders.first() else { return };
    let message = format!(
        "{} does not read `{}`{others}: the variable is not set",
        loader.dialect.title(),
        ctx.quote(first.key.span)
    );
    let finding = sink.report(first.key.span, message);
    finding.help("write `NAME=value` from the start of the line, with a name of letters, digits and `_`");
    if found.iter().all(|var| var.holds.is_none()) {
        finding.severity(Medium);
    }
}
