//! `docker/static-not-copied`

use crate::model::image::{Copy, CopyFrom, Dockerfile, Step};
use crate::model::nginx::Server;
use crate::rules::prelude::*;

rule! {
    /// The image has the server of Next.js and not the scripts and styles it serves.
    ///
    /// ## Why
    /// `output: 'standalone'` leaves `.next/static` out on purpose: it may come from a CDN. Without it the pages come bare, and every
    /// `/_next/static/...` is answered with 404.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM node:22-alpine
    /// ENV HOSTNAME=0.0.0.0
    /// WORKDIR /app
    /// COPY --from=build /app/.next/standalone ./
    /// #                 ^^^^^^^^^^^^^^^^^^^^^ docker/static-not-copied
    /// # | the server is copied without `.next/static`: the pages come without scripts and styles
    /// # | help: add `COPY --from=build /app/.next/static ./.next/static`
    /// # > COPY --from=build /app/.next/standalone ./
    /// # > COPY --from=build /app/.next/static ./.next/static
    /// USER node
    /// CMD ["node", "server.js"]
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
    /// COPY --from=build /app/.next/static ./.next/static
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## What it does not report
    /// Projects in which any other file names `.next/static`, a prefix for assets or a CDN, and nginx that serves `/_next` itself.
    "docker/static-not-copied" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/api-reference/config/next-config-js/output"],
        check: Check::Dockerfile(check),
    }
}

fn check(file: &Dockerfile, ctx: &Context, sink: &mut Sink) {
    let chain = file.target(None).map(|stage| file.chain(stage)).unwrap_or_default();
    let copies = || chain.iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
    let server = |copy: &&Copy| matches!(copy.from, CopyFrom::Stage(_)) && of_server(copy).is_some();
    let Some(copy) = copies().find(server) else { return sink.not_applicable() };
    let (Some(source), CopyFrom::Stage(stage)) = (of_server(copy), &copy.from) else { return };
    let starts = chain.iter().filter_map(|stage| stage.command.as_ref().or(stage.entrypoint.as_ref()));
    let own = starts.into_iter().any(|line| line.words().iter().any(|word| word.ends_with("server.js")));
    // A folder around it brings it along.
    let brings = |copy: &Copy| {
        copy.sources.iter().any(|source| {
            let path = source.value.trim_end_matches('/');
            path.contains("static")
                || path.ends_with(".next")
                || !path.contains(".next")
                    && copy.from == CopyFrom::Stage(*stage)
                    && !path.contains("public")
                    && !path.contains("package")
                    && !path.contains("prisma")
        })
    };
    let serves = |server: &Server| server.locations.iter().any(|location| location.path.value.starts_with("/_next"));
    if !own
        || file.gap.is_some()
        || copies().any(brings)
        || ctx.project.brings_static()
        || ctx.project.servers().any(serves)
    {
        return;
    }
    let folder = source.value.trim_end_matches('/').trim_end_matches("standalone").to_owned();
    let from = match file.stages.get(*stage).and_then(|stage| stage.name.as_ref()) {
        Some(name) => name.value.clone(),
        None => stage.to_string(),
    };
    sink.report(source.span, "the server is copied without `.next/static`: the pages come without scripts and styles")
        .help(format!("add `COPY --from={from} {folder}static ./.next/static`"));
}

/// The word that names the folder with the server.
fn of_server(copy: &Copy) -> Option<&Spanned<String>> {
    copy.sources.iter().find(|source| source.value.trim_end_matches('/').ends_with(".next/standalone"))
}
