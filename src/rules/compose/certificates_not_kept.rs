//! `compose/certificates-not-kept`

use crate::model::compose::Service;
use crate::rules::prelude::*;
use crate::source::{Answer, directory};

rule! {
    /// A proxy that gets its own certificates keeps them in no volume.
    ///
    /// ## Why
    /// Traefik and Caddy ask Let's Encrypt by themselves. What they got lies in the container and is gone with it: after each
    /// `docker compose up` that makes it anew they ask again. Let's Encrypt gives five certificates a week for the same names; then
    /// the site has none until the week is over.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   proxy:
    /// # ^^^^^ compose/certificates-not-kept
    /// # | Caddy keeps its certificates in `/data` of service `proxy`, which is no volume: each new container asks
    /// # | Let's Encrypt again, and after five in a week it gets none
    /// # | help: mount a named volume at `/data`
    ///     image: caddy:2.10
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]
    /// # >     volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "certificates:/data"]
    /// # > volumes:
    /// # >   certificates:
    /// ```
    /// ```text both file=Caddyfile
    /// shop.kleinladen.de {
    ///   reverse_proxy web:8000
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   proxy:
    ///     image: traefik:v3.6
    ///     command:
    ///       - --certificatesresolvers.le.acme.httpchallenge.entrypoint=web
    ///       - --certificatesresolvers.le.acme.storage=/letsencrypt/acme.json
    ///     ports: ["80:80", "443:443"]
    ///     volumes: ["letsencrypt:/letsencrypt"]
    /// volumes:
    ///   letsencrypt:
    /// ```
    ///
    /// ## What it does not report
    /// Proxies that publish no port 443, and settings in files.
    "compose/certificates-not-kept" {
        severity: Medium, confidence: Likely, effect: LosesData, since: "0.1.0",
        refs: &["https://letsencrypt.org/docs/rate-limits/", "https://hub.docker.com/_/caddy"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set().filter(|_| service.build.is_none() && service.gap.is_none()) else {
        return sink.not_applicable();
    };
    let (title, kept) = match image.value.official() {
        Some("caddy") => ("Caddy", "/data".to_owned()),
        Some("traefik") => {
            let words = service.command.get().map_or(&[][..], Vec::as_slice);
            let told = |word: &String| Some(word.split_once(".acme.storage=")?.1.to_owned());
            match words.iter().find_map(told) {
                Some(file) => ("Traefik", directory(&file).to_owned()),
                None => return sink.not_applicable(),
            }
        }
        _ => return sink.not_applicable(),
    };
    // Behind another proxy, or at home, nobody gets certificates here.
    let serves =
        service.ports.iter().any(|port| port.target.get().is_some_and(|(first, last)| (*first..=*last).contains(&443)));
    if !serves || !kept.starts_with('/') {
        return;
    }
    match ctx.project.persists(service, &format!("{kept}/acme.json")) {
        Answer::Yes(()) => {}
        Answer::Unknown(why) => sink.unknown(service.name.span, why),
        Answer::No(_) => {
            let message = format!(
                "{title} keeps its certificates in `{kept}` of {}, which is no volume: each new container asks Let's \
                 Encrypt again, and after five in a week it gets none",
                service.title()
            );
            sink.report(service.name.span, message).help(format!("mount a named volume at `{kept}`"));
        }
    }
}
