//! `docker/build-without-tools`

use crate::model::Meaning;
use crate::model::image::{Copy, CopyFrom, Dockerfile, Stage, covers};
use crate::model::starts::Step;
use crate::project::{Shipped, adds_package, installs_packages, leaves_out_tools, script_run};
use crate::rules::prelude::*;

rule! {
    /// An image builds with tools that it has just left out.
    ///
    /// ## Why
    /// `vite`, `tsc` and their like stand among `devDependencies`. With `--omit=dev`, or `NODE_ENV=production` above, `npm ci` does
    /// not install those, and the build ends with `sh: vite: not found`.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:24 AS build
    /// WORKDIR /app
    /// ENV NODE_ENV=production
    /// # > ENV NODE_ENV=development
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    /// #   ^^^^^^^^^^^^^ docker/build-without-tools
    /// # | this runs `vite`, which is among `devDependencies`, and those are not installed: the image cannot be built
    /// # | help: install all of them to build: `npm ci --include=dev`
    /// FROM nginx:1.29
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    /// ```text both file=package.json
    /// {"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7.2.0"}}
    /// ```
    /// ```text both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ```dockerfile good
    /// FROM node:24 AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// ENV NODE_ENV=production
    /// RUN npm run build
    /// FROM nginx:1.29
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    /// ```text good file=package.json
    /// {"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7.2.0"}}
    /// ```
    /// ```text good file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ### What `npx` does without them
    /// ```dockerfile bad
    /// FROM node:24
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// # > RUN npm ci
    /// COPY . .
    /// RUN npx prisma generate
    /// #   ^^^^^^^^^^^^^^^^^^^ docker/build-without-tools
    /// # | `npx` fetches the newest `prisma` here, because `devDependencies` are not installed, and that one ends with an error: the
    /// # | image cannot be built
    /// # | help: move `prisma` to `dependencies`, or install all of them: `npm ci --include=dev`
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text both file=package.json
    /// {"scripts": {"start": "node server.js"}, "dependencies": {"@prisma/client": "^5.10.0"}, "devDependencies": {"prisma": "^5.10.0"}}
    /// ```
    /// ```text both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    ///
    /// ### What npm runs by itself
    /// ```dockerfile bad
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// #   ^^^^^^^^^^^^^^^^^ docker/build-without-tools
    /// # | npm runs `prepare` here, which needs `husky`, and that is among `devDependencies`, which are left out: the image cannot
    /// # | be built
    /// # | help: add `--ignore-scripts`, and run what the packages themselves need: `npm rebuild`
    /// # > RUN npm ci --omit=dev --ignore-scripts
    /// COPY . .
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text bad file=package.json
    /// {
    ///   "scripts": {
    ///     "prepare": "husky"
    ///   },
    ///   "dependencies": {"express": "^5.1.0"},
    ///   "devDependencies": {"husky": "^9.1.0"}
    /// }
    /// ```
    /// ```text bad file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ```dockerfile good
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY . .
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text good file=package.json
    /// {
    ///   "scripts": {
    ///     "prepare": "husky || true"
    ///   },
    ///   "dependencies": {"express": "^5.1.0"},
    ///   "devDependencies": {"husky": "^9.1.0"}
    /// }
    /// ```
    /// ```text good file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    ///
    /// ### Kept because others may use it
    /// npm leaves out what is `dev` in `package-lock.json`, and keeps what is `devOptional`.
    /// ```dockerfile good
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY . .
    /// RUN npm run build
    /// USER node
    /// CMD ["node", "dist/main.js"]
    /// ```
    /// ```text good file=package.json
    /// {"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "^5.9.0"}, "dependencies": {"cosmiconfig": "^9.0.0"}}
    /// ```
    /// ```text good file=package-lock.json
    /// {
    ///   "packages": {
    ///     "node_modules/typescript": {
    ///       "version": "5.9.3",
    ///       "devOptional": true
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Tools that are among `dependencies`, too, that the lock file of npm keeps for others, and steps with conditions.
    "docker/build-without-tools" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.npmjs.com/cli/v11/commands/npm-ci#omit"],
        check: Check::Image(check),
    }
}

/// Whether npm runs the scripts of the `package.json` that lies in the build context when it installs there.
fn runs_hooks(install: &Step, file: &Dockerfile, chain: &[&Stage]) -> bool {
    let manifest = |copy: &Copy| copy.sources.iter().any(|source| covers(&source.value, "package.json"));
    let own = |copy: &Copy| copy.from == CopyFrom::Context && manifest(copy);
    let copies = |stages: &[&Stage], fits: &dyn Fn(&Copy) -> bool| {
        stages.iter().flat_map(|stage| &stage.steps).filter_map(|step| step.copy()).any(fits)
    };
    // By way of an earlier stage: what is called so there came from the context.
    let handed_on = |copy: &Copy| match copy.from {
        CopyFrom::Stage(index) => {
            let names = |word: &str| {
                word.rsplit_once('/')
                    .is_some_and(|(_, name)| name.starts_with("package") && covers(name, "package.json"))
            };
            copy.sources.iter().any(|source| names(&source.value)) && copies(&file.chain(index), &own)
        }
        _ => false,
    };
    let before = |copy: &Copy| copy.span.start < install.span.start;
    // What changes the file, or says that there are no scripts.
    let mut words = chain.iter().flat_map(|own| own.runs()).flat_map(|run| run.commands.iter().flatten());
    let changes = |word: &str| {
        word == "pkg" || ["package.json", "ignore-scripts", "set-script"].iter().any(|own| word.contains(own))
    };
    let mut told = chain.iter().flat_map(|own| &own.env);
    let switched = |name: &str| name.to_ascii_lowercase().contains("ignore_scripts");
    install.argv().first().is_some_and(|tool| tool.value == "npm")
        && copies(chain, &|copy| before(copy) && (own(copy) || handed_on(copy)))
        && !words.any(|word| changes(&word.value))
        && !told.any(|(key, _)| switched(&key.value))
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let [context] = &image.contexts[..] else { return sink.not_applicable() };
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (index, stage) in image.built() {
        let chain = image.file.chain(index);
        let within =
            |step: &Step| chain.iter().any(|own| own.instructions.iter().any(|part| part.span.contains(step.span)));
        let production = |step: &Step| {
            let mut set = chain
                .iter()
                .flat_map(|own| &own.env)
                .filter(|(key, _)| key.value == "NODE_ENV" && key.span.start < step.span.start);
            set.next_back().is_some_and(|(_, value)| value.get().is_some_and(|value| value == "production"))
        };
        let brings = |package: &str| {
            let mut copies = chain.iter().flat_map(|own| &own.steps).filter_map(|step| step.copy());
            let mut steps = image.file.steps().iter().filter(|step| within(step));
            copies.any(|copy| copy.sources.iter().any(|source| source.value.contains("node_modules")))
                || steps.any(|step| adds_package(step, package))
        };
        let mut bare: Option<&Step> = None;
        for step in image.file.steps().iter().filter(|step| within(step)) {
            let all = ["--include=dev", "--production=false", "--prod=false"].iter().any(|option| step.has(option));
            if installs_packages(step) {
                let less = leaves_out_tools(step) || production(step) && step.sets.is_empty();
                bare = Some(step).filter(|_| less && !all && !stage.decides(step.span));
            }
            let own = stage.instructions.iter().any(|part| part.span.contains(step.span));
            let (Some(install), true) = (bare, own && !stage.decides(step.span)) else { continue };
            if install.span == step.span
                && runs_hooks(step, image.file, &chain)
                && let Some((hook, tool)) = ctx.project.hook_for_developers(context)
                && !brings(&tool.package)
            {
                let message = format!(
                    "npm runs `{hook}` here, which needs `{}`, and that is among `devDependencies`, which are left out: the image cannot \
                     be built",
                    tool.tool
                );
                sink.report(step.span, message)
                    .help("add `--ignore-scripts`, and run what the packages themselves need: `npm rebuild`")
                    .related(tool.at, format!("`{}` is listed here", tool.package));
                return;
            }
            if let Some(tool) = ctx.project.fetched_by_npx(step, Some(context)).filter(|tool| !brings(&tool.package)) {
                let message = format!(
                    "`npx` fetches the newest `{}` here, because `devDependencies` are not installed, and that one ends with an error: \
                     the image cannot be built",
                    tool.tool
                );
                sink.report(step.span, message)
                    .help(format!(
                        "move `{}` to `dependencies`, or install all of them: `npm ci --include=dev`",
                        tool.package
                    ))
                    .related(install.span, "this leaves them out")
                    .related(tool.at, format!("`{}` is listed here", tool.package));
                return;
            }
            let Some(script) = script_run(step).filter(|word| word.value.starts_with("build")) else { continue };
            let Some(tool) = ctx.project.tool_in_folder(context, &script.value) else { continue };
            let message = format!(
                "this runs `{}`, which is among `devDependencies`, and those are not installed: the image cannot be built",
                tool.tool
            );
            sink.report(step.span, message)
                .help("install all of them to build: `npm ci --include=dev`")
                .related(install.span, "this leaves them out")
                .related(tool.at, format!("`{}` is listed here", tool.package));
            return;
        }
    }
}
