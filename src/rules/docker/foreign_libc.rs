//! `docker/foreign-libc`

use crate::model::image::{Copy, CopyFrom, Dockerfile, Image, Os, Step};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::manifest::{COMPILED_NODE, COMPILED_PYTHON};
use crate::syntax::shell;

rule! {
    /// A program that is built for another C library than that of the image it runs in.
    ///
    /// ## Why
    /// A program that was linked on Debian looks for the loader of glibc. Alpine has musl, `scratch` has nothing: the container ends with
    /// `exec /app: no such file or directory`, although the file is there.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM rust:1.90 AS build
    /// # > FROM rust:1.90-alpine AS build
    /// COPY . /src
    /// RUN cargo build --release
    /// FROM alpine:3.22
    /// COPY --from=build /src/target/release/shop /usr/local/bin/shop
    /// #                 ^^^^^^^^^^^^^^^^^^^^^^^^ docker/foreign-libc
    /// # | `/src/target/release/shop` is a Rust program linked with the glibc of `rust`, and this image has musl: it
    /// # | does not start
    /// # | help: build it on `rust:alpine`, or run it on `debian` of the same release
    /// USER 1000
    /// CMD ["shop"]
    /// ```
    /// ```dockerfile good
    /// FROM rust:1.90-alpine AS build
    /// COPY . /src
    /// RUN cargo build --release
    /// FROM alpine:3.22
    /// COPY --from=build /src/target/release/shop /usr/local/bin/shop
    /// USER 1000
    /// CMD ["shop"]
    /// ```
    /// ### Go with cgo
    /// ```dockerfile bad
    /// FROM golang:1.26 AS build
    /// COPY . /src
    /// RUN CGO_ENABLED=1 go build -o /shop ./cmd/shop
    /// # > RUN CGO_ENABLED=0 go build -o /shop ./cmd/shop
    /// FROM scratch
    /// COPY --from=build /shop /shop
    /// #                 ^^^^^ docker/foreign-libc
    /// # | `/shop` is a Go program linked with the glibc of `golang`, and this image has no C library: it does not
    /// # | start
    /// # | help: build it with `CGO_ENABLED=0`, or on the image that it runs on
    /// USER 1000
    /// CMD ["/shop"]
    /// ```
    /// ```dockerfile good
    /// FROM golang:1.26 AS build
    /// COPY . /src
    /// RUN CGO_ENABLED=0 go build -o /shop ./cmd/shop
    /// FROM scratch
    /// COPY --from=build /shop /shop
    /// USER 1000
    /// CMD ["/shop"]
    /// ```
    /// ### Go as usual
    /// ```dockerfile bad
    /// FROM golang:1.26 AS build
    /// COPY . /src
    /// RUN go build -o /shop ./cmd/shop
    /// # > RUN CGO_ENABLED=0 go build -o /shop ./cmd/shop
    /// FROM alpine:3.22
    /// COPY --from=build /shop /shop
    /// #                 ^^^^^ docker/foreign-libc
    /// # | `/shop` is a Go program linked, when it uses cgo as `net` does, with the glibc of `golang`, and this image
    /// # | has musl: it does not start
    /// # | help: build it with `CGO_ENABLED=0`, or on the image that it runs on
    /// USER 1000
    /// CMD ["/shop"]
    /// ```
    /// ```dockerfile good
    /// FROM golang:1.26 AS build
    /// COPY . /src
    /// RUN go build -o /shop ./cmd/shop
    /// FROM debian:13-slim
    /// COPY --from=build /shop /shop
    /// USER 1000
    /// CMD ["/shop"]
    /// ```
    ///
    /// ### Compiled packages
    /// ```dockerfile bad
    /// FROM python:3.13-slim AS build
    /// # > FROM python:3.13-alpine AS build
    /// RUN python -m venv /venv && /venv/bin/pip install flask==3.1 psycopg2-binary==2.9
    /// FROM python:3.13-alpine
    /// COPY --from=build /venv /venv
    /// #                 ^^^^^ docker/foreign-libc
    /// # | `/venv` holds packages for the glibc of `python` (`psycopg2-binary`), and this image has musl: they cannot
    /// # | be loaded
    /// # | help: install them on the `alpine` variant of `python`, or run on `slim`
    /// USER 1000
    /// CMD ["/venv/bin/gunicorn", "shop:app"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-alpine AS build
    /// RUN python -m venv /venv && /venv/bin/pip install flask==3.1 psycopg2-binary==2.9
    /// FROM python:3.13-alpine
    /// COPY --from=build /venv /venv
    /// USER 1000
    /// CMD ["/venv/bin/gunicorn", "shop:app"]
    /// ```
    /// ### Of a manifest
    /// ```dockerfile bad
    /// FROM node:24-slim AS build
    /// # > FROM node:24-alpine AS build
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// FROM node:24-alpine
    /// WORKDIR /app
    /// COPY --from=build /app/node_modules ./node_modules
    /// #                 ^^^^^^^^^^^^^^^^^ docker/foreign-libc
    /// # | `/app/node_modules` holds packages for the glibc of `node` (`sharp`), and this image has musl: they cannot
    /// # | be loaded
    /// # | help: install them on the `alpine` variant of `node`, or run on `slim`
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text both file=package.json
    /// {"dependencies": {"sharp": "0.34.1"}}
    /// ```
    /// ```dockerfile good
    /// FROM node:24-slim AS build
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// FROM node:24-slim
    /// WORKDIR /app
    /// COPY --from=build /app/node_modules ./node_modules
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## What it does not report
    /// Builds that choose a target or link statically, and images that install `gcompat` or `libc6-compat`. Go without a word
    /// about cgo is built with it when a package needs it, which most servers do: medium.
    "docker/foreign-libc" {
        severity: High, confidence: Likely, effect: WillNotStart, since: "0.1.0",
        refs: &["https://wiki.alpinelinux.org/wiki/Running_glibc_programs"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    let (file, built) = (image.file, image.image());
    if file.gap.is_some() || !matches!(built.os(), Some(Os::Alpine | Os::Scratch)) {
        return sink.not_applicable();
    }
    let steps = built.chain().into_iter().flat_map(|stage| &stage.steps);
    if compatible(&built) {
        return;
    }
    for copy in steps.filter_map(Step::copy) {
        let CopyFrom::Stage(from) = copy.from else { continue };
        let origin = Image::Built(file, from);
        if !matches!(origin.os(), Some(Os::Debian | Os::Buildpack | Os::RedHat)) {
            continue;
        }
        if let Some(package) = packages(image, from, copy, context)
            && let (Some(source), Some((base, at))) = (copy.sources.first(), origin.base())
        {
            let message = format!(
                "`{}` holds packages for the glibc of `{}` (`{package}`), and this image has musl: they cannot be loaded",
                source.value, base.name
            );
            let finding = sink.report(source.span, message);
            finding.help(format!("install them on the `alpine` variant of `{}`, or run on `slim`", base.name));
            finding.effect(BreaksAtRuntime).related(at, "installed here");
            return;
        }
        let Some((severity, language, help)) = linked(file, from, copy) else { continue };
        let (Some(source), Some((base, at))) = (copy.sources.first(), origin.base()) else { continue };
        let here = if built.os() == Some(Os::Scratch) { "this image has no C library" } else { "this image has musl" };
        let linked = if severity == High { "linked with" } else { "linked, when it uses cgo as `net` does, with" };
        let message = format!(
            "`{}` is a {language} program {linked} the glibc of `{}`, and {here}: it does not start",
            source.value, base.name
        );
        let finding = sink.report(source.span, message);
        finding.help(help).severity(severity).related(at, "built here");
        return;
    }
}

/// A compiled package in what is copied, if that is a folder of packages that a stage has installed.
fn packages(image: &Shipped, stage: usize, copy: &Copy, context: &Context) -> Option<&'static str> {
    let path = copy.sources.first()?.value.trim_end_matches('/');
    let stages = image.file.chain(stage);
    let commands = || stages.iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands);
    let names = |word: &str| word.trim_end_matches('/').ends_with(path) && !word.is_empty();
    let runs = |tools: &[&str]| {
        commands().any(|words| words.first().is_some_and(|word| tools.contains(&shell::base_name(&word.value))))
    };
    // `python -m venv /venv`, `pip install --prefix=/install`
    let made = || commands().any(|words| words.len() > 1 && words.iter().skip(1).any(|word| names(&word.value)));
    let python = runs(&["pip", "pip3", "uv", "python", "python3", "virtualenv"])
        && (path.contains("site-packages") || path.ends_with("/.venv") || made());
    let node = runs(&["npm", "yarn", "pnpm"]) && path.ends_with("node_modules");
    let known = match (python, node) {
        (true, _) => &COMPILED_PYTHON[..],
        (_, true) => &COMPILED_NODE[..],
        _ => return None,
    };
    let word = |package: &&&str| {
        commands().flatten().any(|word| word.value.split(['=', '<', '>', '[', '@', '~']).next() == Some(**package))
    };
    let folder = image.contexts.first()?;
    known.iter().find(word).copied().or_else(|| context.project.needs_package(folder, known))
}

/// Whether glibc programs run there: a layer for them is installed, or libraries were copied.
fn compatible(image: &Image) -> bool {
    let stages = image.chain();
    let steps = || stages.iter().flat_map(|stage| &stage.steps);
    let installs = |word: &str| word.contains("gcompat") || word.contains("libc6-compat") || word.contains("glibc");
    let copies = |copy: &Copy| {
        let library = |path: &str| path.contains("/lib") || path == "/" || path.starts_with("/rootfs");
        copy.sources.iter().any(|source| library(&source.value))
    };
    steps().any(|step| match step {
        Step::Run(run) => run.commands.iter().flatten().any(|word| installs(&word.value)),
        Step::Copy(copy) => copies(copy),
    })
}

/// What is copied, if it is a program that a stage has built and linked with its C library: how sure, its language, what to do.
fn linked(file: &Dockerfile, stage: usize, copy: &Copy) -> Option<(Severity, &'static str, &'static str)> {
    let stages = file.chain(stage);
    let commands = || stages.iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands);
    // What stands in front of a command counts, too.
    let texts = || stages.iter().flat_map(|stage| &stage.instructions).filter(|own| !own.is("FROM"));
    let says = |text: &str| {
        texts().any(|own| {
            own.body.text.contains(text) || own.heredocs.iter().any(|document| document.text.text.contains(text))
        })
    };
    if says("-static") || says("musl") {
        return None;
    }
    let runs = |program: &str, verbs: &[&str]| {
        commands().any(|words| {
            let at = words.iter().position(|word| shell::base_name(&word.value) == program);
            at.and_then(|at| words.get(at + 1)).is_some_and(|verb| verbs.contains(&verb.value.as_str()))
        })
    };
    let path = copy.sources.first().map_or("", |source| source.value.as_str());
    if runs("cargo", &["build", "install", "rustc"]) {
        let program = path.contains("/release/") || path.contains("/bin/");
        let other = says("--target") || says("crt-static") || says("CARGO_BUILD_TARGET") || says("zigbuild");
        return (program && !other).then_some((
            High,
            "Rust",
            "build it on `rust:alpine`, or run it on `debian` of the same release",
        ));
    }
    if runs("go", &["build", "install"]) {
        let file = path.rsplit('/').next().unwrap_or(path);
        // What is copied is what was built: the name behind `-o`, or a folder of programs.
        let out = |words: &Vec<Spanned<String>>| {
            let at = words.iter().position(|word| word.value == "-o");
            at.and_then(|at| words.get(at + 1)).is_some_and(|word| word.value.trim_end_matches('/').ends_with(file))
        };
        let built = !file.is_empty() && commands().any(out) || path.contains("/go/bin/");
        let stated = |value: &str| says(&format!("CGO_ENABLED={value}")) || says(&format!("CGO_ENABLED {value}"));
        if !built || stated("0") || says("netgo") {
            return None;
        }
        let help = "build it with `CGO_ENABLED=0`, or on the image that it runs on";
        return Some((if stated("1") { High } else { Medium }, "Go", help));
    }
    None
}
