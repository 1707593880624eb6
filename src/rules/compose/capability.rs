//! `compose/capability`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A container gets a right that makes it master of the host.
    ///
    /// ## Why
    /// `SYS_ADMIN`, `SYS_MODULE` and their like allow what isolation is there to prevent: to mount the host's disk, to load a
    /// module into its kernel, to read every file. `ALL` is all of them.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     cap_add: [NET_BIND_SERVICE, SYS_ADMIN]
    /// #                               ^^^^^^^^^ compose/capability
    /// # | service `web` gets `SYS_ADMIN`: it can mount the host's disks
    /// # | help: remove it, or give only the right that is needed
    /// # >     cap_add: [NET_BIND_SERVICE]
    ///   api:
    ///     image: shop:1
    ///     cap_add:
    ///       - CAP_NET_ADMIN
    /// #       ^^^^^^^^^^^^^ compose/capability
    /// # >       - CAP_NET_RAW
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     cap_add: [NET_BIND_SERVICE, IPC_LOCK, SYS_NICE]
    ///   all:
    ///     image: shop:1
    ///     privileged: false
    ///     cap_drop: [ALL]
    /// ```
    "compose/capability" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://man7.org/linux/man-pages/man7/capabilities.7.html"],
        check: Check::Service(check),
    }
}

/// Rights and what they allow; the first ones are as good as root on the host.
const RIGHTS: [(&str, &str); 10] = [
    ("ALL", "it may do everything the host's root may"),
    ("SYS_ADMIN", "it can mount the host's disks"),
    ("SYS_MODULE", "it can load a module into the host's kernel"),
    ("SYS_RAWIO", "it can write to the host's memory and disks"),
    ("DAC_READ_SEARCH", "it can read every file of the host"),
    ("BPF", "it can run programs in the host's kernel"),
    ("SYS_PTRACE", "it can look into other processes of its container, and of the host with `pid: host`"),
    ("NET_ADMIN", "it can change addresses, routes and firewall rules of its network"),
    ("SYS_BOOT", "it can restart the host"),
    ("SYSLOG", "it can read the kernel's log and addresses"),
];
const AS_ROOT: usize = 6;

pub(crate) fn check(service: &Service, _: &Context, sink: &mut Sink) {
    // Said by the rule about it, of everything at once.
    if service.privileged.get() == Some(&true) {
        return;
    }
    for added in &service.cap_add {
        let name = added.value.to_ascii_uppercase();
        let name = name.strip_prefix("CAP_").unwrap_or(&name);
        let Some(at) = RIGHTS.iter().position(|(right, _)| *right == name) else { continue };
        let message = format!("{} gets `{name}`: {}", service.title(), RIGHTS[at].1);
        let finding = sink.report(added.span, message).help("remove it, or give only the right that is needed");
        finding.severity(if at >= AS_ROOT || service.works_on_host() { Low } else { Medium });
    }
}
