//! `docker/run-exposes`

use crate::model::compose::Standalone;
use crate::rules::compose::{admin_ui_public, database_port_public};
use crate::rules::prelude::*;

rule! {
    /// A data store or a tool for administrators that `docker run` opens to everybody.
    ///
    /// ## Why
    /// A port that is published without an address is open on every interface, and Docker's packet rules run before those of ufw.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db -p 5432:5432 --env-file db.env postgres:17
    /// #                          ^^^^^^^^^ docker/run-exposes
    /// # | container `db` opens PostgreSQL on port 5432 of every network interface; ufw and firewalld do not stop it,
    /// # | Docker's rules run first
    /// # | help: remove the mapping, or bind it to the host itself: `127.0.0.1:5432:5432`
    /// # > docker run -d --name db -p 127.0.0.1:5432:5432 --env-file db.env postgres:17
    /// docker run -d -p 9000:9000 portainer/portainer-ce:2.27.3
    /// #                ^^^^^^^^^ docker/run-exposes
    /// # > docker run -d -p 127.0.0.1:9000:9000 portainer/portainer-ce:2.27.3
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db -p 127.0.0.1:5432:5432 --env-file db.env postgres:17
    /// docker run -d --name web -p 8080:80 shop:1
    /// docker run --rm -p 5432:5432 postgres:17
    /// ```
    ///
    /// ### Made anew where something is wrong
    /// ```markdown bad file=DEPLOYMENT.md
    /// # Deployment
    ///
    /// ~~~bash
    /// docker run -d --name db -p 5432:5432 --env-file db.env postgres:17
    /// #                          ^^^^^^^^^ docker/run-exposes
    /// # | container `db` opens PostgreSQL on port 5432 of every network interface; ufw and firewalld do not stop it,
    /// # | Docker's rules run first
    /// # | help: remove the mapping, or bind it to the host itself: `127.0.0.1:5432:5432`
    /// # > docker run -d --name db -p 127.0.0.1:5432:5432 --env-file db.env postgres:17
    /// ~~~
    ///
    /// ## Troubleshooting
    ///
    /// ~~~bash
    /// docker rm -f db
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// # Deployment
    ///
    /// ~~~bash
    /// docker run -d --name db -p 5432:5432 --env-file db.env postgres:17
    /// docker rm -f db
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Containers that a script waits for, or takes away again, or a build server starts, and lines in guides that are not about
    /// deployment. Scripts that do not say that they run on a server start what a developer needs.
    "docker/run-exposes" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw"],
        check: Check::Standalone(check),
    }
}

fn check(own: &Standalone, context: &Context, sink: &mut Sink) {
    // What a variable names may be made for this.
    if own.service.image.is_unresolved() {
        return sink.not_applicable();
    }
    database_port_public::check(&own.service, context, sink);
    admin_ui_public::check(&own.service, context, sink);
}
