//! `compose/variables-refused`

use crate::model::Known;
use crate::model::compose::{Form, Service};
use crate::rules::prelude::*;
use crate::source::Spanned;

rule! {
    /// A variable that the entry point of an image refuses.
    ///
    /// ## Why
    /// The official images look at their variables before they start anything, and end with an error when they contradict each
    /// other: `MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the
    /// root user`. With `restart:` the container does so for ever. Where a volume holds data already, MySQL does not look.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: mysql:8.4
    ///     environment:
    ///       MYSQL_ROOT_PASSWORD_FILE: /run/secrets/root
    ///       MYSQL_USER: root
    /// #                 ^^^^ compose/variables-refused
    /// # | service `db` may not call its own user `root`: the image ends with an error
    /// # | help: remove `MYSQL_USER` and `MYSQL_PASSWORD`: `root` is there anyway; better, take another name
    /// # >       MYSQL_USER: shop
    ///       MYSQL_PASSWORD_FILE: /run/secrets/shop
    ///   documents:
    ///     image: mongo:7
    ///     environment:
    ///       MONGO_INITDB_ROOT_USERNAME: shop
    /// #                                 ^^^^ compose/variables-refused
    /// # | service `documents` gets `MONGO_INITDB_ROOT_USERNAME` without `MONGO_INITDB_ROOT_PASSWORD`: the image ends with an
    /// # | error
    /// # | help: set both
    /// # >       MONGO_INITDB_ROOT_PASSWORD_FILE: /run/secrets/documents
    /// # >       MONGO_INITDB_ROOT_USERNAME: shop
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: mysql:8.4
    ///     environment:
    ///       MYSQL_ROOT_PASSWORD_FILE: /run/secrets/root
    ///       MYSQL_USER: shop
    ///       MYSQL_PASSWORD_FILE: /run/secrets/shop
    ///   documents:
    ///     image: mongo:7
    ///     environment:
    ///       MONGO_INITDB_ROOT_USERNAME: shop
    ///       MONGO_INITDB_ROOT_PASSWORD_FILE: /run/secrets/documents
    /// ```
    /// ### The same twice
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_PASSWORD_FILE: /run/secrets/password
    ///       POSTGRES_USER: shop
    ///       POSTGRES_USER_FILE: /run/secrets/user
    /// #                         ^^^^^^^^^^^^^^^^^ compose/variables-refused
    /// # | service `db` gets both `POSTGRES_USER` and `POSTGRES_USER_FILE`: the image ends with an error
    /// # | help: keep one of them
    /// # >       # The name is not secret.
    /// ```
    /// ### No longer read
    /// ```compose bad
    /// services:
    ///   queue:
    ///     image: rabbitmq:4-management
    ///     environment:
    ///       RABBITMQ_DEFAULT_USER: shop
    ///       RABBITMQ_DEFAULT_PASS_FILE: /run/secrets/queue
    /// #                                 ^^^^^^^^^^^^^^^^^^ compose/variables-refused
    /// # | service `queue` gets `RABBITMQ_DEFAULT_PASS_FILE`, which the image has refused since 3.9: it ends with an error
    /// # | help: write the setting into a file below `/etc/rabbitmq/conf.d`
    /// # >       RABBITMQ_DEFAULT_PASS: ${QUEUE_PASSWORD:?}
    /// ```
    ///
    /// ## What it does not report
    /// Images that others make, and services with an entry point of their own.
    "compose/variables-refused" {
        severity: High, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://github.com/docker-library/mysql/blob/master/template/docker-entrypoint.sh"],
        check: Check::Service(check),
    }
}

/// What the images read from a variable or from a file that a variable names, and never from both (`file_env` in their
/// `docker-entrypoint.sh`, read on 2026-11-30).
const IN_FILE_OR_HERE: [(&str, &[&str]); 4] = [
    ("postgres", &["POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB"]),
    ("mysql", &["MYSQL_ROOT_PASSWORD", "MYSQL_PASSWORD", "MYSQL_USER", "MYSQL_DATABASE"]),
    ("mariadb", &["MARIADB_ROOT_PASSWORD", "MARIADB_PASSWORD", "MARIADB_USER", "MARIADB_DATABASE"]),
    ("mongo", &["MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"]),
];

/// Variables that RabbitMQ's image takes for an error since 3.9 (`deprecatedEnvVars` in its entry point).
const REFUSED_BY_RABBITMQ: [&str; 7] = [
    "RABBITMQ_DEFAULT_PASS_FILE",
    "RABBITMQ_DEFAULT_USER_FILE",
    "RABBITMQ_SSL_CACERTFILE",
    "RABBITMQ_SSL_CERTFILE",
    "RABBITMQ_SSL_KEYFILE",
    "RABBITMQ_MANAGEMENT_SSL_CERTFILE",
    "RABBITMQ_VM_MEMORY_HIGH_WATERMARK",
];

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let image = service.image.set().filter(|_| service.build.is_none() && service.form == Form::Service);
    let Some((image, name)) = image.and_then(|image| Some((image, image.value.official()?))) else {
        return sink.not_applicable();
    };
    if !service.starts_its_server() {
        return sink.not_applicable();
    }
    let given = |name: &str| match ctx.project.service_env(service, name) {
        Known::Set(value) if !value.value.is_empty() => Some(value),
        _ => None,
    };
    let title = service.title();
    let mut report = |at: &Spanned<String>, what: String, help: &str| {
        sink.report(at.span, format!("{title} {what}")).help(help.to_owned());
    };
    for own in IN_FILE_OR_HERE.iter().filter(|(image, _)| *image == name).flat_map(|(_, names)| *names) {
        let file = format!("{own}_FILE");
        if let (Some(_), Some(at)) = (given(own), given(&file)) {
            let what = format!("gets both `{own}` and `{file}`: the image ends with an error");
            report(&at, what, "keep one of them");
        }
    }
    match name {
        "mysql" | "mariadb" => {
            let users =
                ["MARIADB_USER", "MYSQL_USER"].iter().filter(|user| name == "mariadb" || **user == "MYSQL_USER");
            let mut root = users.filter_map(|user| Some((user, given(user).filter(|value| value.value == "root")?)));
            if let Some((user, at)) = root.next() {
                let password = user.replace("USER", "PASSWORD");
                let what = "may not call its own user `root`: the image ends with an error".to_owned();
                let help =
                    format!("remove `{user}` and `{password}`: `root` is there anyway; better, take another name");
                report(&at, what, &help);
            }
        }
        "mongo" => {
            let (user, password) = ("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD");
            let lacks = |name: &str| {
                [name.to_owned(), format!("{name}_FILE")]
                    .iter()
                    .all(|name| is_empty(&ctx.project.service_env(service, name)))
            };
            for (own, other) in [(user, password), (password, user)] {
                if let Some(at) = given(own).filter(|_| lacks(other)) {
                    report(&at, format!("gets `{own}` without `{other}`: the image ends with an error"), "set both");
                }
            }
        }
        "rabbitmq" if refuses(image.value.tag()) => {
            for (own, at) in REFUSED_BY_RABBITMQ.iter().filter_map(|own| Some((own, given(own)?))) {
                let what = format!("gets `{own}`, which the image has refused since 3.9: it ends with an error");
                report(&at, what, "write the setting into a file below `/etc/rabbitmq/conf.d`");
            }
        }
        _ => {}
    }
}

/// Whether a release of RabbitMQ's image is 3.9 or later.
fn refuses(tag: Option<&str>) -> bool {
    let Some(version) = tag.and_then(|tag| tag.split('-').next()) else { return false };
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(3), minor) => minor.is_none_or(|minor| minor >= 9),
        (major, _) => major.is_none_or(|major| major > 3),
    }
}

/// Whether nothing gives a variable a value, for certain.
fn is_empty(value: &Known<String>) -> bool {
    value.is_absent() || matches!(value, Known::Set(value) if value.value.is_empty())
}
