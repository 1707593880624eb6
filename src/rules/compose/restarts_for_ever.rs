//! `compose/restarts-for-ever`

use crate::model::compose::{Composition, Condition, Service};
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// A service that does its work and ends is started again and again.
    ///
    /// ## Why
    /// With `restart: always` or `unless-stopped` Docker runs a migration again as soon as it is done. Compose waits for an end that
    /// does not last, and the work is done over and over.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     depends_on:
    ///       migrate: {condition: service_completed_successfully}
    ///   migrate:
    ///     image: shop:1
    ///     restart: always
    /// #            ^^^^^^ compose/restarts-for-ever
    /// # | others wait until service `migrate` is done, but with `restart: always` it is started again each time
    /// # | help: write `restart: on-failure`, or `restart: "no"`
    /// # >     restart: on-failure
    /// ```
    /// ```compose bad file=jobs.yaml
    /// services:
    ///   upgrade:
    ///     image: shop:1
    ///     command: alembic upgrade head
    ///     restart: unless-stopped
    /// #            ^^^^^^^^^^^^^^ compose/restarts-for-ever
    /// # >     restart: "no"
    ///   api:
    ///     image: shop:1
    ///     command: sh -c "alembic upgrade head && uvicorn shop:app"
    ///     restart: unless-stopped
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     restart: always
    ///     depends_on:
    ///       migrate: {condition: service_completed_successfully}
    ///   migrate:
    ///     image: shop:1
    ///     restart: on-failure
    /// ```
    "compose/restarts-for-ever" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/start-containers-automatically/"],
        check: Check::Compose(check),
    }
}

/// Commands that do their work and end, by the words in them.
const ENDS: [&[&str]; 8] = [
    &["manage.py", "migrate"],
    &["manage.py", "collectstatic"],
    &["alembic", "upgrade"],
    &["flask", "db", "upgrade"],
    &["prisma", "migrate", "deploy"],
    &["knex", "migrate:latest"],
    &["sequelize", "db:migrate"],
    &["artisan", "migrate"],
];

/// Whether the only command of a service is one that ends.
fn ends(service: &Service, context: &Context) -> bool {
    let Some(process) = context.project.process(service) else { return false };
    let Some(words) = process.words() else { return false };
    let commands = shell::run(words);
    let [only] = &commands[..] else { return false };
    let words: Vec<&str> = only.words.iter().map(|word| word.text.as_str()).collect();
    // Behind an entry script others may follow.
    let script = words.first().is_some_and(|word| word.ends_with(".sh"));
    let has = |own: &&[&str]| own.iter().all(|part| words.iter().any(|word| shell::base_name(word) == *part));
    !script && ENDS.iter().any(has)
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    for service in &compose.services {
        let Some(restart) = service.restart.set() else { continue };
        let name = &service.name.value;
        if !matches!(restart.value.as_str(), "always" | "unless-stopped") {
            continue;
        }
        if !compose.completed.contains(name) {
            if ends(service, context) {
                let message = format!(
                    "service `{name}` does its work and ends, and with `restart: {}` does it again and again",
                    restart.value
                );
                sink.report(restart.span, message).help("write `restart: on-failure`, or `restart: \"no\"`");
            }
            continue;
        }
        let waits = context.project.waiting_for(service).map(|(_, wait)| wait);
        let waits = waits.filter(|wait| wait.condition == Condition::Completed);
        let message = format!(
            "others wait until service `{name}` is done, but with `restart: {}` it is started again each time",
            restart.value
        );
        let finding = sink.report(restart.span, message).help("write `restart: on-failure`, or `restart: \"no\"`");
        for wait in waits.take(3) {
            finding.related(wait.service.span, "waits for its end");
        }
    }
}
