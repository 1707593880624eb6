//! `project/probe-misses-server`

use crate::project::{Failing, Process};
use crate::rules::prelude::*;

rule! {
    /// A health check asks its container where the server does not listen.
    ///
    /// ## Why
    /// A check that asks another port than the one the program listens on fails every time, however well the program is.
    ///
    /// The standalone server of Next.js listens on the address in `HOSTNAME`, and Docker sets that to the name of the container. So it
    /// answers its neighbours and not `localhost`: the container is unhealthy for ever, and what waits for it does not start.
    ///
    /// `localhost` is two addresses in a container, and the `wget` of Alpine tries the first one alone: `::1`. A server that listens on
    /// `0.0.0.0`, or an nginx with `listen 80;`, does not answer there.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY --from=build /app/.next/standalone ./
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    /// # >     build: .
    /// # >     environment: {HOSTNAME: 0.0.0.0}
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/"]
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-misses-server
    /// # | the health check of service `web` asks localhost, but the server of Next.js listens on the container's name:
    /// # | it fails every time
    /// # | help: add to `environment:` of service `web`: `HOSTNAME: 0.0.0.0`
    /// ```
    /// ```dockerfile good
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM node:22-alpine
    /// ENV HOSTNAME=0.0.0.0
    /// WORKDIR /app
    /// COPY --from=build /app/.next/standalone ./
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/"]
    /// ```
    ///
    /// ### Another port
    /// ```compose bad
    /// services:
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:app --host 0.0.0.0 --port 8000
    ///     healthcheck:
    ///       test: ["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"]
    /// #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-misses-server
    /// # | the health check of service `api` asks port 8080, but its program listens on 8000: it fails every time
    /// # | help: ask port 8000
    /// # >       test: ["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"]
    /// ```
    /// ```compose good
    /// services:
    ///   api:
    ///     image: shop:1
    ///     command: uvicorn shop:app --host 0.0.0.0 --port 8000
    ///     healthcheck:
    ///       test: ["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"]
    ///   jobs:
    ///     image: shop:1
    ///     command: uvicorn jobs:app --host 0.0.0.0 --port 8106
    ///     healthcheck:
    ///       test: ["CMD", "python", "-c", "import os, urllib.request; port = os.getenv('PORT', '8106'); urllib.request.urlopen(f'http://localhost:{port}/health')"]
    /// ```
    /// ### The other address
    /// ```compose bad
    /// services:
    ///   nginx:
    ///     image: nginx:1.28-alpine
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "--spider", "http://localhost:8080/"]
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/probe-misses-server
    /// # | the health check of service `nginx` asks `localhost`, for which the `wget` of Alpine tries `::1` and nothing
    /// # | else, and its program listens on IPv4 alone: it fails every time
    /// # | help: ask `127.0.0.1` instead of `localhost`
    /// # >       test: ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:8080/"]
    /// ```
    /// ```nginx both file=site.conf
    /// server {
    ///     listen 8080;
    ///     root /usr/share/nginx/html;
    /// }
    /// server {
    ///     listen 8081;
    ///     listen [::]:8081;
    ///     root /usr/share/nginx/html;
    /// }
    /// ```
    /// ```compose good
    /// services:
    ///   nginx:
    ///     image: nginx:1.28-alpine
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     healthcheck:
    ///       test: ["CMD", "wget", "-q", "--spider", "http://localhost:8081/"]
    ///   other:
    ///     image: nginx:1.28-alpine
    ///     volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    ///     healthcheck:
    ///       test: ["CMD", "curl", "-f", "http://localhost:8080/"]
    /// ```
    "project/probe-misses-server" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/api-reference/config/next-config-js/output"],
        check: Check::Process(check),
    }
}

fn check(process: &Process, ctx: &Context, sink: &mut Sink) {
    let Some((service, probe)) = process.service().and_then(|service| Some((service, ctx.project.probe_of(service)?)))
    else {
        return sink.not_applicable();
    };
    let Some(failing) = ctx.project.asks_elsewhere(&probe) else { return };
    let name = &service.name.value;
    let finding = sink.report(failing.at(), format!("the health check of service `{name}` {failing}"));
    match failing {
        Failing::Port { own, .. } => {
            finding.help(format!("ask port {own}"));
            if process.line() != service.name.span {
                finding.related(process.line(), "this is started");
            }
        }
        Failing::Family(_) => _ = finding.help("ask `127.0.0.1` instead of `localhost`"),
        _ => _ = finding.help(format!("add to `environment:` of service `{name}`: `HOSTNAME: 0.0.0.0`")),
    }
    super::tell_who_waits(ctx.project, service, finding);
}
