//! `project/templates-not-filled`

use crate::model::compose::Service;
use crate::rules::prelude::*;
use crate::source::below;

rule! {
    /// Templates of nginx that nothing fills in, as another command is started.
    ///
    /// ## Why
    /// The entry point of the official image turns `/etc/nginx/templates/*.template` into `conf.d/*.conf` when the command begins with
    /// `nginx`, and does nothing otherwise. With the usual loop that reloads certificates, `/bin/sh -c "while ...; nginx -g
    /// ..."`, nginx comes up with its welcome page, and nothing listens on 443.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    ///     image: nginx:1.29
    ///     command: /bin/sh -c "while :; do sleep 6h & wait; nginx -s reload; done & nginx -g 'daemon off;'"
    /// # >     command: /bin/sh -c "while :; do sleep 6h & wait; nginx -s reload; done & /docker-entrypoint.sh nginx -g 'daemon off;'"
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["./templates:/etc/nginx/templates:ro"]
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/templates-not-filled
    /// # | nothing fills these templates in: the entry point of nginx does that only when the command of service `proxy`
    /// # | begins with `nginx`
    /// # | help: start nginx by `/docker-entrypoint.sh nginx -g 'daemon off;'` in this command
    /// ```
    /// ```text both file=templates/default.conf.template
    /// server { listen 80; server_name ${DOMAIN}; return 204; }
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: nginx:1.29
    ///     environment: {DOMAIN: kleinladen.de}
    ///     ports: ["80:80"]
    ///     volumes: ["./templates:/etc/nginx/templates:ro"]
    /// ```
    /// ```text good file=templates/default.conf.template
    /// server { listen 80; server_name ${DOMAIN}; return 204; }
    /// ```
    ///
    /// ## What it does not report
    /// Commands that call the entry point or `envsubst` themselves, and entry points of the project's own.
    "project/templates-not-filled" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://github.com/nginx/docker-nginx/blob/master/entrypoint/docker-entrypoint.sh"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let at = |target: &String| below(target, "/etc/nginx/templates").is_some();
    let Some(mount) = service.mounts.iter().find(|mount| mount.target.get().is_some_and(at)) else {
        return sink.not_applicable();
    };
    let process = ctx.project.process(service);
    let Some(words) = process.as_ref().and_then(|process| process.words()) else { return };
    let own = words.iter().any(|word| word.contains("envsubst") || word.contains("docker-entrypoint."));
    let starts = words.iter().any(|word| word.contains("nginx"));
    if ctx.project.stock(service).is_none()
        || ctx.project.fills_in(service)
        || own
        || !starts
        || !service.entrypoint.is_absent()
        || words.first().is_none_or(|first| first.ends_with("nginx"))
    {
        return;
    }
    let message = format!(
        "nothing fills these templates in: the entry point of nginx does that only when the command of {} begins with \
         `nginx`",
        service.title()
    );
    let finding = sink.report(mount.span, message);
    finding.help("start nginx by `/docker-entrypoint.sh nginx -g 'daemon off;'` in this command");
    if let Some(process) = process.filter(|process| process.line() != service.name.span) {
        finding.related(process.line(), "this is started in its place");
    }
}
