//! `docker/start-without-server`

use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// `next start` for a site that is exported as plain files.
    ///
    /// ## Why
    /// With `output: "export"` there is no server to start: `"next start" does not work with "output: export" configuration`, and
    /// the container ends.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:24
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// USER node
    /// CMD ["npx", "next", "start"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^ docker/start-without-server
    /// # | `next start` refuses to run with `output: "export"`, which makes plain files: the container does not start
    /// # | help: let a web server serve the folder `out`, or leave `output` away
    /// ```
    /// ```next-config bad file=next.config.js
    /// module.exports = { output: "export" };
    /// //                 <-- exported here
    /// // > module.exports = { poweredByHeader: false };
    /// ```
    /// ```text both file=package.json
    /// {"scripts": {"build": "next build"}, "dependencies": {"next": "16.0.0"}}
    /// ```
    /// ```text both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ### A web server serves it
    /// ```dockerfile good
    /// FROM node:24 AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    ///
    /// FROM nginxinc/nginx-unprivileged:1.29
    /// COPY --from=build /app/out /usr/share/nginx/html
    /// ```
    /// ```next-config good file=next.config.js
    /// module.exports = { output: "export" };
    /// ```
    /// ```text good file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    "docker/start-without-server" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/guides/static-exports"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let built = image.image();
    let [context] = &image.contexts[..] else { return sink.not_applicable() };
    let line = built.command().filter(|_| built.entrypoint().is_none() && image.runs_own_command());
    let Some(line) = line else { return sink.not_applicable() };
    let config = ctx.project.next_config_in(context);
    let Some(exports) = config.and_then(|config| config.exports) else { return sink.not_applicable() };
    let words = line.words();
    let words: Vec<&str> = words.iter().map(|word| base_name(word)).collect();
    let script = || ctx.project.script_in_folder(context, "start").is_some_and(|line| line.starts_with("next start"));
    let starts = match &words[..] {
        ["npm" | "yarn" | "pnpm" | "bun", "start"] | ["npm" | "yarn" | "pnpm" | "bun", "run", "start"] => script(),
        words => words.windows(2).any(|pair| pair == ["next", "start"]),
    };
    if starts {
        let message = "`next start` refuses to run with `output: \"export\"`, which makes plain files: the container does not start";
        sink.report(line.span(), message)
            .help("let a web server serve the folder `out`, or leave `output` away")
            .related(exports, "exported here");
    }
}
