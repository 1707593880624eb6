//! `compose/set-after-build`

use crate::model::compose::Service;
use crate::model::image::{CommandLine, Dockerfile, Image};
use crate::project::Project;
use crate::rules::prelude::*;
use crate::secret::client_prefix;
use crate::source::{below, directory};
use crate::syntax::shell;

rule! {
    /// A variable for the browser that is set when the pages have long been built.
    ///
    /// ## Why
    /// Next.js, Vite and their like write the values of `NEXT_PUBLIC_*`, `VITE_*`, `REACT_APP_*` into the pages when these are built. What a
    /// service gets when it starts changes nothing: the browser has the value of the build, or none.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    /// # >     build: {context: ., args: {VITE_API_URL: https://api.example.com}}
    ///     environment:
    ///       PORT: 3000
    ///       VITE_API_URL: https://api.example.com
    /// #     ^^^^^^^^^^^^ compose/set-after-build
    /// # | Vite writes `VITE_API_URL` into the pages when the image is built; set when service `web` starts, it has no
    /// # | effect
    /// # | help: add `ARG VITE_API_URL` above the build in `Dockerfile`, and give it with `build.args`
    /// # >
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args: {VITE_API_URL: "https://api.example.com"}
    ///     environment: {VITE_API_URL: "https://api.example.com"}
    /// ```
    /// ```dockerfile bad
    /// FROM node:24-slim AS build
    /// COPY . /app
    /// # > COPY . /app
    /// # > ARG VITE_API_URL
    /// RUN npm ci && npm run build
    /// FROM nginx:1.28
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    /// ```dockerfile good
    /// FROM node:24-slim AS build
    /// ARG VITE_API_URL
    /// COPY . /app
    /// RUN npm ci && npm run build
    /// FROM nginx:1.28
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    ///
    /// ## What it does not report
    /// Variables that the Dockerfile names, or an env file in the build context. Images that start with a script, or
    /// build when they start: there it is not known.
    "compose/set-after-build" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser",
            "https://vite.dev/guide/env-and-mode",
        ],
        check: Check::Service(check),
    }
}

/// Those that are read at build time only; Nuxt and SvelteKit also read theirs when they start.
const BAKED: [&str; 6] = ["NEXT_PUBLIC_", "VITE_", "REACT_APP_", "VUE_APP_", "GATSBY_", "EXPO_PUBLIC_"];

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let project: &Project = context.project;
    let client = |name: &str| client_prefix(name).filter(|(prefix, _)| BAKED.contains(prefix));
    let names = || service.environment.iter().map(|(name, _)| name);
    if !names().any(|name| client(&name.value).is_some()) {
        return sink.not_applicable();
    }
    let Image::Built(file, stage) = project.image_of(service) else {
        return sink.unknown_as_usual(service.name.span, "how its image is built is not known");
    };
    let Some(build) = build_step(file, stage).filter(|_| file.gap.is_none()) else { return };
    let text = project.document(file.file).source.shown();
    let folder = service.build.as_ref().and_then(|build| build.context.get()).map_or("", String::as_str);
    // The file of the service itself counts when it lies where the build finds it.
    let in_context = |name: &str| {
        project.documents().iter().any(|document| {
            let path = &document.source.path;
            let inside = project.look(1) && below(path, folder).is_some();
            inside && project.env_at(path).is_some_and(|env| env.get(name).is_some())
        })
    };
    let lost: Vec<&Spanned<String>> = names()
        .filter(|name| client(&name.value).is_some() && !text.contains(&name.value) && !in_context(&name.value))
        .collect();
    let Some(first) = lost.first() else { return };
    if let Some(why) = later(service, project, file, stage) {
        return sink.unknown_as_usual(first.span, why);
    }
    let tool = client(&first.value).map_or("the build", |(_, tool)| tool);
    let list = phrase::named(lost.iter().map(|name| name.value.as_str()));
    let one = lost.len() == 1;
    let message = format!(
        "{tool} writes {list} into the pages when the image is built; set when service `{}` starts, {} no effect",
        service.name.value,
        if one { "it has" } else { "they have" },
    );
    let help = format!(
        "add `ARG {}` above the build in `{}`, and give {} with `build.args`",
        first.value,
        file.path,
        if one { "it" } else { "each" }
    );
    sink.report(first.span, message).help(help).related(build, "built here");
}

/// The step that builds the pages.
fn build_step(file: &Dockerfile, stage: usize) -> Option<Span> {
    const TOOLS: [&str; 12] =
        ["npm", "yarn", "pnpm", "bun", "npx", "next", "vite", "turbo", "nx", "ng", "react-scripts", "gatsby"];
    let runs = file.stages.iter().take(stage + 1).flat_map(|stage| stage.runs());
    runs.flat_map(|run| &run.commands).find_map(|words| {
        let tool = words.first().is_some_and(|word| TOOLS.contains(&shell::base_name(&word.value)));
        let word = words.iter().find(|word| word.value == "build" || word.value.starts_with("build:"));
        word.filter(|_| tool).map(|word| word.span)
    })
}

/// Why the pages may be changed, or built, when the container starts.
fn later(service: &Service, project: &Project, file: &Dockerfile, stage: usize) -> Option<&'static str> {
    let image = Image::Built(file, stage);
    let own = [image.entrypoint(), image.command()].into_iter().flatten().map(CommandLine::words);
    let told = [&service.entrypoint, &service.command].into_iter().filter_map(|words| words.get().cloned());
    let builds = |word: &str| {
        matches!(word, "build" | "dev" | "start:dev" | "envsubst" | "sed")
            || word.ends_with(".sh")
            || word.contains("entrypoint")
    };
    let text = |word: &String| word.split_whitespace().any(builds);
    if own.chain(told).flatten().any(|word| text(&word)) {
        return Some("the pages may be built or changed when the container starts");
    }
    // nginx fills in templates, and runs what is in /docker-entrypoint.d.
    let scripted = file.stages.get(stage).is_some_and(|stage| {
        stage.steps.iter().filter_map(|step| step.copy()).any(|copy| {
            copy.target.value.contains("entrypoint") || copy.sources.iter().any(|source| source.value.ends_with(".sh"))
        })
    });
    let mounted = service.mounts.iter().any(|mount| mount.target.get().is_some_and(|path| path.contains("entrypoint")));
    let beside = project.documents().iter().any(|document| {
        let path = &document.source.path;
        project.look(1)
            && path.ends_with(".sh")
            && directory(path) == directory(&file.path)
            && BAKED.iter().any(|prefix| document.source.shown().contains(prefix))
    });
    (scripted || mounted || beside).then_some("a script may put it into the pages when the container starts")
}
