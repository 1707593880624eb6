//! `compose/version-obsolete`

use crate::model::Tree;
use crate::model::compose::Composition;
use crate::rules::prelude::*;
use crate::rules::{Fix, Safety};

rule! {
    /// `version:` at the top of a Compose file.
    ///
    /// ## Why
    /// Compose has read all versions alike since 2020. It ignores the line and warns at each command, so that other warnings go
    /// unseen: `the attribute version is obsolete`.
    ///
    /// ## Examples
    /// ```compose bad
    /// version: "3.8" # of old
    /// ^^^^^^^ compose/version-obsolete
    /// | Compose ignores `version`, and warns about it at each command
    /// | help: remove the line
    ///
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```compose fixed
    ///
    /// services:
    ///   web:
    ///     image: shop:1
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     labels:
    ///       version: "3.8"
    /// ```
    ///
    /// ## What it does not report
    /// Stacks of a Swarm: older versions of `docker stack deploy` need the line.
    "compose/version-obsolete" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/version-and-name/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    if context.project.in_swarm(compose) {
        return sink.not_applicable();
    }
    for &file in &compose.read {
        let document = context.project.document(file);
        let Tree::Compose(tree) = &document.tree else { continue };
        let Some(entry) = tree.root().and_then(|root| root.entry("version")) else { continue };
        let (key, value) = (entry.key.span(), entry.value.span());
        let finding = sink.report(key, "Compose ignores `version`, and warns about it at each command");
        finding.help("remove the line");
        // A line of its own goes as a whole, with its comment.
        let source = &document.source;
        let lines = source.lines();
        let line = lines.line(key.start);
        let whole = lines.whole(line, source.span().range().end);
        if key.range().start == whole.start && lines.line(value.end) == line {
            let place = Span::new(file, whole.start, whole.end);
            finding.fix(Fix::replace("remove `version`", Safety::Safe, place, ""));
        }
    }
}
