//! `script/service-missing`

use std::collections::HashSet;

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A command names a service that the Compose files do not have.
    ///
    /// ## Why
    /// Compose says "no such service" and does nothing. In a backup that is a night without one, in a deployment the new version that
    /// is not started.
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// #!/bin/sh
    /// set -e
    /// docker compose exec -T postgres pg_dump -U shop shop > /backups/shop.sql
    /// #                      ^^^^^^^^ script/service-missing
    /// # | no service is called `postgres`, so Compose refuses this
    /// # | help: name one that is there: db
    /// # > docker compose exec -T db pg_dump -U shop shop > /backups/shop.sql
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     secrets: [db]
    ///     volumes: ["data:/var/lib/postgresql/data"]
    /// secrets: {db: {environment: DB}}
    /// volumes: {data: }
    /// ```
    /// ```sh good file=backup.sh
    /// #!/bin/sh
    /// set -e
    /// docker compose exec -T db pg_dump -U shop shop > /backups/shop.sql
    /// docker compose logs -f "$1"
    /// WHAT=${1:-all}
    /// case "$WHAT" in
    ///   all) docker compose restart ;;
    ///   *) docker compose restart "$WHAT" ;;
    /// esac
    /// STOPPED="all"
    /// if [ $# -ge 1 ]; then STOPPED=$1; fi
    /// if [ "$STOPPED" = "all" ]; then
    ///   docker compose stop
    /// else
    ///   docker compose stop "$STOPPED"
    /// fi
    /// ```
    /// ### Another project on the same server
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /opt/shop
    /// git pull origin main
    /// cd /opt/clients/blog
    /// docker compose logs gateway
    /// ~~~
    /// ```
    /// ### What people put in themselves
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// docker compose restart container_name
    /// docker compose up -d --force-recreate your-app
    /// ~~~
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: shop/app:1
    /// ```
    /// ### A network of its own
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// docker network create shop_web
    /// cd /srv/shop
    /// docker compose restart web
    /// #                      ^^^ script/service-missing
    /// # | no service is called `web`, so Compose refuses this
    /// # | help: name one that is there: app
    /// # > docker compose restart app
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: shop/app:1
    ///     networks: [shop_web]
    /// networks: {shop_web: {external: true}}
    /// ```
    /// ### The same, beside a folder of this project
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// docker network create gate_web
    /// cd /srv/gate
    /// docker compose restart proxy
    /// cd /srv/shop
    /// docker compose restart app
    /// ~~~
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   app:
    ///     image: shop/app:1
    ///     networks: [gate_web]
    /// networks: {gate_web: {external: true}}
    /// ```
    /// ### The project that a network comes from
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /srv/gate
    /// docker compose restart proxy
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     secrets: [db]
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///     networks: [gate_web]
    /// secrets: {db: {environment: DB}}
    /// volumes: {data: }
    /// networks: {gate_web: {external: true}}
    /// ```
    /// ### Another project that the guide fetches
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /opt/metrics
    /// git clone https://github.com/somebody/metrics.git
    /// cd metrics/docker
    /// docker compose up -d
    /// ~~~
    /// ## The shop
    /// ~~~bash
    /// cd /opt
    /// git clone https://github.com/<you>/shop.git
    /// cd shop
    /// docker compose up -d app
    /// ~~~
    /// ## Keys
    /// ~~~bash
    /// cd /opt/metrics/metrics/docker
    /// docker compose exec gateway sh -c "keys --add"
    /// ~~~
    /// ## Import
    /// ~~~bash
    /// docker compose exec store psql -U metrics
    /// ~~~
    /// ```
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /opt
    /// git clone https://github.com/somebody/metrics.git
    /// git clone https://github.com/<you>/shop.git
    /// cd shop
    /// docker compose restart web
    /// #                      ^^^ script/service-missing
    /// # | no service is called `web`, so Compose refuses this
    /// # | help: name one that is there: app
    /// # > docker compose restart app
    /// ~~~
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   app:
    ///     image: shop/app:1
    /// ```
    "script/service-missing" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/cli/docker/compose/exec/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    const VERBS: [&str; 11] =
        ["exec", "run", "restart", "start", "stop", "up", "logs", "build", "pull", "kill", "port"];
    let project = ctx.project;
    let mut told: HashSet<&str> = HashSet::new();
    // Whoever looks at the log of a service that is not there sees so, and goes on: what else is done with it tells more.
    let looks = |step: &&Step| commands.kind == Kind::Guide && ["logs", "port"].iter().any(|verb| step.has(verb));
    let steps = || commands.steps.iter().filter(|step| !step.remote && !step.flow.tested);
    for step in steps().filter(|step| !looks(step)).chain(steps().filter(looks)) {
        let Some((call, set)) = project.compose_call(step) else { continue };
        let elsewhere = step.place.elsewhere.as_deref().is_some_and(|place| project.is_of_another_project(place));
        if elsewhere
            || !call.verb.as_deref().is_some_and(|verb| VERBS.contains(&verb))
            || project.may_be_of_a_neighbour(commands, step)
        {
            continue;
        }
        for name in &call.services {
            // `docker compose logs SERVICE`: people put in what they want to see.
            let lower = name.to_ascii_lowercase();
            let of_guide = || {
                ["container", "your", "name"].iter().any(|word| lower.split(['_', '-', '.']).any(|part| part == *word))
            };
            let placeholder = lower.contains("service")
                || name.bytes().all(|b| b.is_ascii_uppercase())
                || commands.kind == Kind::Guide && of_guide();
            let plain = !placeholder && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            let has = |set: &crate::model::compose::Composition| set.service(name).is_some();
            let open = set.gap.is_some() || set.incomplete.is_some();
            if !plain
                || open
                || !told.insert(name)
                || project.compose().iter().any(has)
                || project.shows_service(commands, name)
            {
                continue;
            }
            let Some(first) = set.services.first() else { continue };
            let at = step.words.iter().rposition(|word| word.value == *name);
            // What a variable holds by default, `${1:-all}`, is another thing where the script has asked for that.
            let Some(word) = at.filter(|at| step.plain.get(*at) != Some(&false)).and_then(|at| step.words.get(at))
            else {
                continue;
            };
            let names: Vec<&str> = set.services.iter().map(|service| service.name.value.as_str()).take(8).collect();
            let finding = sink.report(word.span, format!("no service is called `{name}`, so Compose refuses this"));
            finding
                .help(format!("name one that is there: {}", names.join(", ")))
                .related(first.name.span, "the first of the services");
            // Whoever types a target sees it fail.
            let typed =
                matches!(commands.kind, Kind::Makefile | Kind::Tasks | Kind::Manifest) && !commands.runs_alone();
            if commands.is_read_along() || commands.is_only_a_helper() || typed || looks(&step) {
                finding.severity(Low);
            }
        }
    }
}
