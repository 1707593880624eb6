//! `project/label-network-wrong`

use crate::model::compose::Service;
use crate::project::Way;
use crate::rules::prelude::*;
use crate::source::Why;

rule! {
    /// Traefik has a route to a service and no network that leads there.
    ///
    /// ## Why
    /// Traefik asks the engine for the address of a container, and the container has one in each of its networks. Traefik gets
    /// to those of the networks that it is in itself; anywhere else its requests end in `504 Gateway Timeout`. Of several
    /// networks it takes the one that the label `traefik.docker.network` names, by its full name, and else whichever comes first,
    /// which may be another one after each start.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command: [--providers.docker=true, "--entrypoints.web.address=:80"]
    ///     ports: ["80:80"]
    ///     networks: [proxy]
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/label-network-wrong
    /// # | Traefik (service `traefik`) is in no network of service `web`: its requests end in 504
    /// # | help: put both into one network, `proxy`; if it stays in others as well, name that one in the label
    /// # | `traefik.docker.network`
    ///     networks: [inside]
    /// # >     networks: [proxy]
    /// networks:
    ///   proxy:
    ///   inside:
    /// ```
    /// ### Two networks
    /// ```compose bad
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command: [--providers.docker=true, "--entrypoints.web.address=:80"]
    ///     ports: ["80:80"]
    ///     networks: [proxy]
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/label-network-wrong
    /// # | service `web` is in several networks and Traefik takes any: over `inside`, where it is not, requests end in 504
    /// # | help: give the network `proxy` a `name:`, and name it here: `traefik.docker.network=NAME`
    /// # >       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    /// # >       - traefik.docker.network=proxy
    ///     networks: [inside, proxy]
    ///   api:
    ///     image: registry.example.com/api:4.2.1
    ///     labels:
    ///       - traefik.http.routers.api.rule=Host(`api.example.com`)
    ///       - traefik.docker.network=proxy
    /// #                              ^^^^^ project/label-network-wrong
    /// # | no network is called so: Compose puts the project's name in front. Traefik then takes any network of service `api`:
    /// # | over `inside`, where it is not, requests end in 504
    /// # | help: add `name: proxy` to the network
    ///     networks: [inside, proxy]
    /// networks:
    ///   proxy:
    /// # >   proxy: {name: proxy}
    ///   inside:
    /// ```
    /// ```compose good
    /// services:
    ///   traefik:
    ///     image: traefik:v3.6
    ///     command: [--providers.docker=true, "--entrypoints.web.address=:80"]
    ///     ports: ["80:80"]
    ///     networks: [proxy]
    ///   web:
    ///     image: registry.example.com/shop:4.2.1
    ///     labels:
    ///       - traefik.http.routers.shop.rule=Host(`shop.example.com`)
    ///       - traefik.docker.network=proxy
    ///     networks: [inside, proxy]
    ///   pages:
    ///     image: registry.example.com/pages:4.2.1
    ///     labels:
    ///       - traefik.http.routers.pages.rule=Host(`pages.example.com`)
    ///     networks: [proxy]
    /// networks:
    ///   proxy: {name: proxy}
    ///   inside:
    /// ```
    ///
    /// ## What it does not report
    /// Where no Traefik is among the files it asks, and only if nothing else leads into the stack: some platforms put their proxy
    /// into a network of what they start.
    "project/label-network-wrong" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/docker/"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some(routed) = ctx.project.routed_by_traefik(service) else { return sink.not_applicable() };
    match ctx.project.way_from_traefik(service) {
        Way::Open => {}
        Way::Apart(traefik) => {
            let name = &traefik.name.value;
            let message = format!(
                "Traefik ({}) is in no network of {}: its requests end in 504",
                traefik.title(),
                service.title()
            );
            let network = traefik.networks.first().map_or("default", |network| network.value.as_str());
            sink.report(routed.span, message)
                .related(traefik.name.span, format!("`{name}` is only in other networks"))
                .help(format!(
                    "put both into one network, `{network}`; if it stays in others as well, name that one in the label \
                     `traefik.docker.network`"
                ));
        }
        Way::Any { traefik, lost, shared, label } => {
            let lost = format!("over `{lost}`, where it is not, requests end in 504");
            let (message, help) = match label {
                Some(_) => (
                    format!(
                        "no network is called so: Compose puts the project's name in front. Traefik then takes any network of \
                         {}: {lost}",
                        service.title()
                    ),
                    format!("add `name: {shared}` to the network"),
                ),
                None => (
                    format!("{} is in several networks and Traefik takes any: {lost}", service.title()),
                    format!("give the network `{shared}` a `name:`, and name it here: `traefik.docker.network=NAME`"),
                ),
            };
            sink.report(label.unwrap_or(routed.span), message)
                .related(traefik.name.span, format!("it is in `{shared}`"))
                .help(help)
                .confidence(Likely);
        }
        Way::Elsewhere => {
            let why = format!(
                "how does Traefik get to {}? It is not among these files, and this is in no network that it could join; some \
                 platforms see to that",
                service.title()
            );
            sink.unanswered(routed.span, Why::new(why));
        }
    }
}
