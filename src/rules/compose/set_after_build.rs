//! `compose/set-after-build`

use crate::model::compose::Service;
use crate::model::image::Image;
use crate::project::{Project, TooLate, baked_by};
use crate::rules::prelude::*;

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
    /// ARG VITE_KIOSK_TOKEN=""
    /// ARG VITE_API_URL=""
    /// ENV VITE_KIOSK_TOKEN=$VITE_KIOSK_TOKEN
    /// ENV VITE_API_URL=$VITE_API_URL
    /// COPY . /app
    /// RUN npm ci && npm run build
    /// FROM nginx:1.28
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    ///
    /// ## What it does not report
    /// Variables that the Dockerfile names, or an env file that the build takes. Paths like `/api`, which pages ask anyway when nothing is
    /// set, secrets, and stages that only test. Images that start with a script, or
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

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let project: &Project = context.project;
    if !service.environment.iter().any(|(name, _)| baked_by(&name.value).is_some()) {
        return sink.not_applicable();
    }
    if !matches!(project.image_of(service), Image::Built(..)) {
        return sink.unknown_as_usual(service.name.span, "how its image is built is not known");
    }
    let Some(TooLate { names, file, build, later }) = project.set_too_late(service) else { return };
    let first = names[0];
    if let Some(why) = later {
        return sink.unknown_as_usual(first.span, why);
    }
    let tool = baked_by(&first.value).unwrap_or("the build");
    let list = phrase::named(names.iter().map(|name| name.value.as_str()));
    let one = names.len() == 1;
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
    let finding = sink.report(first.span, message).help(help).related(build, "built here");
    // The server of Next.js reads what the build did not have; the pages themselves know where they are.
    let own = |name: &str| ["APP_URL", "SITE_URL", "APP_NAME", "SITE_NAME"].iter().any(|end| name.ends_with(end));
    if tool == "Next.js" && names.iter().all(|name| own(&name.value)) {
        finding.severity(Low);
    }
}
