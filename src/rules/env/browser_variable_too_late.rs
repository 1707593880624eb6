//! `env/browser-variable-too-late`

use crate::model::image::{Dockerfile, Image, Stage};
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::client_prefix;
use crate::source::below;

rule! {
    /// A variable for pages is set when they are served, not when they are built.
    ///
    /// ## Why
    /// Next.js, Vite and Create React App write these variables into the scripts when they build them. What `environment:` sets later
    /// does not reach them: the page asks `undefined/api`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       NEXT_PUBLIC_API_URL: https://kleinladen.de/api
    /// #     ^^^^^^^^^^^^^^^^^^^ env/browser-variable-too-late
    /// # | `NEXT_PUBLIC_API_URL` is set when service `web` runs, but Next.js writes it into the pages when they are built:
    /// # | browsers get nothing
    /// # | help: set it under `build.args`, and declare it before the build: `ARG NEXT_PUBLIC_API_URL`
    /// ```
    /// ```dockerfile bad
    /// FROM node:24-alpine AS build
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM node:24-alpine
    /// COPY --from=build /app /app
    /// CMD ["npm", "start"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: {context: ., args: {NEXT_PUBLIC_API_URL: https://kleinladen.de/api}}
    ///     environment:
    ///       NEXT_PUBLIC_API_URL: https://kleinladen.de/api
    ///       API_URL: http://api:8000
    /// ```
    /// ```dockerfile good
    /// FROM node:24-alpine AS build
    /// ARG NEXT_PUBLIC_API_URL
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM node:24-alpine
    /// COPY --from=build /app /app
    /// CMD ["npm", "start"]
    /// ```
    ///
    /// ## What it does not report
    /// Images that build nothing, that build when they start, or whose start is a script, which may write the values in. Variables that
    /// an env file in the build context sets.
    "env/browser-variable-too-late" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser"],
        check: Check::Variables(check),
    }
}

/// The tools that read them at no other time.
const BUNDLERS: [&str; 4] = ["Next.js", "Vite", "Create React App", "Vue CLI"];

fn check(variables: &Variables, ctx: &Context, sink: &mut Sink) {
    let Some(service) = variables.services.first().filter(|_| variables.is_given()) else {
        return sink.not_applicable();
    };
    let Image::Built(dockerfile, _) = ctx.project.image_of(service) else { return sink.not_applicable() };
    let Some(start) = ctx.project.started_with(service).filter(|_| !service.runs_sources()) else {
        return sink.not_applicable();
    };
    if !builds(dockerfile) || start.iter().any(|word| word.ends_with(".sh") || word.contains("build")) {
        return sink.not_applicable();
    }
    let context = service.build.as_ref().and_then(|build| build.context.get());
    for (key, _) in variables.iter().filter(|(_, value)| !value.value.is_empty()) {
        let name = key.value;
        let Some((_, tool)) = client_prefix(name).filter(|(_, tool)| BUNDLERS.contains(tool)) else { continue };
        let declares = |stage: &Stage| stage.args.iter().any(|(own, _)| own.value == name) || stage.env(name).is_some();
        let beside = ctx.project.env.iter().filter(|env| context.is_some_and(|own| below(&env.path, own).is_some()));
        let mut beside = beside.filter(|env| ctx.project.look(1) && env.get(name).is_some()).peekable();
        let told = beside.peek().is_some();
        if dockerfile.stages.iter().any(declares) || beside.any(|env| env.role != Role::Template) {
            continue;
        }
        if told {
            sink.unknown(key.span, "an env file that is made from the template may set it for the build");
            continue;
        }
        let message = format!(
            "`{name}` is set when service `{}` runs, but {tool} writes it into the pages when they are built: browsers \
             get nothing",
            service.name.value
        );
        sink.report(key.span, message)
            .help(format!("set it under `build.args`, and declare it before the build: `ARG {name}`"))
            .related(dockerfile.stages.last().map_or(key.span, |stage| stage.span), "it is built without it");
    }
}

/// Whether a step builds pages: `npm run build`, `vite build`.
fn builds(dockerfile: &Dockerfile) -> bool {
    const TOOLS: [&str; 7] = ["npm", "pnpm", "yarn", "bun", "npx", "next", "vite"];
    dockerfile.stages.iter().flat_map(Stage::runs).flat_map(|run| &run.commands).any(|words| {
        let tool = words.first().is_some_and(|word| TOOLS.contains(&word.value.as_str()));
        tool && words.iter().any(|word| word.value == "build" || word.value.starts_with("build:"))
    })
}
