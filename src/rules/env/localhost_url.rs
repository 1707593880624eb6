//! `env/localhost-url`

use crate::model::compose::Service;
use crate::model::env::{Address, EnvFile, Url, is_true};
use crate::model::{Host, Kind, Known};
use crate::project::{Variables, baked_by};
use crate::rules::prelude::*;
use crate::secret::client_prefix;
use crate::source::directory;

rule! {
    /// An address that others must reach points to the machine itself.
    ///
    /// ## Why
    /// In a browser `localhost` is the visitor's machine; in a container it is the container. Links in mails, log-ins and
    /// requests from pages then go nowhere, and a container does not find its database.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// NEXTAUTH_URL=http://localhost:3000
    /// #            ^^^^^^^^^^^^^^^^^^^^^ env/localhost-url
    /// # | `NEXTAUTH_URL` points to the visitor's own machine, not to this server
    /// # | help: put the public address here, with https://
    /// # > NEXTAUTH_URL=https://shop.de
    /// IMAGES_CDN_HOST=http://localhost:8087
    /// # > IMAGES_CDN_HOST=https://images.shop.de
    /// NEXT_PUBLIC_API_URL="http://127.0.0.1:8000/api"
    /// # > NEXT_PUBLIC_API_URL="https://shop.de/api"
    /// ```
    /// ```env good file=.env.prod
    /// NEXTAUTH_URL=https://shop.de
    /// DATABASE_URL=postgresql://app:${PASSWORD}@localhost/app
    /// DATABASE_URL_REPLICA=postgresql://localhost/app
    /// HEALTHCHECK_URL=http://localhost:3000/health
    /// ```
    ///
    /// ### In a container
    /// ```env bad file=api.env
    /// REDIS_URL=redis://localhost:6379/0
    /// #         ^^^^^^^^^^^^^^^^^^^^^^ env/localhost-url
    /// # | `REDIS_URL` points to the container of service `api` itself, where nothing of the kind runs
    /// # | help: use the name of the service that answers there in place of `localhost`
    /// # > REDIS_URL=redis://cache:6379/0
    /// ```
    /// ```yaml both file=compose.yaml
    /// services:
    ///   api:
    ///     image: shop/api:1
    ///     env_file: api.env
    ///     expose: ["8000"]
    /// # >     expose: ["8000"]
    /// # >   cache:
    /// # >     image: redis:7.4
    /// ```
    /// ```env good file=api.env
    /// ALLOWED_HOSTS=shop.de,http://localhost:8000
    /// REDIS_URL=redis://redis:6379/0
    /// SELF_URL=http://localhost:8000/tasks
    /// ```
    ///
    /// ### Given by Compose
    /// ```compose bad
    /// services:
    ///   api:
    ///     build: api
    ///     restart: always
    ///     environment:
    ///       FRONTEND_URL: http://localhost:3000
    /// #                   ^^^^^^^^^^^^^^^^^^^^^ env/localhost-url
    /// # | `FRONTEND_URL` points to the visitor's own machine, not to this server
    /// # | help: put the public address here, with https://
    /// # >       FRONTEND_URL: https://shop.de
    ///       REDIS_URL: redis://localhost:6379/0
    /// #                ^^^^^^^^^^^^^^^^^^^^^^ env/localhost-url
    /// # >       REDIS_URL: redis://cache:6379/0
    ///   web:
    ///     build:
    ///       context: web
    ///       args:
    ///         - VITE_API_URL=http://localhost:8000/api
    /// # >         - VITE_API_URL=https://shop.de/api
    /// # >   cache:
    /// # >     image: redis:7.4
    /// ```
    /// ```dockerfile both file=web/Dockerfile
    /// FROM node:22-alpine
    /// ARG VITE_API_URL
    /// RUN npm run build
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     build: api
    ///     environment:
    ///       FRONTEND_URL: https://shop.de
    ///       REDIS_URL: redis://redis:6379/0
    ///   all-in-one:
    ///     image: acme/everything:2
    ///     environment:
    ///       MONGODB_URL: mongodb://localhost:27017/acme
    ///       STORAGE: local://localhost
    ///   migrate:
    ///     build: api
    ///     restart: "no"
    ///     environment:
    ///       CORS_ORIGINS: http://localhost
    ///   web:
    ///     build:
    ///       context: web
    ///       args:
    ///         - VITE_API_URL=/api
    /// ```
    ///
    /// ### Set when the pages are built
    /// ```compose good
    /// services:
    ///   web:
    ///     build: web
    ///     environment:
    ///       VITE_API_URL: http://localhost:8000
    /// ```
    /// ```dockerfile good file=web/Dockerfile
    /// FROM node:24-slim AS build
    /// COPY . /app
    /// RUN npm ci && npm run build
    /// FROM nginx:1.28
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    ///
    /// ### A name that is told to the container
    /// ```compose good
    /// services:
    ///   api:
    ///     build: api
    ///     environment:
    ///       LOGIN_AUTHORITY: http://login.localhost:8085/realms/shop
    ///     extra_hosts: ["login.localhost:host-gateway"]
    /// ```
    ///
    /// ### A file that is not what the container gets
    /// ```env good file=.env
    /// REDIS_URL=redis://localhost:6379/0
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     build: api
    ///     env_file: .env
    ///     environment:
    ///       REDIS_URL: redis://redis:6379/0
    /// ```
    ///
    /// ## What it does not report
    /// Connections of a program that runs on the machine itself, health checks, addresses to bind to, what a published image
    /// may bring itself, variables that come too late for the build that reads them.
    "env/localhost-url" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        check: Check::Variables(check),
    }
}

/// Names of addresses that browsers, mails and other servers get to see.
fn is_public_name(key: &str) -> bool {
    const ENDS: [&str; 32] = [
        "WEB_HOST",
        "APP_HOST",
        "PHX_HOST",
        "MEDIA_URL",
        "STATIC_URL",
        "ASSETS_URL",
        "APP_URL",
        "SITE_URL",
        "BASE_URL",
        "PUBLIC_URL",
        "FRONTEND_URL",
        "NEXTAUTH_URL",
        "AUTH_URL",
        "ROOT_URL",
        "WEBSITE_URL",
        "CALLBACK_URL",
        "SUCCESS_URL",
        "CANCEL_URL",
        "RETURN_URL",
        "REDIRECT_URL",
        "REDIRECT_URI",
        "WEBHOOK_URL",
        "CANONICAL_URL",
        "ALLOWED_ORIGINS",
        "CORS_ORIGINS",
        "CORS_ORIGIN",
        "TRUSTED_ORIGINS",
        "WEB_URL",
        "SERVER_URL",
        "EXTERNAL_URL",
        "EXTERNAL_ENDPOINT",
        "ORIGIN",
    ];
    // `SITE_WEBSITE_HOST`, `IMG_CDN_HOST`, `OAUTH2_AUTHORIZATION_URL`: browsers are sent there.
    const WORDS: [&str; 8] = ["PUBLIC", "SITE", "WEBSITE", "CDN", "AUTHORIZATION", "AUTHORIZE", "ISSUER", "FRONTEND"];
    // What renders pages on the server has an address of its own.
    client_prefix(key).is_some() && !key.ends_with("_SERVER") && !key.contains("SSR")
        || ENDS.iter().any(|end| key.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
        || key.split('_').any(|part| WORDS.contains(&part))
        || key.contains("CORS")
        || key.starts_with("KC_HOSTNAME")
}

/// Schemes that are no addresses: `null://localhost`, `local://localhost`.
const NOWHERE: [&str; 7] = ["null", "local", "file", "memory", "mock", "unix", "sqlite"];

/// Whether a program may well listen there itself.
fn calls_itself(url: &Url, service: &Service, ctx: &Context) -> bool {
    let told = |(key, value): &(Spanned<String>, Known<String>)| {
        key.value.ends_with("PORT") && value.get().is_some_and(|value| value == url.port)
    };
    let listens = || url.port.parse().is_ok_and(|port| ctx.project.sockets(service).may_answer(port));
    !url.port.is_empty() && (service.environment.iter().any(told) || listens())
}

/// Whether it may be in the image: a published one, which is started with its own addresses, and no other service answers
/// there.
fn comes_with_it(url: &Url, service: &Service, ctx: &Context) -> bool {
    let port = url.target_port();
    service.build.is_none() && !port.is_some_and(|port| ctx.project.answers_beside(service, port))
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    let alone = |service: &&Service| {
        // Another container's network has its own services on `localhost`.
        let shared = |mode: &String| mode == "host" || mode.starts_with("service:") || mode.starts_with("container:");
        !service.network_mode.get().is_some_and(shared) && !service.network_mode.is_unresolved()
    };
    // Of a program for one's own desk nobody else opens the pages.
    if ctx.project.is_for_a_desk(env.file) {
        return;
    }
    for Address { var, urls, .. } in env.addresses() {
        let real = |url: &&Url| Host::of(url.host) == Host::Loopback && !NOWHERE.contains(&url.scheme);
        let Some(url) = urls.iter().find(real) else { continue };
        let key = var.key.value.to_ascii_uppercase();
        // A list of names that are let in leads nowhere.
        if key.split('_').any(|word| word == "LOCAL") || key.ends_with("ALLOWED_HOSTS") {
            continue;
        }
        // What a browser may load from, a list as well.
        if key.contains("CONTENT_SECURITY_POLICY") || key.split('_').any(|word| word == "CSP") {
            continue;
        }
        if ["HEALTH", "PROBE", "BIND", "LISTEN", "PROXY", "INTERNAL"].iter().any(|part| key.contains(part)) {
            continue;
        }
        // `PARSER_URL` beside `PARSER_AUTO_START=true`: the program starts what answers there.
        let stem = key.rsplit_once('_').map_or(key.as_str(), |(stem, _)| stem.trim_end_matches("_BASE"));
        let starts = env.effective().any(|(own, value)| {
            let own = own.key.value.to_ascii_uppercase();
            let said = |rest: &str| rest.contains("AUTO_START") || rest.contains("AUTOSTART");
            own.strip_prefix(stem).is_some_and(said) && is_true(value.value)
        });
        if starts {
            continue;
        }
        let public = is_public_name(&key);
        // It has no effect, and `compose/set-after-build` says so.
        let too_late = |service: &&Service| {
            let late = ctx.project.set_too_late(service);
            late.is_some_and(|late| late.names.iter().any(|name| name.value == var.key.value))
        };
        if public && env.is_given() && baked_by(&key).is_some() && env.services.iter().any(too_late) {
            continue;
        }
        // Migrations are started with the settings of the program, and answer no browser.
        let ends = |service: &&Service| {
            service.restart.get().is_some_and(|restart| restart == "no") && service.ports.is_empty()
        };
        let lets_in = key.contains("ORIGIN") || key.contains("CORS");
        if lets_in && !env.services.is_empty() && env.services.iter().all(ends) {
            continue;
        }
        // The builds that would write it into the pages do not get the file, or no page names it.
        let file = ctx.project.env.iter().find(|own| own.file == env.file);
        let lost = |own: &EnvFile| {
            !ctx.project.may_be_in_pages(directory(&own.path), var.key.value) || ctx.project.is_left_out_of_pages(own)
        };
        if public
            && baked_by(&key).is_some()
            && (file.is_some_and(lost) || ctx.project.is_in_no_pages(env, var.key.value))
        {
            continue;
        }
        let elsewhere = urls.iter().any(|url| Host::of(url.host) != Host::Loopback);
        let name = &var.key.value;
        let place = var.part(url.range.clone());
        // `ARG NAME=http://localhost:8000`, and the platform says what its builds get.
        let argument = || ctx.project.source(place.file).shown().contains(&format!("ARG {}=", var.key.value));
        let built = ctx.project.document(env.file).class.kind == Kind::Dockerfile;
        if public && built && ctx.project.ships_on_platform() && argument() {
            sink.unknown(place, "the platform may build it with another value");
            continue;
        }
        if public {
            let finding =
                sink.report(place, format!("`{name}` points to the visitor's own machine, not to this server"));
            finding.help("put the public address here, with https://").cause(place.file, "so does this one");
            // Grafana puts it into the links of its mails, and works without.
            if var.is_mere_default() || name.starts_with("GF_") {
                finding.severity(Low);
            }
            if elsewhere {
                // A list that has real addresses, too: nothing breaks, but pages on any visitor's machine are let in.
                finding.severity(Low).effect(Weakens);
            }
        } else if let Some(container) = ctx.project.receivers(env, name).find(alone) {
            // Who writes it into the image knows what else the image starts, unless a neighbour is meant.
            let kind = ctx.project.document(env.file).class.kind;
            let starts = kind == Kind::Dockerfile && answering(url, container, ctx).is_none();
            // `extra_hosts` gives `auth.localhost` an address of its own.
            let elsewhere = container.hosts.iter().any(|name| name.value == url.host);
            if elsewhere
                || starts
                || calls_itself(url, container, ctx)
                || env.file == container.file && comes_with_it(url, container, ctx)
            {
                continue;
            }
            let service = &container.name;
            let finding = sink.report(
                place,
                format!(
                    "`{name}` points to the container of service `{}` itself, where nothing of the kind runs",
                    service.value
                ),
            );
            finding.help(match (url.scheme, answering(url, container, ctx)) {
                (_, Some(answer)) => format!("write `{answer}` in place of `{}`, the service by its name", at(url)),
                ("http" | "https", None) => {
                    "use the name of the service that answers there; if browsers open it, the public address".to_owned()
                }
                _ => format!("use the name of the service that answers there in place of `{}`", url.host),
            });
            if env.file != service.span.file {
                finding.related(service.span, "this service reads the file");
            }
            if var.is_mere_default() {
                finding.severity(Low);
            }
        }
    }
}

/// Host and port as they are written.
fn at(url: &Url) -> String {
    if url.port.is_empty() { url.host.to_owned() } else { format!("{}:{}", url.host, url.port) }
}

/// The neighbour that listens on the port of an address, if it is the only one.
fn answering(url: &Url, service: &Service, ctx: &Context) -> Option<String> {
    let port = url.target_port()?;
    let set = ctx.project.compose().get(service.id.composition)?;
    let mut found = set
        .services
        .iter()
        .filter(|other| other.id != service.id && ctx.project.look(1) && ctx.project.sockets(other).may_answer(port));
    let only = found.next().filter(|_| found.next().is_none())?;
    Some(format!("{}:{port}", only.name.value))
}
