//! `project/image-copies-env`

use crate::model::image::{CopyFrom, Image, Step};
use crate::project::Project;
use crate::rules::prelude::*;
use crate::source::directory;

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
    /// ```
    /// ```env both file=.env
    /// SECRET_KEY=9f2c6b7d41e8a0537c1e5a9d0b3f8642
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
    /// ## What it does not report
    /// Templates, env files without secrets, directories copied by name, and stages that are not part of the image.
    "project/image-copies-env" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.docker.com/build/concepts/context/#dockerignore-files"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    let mut seen: Vec<Span> = Vec::new();
    let mut judged = false;
    for (image, context) in builds(project) {
        let Image::Built(file, _) = &image else { continue };
        for stage in image.chain() {
            for step in &stage.steps {
                let Step::Copy(copy) = step else { continue };
                let whole = copy.sources.iter().find(|source| matches!(source.value.as_str(), "." | "./" | "/"));
                let Some(whole) = whole.filter(|whole| copy.from == CopyFrom::Context && !seen.contains(&whole.span))
                else {
                    continue;
                };
                judged = true;
                let ignore = project.dockerignore(&file.path, &context);
                let taken = project.env.iter().find(|env| {
                    let inside = if context.is_empty() { Some(env.path.as_str()) } else { below(&env.path, &context) };
                    let sent = inside.is_some_and(|path| !ignore.as_ref().is_some_and(|list| list.leaves_out(path)));
                    sent && !matches!(env.role, Role::Template | Role::Test) && !env.secrets().is_empty()
                });
                let Some(env) = taken else { continue };
                seen.push(whole.span);
                let message = format!(
                    "`{}` holds secrets and is copied into the image, where everyone who can pull it can read them",
                    env.path
                );
                let place = if context.is_empty() { ".dockerignore".into() } else { format!("{context}/.dockerignore") };
                let help = match ignore {
                    Some(_) => format!("add the line `**/.env*` to `{place}`"),
                    None => format!("create `{place}` with the lines `**/.env*` and `.git`"),
                };
                let finding = sink.report(whole.span, message).help(help);
                if let Some(secret) = env.secrets().first() {
                    finding.related(*secret, "this is in the image");
                }
            }
        }
    }
    if !judged {
        sink.not_applicable();
    }
}

fn below<'a>(path: &'a str, dir: &str) -> Option<&'a str> {
    path.strip_prefix(dir)?.strip_prefix('/')
}

/// What is built, with the context: by services, and Dockerfiles no service builds in their own directory.
fn builds(project: &Project) -> Vec<(Image<'_>, String)> {
    let mut found: Vec<(Image, String)> = Vec::new();
    for service in project.compose.iter().flat_map(|file| &file.services) {
        let context = service.build.as_ref().and_then(|build| build.context.get());
        found.extend(context.map(|context| (project.image_of(service), context.clone())));
    }
    for file in &project.dockerfiles {
        let used = found.iter().any(|(image, _)| matches!(image, Image::Built(own, _) if own.file == file.file));
        if let Some(stage) = file.target(None).filter(|_| !used) {
            found.push((Image::Built(file, stage), directory(&file.path).to_owned()));
        }
    }
    found
}
