//! `compose/build-argument-lost`

use std::collections::HashSet;

use crate::model::compose::Service;
use crate::project::Project;
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;

rule! {
    /// A build argument that the Dockerfile does not take.
    ///
    /// ## Why
    /// BuildKit drops an argument without an `ARG` of its name, and says nothing. The image is built as if it had not been given: with
    /// the default, or without the value.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args:
    ///         API_URl: https://api.example.com
    /// #       ^^^^^^^ compose/build-argument-lost
    /// # | `Dockerfile` has no `ARG API_URl`: the value is dropped
    /// # | help: write `API_URL`
    /// # >         API_URL: https://api.example.com
    ///         PYTHON: "3.13"
    /// #       ^^^^^^ compose/build-argument-lost
    /// # >
    /// ```
    /// ```dockerfile both file=Dockerfile
    /// FROM node:24-slim AS build
    /// ARG API_URL
    /// RUN make "$API_URL"
    /// FROM nginx:1.28
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args:
    ///         API_URL: https://api.example.com
    ///         HTTP_PROXY: http://proxy.example.com:3128
    ///         BUILDKIT_INLINE_CACHE: 1
    /// ```
    ///
    /// ## What it does not report
    /// Arguments that BuildKit itself reads, and Dockerfiles that could not be read as a whole.
    "compose/build-argument-lost" {
        severity: Low, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#arg"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(build) = service.build.as_ref().filter(|build| !build.args.is_empty()) else {
        return sink.not_applicable();
    };
    let project: &Project = context.project;
    let Some(file) = project.dockerfile_of(build).filter(|file| file.gap.is_none()) else {
        let known = build.inline.is_some() || build.dockerfile.get().is_some();
        let why = if known { "its Dockerfile was not read" } else { "its Dockerfile is not known" };
        return sink.unknown_as_usual(build.span, why);
    };
    let path = &file.path;
    let own = file.stages.iter().flat_map(|stage| &stage.args).chain(&file.args);
    let taken: HashSet<&str> = own.map(|(name, _)| name.value.as_str()).collect();
    // What has its value already is not what another name was meant to be.
    let given: HashSet<&str> = build.args.iter().map(|(name, _)| name.value.as_str()).collect();
    let near = |name: &str| {
        let free = taken.iter().filter(|own| own.len() > 3 && !given.contains(*own));
        free.filter(|own| letters_apart(own, name) <= 2).min()
    };
    let lost = build.args.iter().map(|(name, _)| name);
    let lost = lost.filter(|name| !name.value.is_empty() && !taken.contains(name.as_str()) && !is_builtin(&name.value));
    let (slips, bare): (Vec<_>, Vec<_>) = lost.partition(|name| near(&name.value).is_some());
    for name in slips {
        // A name that is nearly right was meant to do something.
        let finding = sink.report(name.span, format!("`{path}` has no `ARG {}`: the value is dropped", name.value));
        finding.severity(Medium).confidence(Likely);
        if let Some(slip) = near(&name.value) {
            finding.help(format!("write `{slip}`"));
        }
    }
    let Some(first) = bare.first() else { return };
    let names = phrase::named(bare.iter().map(|name| name.value.as_str()));
    let (no, them) = if bare.len() == 1 { ("the value is dropped", "it") } else { ("the values are dropped", "them") };
    let finding = sink.report(first.span, format!("`{path}` has no `ARG` for {names}: {no}"));
    finding
        .help(format!("add `ARG {}` below the `FROM` of the stage that needs it, or remove {them} here", first.value));
    for name in bare.iter().skip(1) {
        finding.related(name.span, "dropped as well");
    }
}

/// What needs no `ARG` (docs.docker.com, "Predefined ARGs" and "BuildKit built-in build args").
fn is_builtin(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];
    proxies.contains(&upper.as_str()) || name.starts_with("BUILDKIT_") || name == "SOURCE_DATE_EPOCH"
}
