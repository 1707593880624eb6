//! `compose/volume-unused`

use crate::model::compose::{Composition, MountKind};
use crate::rules::prelude::*;

rule! {
    /// A volume that no service mounts.
    ///
    /// ## Why
    /// Compose does not even make it. Somebody meant data to be kept there, and it is kept elsewhere or not at all.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes: ["data:/data"]
    /// # >     volumes: ["data:/data", "uploads:/uploads"]
    /// volumes:
    ///   data:
    ///   uploads:
    /// # ^^^^^^^ compose/volume-unused
    /// # | no service mounts the volume `uploads`
    /// # | help: remove it, or mount it where the data is
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes: ["data:/data"]
    ///   tool:
    ///     image: shop:1
    ///     profiles: [tools]
    ///     volumes: [{type: volume, source: uploads, target: /uploads}]
    /// volumes:
    ///   data:
    ///   uploads:
    /// ```
    ///
    /// ## What it does not report
    /// Volumes that another set of files uses together with this one.
    "compose/volume-unused" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/volumes/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    if compose.gap.is_some() || compose.incomplete.is_some() || compose.services.is_empty() {
        return sink.not_applicable();
    }
    let uses = |set: &Composition, name: &str| {
        set.services.iter().any(|service| {
            // What depends on a variable may be any of them.
            service.gap.is_some()
                || service.mounts.iter().any(|mount| {
                    mount.source.is_unresolved()
                        || mount.kind == MountKind::Volume && mount.source.get().is_some_and(|own| own == name)
                })
        })
    };
    let unused = |name: &str, span: Span| {
        let mut others = context.project.compose().iter().filter(|set| set.read.contains(&span.file));
        !others.any(|set| context.project.look(1 + set.services.len()) && uses(set, name))
    };
    // One letter is taken for a drive of Windows where it is mounted.
    let bare: Vec<_> = compose
        .volumes
        .iter()
        .map(|volume| &volume.name)
        .filter(|name| name.value.chars().count() > 1 && unused(&name.value, name.span))
        .collect();
    let Some(first) = bare.first() else { return };
    let names = phrase::named(bare.iter().map(|name| name.value.as_str()));
    let (what, them) = if bare.len() == 1 { ("volume", "it") } else { ("volumes", "them") };
    let finding = sink.report(first.span, format!("no service mounts the {what} {names}"));
    finding.help(format!("remove {them}, or mount {them} where the data is"));
    for name in bare.iter().skip(1) {
        finding.related(name.span, "neither is this one mounted");
    }
}
