//! `compose/one-letter-volume`

use crate::model::compose::{MountKind, Service};
use crate::rules::prelude::*;

rule! {
    /// A volume whose name is one letter.
    ///
    /// ## Why
    /// Compose takes `v:/data` for a path on drive V of Windows. There is no volume then, and Docker refuses the container:
    /// `mount path must be absolute`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes: ["v:/data"]
    /// #              ^^^^^^^ compose/one-letter-volume
    /// # | Compose takes `v:/data` for a path of Windows, so the container cannot be created
    /// # | help: give the volume a longer name
    /// # >     volumes: ["data:/data"]
    /// volumes: {v: }
    /// # > volumes: {data: }
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     volumes: ["vol:/data"]
    /// volumes: {vol: }
    /// ```
    "compose/one-letter-volume" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/compose-spec/compose-go/blob/main/format/volume.go"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, _: &Context, sink: &mut Sink) {
    for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Volume && mount.source.is_absent()) {
        let Some(target) = mount.target.get().filter(|target| target.as_bytes().get(1) == Some(&b':')) else {
            continue;
        };
        let message = format!("Compose takes `{target}` for a path of Windows, so the container cannot be created");
        sink.report(mount.span, message).help("give the volume a longer name");
    }
}
