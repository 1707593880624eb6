//! `compose/setting-missing`

use crate::model::compose::{Form, Service};
use crate::model::image::ImageRef;
use crate::rules::prelude::*;

rule! {
    /// A server that ends at once, because it is not told one thing that it asks for.
    ///
    /// ## Why
    /// Some servers look at their settings before they start, and give up. Elasticsearch that listens beyond its container wants to
    /// be told of its cluster: `the default discovery settings are unsuitable for production use`. Keycloak wants to know under
    /// which name it is reached: `hostname is not configured`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   search:
    ///     image: elasticsearch:7.17.28
    /// #          ^^^^^^^^^^^^^^^^^^^^^ compose/setting-missing
    /// # | service `search` is told nothing of its cluster: Elasticsearch ends at once
    /// # | help: set `discovery.type: single-node`
    ///     environment:
    ///       ES_JAVA_OPTS: -Xms512m -Xmx512m
    /// # >       discovery.type: single-node
    ///     volumes: ["search:/usr/share/elasticsearch/data"]
    ///   login:
    ///     image: quay.io/keycloak/keycloak:26.4
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/setting-missing
    ///     command: start --http-enabled=true --proxy-headers=xforwarded
    /// # >     command: start --http-enabled=true --proxy-headers=xforwarded --hostname=https://login.shop.de
    /// volumes:
    ///   search:
    /// ```
    /// ```compose good
    /// services:
    ///   search:
    ///     image: elasticsearch:7.17.28
    ///     environment:
    ///       discovery.type: single-node
    ///     volumes: ["search:/usr/share/elasticsearch/data"]
    ///   login:
    ///     image: quay.io/keycloak/keycloak:26.4
    ///     command: start --http-enabled=true --proxy-headers=xforwarded
    ///     environment:
    ///       KC_HOSTNAME: https://login.shop.de
    /// volumes:
    ///   search:
    /// ```
    ///
    /// ## What it does not report
    /// Services with files of settings of their own. Elasticsearch 8 with its security as it comes: then it tells itself.
    "compose/setting-missing" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &[
            "https://www.elastic.co/guide/en/elasticsearch/reference/7.17/bootstrap-checks.html",
            "https://www.keycloak.org/server/hostname",
        ],
        check: Check::Service(check),
    }
}

/// What Elasticsearch wants one of (`DiscoverySettings` among its bootstrap checks since 7.0).
const CLUSTER: [&str; 4] =
    ["discovery.type", "discovery.seed_hosts", "discovery.seed_providers", "cluster.initial_master_nodes"];
/// What tells Keycloak its name (guides `server/hostname` of 17 to 26).
const HOSTNAME: [&str; 4] = ["KC_HOSTNAME", "KC_HOSTNAME_URL", "KC_HOSTNAME_STRICT", "KC_CONFIG_FILE"];

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let image = service.image.set().filter(|_| service.build.is_none() && service.form == Form::Service);
    let Some(image) = image.filter(|_| service.gap.is_none() && service.entrypoint.is_absent()) else {
        return sink.not_applicable();
    };
    let command = service.command.get().map(|words| words.join(" "));
    if command.is_none() && !service.command.is_absent() {
        return;
    }
    let command = command.unwrap_or_default();
    let names = || ctx.project.names_seen_by(service);
    let lacks = |wanted: &[&str]| {
        wanted.iter().all(|name| ctx.project.service_env(service, name).is_absent() && !names().any(|own| own == *name))
    };
    let own_files = service
        .mounts
        .iter()
        .any(|mount| mount.target.get().is_none_or(|to| to.contains("/config") || to.contains("/conf")))
        || !service.configs.is_empty();
    if own_files {
        return;
    }
    let (what, help) = match of(&image.value) {
        Some("elasticsearch") => {
            let spelt =
                names().any(|name| name.starts_with("ES_SETTING_DISCOVERY") || name.starts_with("ES_SETTING_CLUSTER"));
            let told = spelt || command.contains("discovery.") || command.contains("initial_master_nodes");
            // From 8 on it writes the names of its cluster down with its certificates, unless somebody has set its security up.
            let wants = match image.value.major() {
                Some(7) => true,
                Some(8..) => {
                    ctx.project.service_env(service, "xpack.security.enabled").get().is_some_and(|own| own == "false")
                }
                _ => false,
            };
            if told || !wants || !lacks(&CLUSTER) {
                return;
            }
            ("is told nothing of its cluster: Elasticsearch ends at once", "set `discovery.type: single-node`")
        }
        Some("keycloak") => {
            let develops = command.contains("start-dev") || !command.split(' ').any(|word| word == "start");
            if develops
                || command.contains("hostname")
                || image.value.major().is_none_or(|major| major < 17)
                || !lacks(&HOSTNAME)
            {
                return;
            }
            (
                "is not told under which name it is reached: Keycloak ends at once",
                "set `KC_HOSTNAME` to the address of the site",
            )
        }
        _ => return sink.not_applicable(),
    };
    sink.report(image.span, format!("{} {what}", service.title())).help(help);
}

fn of(image: &ImageRef) -> Option<&'static str> {
    match (image.registry.as_str(), image.name.as_str()) {
        (_, "elasticsearch") | ("docker.elastic.co", "elasticsearch/elasticsearch") => Some("elasticsearch"),
        ("quay.io", "keycloak/keycloak") | (_, "keycloak/keycloak") => Some("keycloak"),
        _ => None,
    }
}
