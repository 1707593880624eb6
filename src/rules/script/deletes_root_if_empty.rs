//! `script/deletes-root-if-empty`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// An empty variable makes a deletion one of `/`.
    ///
    /// ## Why
    /// `rm -rf "$DIR/"*` is `rm -rf /*` when nobody has set `DIR`: an argument that was forgotten, a name that was misspelt, an env file
    /// that was not there.
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// rm -rf "$RELEASE_DIR"/*
    /// #      ^^^^^^^^^^^^^^^^ script/deletes-root-if-empty
    /// # | when `RELEASE_DIR` is empty this deletes what is in `/`, and nothing here sets it or looks at it
    /// # | help: write `${RELEASE_DIR:?}`: the shell ends when it is empty
    /// ```
    /// ```sh bad file=clean.sh
    /// rm -rf $1/
    /// #      ^^^ script/deletes-root-if-empty
    /// ```
    /// ```sh good file=deploy.sh
    /// rm -rf "${RELEASE_DIR:?}"/*
    /// ```
    /// ### Set, or looked at
    /// ```sh good file=clean.sh
    /// DIR=/srv/shop/releases
    /// rm -rf "$DIR"/*
    /// [ -n "$OTHER" ] || exit 1
    /// rm -rf "$OTHER"/*
    /// rm -rf "$APP/cache"
    /// ```
    /// ```sh good file=strict.sh
    /// set -u
    /// rm -rf "$DIR"/*
    /// ```
    "script/deletes-root-if-empty" {
        severity: Medium, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://www.shellcheck.net/wiki/SC2115"],
        check: Check::Commands(check),
    }
}

/// The variable in `$NAME/` and `${NAME}/*`: what is left without it is the root or one of its directories.
fn variable(text: &str) -> Option<&str> {
    const TOP: [&str; 12] = ["bin", "boot", "etc", "home", "lib", "opt", "root", "sbin", "srv", "usr", "var", "data"];
    let rest = text.strip_prefix('$')?;
    let (name, path) = match rest.strip_prefix('{') {
        Some(rest) => rest.split_once('}')?,
        None => rest.split_once('/').map(|(name, _)| (name, rest.strip_prefix(name).unwrap_or_default()))?,
    };
    let known = shell::is_name(name) || name.parse::<u8>().is_ok();
    let deadly = matches!(path, "/" | "/*") || path.strip_prefix('/').is_some_and(|path| TOP.contains(&path));
    (known && deadly).then_some(name)
}

/// Whether a command sets a variable, reads it, or looks at it.
fn minds(step: &Step, name: &str) -> bool {
    let own = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|part| part == name);
    let sets = step.sets.iter().any(|set| set.value.0 == name);
    let asks = matches!(
        step.name(),
        "[" | "[["
            | "test"
            | "read"
            | "for"
            | "export"
            | "local"
            | "declare"
            | "readonly"
            | "case"
            | "getopts"
            | "mkdir"
            | "cd"
            | ":"
    );
    sets || asks && step.words.iter().any(|word| own(&word.value)) || matches!(step.name(), "source" | ".")
}

fn check(commands: &Commands, _: &Context, sink: &mut Sink) {
    // Nothing lives while an image is built.
    if commands.are_of_image() {
        return sink.not_applicable();
    }
    for step in commands.steps {
        if step.name() != "rm" || !step.has_short('r') || step.flow.nounset || step.inside.is_some() {
            continue;
        }
        for word in step.arguments() {
            let Some(name) = variable(&word.value) else { continue };
            if commands.before(step).any(|other| minds(other, name)) || step.sets.iter().any(|set| set.value.0 == name)
            {
                continue;
            }
            sink.report(
                word.span,
                format!("when `{name}` is empty this deletes what is in `/`, and nothing here sets it or looks at it"),
            )
            .help(format!("write `${{{name}:?}}`: the shell ends when it is empty"));
        }
    }
}
