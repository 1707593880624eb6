//! `env/connection-without-password`

use crate::model::Host;
use crate::model::env::{Address, EnvVar, Url, is_placeholder_domain};
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Holds, holds};

rule! {
    /// A data store on another machine is used without a password.
    ///
    /// ## Why
    /// Redis and MongoDB let everyone in who reaches them unless they are told otherwise, and scanners look for them all
    /// the time. If the server asks for a password, the program is refused.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// REDIS_URL=rediss://cache.shop.de:6379/0
    /// #                  ^^^^^^^^^^^^^ env/connection-without-password
    /// # | `REDIS_URL` uses Redis on another machine without a password: everyone who reaches it can, too
    /// # | help: set a password on the server and put it into the URL
    /// # > REDIS_URL=rediss://:q8Zr-PlmT2fv@cache.shop.de:6379/0
    /// MONGO_URL=mongodb://10.0.0.5:27017/shop
    /// #                   ^^^^^^^^ env/connection-without-password
    /// # | `MONGO_URL` uses MongoDB on another machine without a password: everyone who reaches it can, too
    /// # | help: set a password on the server and put it into the URL
    /// # > MONGO_URL=mongodb://shop:q8Zr-PlmT2fv@10.0.0.5:27017/shop
    /// ```
    /// ```env good file=.env.prod
    /// REDIS_URL=redis://redis:6379/0
    /// QUEUE_URL=redis://localhost:6379/1
    /// CACHE_URL=rediss://:q8Zr-PlmT2fv@cache.shop.de:6379
    /// MONGO_URL=mongodb://db.shop.de/shop?authMechanism=MONGODB-X509
    /// DATABASE_URL=postgresql://shop@db.shop.de/shop
    /// ```
    /// ```env good file=worker.env
    /// CELERY_BROKER_URL=redis://10.0.0.5:6379/0
    /// REDIS_PASSWORD=q8Zr-PlmT2fv
    /// ```
    ///
    /// ## What it does not report
    /// Services of the same Compose file and this machine. PostgreSQL and MySQL, whose drivers take the password from
    /// other places. Files that set a password for the store beside the URL.
    "env/connection-without-password" {
        severity: Medium, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://redis.io/docs/latest/operate/oss_and_stack/management/security/", "https://cwe.mitre.org/data/definitions/306.html"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    let open: Vec<_> = env.addresses().iter().filter_map(|one| Some((&one.var, remote(one)?))).collect();
    if open.is_empty() {
        return;
    }
    let filled = |var: &EnvVar| var.value.as_ref().is_none_or(|value| !value.value.is_empty());
    let passwords = env.vars().filter(|var| var.holds == Some(Holds::Password)).filter(filled);
    let given = passwords.map(|var| var.key.value.to_ascii_uppercase());
    // Those that the program has from elsewhere.
    let others = env.services.iter().take(1).flat_map(|service| ctx.project.names_seen_by(service));
    let others = others.filter(|name| holds(name) == Some(Holds::Password)).map(str::to_ascii_uppercase);
    let given: Vec<String> = given.chain(others).collect();
    let has = |word: &str| given.iter().any(|name| name.contains(word));
    let (redis, mongo) = (has("REDIS"), has("MONGO"));
    for (var, url) in open {
        let Some(store) = url.store().filter(|store| if *store == "Redis" { !redis } else { !mongo }) else { continue };
        let key = var.key.value;
        let place = var.part(url.host_range.clone());
        let message =
            format!("`{key}` uses {store} on another machine without a password: everyone who reaches it can, too");
        let finding = sink.report(place, message);
        finding.help("set a password on the server and put it into the URL");
        if Host::of(url.host) == Host::Private {
            finding.severity(Low);
        }
    }
}

/// A URL to a store on another machine that asks nobody who he is, and that does not say who comes.
fn remote<'a>(address: &'a Address<'a>) -> Option<&'a Url<'a>> {
    let url = address.urls.first().filter(|url| is_open(url))?;
    let away = matches!(Host::of(url.host), Host::Public | Host::Private) && !is_placeholder_domain(url.host);
    away.then_some(url)
}

/// A store that asks nobody who he is, unless the URL says who comes.
fn is_open(url: &Url) -> bool {
    let named = ["password", "authMechanism", "tlsCertificateKeyFile"].iter().any(|name| url.option(name).is_some());
    // `redis://secret@host` is how some write the password.
    let store = matches!(url.store(), Some("Redis" | "MongoDB"));
    store && url.user.is_empty() && url.password.is_empty() && !named
}
