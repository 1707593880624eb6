//! `env/connection-unencrypted`

use crate::model::Host;
use crate::model::env::{Address, Url, is_placeholder_domain};
use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A database on a public address is used without encryption or verification.
    ///
    /// ## Why
    /// On the way to a host in another network everyone can read the password and the data. `sslmode=allow` and `prefer`
    /// give up encryption when somebody in between asks for it; without verification anyone can be the server.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// DATABASE_URL=postgresql://shop:q8Zr-PlmT2fv@db.shop.de/shop?sslmode=disable
    /// #                                           ^^^^^^^^^^ env/connection-unencrypted
    /// # | `DATABASE_URL` connects to a public host with `sslmode=disable`: what goes over it can be read and changed
    /// # | help: use `sslmode=verify-full` (and `sslrootcert=system` if the certificate is one browsers accept)
    /// # > DATABASE_URL=postgresql://shop:q8Zr-PlmT2fv@db.shop.de/shop?sslmode=verify-full
    /// MYSQL_URL=mysql://shop:q8Zr-PlmT2fv@db.shop.de/shop?useSSL=false
    /// #                                   ^^^^^^^^^^ env/connection-unencrypted
    /// # | `MYSQL_URL` connects to a public host with `usessl=false`: what goes over it can be read and changed
    /// # | help: ask for a verified connection (`sslmode=verify-full`, `ssl-mode=VERIFY_IDENTITY`, as the driver calls
    /// # | it)
    /// # > MYSQL_URL=mysql://shop:q8Zr-PlmT2fv@db.shop.de/shop?ssl-mode=VERIFY_IDENTITY
    /// CACHE_URL=redis://:q8Zr-PlmT2fv@cache.shop.de:6379
    /// #                               ^^^^^^^^^^^^^ env/connection-unencrypted
    /// # | `CACHE_URL` connects to a public host over redis://, which is not encrypted: password and data can be read
    /// # | help: use rediss:// and the port of the server that speaks TLS
    /// # > CACHE_URL=rediss://:q8Zr-PlmT2fv@cache.shop.de:6379
    /// ```
    /// ```env good file=.env.prod
    /// DATABASE_URL=postgresql://shop:q8Zr-PlmT2fv@db.shop.de/shop?sslmode=verify-full
    /// REPLICA_URL=postgresql://shop:q8Zr-PlmT2fv@db/shop?sslmode=disable
    /// SOCKET_URL=postgresql:///shop?host=/run/postgresql&sslmode=disable
    /// LOCAL_URL=postgresql://shop:q8Zr-PlmT2fv@127.0.0.1/shop?sslmode=disable
    /// PRIVATE_URL=postgresql://shop:q8Zr-PlmT2fv@10.0.0.5/shop?sslmode=disable
    /// CACHE_URL=rediss://:q8Zr-PlmT2fv@cache.shop.de:6379
    /// ELASTICACHE_URL=redis://shop.x7.euc1.cache.amazonaws.com:6379
    /// MONGO_URL=mongodb+srv://shop:q8Zr-PlmT2fv@cluster0.x7.mongodb.net/shop
    /// PLAIN_URL=postgresql://shop:q8Zr-PlmT2fv@db.shop.de/shop
    /// ```
    ///
    /// ## What it does not report
    /// Sockets, this machine, private addresses and names without a dot. URLs that leave it to the driver.
    "env/connection-unencrypted" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/current/libpq-ssl.html", "https://cwe.mitre.org/data/definitions/319.html"],
        check: Check::Variables(check),
    }
}

/// Options that switch encryption off or let it be given up.
const OFF: [(&str, &[&str]); 8] = [
    ("sslmode", &["disable", "disabled", "allow", "prefer", "preferred"]),
    ("ssl-mode", &["disable", "disabled", "preferred"]),
    ("ssl_mode", &["disable", "disabled", "preferred"]),
    ("ssl", &["false", "0", "off", "disable"]),
    ("tls", &["false", "0", "off", "disable"]),
    ("usessl", &["false", "0"]),
    ("encrypt", &["false", "0", "no", "optional"]),
    ("ssl_disabled", &["true", "1"]),
];

/// Options that switch off the proof of who the server is.
const UNPROVEN: [(&str, &[&str]); 7] = [
    ("sslmode", &["no-verify"]),
    ("sslaccept", &["accept_invalid_certs"]),
    ("tlsinsecure", &["true"]),
    ("tlsallowinvalidcertificates", &["true"]),
    ("trustservercertificate", &["true", "yes"]),
    ("ssl_cert_reqs", &["none", "cert_none"]),
    ("rejectunauthorized", &["false"]),
];

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for Address { var, urls, .. } in env.addresses() {
        for url in urls {
            if url.store().is_none() || Host::of(url.host) != Host::Public || is_placeholder_domain(url.host) {
                continue;
            }
            let (what, help) = match (set(url, &OFF), set(url, &UNPROVEN)) {
                (Some(option), _) => {
                    (format!("with `{option}`: what goes over it can be read and changed"), safer(url))
                }
                (_, Some(option)) => (format!("with `{option}`: anyone in between can be that server"), safer(url)),
                _ if is_plain(url) => {
                    let scheme = url.scheme;
                    (format!("over {scheme}://, which is not encrypted: password and data can be read"), safer(url))
                }
                _ => continue,
            };
            let key = &var.key.value;
            sink.report(var.part(url.host_range.clone()), format!("`{key}` connects to a public host {what}"))
                .help(help);
        }
    }
}

/// The first of some options that the URL has, with its value: nothing in these words is from the file.
fn set(url: &Url, options: &[(&'static str, &[&'static str])]) -> Option<String> {
    options.iter().find_map(|(name, values)| {
        let found = url.option(name)?;
        let value = values.iter().find(|value| found.eq_ignore_ascii_case(value))?;
        Some(format!("{name}={value}"))
    })
}

/// Schemes that mean plain text unless an option says otherwise.
fn is_plain(url: &Url) -> bool {
    // Nobody reaches ElastiCache from outside its own network.
    let inside = url.host.ends_with(".cache.amazonaws.com");
    let on = ["ssl", "tls"].iter().any(|name| url.option(name).is_some_and(|value| value != "false"));
    matches!(url.scheme, "redis" | "amqp" | "mongodb") && !on && !inside
}

fn safer(url: &Url) -> &'static str {
    match url.store() {
        Some("Redis") => "use rediss:// and the port of the server that speaks TLS",
        Some("RabbitMQ") => "use amqps:// and the port of the server that speaks TLS",
        Some("MongoDB") => "add `tls=true`",
        Some("MySQL") => {
            "ask for a verified connection (`sslmode=verify-full`, `ssl-mode=VERIFY_IDENTITY`, as the driver calls it)"
        }
        Some("SQL Server") => "set `encrypt=true` and `trustServerCertificate=false`",
        _ => "use `sslmode=verify-full` (and `sslrootcert=system` if the certificate is one browsers accept)",
    }
}
