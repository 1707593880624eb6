//! `compose/host-device`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// A device of the host that gives the host away.
    ///
    /// ## Why
    /// Who can write to a disk past its file system, or to the memory of the machine, owns the machine; no file is protected there.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   recorder:
    ///     image: shop/recorder:1
    ///     devices:
    ///       - /dev/video0
    ///       - "/dev/sda:/dev/sda"
    /// #        ^^^^^^^^^^^^^^^^^ compose/host-device
    /// # | service `recorder` gets a disk of the host, past its file system: whoever takes it over owns the host
    /// # | help: remove it; mount the folder that it needs
    /// # >
    ///       - {source: /dev/mem, target: /dev/mem, permissions: r}
    /// #                ^^^^^^^^ compose/host-device
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   recorder:
    ///     image: shop/recorder:1
    ///     devices: [/dev/video0, "/dev/ttyUSB0:/dev/ttyUSB0", "/dev/dri:/dev/dri", /dev/net/tun, /dev/fuse]
    /// ```
    "compose/host-device" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#devices"],
        check: Check::Service(check),
    }
}

const MEMORY: [&str; 3] = ["/dev/mem", "/dev/kmem", "/dev/port"];
const DISKS: [&str; 9] = ["sd", "hd", "vd", "xvd", "nvme", "dm-", "md", "mapper/", "disk/"];

pub(crate) fn check(service: &Service, _: &Context, sink: &mut Sink) {
    for device in &service.devices {
        let path = device.value.trim_end_matches('/');
        let disk = |name: &str| DISKS.iter().any(|disk| name.starts_with(disk));
        let what = match path.strip_prefix("/dev/") {
            _ if path == "/dev" => "all devices of the host",
            _ if MEMORY.contains(&path) => "the memory of the host",
            Some(name) if disk(name) => "a disk of the host, past its file system",
            _ => continue,
        };
        let message = format!("{} gets {what}: whoever takes it over owns the host", service.title());
        let finding = sink.report(device.span, message).help("remove it; mount the folder that it needs");
        finding.severity(if service.works_on_host() { Low } else { Medium });
    }
}
