//! `project/scrape-unanswered`

use std::collections::HashSet;

use crate::model::prometheus::Prometheus;
use crate::project::{Inside, Nowhere, Reach, Scrape};
use crate::rules::nowhere::cure;
use crate::rules::prelude::*;

rule! {
    /// Prometheus asks for metrics where nothing answers.
    ///
    /// ## Why
    /// The target stays `down`, its graphs stay empty and alerts about it never fire or always do. In a container `localhost` is that
    /// container; a database does not speak HTTP, an exporter beside it does.
    ///
    /// ## Examples
    /// ```yaml bad file=prometheus.yml
    /// scrape_configs:
    ///   - job_name: shop
    ///     static_configs:
    ///       - targets: ["web:8080", "localhost:9100", "db:5432"]
    /// #                 ^^^^^^^^^^ project/scrape-unanswered
    /// # | Prometheus (service `prometheus`) gets nothing from `web:8080`: service `web` listens on 8000
    /// # | help: write `web:8000`
    /// # >       - targets: ["web:8000", "node:9100", "db-metrics:9187"]
    /// #                             ^^^^^^^^^^^^^^^^ project/scrape-unanswered
    /// # | Prometheus (service `prometheus`) gets nothing from `localhost:9100`: `localhost` in its container is that
    /// # | container
    /// # | help: write `node:9100`, the service by its name
    /// #                                               ^^^^^^^^^ project/scrape-unanswered
    /// # | Prometheus (service `prometheus`) gets nothing from `db:5432`: PostgreSQL has no metrics for it there
    /// # | help: start an exporter for PostgreSQL beside it, and ask that
    /// ```
    /// ```compose both
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     command: --config.file=/etc/prometheus/prometheus.yml
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    ///   node:
    ///     image: prom/node-exporter:v1.9.0
    ///   web:
    ///     image: registry.example/shop:1
    ///     command: gunicorn shop:app --bind 0.0.0.0:8000
    ///   db:
    ///     image: postgres:17
    ///   db-metrics:
    ///     image: quay.io/prometheuscommunity/postgres-exporter:v0.17.0
    /// ```
    /// ```yaml good file=prometheus.yml
    /// scrape_configs:
    ///   - job_name: shop
    ///     static_configs:
    ///       - targets: ["web:8000", "node:9100", "db-metrics:9187"]
    /// ```
    ///
    /// ## What it does not report
    /// Jobs with `relabel_configs`, files that no Prometheus of the Compose files reads, and names that another network may know.
    "project/scrape-unanswered" {
        severity: Low, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://prometheus.io/docs/prometheus/latest/configuration/configuration/#static_config"],
        check: Check::Prometheus(check),
    }
}

/// Data stores that speak a protocol of their own on every port that they open.
const NO_HTTP: [&str; 6] = ["PostgreSQL", "MySQL", "MariaDB", "Redis", "MongoDB", "Memcached"];

fn check(conf: &Prometheus, ctx: &Context, sink: &mut Sink) {
    let scrapes = ctx.project.scrapes(conf);
    if scrapes.is_empty() {
        return sink.not_applicable();
    }
    let mut told: HashSet<Span> = HashSet::new();
    for scrape in &scrapes {
        let place = scrape.target.written.span;
        match wrong(scrape) {
            Some((message, help, at)) if told.insert(place) => {
                let finding = sink.report(place, message).help(help);
                if let Some(at) = at {
                    finding.related(at, "this is there");
                }
            }
            None if matches!(scrape.reach, Reach::Unknown(_)) => {
                sink.unknown(place, "whether anything answers there is not known");
            }
            _ => {}
        }
    }
}

/// What is wrong with an address, what to do, and the place that shows it.
fn wrong(scrape: &Scrape) -> Option<(String, String, Option<Span>)> {
    let Scrape { target, from, reach, asked } = scrape;
    let (written, own) = (&target.written.value, &from.name.value);
    if let Reach::Nowhere(Nowhere::Inside(inside), at) = reach {
        let why = match inside {
            Inside::OwnContainer { meant: Some(_), .. } => {
                format!("`{}` in its container is that container", target.host)
            }
            Inside::OwnContainer { meant: None, .. } => {
                format!("`{}` in its container is that container, and nothing in it listens there", target.host)
            }
            Inside::NoSuchName { .. } => format!("no service is called `{}`", target.host),
            Inside::NoSharedNetwork { service, .. } => format!("it has no network in common with service `{service}`"),
            Inside::OnHostNetwork { service } => format!("service `{service}` uses the network of the host"),
            Inside::OtherPort { service, inside, .. } => format!("service `{service}` listens on {inside}"),
        };
        let help = cure(inside, own, Some(target.port));
        let help = help.unwrap_or_else(|| "name a service, or take the target out".to_owned());
        return Some((format!("Prometheus (service `{own}`) gets nothing from `{written}`: {why}"), help, *at));
    }
    let store = asked.and_then(|service| Some((service, service.store()?)));
    let (service, store) = store.filter(|(_, store)| NO_HTTP.contains(&store.name))?;
    let message = format!(
        "Prometheus (service `{own}`) gets nothing from `{written}`: {} has no metrics for it there",
        store.name
    );
    let help = format!("start an exporter for {} beside it, and ask that", store.name);
    Some((message, help, Some(service.name.span)))
}
