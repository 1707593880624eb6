//! `compose/staging-certificates`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// Certificates are taken from the staging server of Let's Encrypt.
    ///
    /// ## Why
    /// It is there for trying out: no browser trusts what it issues. Left in by mistake, every visitor is warned off.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   traefik:
    ///     image: traefik:v3
    ///     environment:
    /// # >
    ///       CA: https://acme-staging-v02.api.letsencrypt.org/directory
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/staging-certificates
    /// # | service `traefik` takes its certificates from Let's Encrypt's staging server: no browser trusts them
    /// # | help: remove the option, and what was issued so far
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   traefik:
    ///     image: traefik:v3
    ///     command:
    ///       - "--certificatesresolvers.le.acme.email=a@shop.pl"
    /// ```
    "compose/staging-certificates" {
        severity: Medium, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://letsencrypt.org/docs/staging-environment/"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, _: &Context, sink: &mut Sink) {
    let staging = |text: &String| text.contains("acme-staging-v02.api.letsencrypt.org");
    let command = service.command.set().filter(|words| words.value.iter().any(staging)).map(|words| words.span);
    let told = service.environment.iter().chain(&service.labels).filter_map(|(_, value)| value.set());
    let told = told.filter(|value| staging(&value.value)).map(|value| value.span).next();
    let Some(place) = command.or(told) else { return };
    let name = &service.name.value;
    sink.report(
        place,
        format!("service `{name}` takes its certificates from Let's Encrypt's staging server: no browser trusts them"),
    )
    .help("remove the option, and what was issued so far");
}
