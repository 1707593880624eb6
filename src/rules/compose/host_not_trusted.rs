//! `compose/host-not-trusted`

use crate::model::compose::Service;
use crate::rules::prelude::*;

rule! {
    /// Nothing tells Auth.js to believe the host of a request: nobody can sign in.
    ///
    /// ## Why
    /// Auth.js 5 (`next-auth` 5) takes the address of the site from the request, and does so only where it is told to: by
    /// `trustHost: true`, `AUTH_URL`, `AUTH_TRUST_HOST`, or on Vercel and Cloudflare Pages. `NEXTAUTH_URL`, which version 4 read, is
    /// not enough. With `NODE_ENV=production` nobody can sign in: `UntrustedHost: Host must be trusted`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    /// # ^^^ compose/host-not-trusted
    /// # | nothing tells Auth.js in service `web` to believe the host of a request: nobody can sign in (`UntrustedHost`)
    /// # | help: set `AUTH_TRUST_HOST: "true"` where a proxy in front checks the host, or `AUTH_URL`; `NEXTAUTH_URL` does not do it
    ///     build: .
    ///     environment:
    ///       AUTH_SECRET: ${AUTH_SECRET:?}
    /// # >       AUTH_SECRET: ${AUTH_SECRET:?}
    /// # >       AUTH_TRUST_HOST: "true"
    /// ```
    /// ```auth-config both file=auth.ts
    /// import NextAuth from "next-auth";
    /// export const { handlers, auth } = NextAuth({ providers: [] });
    /// //                                <-- started here
    /// ```
    /// ```text both file=package.json
    /// {"scripts": {"start": "next start"}, "dependencies": {"next": "16.0.0", "next-auth": "5.0.0-beta.30"}}
    /// ```
    /// ```text both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ```dockerfile both
    /// FROM node:24
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// USER node
    /// CMD ["npm", "start"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       AUTH_SECRET: ${AUTH_SECRET:?}
    ///       AUTH_URL: https://shop.example.org
    /// ```
    ///
    /// ## What it does not report
    /// Version 4, and programs whose settings come from files that are not found by the usual names.
    "compose/host-not-trusted" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://authjs.dev/getting-started/deployment"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some(call) = ctx.project.believes_no_host(service) else { return sink.not_applicable() };
    let message = format!(
        "nothing tells Auth.js in {} to believe the host of a request: nobody can sign in (`UntrustedHost`)",
        service.title()
    );
    sink.report(service.name.span, message)
        .help("set `AUTH_TRUST_HOST: \"true\"` where a proxy in front checks the host, or `AUTH_URL`; `NEXTAUTH_URL` does not do it")
        .related(call, "started here");
}
