//! `logrotate/kept-open`

use crate::model::logrotate::Logrotate;
use crate::rules::prelude::*;
use crate::syntax::logrotate::Block;

rule! {
    /// A log is moved away from under a program that keeps it open.
    ///
    /// ## Why
    /// logrotate renames the file; nginx, and systemd with `StandardOutput=append:`, go on writing into the old one. The new log stays
    /// empty, and what is compressed and deleted later still grows on the disk until the program is started again.
    ///
    /// ## Examples
    /// ```logrotate bad file=deploy/logrotate.d/nginx
    /// /var/log/nginx/*.log {
    /// ^^^^^^^^^^^^^^^^^^^^ logrotate/kept-open
    /// | nginx goes on writing into the old file after it is rotated, and the new one stays empty
    /// | help: tell it: `postrotate`, `kill -USR1 $(cat /run/nginx.pid)`, `endscript`
    ///     daily
    ///     rotate 14
    ///     compress
    /// }
    /// ```
    /// ```logrotate bad file=deploy/logrotate.d/shop
    /// /var/log/shop.log {
    /// ^^^^^^^^^^^^^^^^^ logrotate/kept-open
    ///     weekly
    /// }
    /// ```
    /// ```systemd bad
    /// [Service]
    /// User=shop
    /// Restart=on-failure
    /// ExecStart=/opt/shop/run
    /// StandardOutput=append:/var/log/shop.log
    /// [Install]
    /// WantedBy=multi-user.target
    /// ```
    /// ```logrotate good file=deploy/logrotate.d/nginx
    /// /var/log/nginx/*.log {
    ///     daily
    ///     sharedscripts
    ///     postrotate
    ///         [ -f /run/nginx.pid ] && kill -USR1 `cat /run/nginx.pid`
    ///     endscript
    /// }
    /// ```
    /// ```logrotate good file=deploy/logrotate.d/shop
    /// /var/log/shop.log {
    ///     weekly
    ///     copytruncate
    /// }
    /// ```
    /// ### Nothing keeps it open
    /// ```logrotate good file=deploy/logrotate.d/backup
    /// /var/log/shop-backup.log {
    ///     monthly
    /// }
    /// ```
    "logrotate/kept-open" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/control.html#logs"],
        check: Check::Logrotate(check),
    }
}

/// Whether a block sees to it that the program goes on in the new file.
fn minds(block: &Block) -> bool {
    ["copytruncate", "copy", "postrotate", "lastaction", "prerotate", "firstaction"].iter().any(|own| block.has(own))
}

fn check(file: &Logrotate, ctx: &Context, sink: &mut Sink) {
    for block in file.blocks.iter().filter(|block| !minds(block)) {
        let Some(log) = block.logs.iter().find(|log| keeper(ctx, &log.value).is_some()) else { continue };
        let Some((who, at)) = keeper(ctx, &log.value) else { continue };
        let finding = sink.report(
            log.span,
            format!("{who} goes on writing into the old file after it is rotated, and the new one stays empty"),
        );
        if who == "nginx" {
            finding.help("tell it: `postrotate`, `kill -USR1 $(cat /run/nginx.pid)`, `endscript`");
        } else {
            finding.help("write `copytruncate`, or let it log to the journal");
        }
        if let Some(at) = at {
            finding.related(at, "keeps it open");
        }
    }
}

/// Who keeps a log open, and where that is said.
fn keeper(ctx: &Context, log: &str) -> Option<(String, Option<Span>)> {
    if log.starts_with("/var/log/nginx/") {
        return Some(("nginx".to_owned(), None));
    }
    ctx.project.units.iter().find_map(|unit| {
        let keys = ["StandardOutput", "StandardError"];
        let mut values = keys.iter().filter_map(|key| unit.last("Service", key));
        let value = values.find(|value| {
            value.value.split_once(':').is_some_and(|(how, path)| matches!(how, "append" | "file") && path == log)
        })?;
        Some((format!("unit `{}`", unit.name), Some(value.span)))
    })
}
