//! `script/secret-not-made`

use crate::model::Kind;
use crate::model::starts::{Redirected, Step, WrittenHere, written_here};
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::secret::holds;
use crate::syntax::Name;
use crate::syntax::dotenv::is_name;
use crate::syntax::shell::base_name;

rule! {
    /// A script means to make up a secret, and writes the command down instead.
    ///
    /// ## Why
    /// With quotes around its word, `<<'EOF'`, a here-document is written as it stands: nothing runs `$(openssl rand -hex 32)`. The
    /// programs that read the file, systemd, Compose and the libraries of dotenv, run no commands either. The text of the command becomes
    /// the secret, and it stands in the repository.
    ///
    /// ## Examples
    /// ```text bad file=deploy/setup.sh
    /// #!/bin/sh
    /// cat > /srv/shop/.env <<'END'
    /// DEBUG=False
    /// SECRET_KEY=$(openssl rand -hex 32)
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^ script/secret-not-made
    /// # | nothing runs this command, as `'END'` has quotes: `SECRET_KEY` is its text, which everybody knows
    /// # | help: take the quotes away, `<<END`, so that the shell runs it; and make another secret where it was set up like this
    /// END
    /// ```
    /// ```text good file=deploy/setup.sh
    /// #!/bin/sh
    /// cat > /srv/shop/.env <<END
    /// DEBUG=False
    /// SECRET_KEY=$(openssl rand -hex 32)
    /// END
    /// ```
    ///
    /// ## What it does not report
    /// Files that a shell reads later, which runs the command then.
    "script/secret-not-made" {
        severity: High, effect: Weakens, since: "0.1.0",
        refs: &["https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_07_04"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if commands.kind != Kind::Script {
        return sink.not_applicable();
    }
    for (_, WrittenHere { target, word, body, .. }) in written_here(commands.steps) {
        if body.span.range().len() != body.value.len() {
            continue;
        }
        // Within the text of another one, which the shell fills in before anything reads this.
        let around = |other: &Redirected| {
            let holds = other.body.as_ref().is_some_and(|own| own.span != body.span && own.span.contains(body.span));
            holds && !ctx.quote(other.target.span).starts_with(['\'', '"', '\\'])
        };
        if commands.steps.iter().flat_map(|step| &step.redirects).any(around) {
            continue;
        }
        let word = ctx.quote(word.span);
        let quoted = word.starts_with(['\'', '"', '\\']);
        let name = base_name(target);
        let read_by_shell = || {
            let reads = |other: &Step| {
                matches!(other.name(), "." | "source") && other.argv().iter().any(|own| own.value.ends_with(name))
            };
            commands.steps.iter().any(reads)
        };
        if !quoted || !is_name(Name::new(target).lower()) || read_by_shell() {
            continue;
        }
        let mut start = body.span.start as usize;
        for line in body.value.split_inclusive('\n') {
            let own = start;
            start += line.len();
            let Some((name, value)) = line.trim_end().split_once('=') else { continue };
            let command = value.trim_matches(['"', '\'']);
            if holds(name).is_none() || !command.starts_with("$(") || !command.ends_with(')') {
                continue;
            }
            let at = own + name.len() + 1;
            sink.report(
                Span::new(body.span.file, at, at + value.len()),
                format!("nothing runs this command, as `{word}` has quotes: `{name}` is its text, which everybody knows"),
            )
            .help(format!(
                "take the quotes away, `<<{}`, so that the shell runs it; and make another secret where it was set up like this",
                word.trim_matches(['\'', '"', '\\'])
            ))
            .cause((commands.file, target), "so is this one");
        }
    }
}
