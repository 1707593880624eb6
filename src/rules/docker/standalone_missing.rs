//! `docker/standalone-missing`

use crate::model::image::{CopyFrom, Step};
use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// An image copies `.next/standalone`, and nothing tells Next.js to make it.
    ///
    /// ## Why
    /// `next build` makes the folder `.next/standalone` only with `output: "standalone"` in `next.config.js`. Without it the copy
    /// fails: `"/app/.next/standalone": not found`, and there is no image.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:24 AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    ///
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY --from=build /app/.next/standalone ./
    /// #                 ^^^^^^^^^^^^^^^^^^^^^ docker/standalone-missing
    /// # | `next.config.mjs` does not say `output: "standalone"`, so that nothing makes this folder: the image cannot be
    /// # | built
    /// # | help: write `output: "standalone"` into `next.config.mjs`
    /// COPY --from=build /app/.next/static ./.next/static
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```next-config bad file=next.config.mjs
    /// export default { poweredByHeader: false };
    /// // > export default { output: "standalone" };
    /// ```
    /// ```text both file=package.json
    /// {"scripts": {"build": "next build"}, "dependencies": {"next": "16.0.0"}}
    /// ```
    /// ```text both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ### A condition decides
    /// ```dockerfile good
    /// FROM node:24 AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    ///
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY --from=build /app/.next/standalone ./
    /// COPY --from=build /app/.next/static ./.next/static
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```next-config good file=next.config.ts
    /// export default { output: process.env.VERCEL ? undefined : "standalone" };
    /// ```
    /// ```text good file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    "docker/standalone-missing" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/api-reference/config/next-config-js/output"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let [context] = &image.contexts[..] else { return sink.not_applicable() };
    let copies = image.image().chain().into_iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
    let from_stages = copies.filter(|copy| matches!(copy.from, CopyFrom::Stage(_)));
    let words = from_stages.flat_map(|copy| &copy.sources).filter(|word| !word.value.contains('*'));
    let Some(word) = words.into_iter().find(|word| word.value.trim_end_matches('/').ends_with(".next/standalone"))
    else {
        return sink.not_applicable();
    };
    let config = ctx.project.next_config_in(context);
    let Some(config) = config.filter(|config| !config.may_stand_alone) else { return };
    if ctx.project.document(image.file.file).source.shown().contains("STANDALONE") {
        return;
    }
    let name = config.path.rsplit('/').next().unwrap_or(&config.path);
    let message = format!(
        "`{name}` does not say `output: \"standalone\"`, so that nothing makes this folder: the image cannot be built"
    );
    sink.report(word.span, message).help(format!("write `output: \"standalone\"` into `{name}`"));
}
