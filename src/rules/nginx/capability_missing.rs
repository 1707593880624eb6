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
    /// ### In an image of one's own
    /// ```compose bad file=compose.yaml
    /// services:
    ///   pages:
    ///     build: .
    ///     cap_drop: [ALL]
    /// #              ^^^ nginx/capability-missing
    /// # | nginx in service `pages` needs CHOWN, SETUID, SETGID to start its workers, and has lost it
    /// # | help: add `cap_add: [CHOWN, SETUID, SETGID]`, or use the image `nginxinc/nginx-unprivileged`
    /// # >     cap_drop: [ALL]
    ///     cap_add: [NET_BIND_SERVICE]
    /// # >     cap_add: [NET_BIND_SERVICE, CHOWN, SETUID, SETGID]
    /// ```
    /// ```dockerfile both
    /// FROM nginx:1.28-alpine
    /// RUN rm -rf /usr/share/nginx/html/*
    /// COPY pages /usr/share/nginx/html
    /// CMD ["nginx", "-g", "daemon off;"]
    /// ```
    /// ```text both file=pages/index.html
    /// <p>Shop</p>
    /// ```
    ///
    /// ### Given back
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
    // A build may give the folders away, or take the user out of the configuration.
    let image = project.image_of(service);
    let mut built = image.chain().into_iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands);
    let kept = built.all(|words| {
        let plain = |word: &Spanned<String>| {
            !["nginx.conf", "/etc/nginx", "/var/cache", "/var/run"].iter().any(|own| word.value.contains(own))
        };
        words.first().is_some_and(|first| matches!(first.value.as_str(), "rm" | "mkdir" | "echo" | "touch"))
            && words.iter().all(plain)
    });
    let bare = project.stock(service).is_some() && kept && project.starts_nginx(service);
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
