//! `compose/admin-ui-public`

use super::database_port_public::to_loopback;
use crate::model::compose::Service;
use crate::model::image::notes;
use crate::rules::emptied;
use crate::rules::prelude::*;

rule! {
    /// An administration page that everybody can reach.
    ///
    /// ## Why
    /// Adminer, pgAdmin, Portainer and their like can do everything with what they manage, and are looked for by scanners. Ollama
    /// asks nobody for a login. A port without an address is open on every interface, past the host's firewall.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   admin:
    ///     image: adminer:4
    ///     ports: ["8080:8080"]
    /// #            ^^^^^^^^^ compose/admin-ui-public
    /// # | service `admin` opens Adminer on every network interface; ufw and firewalld do not stop it
    /// # | help: bind it to the host itself, `127.0.0.1:8080:8080`, and reach it through SSH
    /// # >     ports: ["127.0.0.1:8080:8080"]
    ///   proxy:
    ///     image: traefik:3.4
    ///     command: ["--api.insecure=true", "--certificatesresolvers.le.acme.email=${MAIL_OF_ADMIN}"]
    ///     ports: ["80:80", "8080:8080"]
    /// #                     ^^^^^^^^^ compose/admin-ui-public
    /// # >     ports: ["80:80", "127.0.0.1:8080:8080"]
    ///   flower:
    ///     build: .
    ///     command: celery -A shop flower
    ///     ports: ["5555:5555"]
    /// #            ^^^^^^^^^ compose/admin-ui-public
    /// # >     ports: ["127.0.0.1:5555:5555"]
    ///   flower-of-another-broker:
    ///     image: mher/flower:2.0
    ///     command: celery --broker=${BROKER_URL} flower --port=5555
    ///     ports: ["5556:5555"]
    /// #            ^^^^^^^^^ compose/admin-ui-public
    /// # >     ports: ["127.0.0.1:5556:5555"]
    ///   models:
    ///     image: ollama/ollama:0.12.6
    ///     ports: ["11434:11434"]
    /// #            ^^^^^^^^^^^ compose/admin-ui-public
    /// # | service `models` opens Ollama on every network interface; ufw and firewalld do not stop it
    /// # | help: bind it to the host itself, `127.0.0.1:11434:11434`, and reach it through SSH
    /// # >     ports: ["127.0.0.1:11434:11434"]
    ///   mysql-admin:
    ///     image: phpmyadmin:5.2
    ///     ports: ["${ADMIN_PORT}:80"]
    /// #            ^^^^^^^^^^^^^^^^ compose/admin-ui-public
    /// # | service `mysql-admin` opens phpMyAdmin on every network interface; ufw and firewalld do not stop it
    /// # | help: bind it to the host itself, `127.0.0.1:${ADMIN_PORT}:80`, and reach it through SSH
    /// # >     ports: ["127.0.0.1:${ADMIN_PORT}:80"]
    /// ```
    /// ```compose good
    /// services:
    ///   admin:
    ///     image: adminer:4
    ///     ports: ["127.0.0.1:8080:8080"]
    ///   proxy:
    ///     image: traefik:3.4
    ///     command: ["--api.insecure=false"]
    ///     ports: ["80:80", "8080:8080"]
    ///   flower:
    ///     build: .
    ///     command: celery -A shop flower --basic-auth=${FLOWER_LOGIN}
    ///     ports: ["5555:5555"]
    /// ```
    "compose/admin-ui-public" {
        severity: Medium, confidence: Certain, effect: Exposes, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    // What is not known of a command stands between blanks, and does not hide its other words.
    let words = context.project.process(service).and_then(|process| process.words()).map(<[String]>::to_vec);
    let partly = || service.command.partly_words().filter(|_| service.entrypoint.is_absent());
    if let Some(words) = words.or_else(partly)
        && words.iter().any(|word| word == "flower" || word.ends_with(" flower"))
        && words.iter().any(|word| word.rsplit('/').next().is_some_and(|name| name.starts_with("celery")))
    {
        let login = words.iter().any(|word| word.contains("auth"))
            || ["FLOWER_BASIC_AUTH", "FLOWER_AUTH"]
                .iter()
                .any(|name| !context.project.service_env(service, name).is_absent());
        return if login { sink.not_applicable() } else { judge(service, "Flower", &[5555], context, sink) };
    }
    let Some(image) = service.image.set().filter(|_| service.build.is_none()) else { return sink.not_applicable() };
    let words = service.command.get().cloned().or_else(|| service.command.partly_words());
    let insecure = words.is_some_and(|words| words.iter().any(|word| is_switched_on(word, "--api.insecure")));
    let traefik = image.value.official() == Some("traefik") && insecure;
    let admin = if traefik { Some(("Traefik's dashboard", &[8080][..])) } else { None };
    let admin = admin.or_else(|| notes(&image.value)?.admin.as_ref().map(|(name, ports)| (*name, &ports[..])));
    let Some((name, ports)) = admin else { return sink.not_applicable() };
    judge(service, name, ports, context, sink);
}

/// `--api.insecure`, `--api.insecure=true`; Traefik takes what Go reads as a boolean (`strconv.ParseBool`).
fn is_switched_on(word: &str, option: &str) -> bool {
    let value = word
        .strip_prefix(option)
        .map(|rest| rest.strip_prefix('=').unwrap_or(if rest.is_empty() { "true" } else { "" }));
    value.is_some_and(|value| matches!(value, "1" | "t" | "T" | "TRUE" | "true" | "True"))
}

fn judge(service: &Service, name: &str, ports: &[u16], context: &Context, sink: &mut Sink) {
    for port in &service.ports {
        let Some(&(first, last)) = port.target.get() else { continue };
        if !ports.iter().any(|port| (first..=last).contains(port)) {
            continue;
        }
        match port.is_public() {
            Some(true) => {
                let host = match (port.published.get(), port.published.span()) {
                    (Some((first, _)), _) => first.to_string(),
                    // A variable, as it is written.
                    (None, Some(span)) => context.quote(span).trim_end_matches(&format!(":{first}")).to_owned(),
                    (None, None) => first.to_string(),
                };
                let message = format!(
                    "{} opens {name} on every network interface; ufw and firewalld do not stop it",
                    service.title()
                );
                let finding = sink.report(port.span, message).severity(Medium);
                finding
                    .help(format!("bind it to the host itself, `127.0.0.1:{host}:{first}`, and reach it through SSH"));
                if let Some(fix) = to_loopback(port, context) {
                    finding.fix(fix);
                }
                emptied::tell(finding, port, service, context);
            }
            Some(false) => {}
            None => sink.unknown(port.span, "the address depends on a variable"),
        }
    }
}
