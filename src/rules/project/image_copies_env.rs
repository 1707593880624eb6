//! `project/image-copies-env`

use crate::model::env::{Credential, EnvFile};
use crate::model::image::{CopyFrom, Ignore, Step, covers};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::secret::{Limits, Weakness};
use crate::source::below;

rule! {
    /// The image takes an env file with secrets along.
    ///
    /// ## Why
    /// `COPY . /app` copies everything in the build context that `.dockerignore` does not leave out, the env file with
    /// the production secrets included. Whoever can pull the image can read it, and removing it in a later step leaves
    /// it in the layer below.
    ///
    /// ## Examples
    /// ```dockerfile bad file=Dockerfile
    /// FROM python:3.12-slim
    /// COPY . /app
    /// #    ^ project/image-copies-env
    /// # | `.env` holds secrets and is copied into the image, where everyone who can pull it can read them
    /// # | help: create `.dockerignore` with the lines `**/.env*` and `.git`
    /// ```
    /// ```env both file=.env
    /// SECRET_KEY=9f2c6b7d41e8a0537c1e5a9d0b3f8642
    /// ```
    /// ```ignore fixed file=.dockerignore
    /// **/.env*
    /// .git
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM python:3.12-slim
    /// COPY . /app
    /// ```
    /// ```ignore good file=.dockerignore
    /// .env*
    /// .git
    /// ```
    ///
    /// ### By name or with a directory
    /// ```dockerfile bad file=Dockerfile
    /// FROM node:22-slim
    /// COPY package.json .env.prod* ./
    /// #                 ^^^^^^^^^^ project/image-copies-env
    /// # | `.env.production` holds secrets and is copied into the image, where everyone who can pull it can read them
    /// # | help: create `.dockerignore` with the lines `**/.env*` and `.git`
    /// COPY server/ ./server/
    /// #    ^^^^^^^ project/image-copies-env
    /// COPY web/src ./web
    /// ```
    /// ```env both file=.env.production
    /// SECRET_KEY=9f2c6b7d41e8a0537c1e5a9d0b3f8642
    /// ```
    /// ```env both file=server/.env
    /// SECRET_KEY=1e5a9d0b3f86429f2c6b7d41e8a0537c
    /// ```
    /// ```ignore fixed file=.dockerignore
    /// **/.env*
    /// .git
    /// ```
    /// ```dockerfile good file=Dockerfile
    /// FROM node:22-slim
    /// COPY package.json .env.example ./
    /// COPY server/src/ ./server/src/
    /// ```
    ///
    /// ## What it does not report
    /// Templates, env files for tests or without secrets, and stages that are not part of the image.
    "project/image-copies-env" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.docker.com/build/concepts/context/#dockerignore-files"],
        check: Check::Image(check),
    }
}

/// Whether a secret is more than words that fill the place, as frameworks bring them along.
fn is_worth(env: &EnvFile, secret: &Credential) -> bool {
    matches!(env.weakness(secret, &Limits::default()), None | Some(Weakness::Short { .. }))
}

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let project = ctx.project;
    // Where nothing tells, the folder of the Dockerfile is sent.
    let context = image.contexts.first().cloned().unwrap_or_default();
    let ignore = project.dockerignore(&image.file.path, &context);
    let patterns = 1 + ignore.map_or(0, Ignore::len);
    let sent = |env: &EnvFile, source: &str| {
        let inside = below(&env.path, &context);
        let sent =
            |path| covers(source, path) && project.look(patterns) && !ignore.is_some_and(|list| list.leaves_out(path));
        inside.is_some_and(sent)
            && !matches!(project.role(env.file), Role::Template | Role::Test)
            && project.facts(env).real_secrets().any(|secret| is_worth(env, secret))
    };
    let built = image.image();
    let steps = built.chain().into_iter().flat_map(|stage| &stage.steps);
    let copies = steps.filter_map(Step::copy).filter(|copy| copy.from == CopyFrom::Context);
    let mut copies = copies.peekable();
    if copies.peek().is_none() {
        sink.not_applicable();
    }
    for copy in copies {
        if !project.look(copy.sources.len() * project.env.len()) {
            return;
        }
        let taken = copy
            .sources
            .iter()
            .find_map(|source| Some((source.span, project.env.iter().find(|env| sent(env, &source.value))?)));
        let Some((place, env)) = taken else { continue };
        let message = format!(
            "`{}` holds secrets and is copied into the image, where everyone who can pull it can read them",
            env.path
        );
        let list = if context.is_empty() { ".dockerignore".into() } else { format!("{context}/.dockerignore") };
        let help = match ignore {
            Some(_) => format!("add the line `**/.env*` to `{list}`"),
            None => format!("create `{list}` with the lines `**/.env*` and `.git`"),
        };
        let finding = sink.report(place, message).help(help);
        if let Some(secret) = project.facts(env).real_secrets().find(|secret| is_worth(env, secret)) {
            finding.related(secret.span, "this is in the image");
        }
    }
}
