//! `env/url-differs-from-parts`

use crate::model::Host;
use crate::model::env::{Address, EnvVar, Url, percent_decoded};
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{is_placeholder, is_reference};

rule! {
    /// The database URL and the variables beside it name different things.
    ///
    /// ## Why
    /// The container makes its user, password and database from the one, the program connects with the other. It is
    /// refused; or, where another program reads the parts, the two work on different databases.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// POSTGRES_USER=shop
    /// POSTGRES_PASSWORD=q8Zr-PlmT2fv
    /// POSTGRES_DB=shop
    /// DATABASE_URL=postgresql://shop:vXc91-kd03Bf@db:5432/store
    /// ^^^^^^^^^^^^ env/url-differs-from-parts
    /// | `DATABASE_URL` has another password and database than `POSTGRES_PASSWORD` and `POSTGRES_DB` say
    /// | help: make them agree, or build the URL from the parts: `postgresql://${POSTGRES_USER}:...`
    /// # > DATABASE_URL=postgresql://${POSTGRES_USER}:${POSTGRES_PASSWORD}@db:5432/${POSTGRES_DB}
    /// ```
    /// ```env good file=.env.prod
    /// POSTGRES_USER=shop
    /// POSTGRES_PASSWORD=q8Zr/PlmT2fv
    /// POSTGRES_DB=shop
    /// POSTGRES_PORT=5433
    /// DATABASE_URL=postgresql+asyncpg://shop:q8Zr%2FPlmT2fv@db:5432/shop
    /// ```
    ///
    /// ### Two users
    /// ```env bad file=.env.prod
    /// DB_HOST=db1.shop.de
    /// # > DB_HOST=db2.shop.de
    /// DB_USER=shop
    /// DATABASE_URL=mysql://shop:q8Zr-PlmT2fv@db2.shop.de/shop
    /// ^^^^^^^^^^^^ env/url-differs-from-parts
    /// | `DATABASE_URL` has another host than `DB_HOST` says
    /// | help: make them agree, or build the URL from the parts: `mysql://${DB_USER}:...`
    /// ```
    /// ```env good file=.env.prod
    /// POSTGRES_USER=postgres
    /// POSTGRES_PASSWORD=q8Zr-PlmT2fv
    /// DATABASE_URL=postgresql://shop:vXc91-kd03Bf@db:5432/shop
    /// ```
    ///
    /// ```env good file=.env.staging
    /// MYSQL_USER=shop
    /// MYSQL_PASSWORD=${SHOP_PASSWORD}
    /// MYSQL_HOST=localhost
    /// DATABASE_URL='mysql://shop:${SHOP_PASSWORD}@${DB_HOST}/shop'
    /// ```
    ///
    /// ## What it does not report
    /// A URL with another user and another password: the administrator and the program are two.
    "env/url-differs-from-parts" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://hub.docker.com/_/postgres"],
        check: Check::Variables(check),
    }
}

/// Names of the one URL a program connects with; replicas, tests and migrations have names of their own.
const URLS: [&str; 12] = [
    "DATABASE_URL",
    "DATABASE_URI",
    "DB_URL",
    "DB_URI",
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_DATABASE_URL",
    "POSTGRES_URL",
    "POSTGRESQL_URL",
    "POSTGRES_URI",
    "PG_URL",
    "MYSQL_URL",
    "MARIADB_URL",
];

/// The parts of a login, as the images and most programs call them.
const USER: [&str; 3] = ["USER", "USERNAME", "DB_USER"];
const PASSWORD: [&str; 3] = ["PASSWORD", "PASS", "DB_PASSWORD"];
const DATABASE: [&str; 4] = ["DB", "DATABASE", "NAME", "DBNAME"];
const HOST: [&str; 3] = ["HOST", "SERVER", "HOSTNAME"];

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for Address { var, value, urls } in
        env.addresses().iter().filter(|one| one.is_whole() && URLS.contains(&one.var.key.value))
    {
        let [url] = urls.as_slice() else { continue };
        let prefixes: &[&str] = match url.store() {
            Some("PostgreSQL") => &["POSTGRES", "POSTGRESQL", "PG", "DB", "DATABASE"],
            Some("MySQL") => &["MYSQL", "MARIADB", "DB", "DATABASE"],
            _ => continue,
        };
        let scheme = if url.store() == Some("MySQL") { "mysql" } else { "postgresql" };
        // References, also such that only some loaders resolve.
        if var.borrowed() || value.value.contains('$') || is_placeholder(url.password) {
            continue;
        }
        for prefix in prefixes {
            let differing = differences(env, prefix, url);
            if differing.is_empty() {
                continue;
            }
            let (parts, names): (Vec<String>, Vec<&str>) =
                differing.iter().map(|(part, what)| (format!("`{}`", part.key.value), *what)).unzip();
            let (key, verb) = (var.key.value, if parts.len() == 1 { "says" } else { "say" });
            let message = format!("`{key}` has another {} than {} {verb}", phrase::all(&names), phrase::all(&parts));
            let finding = sink.report(var.key.span, message);
            finding
                .help(format!("make them agree, or build the URL from the parts: `{scheme}://${{{prefix}_USER}}:...`"));
            for (part, what) in &differing {
                finding.related(part.key.span, format!("another {what}"));
            }
            break;
        }
    }
}

/// The parts of a family of variables that the URL contradicts.
fn differences<'a>(env: &'a Variables, prefix: &str, url: &Url) -> Vec<(EnvVar<'a>, &'static str)> {
    let part = |ends: &[&str]| {
        // `DB_USER` before `DBUSER`, and the ends in their order.
        let rank = |key: &str| {
            let rest = key.strip_prefix(prefix)?;
            let end = rest.strip_prefix('_').unwrap_or(rest);
            Some((ends.iter().position(|own| *own == end)?, end.len() == rest.len()))
        };
        let family = env.effective().filter_map(|(var, value)| Some((rank(var.key.value)?, var, value)));
        let (_, found, value) = family.min_by_key(|(rank, ..)| *rank)?;
        let text = value.value.trim();
        (!text.is_empty() && !is_placeholder(text) && !is_reference(text)).then_some((found, text))
    };
    let (user, password) = (part(&USER), part(&PASSWORD));
    let same =
        |part: Option<(EnvVar, &str)>, own: &str| part.map(|(_, text)| own.is_empty() || text == percent_decoded(own));
    let (same_user, same_password) = (same(user, url.user), same(password, url.password));
    let mut found = Vec::new();
    match (same_user, same_password) {
        (Some(false), Some(true)) if password.is_some_and(|(_, text)| text.len() > 8) => {
            found.extend(user.map(|(var, _)| (var, "user")));
        }
        // Another user has another password, and perhaps another database.
        (Some(false), _) => return found,
        (_, Some(false)) => found.extend(password.map(|(var, _)| (var, "password"))),
        _ => {}
    }
    let database = url.path.trim_matches('/');
    if let Some((var, text)) = part(&DATABASE).filter(|(_, text)| !database.is_empty() && *text != database) {
        // `DATABASE_NAME` and the like; a value with a slash is a path or a URL.
        if same_user.is_some() && !text.contains(['/', ':']) {
            found.push((var, "database"));
        }
    }
    // A program on the machine itself and one in a container have different names for the same host.
    let elsewhere =
        |host: &str| !matches!(Host::of(host), Host::Loopback | Host::Any) && !host.contains(['/', ':', ',']);
    if let Some((var, _)) = part(&HOST).filter(|(_, text)| *text != url.host && elsewhere(text) && elsewhere(url.host))
    {
        found.push((var, "host"));
    }
    found
}
