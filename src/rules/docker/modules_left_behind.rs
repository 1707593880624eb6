//! `docker/modules-left-behind`

use crate::model::image::{Copy, CopyFrom, Stage, Step};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::source::{below, directory, join, normalize};

rule! {
    /// The packages that pnpm put beside a program stay in the stage that built it.
    ///
    /// ## Why
    /// pnpm gives each package of a workspace a `node_modules` of its own, with links into the one at the root; what a package
    /// needs is in its own and not in the root's. An image that gets the root's and the built program lacks them: `Cannot find
    /// module '@nestjs/core'`, and the container ends at once.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:24-alpine AS deps
    /// WORKDIR /app
    /// RUN npm install -g pnpm@10
    /// COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
    /// COPY apps/api/package.json ./apps/api/
    /// RUN pnpm install --frozen-lockfile
    ///
    /// FROM node:24-alpine AS builder
    /// WORKDIR /app
    /// RUN npm install -g pnpm@10
    /// COPY --from=deps /app/node_modules ./node_modules
    /// COPY --from=deps /app/apps/api/node_modules ./apps/api/node_modules
    /// COPY apps/api ./apps/api
    /// RUN pnpm --dir apps/api run build
    ///
    /// FROM node:24-alpine
    /// WORKDIR /app
    /// COPY --from=builder /app/node_modules ./node_modules
    /// COPY --from=builder /app/apps/api/dist ./apps/api/dist
    /// # > COPY --from=builder /app/apps/api/dist ./apps/api/dist
    /// # > COPY --from=builder /app/apps/api/node_modules ./apps/api/node_modules
    /// USER node
    /// CMD ["node", "apps/api/dist/main"]
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/modules-left-behind
    /// # | this needs packages of `/app/apps/api/node_modules`, and that folder is not copied into the image: it ends
    /// # | with `Cannot find module`
    /// # | help: copy it as well: `COPY --from=builder /app/apps/api/node_modules /app/apps/api/node_modules`
    /// ```
    /// ```dockerfile good
    /// FROM node:24-alpine AS deps
    /// WORKDIR /app
    /// RUN npm install -g pnpm@10
    /// COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
    /// COPY apps/api/package.json ./apps/api/
    /// RUN pnpm install --frozen-lockfile
    ///
    /// FROM node:24-alpine AS builder
    /// WORKDIR /app
    /// RUN npm install -g pnpm@10
    /// COPY --from=deps /app/node_modules ./node_modules
    /// COPY --from=deps /app/apps/api/node_modules ./apps/api/node_modules
    /// COPY apps/api ./apps/api
    /// RUN pnpm --dir apps/api run build
    ///
    /// FROM node:24-alpine
    /// WORKDIR /app
    /// COPY --from=builder /app/node_modules ./node_modules
    /// COPY --from=builder /app/apps/api ./apps/api
    /// USER node
    /// CMD ["node", "apps/api/dist/main"]
    /// ```
    /// ```text both file=apps/api/package.json
    /// {"name": "api", "private": true, "scripts": {"build": "nest build"}}
    /// ```
    /// ```text both file=apps/api/nest-cli.json
    /// {"sourceRoot": "src"}
    /// ```
    /// ```text both file=package.json
    /// {"name": "shop", "private": true}
    /// ```
    /// ```text both file=pnpm-lock.yaml
    /// lockfileVersion: '9.0'
    /// ```
    /// ```text both file=pnpm-workspace.yaml
    /// packages: ["apps/*"]
    /// ```
    ///
    /// ## What it does not report
    /// Projects with a `.npmrc` or a command that says how packages are laid out, programs that are bundled, and images that install packages themselves.
    "docker/modules-left-behind" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://pnpm.io/symlinked-node-modules-structure", "https://pnpm.io/docker"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let built = image.image();
    let words =
        || image.built().into_iter().flat_map(|(_, stage)| stage.runs()).flat_map(|run| &run.commands).flatten();
    let pnpm = words().any(|word| word.value == "pnpm");
    if !pnpm || image.file.gap.is_some() || !image.runs_own_command() || built.entrypoint().is_some() {
        return sink.not_applicable();
    }
    let laid = words().any(|word| ["hoist", "linker", "deploy", "inject"].iter().any(|own| word.value.contains(own)));
    let told = image.contexts.iter().any(|context| ctx.project.files().is_file(&join(context, ".npmrc")));
    let chain = built.chain();
    let installs = chain.iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands).any(|words| {
        let has = |word: &str| words.iter().any(|own| own.value == word);
        ["pnpm", "npm", "yarn"].iter().any(|tool| has(tool)) && !has("-g")
    });
    let Some(line) = built.command().filter(|_| !laid && !told && !installs) else { return };
    let started = line.words();
    let ["node", program, ..] = &started.iter().map(String::as_str).collect::<Vec<_>>()[..] else { return };
    let Some(workdir) = chain.first().and_then(|stage| stage.workdir.as_deref()) else { return };
    let program = if program.starts_with('/') { normalize(program) } else { join(workdir, program) };
    let kept: Vec<&Copy> = chain.iter().flat_map(|stage| &stage.steps).filter_map(Step::copy).collect();
    // The program comes from a package whose packages another stage was given.
    for (index, stage) in image.built() {
        for copy in stage.steps.iter().filter_map(Step::copy) {
            let (CopyFrom::Stage(_), [source], Some(to)) = (&copy.from, &copy.sources[..], &copy.to) else { continue };
            let Some(package) = source.value.strip_suffix("/node_modules").filter(|_| to.ends_with("/node_modules"))
            else {
                continue;
            };
            let package = (package, directory(to.trim_end_matches('/')));
            let from_here = |own: &&&Copy| own.from == CopyFrom::Stage(index);
            let brings = |own: &Copy, inside: &str| {
                own.sources.iter().any(|own| below(inside, own.value.trim_end_matches('/')).is_some())
            };
            let modules = join(package.1, "node_modules");
            let runs = kept.iter().filter(from_here).any(|own| {
                let inside =
                    own.sources.iter().any(|own| below(&own.value, package.1).is_some_and(|rest| !rest.is_empty()));
                inside && own.to.as_deref().is_some_and(|to| below(&program, to.trim_end_matches('/')).is_some())
            });
            let root = kept.iter().any(|own| {
                own.sources.iter().any(|own| {
                    own.value.ends_with("/node_modules")
                        && below(package.1, directory(&own.value)).is_some_and(|rest| !rest.is_empty())
                })
            });
            let all = kept.iter().any(|own| brings(own, &modules) || brings(own, &join(package.0, "node_modules")));
            if !runs || !root || all || !is_compiled(image, stage, package.1, ctx) {
                continue;
            }
            let message = format!(
                "this needs packages of `{modules}`, and that folder is not copied into the image: it ends with `Cannot find module`"
            );
            let name = stage.name.as_ref().map_or_else(|| index.to_string(), |name| name.value.clone());
            let finding = sink.report(line.span(), message);
            finding.help(format!("copy it as well: `COPY --from={name} {modules} {modules}`"));
            finding.related(copy.span, "the stage before gets it");
            return;
        }
    }
}

/// Whether the build of a package translates its files one by one, so that packages are still looked for when it runs.
fn is_compiled(image: &Shipped, stage: &Stage, package: &str, ctx: &Context) -> bool {
    // Where the package lies in the build context: `COPY apps/api ./apps/api`, `COPY . .`.
    let sources = stage.steps.iter().filter_map(Step::copy).filter(|copy| copy.from == CopyFrom::Context);
    let places: Vec<String> = sources
        .filter_map(|copy| {
            let inside = below(package, copy.to.as_deref()?.trim_end_matches('/'))?;
            let [source] = &copy.paths().collect::<Vec<_>>()[..] else { return None };
            Some(join(source, inside))
        })
        .collect();
    let builds =
        |script: String| ["nest build", "tsc"].iter().any(|own| script.contains(own)) && !script.contains("webpack");
    let script = |folder: String| ctx.project.script_in_folder(&folder, "build").is_some_and(builds);
    let nest = |folder: &str| ctx.project.files().is_file(&join(folder, "nest-cli.json"));
    let compiled = |folder: String| nest(&folder) || script(folder);
    places.iter().any(|place| image.contexts.iter().any(|context| compiled(join(context, place))))
}
