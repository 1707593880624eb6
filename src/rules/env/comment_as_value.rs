//! `env/comment-as-value`

use crate::model::env::{EnvFacts, EnvFile, EnvVar};
use crate::rules::prelude::*;

rule! {
    /// The comment behind a value, or in its place, becomes the value.
    ///
    /// ## Why
    /// In `KEY=   # comment` there is no value for a comment to stand behind: Compose takes the comment itself, and an empty
    /// key that should have been filled in looks filled in. `docker run --env-file` and systemd know no comments behind
    /// values at all.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// APP_KEY=  # openssl rand -hex 32
    /// #         ^^^^^^^^^^^^^^^^^^^^^^ env/comment-as-value
    /// # | Docker Compose takes this comment as part of the value of `APP_KEY`
    /// # | help: put the comment on a line of its own
    /// # > # openssl rand -hex 32
    /// # > APP_KEY=
    /// ```
    /// ```env good file=.env.prod
    /// # openssl rand -hex 32
    /// APP_KEY=
    /// THEME=#ff8800
    /// CHANNEL=#alerts
    /// COLOR= #fff
    /// LIMIT=5 # per minute
    /// ```
    ///
    /// ### A program that knows no comments behind values
    /// ```env bad file=.env
    /// # dotenv docker
    /// LIMIT=5 # per minute
    /// #       ^^^^^^^^^^^^ env/comment-as-value
    /// # | `docker run --env-file` takes this comment as part of the value of `LIMIT`
    /// # | help: put the comment on a line of its own
    /// # > # per minute
    /// # > LIMIT=5
    /// TITLE=Shop #1
    /// ```
    /// ```env good file=.env
    /// # dotenv docker
    /// # per minute
    /// LIMIT=5
    /// ```
    ///
    /// ### A program that sees the comment
    /// ```env good file=.env
    /// # dotenv python-dotenv
    /// APP_KEY=  # openssl rand -hex 32
    /// ```
    ///
    /// ## What it does not report
    /// Files whose loaders do not agree on it: `env/divergent-value` is about those.
    "env/comment-as-value" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax"],
        check: Check::Env(check),
    }
}

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let source = ctx.project.source(env.file);
    let alone = env.is_for_compose();
    let commented = env.effective().filter_map(|(var, value)| Some((var, value, comment(&var, env)?)));
    // What Compose reads is known already.
    let fooled = commented.filter(|(_, value, place)| !alone || value.value.contains(env.written(*place)));
    let candidates: Vec<(EnvVar, Span)> = fooled.map(|(var, _, place)| (var, place)).collect();
    if candidates.is_empty() {
        return;
    }
    let readings = env.readings(source);
    for (var, place) in candidates {
        let key = var.key.value;
        let words = env.written(place);
        let fooled = readings.readers(key, |text| text.contains(words));
        let [first, ..] = fooled[..] else { continue };
        if fooled.len() < env.loaders.len() {
            continue;
        }
        let finding =
            sink.report(place, format!("{} takes this comment as part of the value of `{key}`", first.title()));
        finding.help("put the comment on a line of its own");
        if var.holds.is_none() {
            finding.severity(Medium);
        }
    }
}

/// The comment on the line of an assignment, when it is in words: `# per minute`, not `#fff`, `#alerts` or `#1`.
fn comment(var: &EnvVar, env: &EnvFile) -> Option<Span> {
    let value = var.value.as_ref().filter(|_| var.quote.is_none())?;
    let start = value.span.start as usize;
    let line = Some(env.written_from(value.span)).filter(|line| line.contains('#'))?;
    let at = if line.starts_with('#') { 0 } else { line.find(" #").or_else(|| line.find("\t#"))? + 1 };
    let words = line.get(at..)?.trim_start_matches('#');
    let spoken = words.starts_with([' ', '\t']) && words.contains(char::is_alphabetic);
    spoken.then(|| Span::new(var.span.file, start + at, start + line.trim_end().len()))
}
