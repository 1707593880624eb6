//! `docker/node-too-old`

use crate::model::Meaning;
use crate::model::image::{Base, CopyFrom, Stage};
use crate::model::starts::Step;
use crate::project::{Shipped, node_of_image};
use crate::rules::prelude::*;

rule! {
    /// An image is built on a Node.js that is too old for what it builds.
    ///
    /// ## Why
    /// Next.js and Angular compare the version of Node.js with the one they ask for, and end. Vite and its plugins end where they use
    /// what an old one does not have. `npm install` only warns of it.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:18-alpine
    /// #    ^^^^^^^^^^^^^^ docker/node-too-old
    /// # | this is Node.js 18, and next 16 ends at once with less than 20.9: the image cannot be built
    /// # | help: take a newer one: `node:24-alpine`
    /// # > FROM node:24-alpine
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    /// CMD ["npm", "start"]
    /// ```
    /// ```package both file=package.json
    /// {"scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "^16.0.1"}}
    /// ```
    /// ```dockerfile good
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    /// CMD ["npm", "start"]
    /// ```
    /// ```dockerfile good file=deploy/Dockerfile
    /// FROM node:18-alpine
    /// WORKDIR /app
    /// COPY web/package*.json ./
    /// RUN npm ci
    /// COPY web ./
    /// RUN npm run build
    /// CMD ["npm", "start"]
    /// ```
    ///
    /// ## What it does not report
    /// Images whose version comes from an argument, packages in another folder than that of the build, and programs that only warn.
    "docker/node-too-old" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/getting-started/installation#system-requirements", "https://vite.dev/guide/"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let [context] = &image.contexts[..] else { return sink.not_applicable() };
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (index, stage) in image.built() {
        let chain = image.file.chain(index);
        let Some(first) = chain.last() else { continue };
        let Some(Base::Image(base)) = first.from.get() else { continue };
        let Some(has) = node_of_image(base) else { continue };
        // What is copied out of the context from its top is the package there.
        let mut copies = chain.iter().flat_map(|own| &own.steps).filter_map(|step| step.copy());
        let from_top = copies.any(|copy| {
            let own = matches!(copy.from, CopyFrom::Context);
            own && copy.sources.iter().any(|source| {
                let path = source.value.trim_start_matches("./");
                (path.starts_with("package") || matches!(path, "" | ".")) && !path.contains('/')
            })
        });
        let installs = |step: &Step| {
            let words = || step.words.iter().map(|word| word.value.as_str());
            step.name() == "n"
                || step.name() == "nvm"
                || words().any(|word| word == "nodejs" || word.contains("nodesource"))
        };
        let within = |step: &Step, own: &Stage| own.instructions.iter().any(|part| part.span.contains(step.span));
        let steps = || image.file.steps().iter().filter(|step| chain.iter().any(|own| within(step, own)));
        if !from_top || steps().any(installs) {
            continue;
        }
        let builds = steps().filter(|step| within(step, stage) && !stage.decides(step.span));
        let Some((step, old)) =
            builds.into_iter().find_map(|step| Some((step, ctx.project.asks_for_newer_node(step, context, has)?)))
        else {
            continue;
        };
        let tag = base.tag().unwrap_or_default();
        let rest = tag.find('-').map_or("", |at| tag.split_at(at).1);
        let message = format!(
            "this is Node.js {}, and {} ends at once with less than {}: the image cannot be built",
            tag.split('-').next().unwrap_or_default(),
            old.package,
            old.asks
        );
        let rest = if ["-alpine", "-slim", ""].contains(&rest) { rest } else { "" };
        sink.report(first.base.span, message)
            .help(format!("take a newer one: `node:24{rest}`"))
            .related(step.span, "it is started here")
            .related(old.at, "and listed here");
        return;
    }
}
