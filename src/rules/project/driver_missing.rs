//! `project/driver-missing`

use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// The address of a database names a driver that the image does not install.
    ///
    /// ## Why
    /// Behind the `+` of `postgresql+asyncpg://` stands the package that SQLAlchemy loads. When it is not among the requirements, the
    /// program ends with `ModuleNotFoundError: No module named 'asyncpg'` as soon as it touches the database.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       DATABASE_URL: postgresql+asyncpg://shop:${DB_PASSWORD}@10.0.0.5:5432/shop
    /// #                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/driver-missing
    /// # | `DATABASE_URL` asks for the driver `asyncpg`, which the image of service `api` does not install
    /// # | help: add `asyncpg` to the requirements, or name the driver that is there
    /// ```
    /// ```dockerfile both
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY requirements.txt .
    /// RUN pip install -r requirements.txt
    /// COPY . .
    /// USER 1000
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```text bad file=requirements.txt
    /// gunicorn==23.0.0
    /// sqlalchemy==2.0.44
    /// psycopg2-binary==2.9.10
    /// ```
    /// ```text fixed file=requirements.txt
    /// gunicorn==23.0.0
    /// sqlalchemy==2.0.44
    /// asyncpg==0.30.0
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       DATABASE_URL: postgresql+psycopg://shop:${DB_PASSWORD}@10.0.0.5:5432/shop
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN pip install gunicorn==23.0.0 sqlalchemy==2.0.44 'psycopg[binary]==3.2.12'
    /// USER 1000
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    ///
    /// ## What it does not report
    /// Addresses without a driver, images that install in other ways than with pip from lists that are here.
    "project/driver-missing" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls"],
        check: Check::Variables(check),
    }
}

/// Drivers as SQLAlchemy calls them, with a word that the names of the packages have that bring them.
const DRIVERS: [(&str, &str); 8] = [
    ("asyncpg", "asyncpg"),
    ("psycopg2", "psycopg2"),
    ("psycopg", "psycopg"),
    ("pg8000", "pg8000"),
    ("pymysql", "pymysql"),
    ("aiomysql", "aiomysql"),
    ("asyncmy", "asyncmy"),
    ("mysqlconnector", "mysql-connector"),
];

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    for address in env.addresses() {
        let [url] = &address.urls[..] else { continue };
        let named = url.scheme.split_once('+').map(|(_, driver)| driver);
        let Some((driver, word)) = DRIVERS.iter().find(|(name, _)| Some(*name) == named) else { continue };
        let mut images = ctx.project.images().into_iter();
        let gets = |service: &crate::model::compose::Service| {
            env.services.iter().any(|own| own.id == service.id && own.command.is_absent())
        };
        let Some(image) = images.find(|image| image.services.iter().any(|service| gets(service))) else { continue };
        let installed = ctx.project.requirements_of(&image);
        // These bring drivers along, by their extras or by themselves.
        let brings = |name: &str| name.contains(word) || name.starts_with("databases") || name.starts_with("tortoise");
        if !installed.are_all()
            || !installed.has("sqlalchemy")
                && !installed.any(|name| name.starts_with("sqlmodel") || name == "flask-sqlalchemy")
            || installed.any(brings)
        {
            continue;
        }
        let message = format!(
            "`{}` asks for the driver `{driver}`, which the image of service `{}` does not install",
            address.var.key.value,
            env.services.first().map_or("", |service| service.name.value.as_str())
        );
        let package = if *driver == "psycopg2" { "psycopg2-binary" } else { word };
        sink.report(address.var.part(url.range.clone()), message)
            .help(format!("add `{package}` to the requirements, or name the driver that is there"));
    }
}
