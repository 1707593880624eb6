//! `project/image-copies-env`

use std::collections::HashSet;

use crate::model::env::{Credential, EnvFile};
use crate::model::image::{CopyFrom, Step};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::secret::{Limits, Weakness};
use crate::source::RoleWhy;
use crate::syntax::dotenv::Dialect;
use crate::syntax::shell::base_name;

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
    /// ### Defaults of Symfony
    /// ```dockerfile good file=Dockerfile
    /// FROM php:8.4-fpm
    /// COPY . /app
    /// ```
    /// ```env good file=.env
    /// APP_ENV=dev
    /// APP_SECRET=9f2c6b7d41e8a0537c1e5a9d0b3f8642
    /// ```
    /// ```json good file=composer.json
    /// {"require": {"symfony/dotenv": "^7.2"}}
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
    let steps = image.image().chain().into_iter().flat_map(|stage| &stage.steps);
    if !steps.filter_map(Step::copy).any(|copy| copy.from == CopyFrom::Context) {
        sink.not_applicable();
    }
    let mut seen: HashSet<Span> = HashSet::new();
    for env in &project.env {
        // Where nothing tells, the folder of the Dockerfile is sent.
        let Some(word) = project.taken_into(image, project.source(env.file).place()) else { continue };
        let facts = project.facts(env);
        let secret = || facts.real_secrets().find(|secret| is_worth(env, secret)).map(|secret| secret.span);
        // Symfony ends without a `.env`: what is in it are defaults for everybody who has the sources.
        let defaults = project.role(env.file) == Role::Development
            && base_name(&env.path) == ".env"
            && project.loaders(env.file).iter().any(|loader| loader.dialect == Dialect::Symfony);
        let ships = !matches!(project.role(env.file), Role::Template | Role::Test) && !defaults;
        let Some(secret) = ships.then(secret).flatten().filter(|_| seen.insert(word.span)) else { continue };
        let message = format!(
            "`{}` holds secrets and is copied into the image, where everyone who can pull it can read them",
            env.path
        );
        let context = image.contexts.first().map_or("", String::as_str);
        let list = if context.is_empty() { ".dockerignore".into() } else { format!("{context}/.dockerignore") };
        let help = match project.dockerignore(&image.file.path, context) {
            Some(_) => format!("add the line `**/.env*` to `{list}`"),
            None => format!("create `{list}` with the lines `**/.env*` and `.git`"),
        };
        let finding = sink.report(word.span, message);
        finding.help(help).related(secret, "this is in the image");
        // What opens the databases of developers is in the image, and opens nothing of users. What a file says of itself
        // proves nothing of the image that takes it.
        let said = project.role_why(env.file) == RoleWhy::Content && image.role == Role::Production;
        if project.role(env.file) == Role::Development && !said {
            finding.severity(Low);
        }
    }
}
