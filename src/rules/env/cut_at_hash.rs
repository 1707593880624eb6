//! `env/cut-at-hash`

use crate::model::env::EnvFacts;
use crate::rules::prelude::*;

rule! {
    /// The program that loads this file cuts a value off at its `#`.
    ///
    /// ## Why
    /// Node's and Ruby's dotenv, Next.js, PHP and make start a comment at every `#` outside quotes, even in the middle of a
    /// word. A password loses its end, silently, and log-in fails with the right password in the file.
    ///
    /// ## Examples
    /// ```env bad file=.env
    /// # dotenv node-dotenv
    /// DB_PASSWORD=hT7vq2#Lx9_mRw
    /// #           ^^^^^^^^^^^^^^ env/cut-at-hash
    /// # | node dotenv reads `DB_PASSWORD` only up to the `#`
    /// # | help: put the value in single quotes
    /// # > DB_PASSWORD='hT7vq2#Lx9_mRw'
    /// ```
    /// ```env good file=.env
    /// # dotenv node-dotenv
    /// DB_PASSWORD='hT7vq2#Lx9_mRw'
    /// PORT=8000 # behind the proxy
    /// ```
    ///
    /// ### Compose reads on
    /// ```env good file=.env
    /// DB_PASSWORD=hT7vq2#Lx9_mRw
    /// ```
    ///
    /// ## What it does not report
    /// Files that several programs load: where these differ, `env/divergent-value` says so.
    "env/cut-at-hash" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/motdotla/dotenv#comments"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let source = ctx.project.source(env.file);
    let glued = |value: &str| {
        value.split_once('#').is_some_and(|(before, _)| !before.is_empty() && !before.ends_with(char::is_whitespace))
    };
    let candidates: Vec<_> = env.effective().filter(|(var, value)| var.quote.is_none() && glued(value.value)).collect();
    let [loader] = env.loaders[..] else { return };
    if candidates.is_empty() {
        return;
    }
    let readings = env.readings(source);
    for (var, value) in candidates {
        let (key, whole) = (&var.key.value, value.as_str());
        let cut =
            readings.readers(key, |text| text.len() < whole.len() && !text.contains('#') && whole.starts_with(text));
        if cut.is_empty() {
            continue;
        }
        let finding = sink.report(value.span, format!("{} reads `{key}` only up to the `#`", loader.dialect.title()));
        finding.help("put the value in single quotes");
        if var.holds.is_none() && !whole.contains("://") {
            finding.severity(Medium);
        }
    }
}
