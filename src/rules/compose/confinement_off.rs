//! `compose/confinement-off`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A container without the filters that Docker puts around each.
    ///
    /// ## Why
    /// Docker's seccomp and AppArmor profiles keep calls from the kernel that programs do not need and attacks do. Most ways out
    /// of a container end there.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     security_opt:
    /// # >
    ///       - seccomp:unconfined
    /// #       ^^^^^^^^^^^^^^^^^^ compose/confinement-off
    /// # | service `web` runs without the protection of seccomp
    /// # | help: remove it, or write a profile that allows what is needed
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     security_opt:
    ///       - no-new-privileges:true
    ///       - seccomp:./profile.json
    /// ```
    "compose/confinement-off" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/security/seccomp/"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, _: &Context, sink: &mut Sink) {
    for option in &service.security_opt {
        let Some((what, value)) = option.value.split_once([':', '=']) else { continue };
        let off =
            matches!((what, value), ("seccomp" | "apparmor" | "systempaths", "unconfined") | ("label", "disable"));
        if off {
            let name = if what == "label" { "SELinux" } else { what };
            let message = format!("{} runs without the protection of {name}", service.title());
            sink.report(option.span, message).help("remove it, or write a profile that allows what is needed");
        }
    }
}
