//! `compose/syntax`

use crate::model::compose::Composition;
use crate::model::{Document, Tree};
use crate::rules::prelude::*;

rule! {
    /// A Compose file that is not valid YAML.
    ///
    /// ## Why
    /// Compose refuses the whole file: nothing starts, and an update leaves the old containers running. Duplicate keys
    /// count as well, also in `environment` and below `x-` keys: Compose does not pick one of them.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.27
    /// # >
    ///     image: nginx:1.28
    /// #   ^^^^^ compose/syntax
    /// # | `image` is defined twice in this map
    /// # | help: keep one of the two
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports: [
    ///       "127.0.0.1:8080:80"
    ///     ]
    ///     labels: &labels
    ///       <<: {a: "1"}
    ///       tag: "{{.Name}}/{{.ID}}"
    /// ```
    /// ### A merge that nobody finished
    /// ```compose bad expect=compose/syntax@1:1
    /// | a merge conflict: both sides stand here, and no program reads that
    /// | help: keep the lines of one side, and remove these marks and the others
    /// <<<<<<< HEAD
    /// services:
    ///   web:
    ///     image: nginx:1.27
    /// =======
    /// services:
    ///   web:
    ///     image: nginx:1.28
    /// >>>>>>> main
    /// ```
    /// ### Templates
    /// A file for another program to fill in is said to be one, once.
    /// ```compose bad
    /// services:
    /// {% if web %}
    /// ^^ compose/syntax
    /// | this is a template, not YAML; it was not checked
    /// | help: check what the template produces instead
    ///   web:
    ///     image: nginx
    /// {% endif %}
    /// ```
    /// ## What it does not report
    /// Nothing else is concluded from a file that could not be read whole.
    "compose/syntax" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://yaml.org/spec/1.2.2/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    for file in &compose.read {
        judge(context.project.document(*file), sink);
    }
}

fn judge(document: &Document, sink: &mut Sink) {
    let template = matches!(&document.tree, Tree::Compose(tree) if tree.template.is_some());
    for fault in document.faults() {
        let finding = sink.report(fault.span, fault.message.clone());
        if let Some(help) = &fault.help {
            finding.help(help.clone());
        }
        if let Some((span, text)) = &fault.related {
            finding.related(*span, text.clone());
        }
        if template {
            finding.severity(Info).effect(Hygiene);
        }
    }
}
