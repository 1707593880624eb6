//! `env/divergent-value`

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use crate::model::env::{Divergence, EnvFacts, EnvFile, Outcome, portable};
use crate::rules::prelude::*;
use crate::secret;
use crate::source::Source;
use crate::syntax::dotenv::Dialect;

rule! {
    /// Programs that load this file read different values in it.
    ///
    /// ## Why
    /// There is no standard for env files: quotes, `$`, `#` and backslashes mean something else to every loader. The same
    /// password works with `docker compose up` and not with `docker run --env-file`, and nobody says why. `gonogo env diff`
    /// shows the values side by side.
    ///
    /// ## Examples
    /// ```yaml bad file=compose.yml
    /// services:
    ///   web:
    ///     image: shop:1.4.2
    ///     env_file: .env.prod
    /// ```
    /// ```sh bad file=migrate.sh
    /// docker run --rm --env-file .env.prod shop:1.4.2 migrate
    /// ```
    /// ```env bad file=.env.prod
    /// DB_PASSWORD="hT7-vq2Lx9_mRw"
    /// ^^^^^^^^^^^ env/divergent-value
    /// | `DB_PASSWORD` and `SHOP_NAME` are not the same for every program that loads this file: Docker Compose removes
    /// | the quotes; `docker run --env-file` takes the quotes as part of the value
    /// | help: remove the quotes: all of them read the value alike without
    /// # > DB_PASSWORD=hT7-vq2Lx9_mRw
    /// SHOP_NAME='Good Coffee'
    /// # > SHOP_NAME=Good Coffee
    /// PORT=8000
    /// ```
    /// ```yaml good file=compose.yml
    /// services:
    ///   web:
    ///     image: shop:1.4.2
    ///     env_file: .env.prod
    /// ```
    /// ```sh good file=migrate.sh
    /// docker run --rm --env-file .env.prod shop:1.4.2 migrate
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// SHOP_NAME=Good Coffee
    /// PORT=8000
    /// ```
    ///
    /// ### A file that one program loads
    /// ```yaml good file=compose.yml
    /// services:
    ///   web:
    ///     image: shop:1.4.2
    ///     env_file: .env.prod
    /// ```
    /// ```env good file=.env.prod
    /// DB_PASSWORD="hT7-vq2Lx9_mRw"
    /// ```
    ///
    /// ### The configuration says which programs load it
    /// ```yaml config
    /// files:
    ///   .env.prod: { dialects: [compose, docker] }
    /// ```
    /// ```env bad file=.env.prod
    /// DB_PASSWORD="hT7-vq2Lx9_mRw"
    /// ^^^^^^^^^^^ env/divergent-value
    /// | `DB_PASSWORD` is not the same for every program that loads this file: Docker Compose removes the quotes;
    /// | `docker run --env-file` takes the quotes as part of the value
    /// | help: remove the quotes: all of them read the value alike without
    /// # > DB_PASSWORD=hT7-vq2Lx9_mRw
    /// ```
    ///
    /// ## What it does not report
    /// Differences between programs that do not load the file. Which ones do is read from Compose files, scripts, CI files,
    /// units, manifests and instructions; `dialects` under `files:` in `gonogo.yaml` or `--dialects` says it instead.
    "env/divergent-value" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/docker/cli/issues/3630"],
        check: Check::Env(check),
    }
}

/// What happens to a variable, and to whom.
type Cause = Vec<(Outcome, Vec<Dialect>)>;

fn check(env: &EnvFacts, ctx: &Context, sink: &mut Sink) {
    let source = ctx.project.source(env.file);
    if env.loaders.len() < 2 || EnvFile::is_portable(source) {
        return;
    }
    // Variables that differ for the same reason are one finding.
    let mut causes: BTreeMap<Cause, Vec<Divergence>> = BTreeMap::new();
    // A list of names for a platform: what it puts in there, the platform sets too.
    let platform = source.shown().lines().filter(|line| is_own_name(line.trim())).count() > 1;
    let twice: HashSet<&str> = env.duplicates().map(|(first, _)| first.key.as_str()).collect();
    for divergence in env.readings(source).divergences(source) {
        // Which of two assignments counts is what `env/duplicate-key` says.
        // Compose puts the home in for `~` where a folder is mounted, as a shell does.
        let is_home = || {
            env.get(&divergence.key)
                .and_then(|var| var.value)
                .is_some_and(|value| env.written(value.span).starts_with('~'))
        };
        let told = is_home() || twice.contains(divergence.key.as_str()) || names_itself(source, &divergence.key);
        let expands = || divergence.groups.iter().any(|group| group.outcome == Outcome::Expands);
        if told || platform && expands() {
            continue;
        }
        let cause: Cause = divergence.groups.iter().map(|group| (group.outcome, group.dialects.clone())).collect();
        // What all of them take for the value: `env/comment-as-value`.
        if cause.iter().any(|(outcome, _)| *outcome != Outcome::KeepsComment) {
            causes.entry(cause).or_default().push(divergence);
        }
    }
    for (cause, variables) in causes {
        let serious = |variable: &&Divergence| is_serious(env, &variable.key);
        let Some(first) = variables.iter().find(serious).or(variables.first()) else { continue };
        let mut names: Vec<Cow<'_, str>> = vec![ctx.quote(first.span)];
        names.extend(variables.iter().filter(|other| other.span != first.span).map(|other| ctx.quote(other.span)));
        let story: Vec<String> =
            cause.iter().map(|(outcome, by)| format!("{} {}", titles(by), outcome.phrase(by.len() > 1))).collect();
        let message =
            format!("{} not the same for every program that loads this file: {}", subject(&names), story.join("; "));
        let finding = sink.report(first.span, message);
        finding.help(help(env, &first.key, &cause));
        for (_, dialects) in cause.iter().take(3) {
            let at = env.loaders.iter().find(|loader| dialects.contains(&loader.dialect)).and_then(|loader| loader.at);
            if let Some(at) = at {
                finding.related(at, format!("{} loads it here", titles(&dialects[..1])));
            }
        }
        if !is_serious(env, &first.key) {
            finding.severity(Medium);
        }
    }
}

/// `SECRET_KEY=${SECRET_KEY}`: a list of names for a platform, which sets them.
fn names_itself(source: &Source, key: &str) -> bool {
    let line = format!("{key}=${{{key}}}");
    source.shown().lines().any(|own| own.trim() == line)
}

/// `DATABASE_URL=${DATABASE_URL}`, whichever name it is.
fn is_own_name(line: &str) -> bool {
    let Some((key, value)) = line.split_once('=') else { return false };
    value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) == Some(key)
}

fn subject(names: &[Cow<'_, str>]) -> String {
    match names {
        [one] => format!("`{one}` is"),
        [one, two] => format!("`{one}` and `{two}` are"),
        [one, two, three] => format!("`{one}`, `{two}` and `{three}` are"),
        [one, two, rest @ ..] => format!("`{one}`, `{two}` and {} more variables are", rest.len()),
        [] => String::new(),
    }
}

/// Secrets and addresses are used byte by byte; what else is wrong shows sooner.
fn is_serious(env: &EnvFile, key: &str) -> bool {
    let value = || env.get(key).and_then(|var| var.value).map_or("", |value| value.as_str());
    secret::is_secret_name(key) || value().contains("://")
}

fn titles(dialects: &[Dialect]) -> String {
    match dialects {
        [one] => one.title().to_owned(),
        [one, two] => format!("{} and {}", one.title(), two.title()),
        [one, rest @ ..] => format!("{} and {} more", one.title(), rest.len()),
        [] => String::new(),
    }
}

/// What to do: the spelling that all of them read alike, if there is one. The dialects are asked, nothing is guessed.
fn help(env: &EnvFacts, key: &str, cause: &[(Outcome, Vec<Dialect>)]) -> &'static str {
    let is = |outcome| cause.iter().any(|(other, _)| *other == outcome);
    if is(Outcome::KeepsComment) {
        return "put the comment on a line of its own";
    }
    if is(Outcome::RunsCommand) {
        return "put the value itself here, not the command that makes it";
    }
    let Some((var, value)) = env.get(key).and_then(|var| Some((var, var.value?))) else {
        return "write `NAME=value` from the start of the line, with a name of letters, digits and `_`";
    };
    let written = env.written(value.span);
    if var.borrowed() || written.contains("${") {
        return "write out the whole value: not all of them put variables in, or not the same ones";
    }
    // Where a `$` was taken for a variable, what is written was meant.
    let meant = if var.unset().is_empty() { value.as_str() } else { written };
    match portable(meant, &env.dialects()).map(|spelling| spelling.chars().next()) {
        Some(Some('\'')) => "put the value in single quotes: all of them read that alike",
        Some(Some('"')) => {
            "put the value in double quotes, with `\\` before `\\`, `$` and `\"`: all of them read that alike"
        }
        Some(_) => "remove the quotes: all of them read the value alike without",
        None => {
            "no spelling of this value is read alike by all of them: choose one without quotes, blanks, `#`, `$` and `\\`"
        }
    }
}
