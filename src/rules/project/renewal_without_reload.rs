//! `project/renewal-without-reload`

use crate::model::compose::{Composition, Service};
use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// certbot renews a certificate that nginx does not read again.
    ///
    /// ## Why
    /// nginx reads certificates when it starts and when it is told to reload. Without that it goes on with the old one until it
    /// ends, although the new one lies beside it: after at most 90 days every browser warns.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    /// # >     image: nginx:1.28
    /// # >     command: sh -c "while sleep 24h; do nginx -s reload; done & nginx -g 'daemon off;'"
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["letsencrypt:/etc/letsencrypt:ro"]
    ///   certbot:
    ///     image: certbot/certbot:v5.0.0
    ///     entrypoint: "/bin/sh -c 'trap exit TERM; while :; do certbot renew; sleep 12h & wait $${!}; done;'"
    /// #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/renewal-without-reload
    /// # | certbot renews the certificate, and nothing tells nginx in service `nginx` to read it again
    /// # | help: reload it from the host, `docker compose exec nginx nginx -s reload`, once a day; or let service
    /// # | `nginx` do it in a loop
    ///     volumes: ["letsencrypt:/etc/letsencrypt"]
    /// volumes:
    ///   letsencrypt: {}
    /// ```
    /// ```compose good
    /// services:
    ///   nginx:
    ///     image: nginx:1.28
    ///     ports: ["80:80", "443:443"]
    ///     command: "/bin/sh -c 'while :; do sleep 6h & wait $${!}; nginx -s reload; done & nginx -g \"daemon off;\"'"
    ///     volumes: ["letsencrypt:/etc/letsencrypt:ro"]
    ///   certbot:
    ///     image: certbot/certbot:v5.0.0
    ///     entrypoint: "/bin/sh -c 'trap exit TERM; while :; do certbot renew; sleep 12h & wait $${!}; done;'"
    ///     volumes: ["letsencrypt:/etc/letsencrypt"]
    /// volumes:
    ///   letsencrypt: {}
    /// ```
    ///
    /// ## What it does not report
    /// Projects in which any script, schedule or guide reloads or restarts nginx.
    "project/renewal-without-reload" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://eff-certbot.readthedocs.io/en/stable/using.html#renewing-certificates"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, ctx: &Context, sink: &mut Sink) {
    let words = |service: &Service| ctx.project.process(service).and_then(|process| Some(process.words()?.join(" ")));
    let renews = |service: &&Service| {
        words(service).is_some_and(|text| {
            text.contains("certbot renew")
                || service.image.get().is_some_and(|image| image.name.contains("certbot")) && text.starts_with("renew")
        })
    };
    let Some(certbot) = compose.services.iter().find(renews) else { return sink.not_applicable() };
    let shared = |path: &str| certbot.mounts.iter().any(|mount| mount.source.get().is_some_and(|own| own == path));
    let reads = |service: &&Service| {
        let same = service.mounts.iter().filter_map(|mount| mount.source.get()).any(|source| shared(source));
        service.id != certbot.id && same && ctx.project.may_be_proxy(service)
    };
    let Some(nginx) = compose.services.iter().find(reads) else { return };
    let hook = words(certbot).is_some_and(|text| text.contains("hook"));
    // What reloads by itself, or stands in a script that is not read.
    let stock = nginx.image.get().is_some_and(|image| image.official() == Some("nginx")) && nginx.build.is_none();
    let script = words(nginx).is_some_and(|text| text.contains("reload") || text.contains(".sh"));
    if hook || !stock || script || ctx.project.says_reload() {
        return;
    }
    // Where TLS is commented out, nginx reads no certificate.
    let of_nginx = |server: &&Server| ctx.project.readers(server.file).any(|own| own.id == nginx.id);
    let mut servers = ctx.project.servers().filter(of_nginx).peekable();
    if servers.peek().is_some() && servers.all(|server| server.certificates.is_empty()) {
        return;
    }
    let place = ctx.project.process(certbot).map_or(certbot.name.span, |process| process.line());
    let name = &nginx.name.value;
    sink.report(place, format!("certbot renews the certificate, and nothing tells nginx in service `{name}` to read it again"))
        .help(format!("reload it from the host, `docker compose exec {name} nginx -s reload`, once a day; or let service `{name}` do it in a loop"))
        .related(nginx.name.span, "it reads certificates when it starts");
}
