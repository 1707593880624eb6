//! `systemd/joined-variables`

use crate::model::units::Unit;
use crate::rules::prelude::*;

rule! {
    /// One pair of quotes around several variables makes one variable of them.
    ///
    /// ## Why
    /// systemd takes what stands in one pair of quotes as one assignment. `"MODE=live LEVEL=info"` sets `MODE` to `live LEVEL=info`, and
    /// `LEVEL` not at all; systemd says nothing about it.
    ///
    /// ## Examples
    /// ```systemd bad
    /// [Service]
    /// Environment="MODE=live LEVEL=info"
    /// #                 ^^^^^^^^^^^^^^^ systemd/joined-variables
    /// # | `LEVEL` is not set: it stands in the quotes of `MODE` and becomes a part of its value
    /// # | help: give each its own quotes: `"MODE=..." "LEVEL=..."`
    /// # > Environment="MODE=live" "LEVEL=info"
    /// ExecStart=/opt/shop/run.sh
    /// ```
    /// ```systemd good
    /// [Service]
    /// Environment="MODE=live" "LEVEL=info"
    /// Environment=TITLE="Shop NAME=1"
    /// Environment="JAVA_OPTS=-Xmx1g -Dmode=live" "ARGS=--bind=0.0.0.0 WORKERS=3"
    /// Environment="DSN=host=db USER=shop" "WORDS=one TWO"
    /// ExecStart=/opt/shop/run.sh
    /// ```
    ///
    /// ## What it does not report
    /// Values of options or of pairs of their own, and quotes that begin behind the `=`.
    "systemd/joined-variables" {
        severity: High, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment="],
        check: Check::UnitFile(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    for (name, value) in &unit.environment {
        let before =
            name.span.start.checked_sub(1).map(|start| Span::new(unit.file, start as usize, name.span.start as usize));
        if !before.is_some_and(|before| matches!(&*ctx.quote(before), "\"" | "'")) {
            continue;
        }
        let mut words = value.value.split(' ');
        let own = words.next().unwrap_or("");
        let rest: Vec<&str> = words.filter(|word| !word.is_empty()).map(|word| assigned(word).unwrap_or("")).collect();
        let Some(first) = rest.first().filter(|_| !own.starts_with('-') && !own.contains('=')) else { continue };
        if rest.iter().any(|name| name.is_empty()) {
            continue;
        }
        let message = format!(
            "`{first}` is not set: it stands in the quotes of `{own}` and becomes a part of its value",
            own = name.value
        );
        let each: Vec<String> = std::iter::once(name.value.as_str())
            .chain(rest.iter().copied())
            .map(|name| format!("\"{name}=...\""))
            .collect();
        sink.report(value.span, message).help(format!("give each its own quotes: `{}`", each.join(" ")));
    }
}

/// The variable that a word sets: `LEVEL=info`.
fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(capital)).then_some(name)
}
