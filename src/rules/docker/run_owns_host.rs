//! `docker/run-owns-host`

use crate::model::compose::Standalone;
use crate::rules::compose::{
    capability, confinement_off, docker_socket, host_device, host_namespace, host_path, privileged,
};
use crate::rules::prelude::*;

rule! {
    /// A container to which `docker run` gives the host, or a part of it.
    ///
    /// ## Why
    /// A privileged container, or one with the engine's socket, a disk or a system folder, is root on the host for whoever takes it
    /// over.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --privileged shop:1
    /// #                          ^^^^^^ docker/run-owns-host
    /// # | the container of `shop:1` is privileged: whoever takes it over owns the host
    /// # | help: remove `--privileged` and give only what is needed: `--cap-add NAME`, `--device PATH`
    /// # > docker run -d shop:1
    /// docker run -d -v /var/run/docker.sock:/var/run/docker.sock shop:1
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/run-owns-host
    /// # > docker run -d shop:1
    /// docker run -d --name shop --cap-add SYS_ADMIN --network host -v /etc:/host shop:1
    /// #                                   ^^^^^^^^^ docker/run-owns-host
    /// #                                                       ^^^^ docker/run-owns-host
    /// #                                                               ^^^^^^^^^^ docker/run-owns-host
    /// # > docker run -d --name shop shop:1
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --cap-add NET_BIND_SERVICE -v shop:/data --network shop shop:1
    /// docker run -d -v $(pwd):/srv -v "$PWD/etc":/etc/shop shop:1
    /// ```
    ///
    /// ## What it does not report
    /// The same as `docker/run-exposes` leaves out. Images that are made to work on the host: low.
    "docker/run-owns-host" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/security/#docker-daemon-attack-surface"],
        check: Check::Standalone(check),
    }
}

fn check(own: &Standalone, context: &Context, sink: &mut Sink) {
    // What a variable names may be made for this.
    if own.service.image.is_unresolved() {
        return sink.not_applicable();
    }
    let asked = [
        privileged::check,
        docker_socket::check,
        host_path::check,
        host_namespace::check,
        capability::check,
        host_device::check,
        confinement_off::check,
    ];
    asked.iter().for_each(|check| check(&own.service, context, sink));
}
