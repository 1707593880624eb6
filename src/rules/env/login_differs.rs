//! `env/login-differs`

use crate::model::compose::Service;
use crate::model::env::{Url, percent_decoded};
use crate::model::{BLANK, Known};
use crate::project::{Login, Variables};
use crate::rules::prelude::*;
use crate::secret::is_placeholder;

rule! {
    /// A program connects with another login than its database is made with.
    ///
    /// ## Why
    /// The image of a database makes its user from `POSTGRES_USER` and `POSTGRES_PASSWORD` when it starts for the first time. A
    /// program that is given something else elsewhere gets `password authentication failed for user`, `role does not exist` or
    /// `database does not exist`, each file being fine by itself.
    ///
    /// ## Examples
    /// ```env bad file=api.env
    /// DATABASE_URL=postgresql://shop:kT7pQ2zL9xVw4mRs@db:5432/shop
    /// #                              ^^^^^^^^^^^^^^^^ env/login-differs
    /// # | `DATABASE_URL` has another password than `db`, the database it leads to, is made with
    /// # | help: let both come from one variable in `.env`
    /// # > DATABASE_URL=postgresql://shop:uGf7-2kPq-9xWm-4vTz@db:5432/shop
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     env_file: api.env
    ///   worker:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shopper:${DB_PASSWORD}@db:5432/shop
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/login-differs
    /// # >       DATABASE_URL: postgresql://shop:${DB_PASSWORD}@db:5432/shop
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_USER: shop
    ///       POSTGRES_PASSWORD: ${DB_PASSWORD}
    /// ```
    /// ```env both file=.env
    /// DB_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ```env good file=api.env
    /// DATABASE_URL=postgresql://shop:uGf7-2kPq-9xWm-4vTz@db:5432/shop
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     env_file: api.env
    ///   worker:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${DB_PASSWORD}@db:5432/shop
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_USER: shop
    ///       POSTGRES_PASSWORD: ${DB_PASSWORD}
    /// ```
    ///
    /// ### Another database
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://postgres@db/shop
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^ env/login-differs
    /// # | `DATABASE_URL` has another database than `db`, the database it leads to, is made with
    /// # | help: name the database in `POSTGRES_DB` or `MYSQL_DATABASE` of service `db`, or use the one it has
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    /// # >     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db, POSTGRES_DB: shop}
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://postgres@db/shop
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     volumes: ["./databases.sql:/docker-entrypoint-initdb.d/databases.sql:ro"]
    /// ```
    ///
    /// ### A password that is not here
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${DB_PASSWORD}@db:5432/postgres
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/login-differs
    /// # | `DATABASE_URL` has another user than `db`, the database it leads to, is made with
    /// # | help: let both come from one variable in `.env`
    /// # >       DATABASE_URL: postgresql://postgres:${DB_PASSWORD}@db:5432/postgres
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD: "${DB_PASSWORD}"}
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       DATABASE_URL: postgresql://shop:${SHOP_PASSWORD}@db:5432/postgres
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD: "${DB_PASSWORD}"}
    /// ```
    ///
    /// ### Redis
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       REDIS_URL: redis://cache:6379/0
    /// #                ^^^^^^^^^^^^^^^^^^ env/login-differs
    /// # | `REDIS_URL` has another password than `cache`, the database it leads to, is made with
    /// # | help: let both come from one variable in `.env`
    /// # >       REDIS_URL: redis://:${REDIS_PASSWORD}@cache:6379/0
    ///   cache:
    ///     image: redis:7.4
    ///     command: redis-server --requirepass uGf7-2kPq-9xWm-4vTz
    /// # >     command: redis-server --requirepass ${REDIS_PASSWORD}
    /// ```
    /// ```env fixed file=.env
    /// REDIS_PASSWORD=9a5be3d2ef3259772f5ec5217c1b7a6d
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       REDIS_URL: redis://:uGf7-2kPq-9xWm-4vTz@cache:6379/0
    ///   cache:
    ///     image: redis:7.4
    ///     command: redis-server --requirepass uGf7-2kPq-9xWm-4vTz
    /// ```
    ///
    /// ### MongoDB
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       MONGO_URL: mongodb://shop:${MONGO_PASSWORD}@db:27017/orders
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/login-differs
    /// # | `MONGO_URL` logs in to `orders`, and the user that `db` is made with belongs to `admin`: authentication
    /// # | fails
    /// # | help: add `?authSource=admin` to the address
    /// # >       MONGO_URL: mongodb://shop:${MONGO_PASSWORD}@db:27017/orders?authSource=admin
    ///   db:
    ///     image: mongo:8.0
    ///     environment: {MONGO_INITDB_ROOT_USERNAME: shop, MONGO_INITDB_ROOT_PASSWORD: "${MONGO_PASSWORD}"}
    /// ```
    /// ```env both file=.env
    /// MONGO_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     environment:
    ///       MONGO_URL: mongodb://shop:${MONGO_PASSWORD}@db:27017/orders?authSource=admin
    ///   jobs:
    ///     image: shop/api:1
    ///     environment:
    ///       MONGO_URL: mongodb://shop:${MONGO_PASSWORD}@db:27017/
    ///   other:
    ///     image: shop/api:1
    ///     environment:
    ///       MONGO_URL: mongodb://jobs:${MONGO_PASSWORD}@own/orders
    ///   db:
    ///     image: mongo:8.0
    ///     environment: {MONGO_INITDB_ROOT_USERNAME: shop, MONGO_INITDB_ROOT_PASSWORD: "${MONGO_PASSWORD}"}
    ///   own:
    ///     image: mongo:8.0
    ///     environment: {MONGO_INITDB_ROOT_USERNAME: jobs, MONGO_INITDB_ROOT_PASSWORD: "${MONGO_PASSWORD}"}
    ///     volumes: ["./users.js:/docker-entrypoint-initdb.d/users.js:ro"]
    /// ```
    ///
    /// ## What it does not report
    /// Databases that scripts in `/docker-entrypoint-initdb.d` set up, other images, passwords that come from files.
    "env/login-differs" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://hub.docker.com/_/postgres", "https://hub.docker.com/_/mysql", "https://hub.docker.com/_/mongo"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    for address in env.addresses() {
        let [url] = &address.urls[..] else { continue };
        // Another user has another password.
        let open = address.value.value.contains('$') || url.user.contains(BLANK);
        let (Some(port), false) = (url.target_port(), open) else { continue };
        for service in ctx.project.receivers(env, address.var.key.value) {
            let from = ctx.project.from_service(service);
            let behind = ctx.project.behind(&from, url.host, port);
            let [(store, _)] = behind[..] else { continue };
            let Some(login) = ctx.project.login(store, &percent_decoded(url.user)) else { continue };
            if let Some(home) = elsewhere(url, &login) {
                let (name, database) = (address.var.key.value, url.path.trim_matches('/'));
                let message = format!(
                    "`{name}` logs in to `{database}`, and the user that `{}` is made with belongs to `{home}`: authentication fails",
                    store.name.value
                );
                sink.report(address.var.part(url.range.clone()), message)
                    .help(format!("add `?authSource={home}` to the address"))
                    .related(login.user.span().unwrap_or(store.name.span), "the user is made here");
                break;
            }
            let Some((what, there)) = difference(url, &login) else { continue };
            if what == "user" && ctx.project.may_make_users() {
                sink.unknown(address.var.part(url.range.clone()), "a migration of the project may make this user");
                break;
            }
            // Whoever has a password of his own is somebody else, made by hand.
            if what == "user" && !same_variable(address.value.span, &login.password, service, ctx) {
                sink.unknown(address.var.part(url.range.clone()), "this user may have been made by hand");
                break;
            }
            let part = match what {
                "password" => password(url, address.value.value).unwrap_or(url.range.clone()),
                _ => url.range.clone(),
            };
            // Published programs and those with Prisma make it themselves.
            let makes_it = service.build.is_none()
                || ctx.project.files().files().any(|path| path.ends_with("schema.prisma"))
                || what == "database" && ctx.project.makes_databases();
            report(address.var.key.value, address.var.part(part), (what, there), store, makes_it, sink);
            break;
        }
    }
}

/// Whether a variable that the password of a login comes from is put into an address; also when none is.
fn same_variable(address: Span, password: &Known<String>, service: &Service, ctx: &Context) -> bool {
    let sets = ctx.project.compose();
    let used = |within: Span| -> Vec<&str> {
        let all = sets.get(service.id.composition).into_iter().flat_map(|set| &set.variables);
        all.filter(|used| within.contains(used.span)).map(|used| used.name.as_str()).collect()
    };
    let (own, theirs) = (used(address), password.span().map(used).unwrap_or_default());
    own.is_empty() || theirs.is_empty() || own.iter().any(|name| theirs.contains(name))
}

/// The database that the user belongs to, when a URL makes the driver look for it in another one: without `authSource` that is
/// the one in the path (MongoDB's "Connection Strings").
fn elsewhere(url: &Url, login: &Login) -> Option<&'static str> {
    let (home, database) = (login.home?, url.path.trim_matches('/'));
    let query = url.query.to_ascii_lowercase();
    let told = query.contains("authsource=") || query.contains("authmechanism=");
    let same = login.user.get().is_some_and(|user| !user.is_empty() && *user == percent_decoded(url.user));
    (same && !told && !database.is_empty() && !database.contains(BLANK) && database != home).then_some(home)
}

/// What of a login is another one in a URL, with the place of the other.
fn difference(url: &Url, login: &Login) -> Option<(&'static str, Option<Span>)> {
    let differs = |known: &Known<String>, own: &str| {
        let other = |value: &&String| !own.is_empty() && !own.contains(BLANK) && **value != percent_decoded(own);
        known.get().filter(other).map(|_| known.span())
    };
    if is_placeholder(url.password) {
        return None;
    }
    if login.demanded && url.password.is_empty() && !login.password.is_absent() {
        return Some(("password", login.password.span()));
    }
    if let Some(place) = differs(&login.user, url.user) {
        return Some(("user", place));
    }
    if let Some(place) = differs(&login.password, url.password) {
        return Some(("password", place));
    }
    let database = url.path.trim_matches('/');
    let place = differs(&login.database, database).filter(|_| !database.contains('/') && database != "postgres")?;
    Some(("database", place))
}

/// Where the password of a URL stands in its value.
fn password(url: &Url, value: &str) -> Option<std::ops::Range<usize>> {
    let at = url.range.start + value.get(url.range.clone())?.find(url.password)?;
    (!url.password.is_empty()).then(|| at..at + url.password.len())
}

fn report(
    name: &str,
    place: Span,
    (what, there): (&str, Option<Span>),
    store: &Service,
    makes_it: bool,
    sink: &mut Sink,
) {
    let service = &store.name.value;
    let message = format!("`{name}` has another {what} than `{service}`, the database it leads to, is made with");
    let help = match what {
        "database" => format!(
            "name the database in `POSTGRES_DB` or `MYSQL_DATABASE` of service `{service}`, or use the one it has"
        ),
        _ => "let both come from one variable in `.env`".to_owned(),
    };
    let finding = sink.report(place, message).help(help);
    // A database is often made by the program itself, as by Prisma.
    if what == "database" {
        finding.severity(if makes_it { Low } else { Medium });
    }
    finding.related(there.unwrap_or(store.name.span), format!("the {what} of the database"));
}
