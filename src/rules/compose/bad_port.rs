//! `compose/bad-port`

use crate::model::compose::{Composition, Kind};
use crate::rules::prelude::*;
use crate::rules::refusal;

rule! {
    /// A published port that cannot be read.
    ///
    /// ## Why
    /// Compose refuses the whole project for a port in the short form that it cannot take apart. Of the long form it only looks
    /// at types and address: what is no port there is refused by Docker when the container is created.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports:
    ///       - "70000:80"
    /// #       ^^^^^^^^^^ compose/bad-port
    /// # | service `web` has an entry in `ports` that Compose refuses: the host port is not a number from 0 to 65535 or
    /// # | a range
    /// # | help: write `"8080:80"` or `"127.0.0.1:8080:80"`
    /// # >       - "8080:80"
    ///       - "localhost:80:80"
    /// #       ^^^^^^^^^^^^^^^^^ compose/bad-port
    /// # >       - "127.0.0.1:80:80"
    ///       - "80:0"
    /// #       ^^^^^^ compose/bad-port
    /// # >       - "8000:8000"
    ///       - {target: 80, published: 70000}
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/bad-port
    /// # >       - {target: 80, published: 7000}
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     ports:
    ///       - "7000:80"
    ///       - "127.0.0.1::443"
    ///       - "[::1]:8080:80"
    ///       - "9000-9002:9000-9002/udp"
    ///       - "8081:81/"
    ///       - {target: 80, published: 8000}
    /// ```
    "compose/bad-port" {
        aliases: &["compose/invalid-value"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    refusal::report(Kind::Port, compose, context, sink);
}
