//! `compose/acme-staging`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// Certificates are asked for at the test servers of the certificate authority.
    ///
    /// ## Why
    /// The staging servers of Let's Encrypt and others give certificates that no browser trusts. They are there to try a setup
    /// out without running into limits; when the switch stays, every visitor gets a warning instead of the page.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   traefik:
    ///     image: traefik:3.3
    ///     command: --certificatesresolvers.le.acme.caserver=https://acme-staging-v02.api.letsencrypt.org/directory
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/acme-staging
    /// # | service `traefik` gets its certificates from a test server, and no browser trusts them
    /// # | help: take the address out, and delete the test certificates so that new ones are asked for
    /// ```
    /// ```compose good
    /// services:
    ///   traefik:
    ///     image: traefik:3.3
    ///     command: --certificatesresolvers.le.acme.email=ops@shop.example
    /// ```
    ///
    /// ### certbot
    /// ```compose bad
    /// services:
    ///   certbot:
    ///     image: certbot/certbot:v4.2.0
    ///     command: certonly --webroot -w /var/www/certbot -d shop.example --staging
    /// #            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/acme-staging
    /// # | service `certbot` gets its certificates from a test server, and no browser trusts them
    /// # | help: take --staging out, and delete the test certificates so that new ones are asked for
    /// ```
    /// ```compose good
    /// services:
    ///   certbot:
    ///     image: certbot/certbot:v4.2.0
    ///     command: certonly --webroot -w /var/www/certbot -d shop.example
    ///   web:
    ///     image: shop:1.2
    ///     command: serve --staging
    /// ```
    ///
    /// ## What it does not report
    /// Programs that ask for no certificates, whatever their options are called; sets for staging and development.
    "compose/acme-staging" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://letsencrypt.org/docs/staging-environment/"],
        check: Check::Service(check),
    }
}

/// Options of certbot for its test servers.
const OPTIONS: [&str; 2] = ["--staging", "--test-cert"];
/// What stands in the address of a test server.
const SERVERS: [&str; 2] = ["acme-staging", "/acme/staging"];

fn check(service: &Service, _: &Context, sink: &mut Sink) {
    let asks = |name: &str| ["certbot", "acme", "lego", "dehydrated"].iter().any(|word| name.contains(word));
    let certbot = asks(&service.name.value) || service.image.get().is_some_and(|image| asks(&image.name));
    let words = [&service.entrypoint, &service.command].into_iter().filter_map(|words| words.set());
    for written in words {
        let said = |word: &&String| {
            let server = SERVERS.iter().any(|server| word.contains(server));
            server || certbot && OPTIONS.iter().any(|option| word.split_whitespace().any(|part| part == *option))
        };
        let Some(word) = written.value.iter().find(said) else { continue };
        let option = OPTIONS.iter().find(|option| word.contains(**option)).map_or("the address", |option| option);
        sink.report(
            written.span,
            format!(
                "service `{}` gets its certificates from a test server, and no browser trusts them",
                service.name.value
            ),
        )
        .help(format!("take {option} out, and delete the test certificates so that new ones are asked for"));
    }
}
