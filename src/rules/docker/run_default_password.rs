//! `docker/run-default-password`

use crate::model::Kind;
use crate::model::compose::Standalone;
use crate::model::env::urls;
use crate::rules::compose::{default_login, default_password::weigh};
use crate::rules::prelude::*;
use crate::secret::{Weakness, Worth};

rule! {
    /// A `docker run` with a password that anybody guesses.
    ///
    /// ## Why
    /// Programs that look for open databases try the well-known passwords first, and are in within minutes.
    ///
    /// ## Examples
    /// ```shell bad file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db -e POSTGRES_PASSWORD=postgres -v data:/var/lib/postgresql/data shop/postgres:17
    /// #                                            ^^^^^^^^ docker/run-default-password
    /// # | `POSTGRES_PASSWORD` of container `db` can be guessed: it is the default of the PostgreSQL image
    /// # | help: make one with `gonogo secret`, put it into a file, and give that with `--env-file`
    /// # > docker run -d --name db --env-file db.env -v data:/var/lib/postgresql/data shop/postgres:17
    /// docker run -d --name queue -p 15672:15672 rabbitmq:4.1-management
    /// #                             ^^^^^^^^^^^ docker/run-default-password
    /// # > docker run -d --name queue -p 15672:15672 --env-file queue.env rabbitmq:4.1-management
    /// ```
    /// ```env bad file=queue.env
    /// RABBITMQ_DEFAULT_PASS=Zk4vT9rWq2LmXd8s
    /// ```
    /// ```shell good file=deploy.sh
    /// #!/bin/sh
    /// docker run -d --name db -e POSTGRES_PASSWORD -v data:/var/lib/postgresql/data postgres:17
    /// docker run -d --name other -e POSTGRES_PASSWORD="$PASSWORD" -v other:/var/lib/postgresql/data postgres:17
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// # Deployment
    ///
    /// ~~~sh
    /// docker run -d --name db -e POSTGRES_PASSWORD=your-password -v data:/var/lib/postgresql/data postgres:17
    /// docker run -d --name shop -e DATABASE_URL=postgresql://user:pass@your-db:5432/shop ghcr.io/acme/shop:4
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// The same as `docker/run-exposes` leaves out, and what the reader of a guide fills in.
    "docker/run-default-password" {
        severity: High, confidence: Likely, effect: Exposes, since: "0.1.0",
        refs: &["https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html"],
        check: Check::Standalone(check),
    }
}

fn check(own: &Standalone, context: &Context, sink: &mut Sink) {
    let service = &own.service;
    let guide = context.project.document(service.file).class.kind == Kind::Guide;
    let inside = service.is_closed() && service.store().is_some();
    for literal in &own.literals {
        let Worth::Guessable(weakness) = literal.worth(Some(service), &[&service.name.value]) else { continue };
        // `postgresql://user:pass@your-db/shop`: who follows the guide puts in his own.
        let pattern = || {
            let mut own = service.environment.iter().filter(|(name, _)| name.value == literal.name);
            own.any(|(_, value)| value.get().is_some_and(|value| urls(value).iter().any(|url| is_yours(url.host))))
        };
        if guide && (matches!(weakness, Weakness::Placeholder) || pattern()) {
            continue;
        }
        let message = format!("{} of {} can be guessed: {weakness}", literal.what(), service.title());
        let finding = sink.report(literal.value.span, message);
        finding.help("make one with `gonogo secret`, put it into a file, and give that with `--env-file`");
        finding.cause(&literal.value.value, "the same value");
        // Who follows a guide may put in another one.
        weigh(finding, inside, guide || matches!(weakness, Weakness::Short { .. }));
    }
    default_login::check(service, context, sink);
}

/// Whether a host is called after the reader: `your-db`, `db.your-company.com`.
fn is_yours(host: &str) -> bool {
    host.split(['-', '.', '_']).any(|word| matches!(word.to_ascii_lowercase().as_str(), "your" | "yourdomain"))
}
