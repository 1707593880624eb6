//! `compose/mount-replaced`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// A mount that another one takes the place of.
    ///
    /// ## Why
    /// Of two volumes at one path of a container Compose keeps the last one and says nothing. What the first one brings is not there,
    /// and what the program writes goes elsewhere.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes:
    ///       - ./uploads:/data
    /// #       ^^^^^^^^^^^^^^^ compose/mount-replaced
    /// # | service `web` mounts two things at `/data`: Compose drops this one
    /// # | help: give one of them another path, or remove it
    /// # >       - ./uploads:/data/uploads
    ///       - data:/data
    /// volumes:
    ///   data:
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes:
    ///       - ./uploads:/data/uploads
    ///       - data:/data
    /// volumes:
    ///   data:
    /// ```
    ///
    /// ## What it does not report
    /// What a file replaces that is merged on top: that is what such files are for.
    "compose/mount-replaced" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/merge/#unique-resources"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, _: &Context, sink: &mut Sink) {
    for lost in &compose.displaced {
        let message =
            format!("service `{}` mounts two things at `{}`: Compose drops this one", lost.service, lost.target);
        let finding = sink.report(lost.span, message);
        finding.help("give one of them another path, or remove it").related(lost.by, "this one is mounted");
    }
}
