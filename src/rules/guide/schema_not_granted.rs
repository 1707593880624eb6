//! `guide/schema-not-granted`

use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// The user of the application may use the database, and make no table in it.
    ///
    /// ## Why
    /// Until PostgreSQL 14 everybody could make tables in the schema `public`. Since 15 only the owner of the database can, and
    /// `GRANT ... ON DATABASE` says nothing of schemas: the first migration ends with "permission denied for schema public".
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~sql
    /// CREATE DATABASE shop;
    /// CREATE USER shop WITH PASSWORD '<password>';
    /// GRANT ALL PRIVILEGES ON DATABASE shop TO shop;
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ guide/schema-not-granted
    /// | since PostgreSQL 15 this lets the user make no table in `public`: the first migration is refused
    /// | help: make the user the owner of the database: `ALTER DATABASE NAME OWNER TO USER;`
    /// # > GRANT ALL PRIVILEGES ON DATABASE shop TO shop;
    /// # > ALTER DATABASE shop OWNER TO shop;
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~sql
    /// CREATE USER shop WITH PASSWORD '<password>';
    /// CREATE DATABASE shop OWNER shop;
    /// GRANT ALL PRIVILEGES ON DATABASE shop TO shop;
    /// ~~~
    /// ```
    /// ### On a release that brings an older one
    /// ```markdown good file=DEPLOYMENT.md
    /// A server with Ubuntu 22.04.
    /// ~~~sql
    /// GRANT ALL PRIVILEGES ON DATABASE shop TO shop;
    /// ~~~
    /// ```
    /// ```markdown bad file=DEPLOYMENT.md
    /// A server with Ubuntu 20.04 LTS or newer, and PostgreSQL 13+.
    /// ~~~sql
    /// GRANT ALL PRIVILEGES ON DATABASE shop TO shop;
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ guide/schema-not-granted
    /// | since PostgreSQL 15 this lets the user make no table in `public`: the first migration is refused
    /// | help: make the user the owner of the database: `ALTER DATABASE NAME OWNER TO USER;`
    /// # > GRANT ALL PRIVILEGES ON DATABASE shop TO shop;
    /// # > ALTER DATABASE shop OWNER TO shop;
    /// ~~~
    /// ```
    "guide/schema-not-granted" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://www.postgresql.org/docs/release/15.0/"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for grant in project.grants_without_schema() {
        sink.report(
            grant,
            "since PostgreSQL 15 this lets the user make no table in `public`: the first migration is refused",
        )
        .help("make the user the owner of the database: `ALTER DATABASE NAME OWNER TO USER;`");
    }
}
