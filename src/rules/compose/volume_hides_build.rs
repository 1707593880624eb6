//! `compose/volume-hides-build`

use crate::model::compose::{MountKind, Service, Variable};
use crate::model::image::{Copy, CopyFrom, Stage, Step};
use crate::rules::prelude::*;
use crate::source::below;

rule! {
    /// A named volume lies over what the image was built with.
    ///
    /// ## Why
    /// Docker fills a named volume from the image once, when it is empty. From the second deployment on the volume has the files
    /// of the first one: the new style sheets, the new pages, the new program are in the image, and nobody gets them. What names
    /// files by their content then answers 404.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     volumes: ["pages:/usr/share/nginx/html"]
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/volume-hides-build
    /// # | the volume `pages` keeps what the first build put at `/usr/share/nginx/html`: what later builds bring is not seen
    /// # | help: leave the volume out; where another container needs the files, copy them there when this one starts
    /// # >     healthcheck: {disable: true}
    /// volumes: {pages: }
    /// ```
    /// ```dockerfile both
    /// FROM node:24 AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci && npm run build
    /// FROM nginx:1.28
    /// COPY --from=build /app/dist /usr/share/nginx/html
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     volumes: ["uploads:/usr/share/nginx/html/uploads"]
    /// volumes: {uploads: }
    /// ```
    /// ### A volume for each version
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     image: registry.kleinladen.de/shop:${SHOP_VERSION}
    ///     volumes: ["pages:/usr/share/nginx/html"]
    /// volumes:
    ///   pages: {name: "shop-pages-${SHOP_VERSION}"}
    /// ```
    ///
    /// ### Static files of Django
    /// ```compose bad
    /// services:
    ///   web:
    ///     build: .
    ///     volumes:
    ///       - static:/app/staticfiles
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^ compose/volume-hides-build
    /// # | the volume `static` keeps what the first build put at `/app/staticfiles`: what later builds bring is not seen
    /// # | help: run `collectstatic` when the container starts, before the server
    /// # >       - static:/app/staticfiles
    /// # >     command: sh -c "python manage.py collectstatic --noinput && exec gunicorn shop.wsgi"
    /// volumes: {static: }
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build: .
    ///     command: sh -c "python manage.py collectstatic --noinput && exec gunicorn shop.wsgi"
    ///     volumes:
    ///       - static:/app/staticfiles
    /// volumes: {static: }
    /// ```
    /// ```dockerfile both
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY . .
    /// RUN pip install -r requirements.txt && python manage.py collectstatic --noinput
    /// CMD ["gunicorn", "shop.wsgi"]
    /// ```
    ///
    /// ## What it does not report
    /// Folders of data that an image begins with. Projects in which something empties the volume, or fills it anew; volumes
    /// whose name has the version of the image in it.
    "compose/volume-hides-build" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/storage/volumes/#mounting-a-volume-over-existing-data"],
        check: Check::Service(check),
    }
}

/// What folders are called that a build makes.
const BUILT: [&str; 9] = ["html", "dist", "build", "out", ".next", "static", "staticfiles", "public", "assets"];

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let image = ctx.project.image_of(service);
    let chain = image.chain();
    if service.build.is_none() || chain.is_empty() {
        return sink.not_applicable();
    }
    for mount in service.mounts.iter().filter(|mount| mount.kind == MountKind::Volume) {
        let (Some(name), Some(target)) = (mount.source.get(), mount.target.get()) else { continue };
        let target = target.trim_end_matches('/');
        let collects = is_static(target) && chain.iter().any(|stage| collects_static(stage));
        let mut copies = chain.iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
        if !collects && !copies.any(|copy| brings(copy, target)) {
            continue;
        }
        let anew = if collects { "collectstatic" } else { target };
        if is_of_one_version(service, name, ctx)
            || starts_with(service, anew)
            || ctx.project.commands_speak_of(&[anew, "down -v", "volume rm"])
        {
            continue;
        }
        let message = format!(
            "the volume `{name}` keeps what the first build put at `{target}`: what later builds bring is not seen"
        );
        sink.report(mount.span, message).help(match collects {
            true => "run `collectstatic` when the container starts, before the server",
            false => {
                "leave the volume out; where another container needs the files, copy them there when this one starts"
            }
        });
    }
}

/// Whether each image has a volume of its own: the name of the volume has the variable in it that the tag of the image ends with.
fn is_of_one_version(service: &Service, volume: &str, ctx: &Context) -> bool {
    let variables = ctx.project.compose().get(service.id.composition).map_or(&[][..], |set| &set.variables);
    let at = |variable: &&Variable, path: [&str; 3]| variable.path.iter().eq(path);
    let mut named = variables.iter().filter(|variable| at(variable, ["volumes", volume, "name"]));
    let image = variables.iter().rfind(|variable| at(variable, ["services", &service.name.value, "image"]));
    let version = image.filter(|variable| variable.name != "COMPOSE_PROJECT_NAME");
    version.is_some_and(|version| named.any(|variable| variable.name == version.name))
}

/// Whether a build runs `collectstatic`.
fn collects_static(stage: &Stage) -> bool {
    let mut words = stage.runs().flat_map(|run| &run.commands).flatten();
    words.any(|word| word.value == "collectstatic")
}

fn is_static(target: &str) -> bool {
    target.rsplit('/').next().is_some_and(|name| name.contains("static"))
}

/// Whether a copy puts what was built at a path, or the whole program.
fn brings(copy: &Copy, target: &str) -> bool {
    let Some(to) = copy.to.as_deref().map(|to| to.trim_end_matches('/')) else { return false };
    let name = target.rsplit('/').next().unwrap_or(target);
    let whole = copy.sources.iter().any(|source| matches!(source.value.trim_end_matches('/'), "." | ""));
    match copy.from {
        CopyFrom::Context => to == target && whole,
        _ => below(to, target).is_some_and(|rest| rest.is_empty() || BUILT.contains(&name)),
    }
}

/// Whether the command of a service has a word in it.
fn starts_with(service: &Service, what: &str) -> bool {
    let own = [&service.command, &service.entrypoint];
    own.iter().filter_map(|words| words.get()).flatten().any(|word| word.contains(what))
}
