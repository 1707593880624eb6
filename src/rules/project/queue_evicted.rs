//! `project/queue-evicted`

use crate::project::Variables;
use crate::rules::prelude::*;

rule! {
    /// A queue is kept in a Redis that throws things away when it is full.
    ///
    /// ## Why
    /// `allkeys-lru` is for caches: when the memory is used up, Redis deletes whatever was not asked for lately. Of a queue these are the
    /// tasks that wait, and nobody is told that they are gone.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   worker:
    ///     image: shop:1
    ///     command: celery -A shop worker
    ///     environment: {CELERY_BROKER_URL: redis://redis:6379/0}
    /// #                                    ^^^^^^^^^^^^^^^^^^ project/queue-evicted
    /// # | `CELERY_BROKER_URL` keeps a queue in service `redis`, which deletes any keys when its memory is full: tasks are
    /// # | lost
    /// # | help: write `--maxmemory-policy noeviction`, or use a Redis of its own for the queue
    ///   redis:
    ///     image: redis:7.4
    ///     command: redis-server --maxmemory 200mb --maxmemory-policy allkeys-lru
    /// # >     command: redis-server --maxmemory 200mb --maxmemory-policy noeviction
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     environment:
    ///       CACHE_URL: redis://cache:6379/0
    ///       CELERY_BROKER_URL: redis://queue:6379/0
    ///   cache:
    ///     image: redis:7.4
    ///     command: redis-server --maxmemory 200mb --maxmemory-policy allkeys-lru
    ///   queue:
    ///     image: redis:7.4
    /// ```
    ///
    /// ## What it does not report
    /// Queues whose variable does not say that it is one.
    "project/queue-evicted" {
        severity: Medium, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://redis.io/docs/latest/develop/reference/eviction/", "https://docs.bullmq.io/guide/going-to-production"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    for address in env.addresses() {
        let name = address.var.key.value.to_ascii_uppercase();
        let queue = name
            .split('_')
            .any(|word| matches!(word, "BROKER" | "QUEUE" | "QUEUES" | "BULL" | "BULLMQ" | "SIDEKIQ" | "RQ"));
        let Some(url) = address.urls.first().filter(|url| queue && url.store() == Some("Redis")) else { continue };
        for service in ctx.project.receivers(env, address.var.key.value) {
            let from = ctx.project.from_service(service);
            let behind = url.target_port().map(|port| ctx.project.behind(&from, url.host, port)).unwrap_or_default();
            let [(store, _)] = behind[..] else { continue };
            let process = ctx.project.process(store);
            let words = process.as_ref().and_then(|process| process.words()).unwrap_or_default();
            let evicts = words.windows(2).any(|two| two[0] == "--maxmemory-policy" && two[1].starts_with("allkeys"));
            if evicts {
                let message = format!(
                    "`{}` keeps a queue in service `{}`, which deletes any keys when its memory is full: tasks are lost",
                    address.var.key.value, store.name.value
                );
                sink.report(address.var.part(url.range.clone()), message)
                    .help("write `--maxmemory-policy noeviction`, or use a Redis of its own for the queue")
                    .cause(store.name.value.as_str(), "so does this one")
                    .related(process.map_or(store.name.span, |process| process.line()), "here it is told so");
                return;
            }
        }
    }
}
