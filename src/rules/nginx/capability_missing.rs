//! `nginx/capability-missing`

use crate::model::compose::Service;
use crate::model::nginx::Effective;
use crate::project::Main;
use crate::rules::prelude::*;

rule! {
    /// nginx has lost a right that it needs to become another user.
    ///
    /// ## Why
    /// nginx starts as root, gives the folders of its cache to the user of its workers, and the workers become that user:
    /// `chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)`. With `cap_drop: [ALL]` it needs three
    /// capabilities back.
    ///
    /// ## Examples
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     cap_drop: [ALL]
    /// #              ^^^ nginx/capability-missing
    /// # | nginx in service `web` needs CHOWN to start its workers, and has lost it
    /// # | help: add `cap_add: [CHOWN]`, or use the image `nginxinc/nginx-unprivileged`
    ///     cap_add: [SETUID, SETGID]
    /// # >     cap_add: [CHOWN, SETUID, SETGID]
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     cap_drop: [ALL]
    ///     cap_add: [CHOWN, SETUID, SETGID]
    ///   other:
    ///     image: nginxinc/nginx-unprivileged:1.28
    ///     cap_drop: [ALL]
    /// ```
    "nginx/capability-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#cap_drop"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    let is = |names: &[Spanned<String>], right: &str| {
        names.iter().any(|name| {
            let name = name.value.to_ascii_uppercase();
            matches!(name.strip_prefix("CAP_").unwrap_or(&name), "ALL")
                || name.strip_prefix("CAP_").unwrap_or(&name) == right
        })
    };
    let Some(dropped) = service.cap_drop.first() else { return sink.not_applicable() };
    let bare = project.stock(service).is_some_and(|stock| stock.bare) && project.starts_nginx(service);
    if !bare
        || project.plain_user(service).is_some()
        || !service.user.is_absent()
        || service.privileged.get() == Some(&true)
    {
        return sink.not_applicable();
    }
    if let Main::Own(config) = project.main_of(service) {
        match project.main_setting(config, "user") {
            Effective::Set(found) if found.last().and_then(|last| last.arg(0)) == Some("root") => return,
            Effective::Unknown => return,
            _ => {}
        }
    }
    let missing: Vec<&str> = ["CHOWN", "SETUID", "SETGID"]
        .into_iter()
        .filter(|right| is(&service.cap_drop, right) && !is(&service.cap_add, right))
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "nginx in service `{}` needs {} to start its workers, and has lost it",
            service.name.value,
            missing.join(", ")
        );
        sink.report(dropped.span, message)
            .help(format!("add `cap_add: [{}]`, or use the image `nginxinc/nginx-unprivileged`", missing.join(", ")));
    }
}
