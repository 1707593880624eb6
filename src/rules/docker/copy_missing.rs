//! `docker/copy-missing`

use crate::model::image::Step;
use crate::project::{Absent, Shipped};
use crate::rules::prelude::*;

rule! {
    /// `COPY` of something that is not in the build context.
    ///
    /// ## Why
    /// BuildKit stops: `not found`. What `.dockerignore` leaves out is not there either.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// COPY requirments.txt /app/
    /// #    ^^^^^^^^^^^^^^^ docker/copy-missing
    /// # | `requirments.txt` does not exist, so the build stops here
    /// # | help: is `requirements.txt` meant?
    /// # > COPY requirements.txt /app/
    /// COPY dist /app/dist
    /// #    ^^^^ docker/copy-missing
    /// # >
    /// # >
    /// ```
    /// ```ignore bad file=.dockerignore
    /// dist
    /// ```
    /// ```ignore both file=requirements.txt
    /// flask
    /// ```
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim AS build
    /// COPY requirements.txt *.toml /app/
    /// COPY ../requirements.txt /tmp/
    /// COPY target/shop.jar ${CONFIG} /app/
    /// ADD https://example.com/tool.tgz /tmp/
    /// FROM python:3.13-slim
    /// COPY --from=build /app /app
    /// COPY <<EOF /etc/motd
    /// hello
    /// EOF
    /// ```
    ///
    /// ## What it does not report
    /// Paths that git ignores or that look built (`dist/`, `*.jar`): something before the build may make them, so it is not known.
    /// Nor is it where git does not track the sources, unless a file of nearly the same name is there.
    "docker/copy-missing" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/build-checks/copy-ignored-file/"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    let steps = image.built().into_iter().flat_map(|(_, stage)| &stage.steps).filter_map(Step::copy);
    for (word, path) in steps.flat_map(|copy| copy.taken()) {
        let absent = context.project.absent(image, &path);
        let sure = !matches!(absent, Answer::Yes(Absent::Alone(_)));
        let (message, help) = match absent {
            Answer::No(_) => continue,
            Answer::Unknown(why) => {
                // What a build step brings need not lie here.
                sink.unknown_as_usual(word.span, why);
                continue;
            }
            Answer::Yes(Absent::Ignored(list)) => (
                format!("`{list}` leaves `{path}` out of the build context, so the build stops here"),
                format!("add the line `!{path}` to `{list}`, or do not copy it"),
            ),
            Answer::Yes(Absent::Alone(place)) => (
                format!("`{place}` does not exist, although all else that is copied does: the build stops here"),
                "correct the path, or add the file".to_owned(),
            ),
            Answer::Yes(Absent::Missing(place, near)) => {
                (format!("`{place}` does not exist, so the build stops here"), remedy(image, context, &path, near))
            }
        };
        // A context that is not the right one lacks all of it.
        let finding =
            sink.report(word.span, message).cause((image.file.file, image.stage, &help), "this is not there either");
        finding.help(help);
        if let Some(service) = image.services.first() {
            finding.related(service.name.span, "built for this service");
        }
        // Who builds it may do so somewhere else.
        if !sure || image.services.is_empty() {
            finding.severity(High).confidence(Likely);
        }
    }
}

/// What to do about a path that the build context lacks.
fn remedy(image: &Shipped, context: &Context, path: &str, near: Option<String>) -> String {
    let own = |folder: &String| context.project.found_above(folder, path).map(str::to_owned);
    match (near, image.contexts.iter().find_map(own)) {
        (Some(near), _) => format!("is `{near}` meant?"),
        (None, Some(folder)) => {
            let named = if folder.is_empty() { "the root of the project".to_owned() } else { format!("`{folder}`") };
            format!("{named} has it: build there, with `dockerfile: {}`", image.file.path)
        }
        (None, None) => "correct the path, or commit the file".to_owned(),
    }
}
