//! `logrotate/duplicate-log`

use crate::model::compose::Service;
use crate::model::logrotate::{Logrotate, also_shipped, overlap};
use crate::rules::prelude::*;

rule! {
    /// A log that another file rotates as well.
    ///
    /// ## Why
    /// logrotate takes each log once. For the second entry it says "duplicate log entry", leaves out the block or the rest of the file,
    /// and ends with an error: the log is rotated as the other file says, and the mail about the error comes every day.
    ///
    /// ## Examples
    /// ```logrotate bad file=deploy/logrotate.d/shop
    /// /var/log/nginx/shop-*.log {
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^ logrotate/duplicate-log
    /// | on Debian and Ubuntu package `nginx` rotates `/var/log/nginx/*.log`: logrotate takes a log once and ends with
    /// | an error for the second
    /// | help: install this as `/etc/logrotate.d/nginx`, in the place of the one that is there, or log to another
    /// | folder
    ///     daily
    ///     rotate 30
    ///     postrotate
    ///         systemctl reload nginx
    ///     endscript
    /// }
    /// /var/log/shop/app.log {
    ///     daily
    /// }
    /// ```
    /// ```logrotate bad file=deploy/logrotate.d/shop-old
    /// /var/log/shop/*.log {
    /// ^^^^^^^^^^^^^^^^^^^ logrotate/duplicate-log
    ///     weekly
    /// }
    /// ```
    /// ### In the place of the distribution's own
    /// ```logrotate good file=deploy/logrotate.d/nginx
    /// /var/log/nginx/*.log {
    ///     daily
    ///     postrotate
    ///         invoke-rc.d nginx rotate
    ///     endscript
    /// }
    /// ```
    /// ```logrotate good file=deploy/logrotate.d/shop
    /// /var/log/shop/*.log {
    ///     daily
    /// }
    /// ```
    /// ### nginx runs in a container
    /// ```logrotate good file=deploy/logrotate.d/shop
    /// /var/log/nginx/shop.log {
    ///     daily
    ///     copytruncate
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     volumes: ["/var/log/nginx:/var/log/nginx"]
    /// ```
    "logrotate/duplicate-log" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/logrotate/logrotate/blob/main/logrotate.8.in"],
        check: Check::Logrotate(check),
    }
}

fn check(file: &Logrotate, ctx: &Context, sink: &mut Sink) {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    // What is put beside the files of the distribution, where the program is that of the distribution.
    let added = folder(&file.path).is_some_and(|folder| folder.ends_with("logrotate.d"));
    let image = |service: &Service| service.image.get().and_then(|image| image.official().map(str::to_owned));
    let contained = |package: &str| {
        ctx.project
            .services()
            .filter_map(image)
            .any(|name| package.starts_with(name.as_str()) || name.starts_with(package))
    };
    let logs = file.blocks.iter().flat_map(|block| &block.logs);
    // Below one folder all files are read together.
    let before = ctx
        .project
        .logrotate
        .iter()
        .filter(|other| other.path < file.path && folder(&other.path) == folder(&file.path));
    let before: Vec<_> = before.flat_map(|other| &other.blocks).flat_map(|block| &block.logs).collect();
    for log in logs {
        if !ctx.project.look(before.len() + 1) {
            return;
        }
        if let Some(other) = before.iter().find(|other| overlap(&log.value, &other.value)) {
            sink.report(
                log.span,
                "another file rotates this log as well, and logrotate takes it once: what is said here does not count",
            )
            .help("name each log in one file")
            .related(other.span, "this one comes first");
        } else if let Some((shipped, package, pattern)) =
            also_shipped(&log.value, name).filter(|(_, package, _)| added && !contained(package))
        {
            sink.report(
                log.span,
                format!("on Debian and Ubuntu package `{package}` rotates `{pattern}`: logrotate takes a log once and ends with an error for the second"),
            )
            .help(format!("install this as `/etc/logrotate.d/{shipped}`, in the place of the one that is there, or log to another folder"));
        }
    }
}
