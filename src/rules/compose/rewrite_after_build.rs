//! `compose/rewrite-after-build`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// Next.js has written down where it sends requests before this variable was set.
    ///
    /// ## Why
    /// `next build` works out the targets of `rewrites` once and keeps them (`routes-manifest.json`). What Compose sets when the
    /// container starts changes nothing: requests go to what was set during the build, to `undefined`, or to `localhost`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    /// # >     build: {context: ., args: {BACKEND_URL: "http://api:8000"}}
    ///     environment:
    ///       BACKEND_URL: http://api:8000
    /// #     ^^^^^^^^^^^ compose/rewrite-after-build
    /// # | Next.js reads `BACKEND_URL` for its `rewrites` when the image is built; set when service `web` starts, it
    /// # | has no effect
    /// # | help: add `ARG BACKEND_URL` above the build in `Dockerfile`, and give it with `build.args`
    /// ```
    /// ```dockerfile bad
    /// FROM node:24
    /// WORKDIR /app
    /// COPY . .
    /// # > COPY . .
    /// # > ARG BACKEND_URL
    /// RUN npm ci && npm run build
    /// #                     <-- built here
    /// USER node
    /// CMD ["npm", "start"]
    /// ```
    /// ```next-config both file=next.config.mjs
    /// const backend = process.env.BACKEND_URL ?? "http://localhost:8000";
    /// //              <-- read here
    /// export default {
    ///   async rewrites() {
    ///     return [{ source: "/api/:path*", destination: `${backend}/:path*` }];
    ///   },
    /// };
    /// ```
    /// ```text both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ```text both file=package.json
    /// {"scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "16.0.0"}}
    /// ```
    /// ### The build gets it
    /// ```compose good
    /// services:
    ///   web:
    ///     build: {context: ., args: {BACKEND_URL: "http://api:8000"}}
    ///     environment:
    ///       BACKEND_URL: http://api:8000
    /// ```
    /// ```dockerfile good
    /// FROM node:24
    /// WORKDIR /app
    /// COPY . .
    /// ARG BACKEND_URL
    /// RUN npm ci && npm run build
    /// USER node
    /// CMD ["npm", "start"]
    /// ```
    /// ```next-config good file=next.config.mjs
    /// export default {
    ///   async rewrites() {
    ///     return [{ source: "/api/:path*", destination: `${process.env.BACKEND_URL}/:path*` }];
    ///   },
    /// };
    /// ```
    /// ```text good file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ### It falls back to what it is given
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       BACKEND_URL: ${BACKEND_URL:-http://localhost:8000}
    /// ```
    /// ```dockerfile good
    /// FROM node:24
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// USER node
    /// CMD ["npm", "start"]
    /// ```
    "compose/rewrite-after-build" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/api-reference/config/next-config-js/rewrites"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some((late, config)) = ctx.project.rewritten_too_late(service) else { return };
    let Some(first) = late.names.first() else { return };
    if let Some(why) = late.later {
        return sink.unknown_as_usual(first.span, why);
    }
    let message = format!(
        "Next.js reads `{}` for its `rewrites` when the image is built; set when {} starts, it has no effect",
        first.value,
        service.title()
    );
    let help =
        format!("add `ARG {}` above the build in `{}`, and give it with `build.args`", first.value, late.file.path);
    let finding = sink.report(first.span, message).help(help).related(late.build, "built here");
    if let Some(read) = config.rewritten.iter().find(|own| own.value == first.value) {
        finding.related(read.span, "read here");
    }
}
