//! `nginx/missing-events`

use crate::model::nginx::{Config, Place};
use crate::rules::prelude::*;

rule! {
    /// The main configuration has no `events` block.
    ///
    /// ## Why
    /// nginx refuses to start without one (`no "events" section in configuration`), even if it is empty.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// http {
    /// ^^^^ nginx/missing-events
    /// | nginx does not start without an `events` block
    /// | help: add `events {}` above this line
    /// # > events {}
    /// # > http {
    ///   server { listen 80; }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server { listen 80; }
    /// }
    /// ```
    /// ```nginx good file=docs/example.conf
    /// http {
    ///   server { listen 80; }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Files that have another name than `nginx.conf` and hold nothing but `http`: nobody starts nginx with those.
    "nginx/missing-events" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/ngx_core_module.html#events"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, ctx: &Context, sink: &mut Sink) {
    let Some(block) = config.blocks.first().filter(|_| config.place == Place::Main) else {
        return sink.not_applicable();
    };
    let path = ctx.path(*block);
    if config.events || path != "nginx.conf" && !path.ends_with("/nginx.conf") {
        return;
    }
    match &config.gap {
        Some(why) => sink.unknown(*block, why.leaves("the `events` block may stand elsewhere")),
        None => {
            sink.report(*block, "nginx does not start without an `events` block")
                .help("add `events {}` above this line");
        }
    }
}
