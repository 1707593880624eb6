//! `docker/build-tools-kept`

use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// Compilers stay in the image that is deployed.
    ///
    /// ## Why
    /// They make the image several hundred megabytes larger, and whoever breaks into the container finds there what builds his tools.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN apt-get update && apt-get install -y gcc libpq5 && rm -rf /var/lib/apt/lists/*
    /// #                                        ^^^ docker/build-tools-kept
    /// # | `gcc` stays in the image: nothing needs it when the program runs
    /// # | help: install and build in a stage of its own, and copy what was built; or remove it in the same `RUN`
    /// # > RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
    /// COPY . .
    /// RUN pip install .
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim AS build
    /// RUN apt-get update && apt-get install -y gcc
    /// COPY . .
    /// RUN pip wheel -w /wheels .
    /// FROM python:3.13-slim
    /// RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
    /// RUN --mount=from=build,source=/wheels,target=/wheels pip install /wheels/*
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// COPY . .
    /// RUN apt-get update && apt-get install -y gcc && pip install . && apt-get purge -y gcc && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ### The base has them
    /// ```dockerfile good
    /// FROM python:3.13
    /// RUN apt-get update && apt-get install -y gcc
    /// COPY . .
    /// RUN pip install .
    /// ```
    ///
    /// ## What it does not report
    /// Images whose base brings a compiler anyway, those of developers, and headers alone.
    "docker/build-tools-kept" {
        severity: Info, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds"],
        check: Check::Image(check),
    }
}

/// Packages whose only use is to build others.
const TOOLS: [&str; 8] = ["gcc", "g++", "build-essential", "build-base", "cmake", "clang", "gcc-c++", "musl-dev"];

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let built = image.image();
    let brought = built.facts().is_some_and(|base| base.has("gcc") == Some(true));
    if brought || ctx.project.role(image.file.file) < Role::Staging {
        return sink.not_applicable();
    }
    let commands = || built.chain().into_iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands);
    let by_system = |words: &&Vec<Spanned<String>>| {
        let name = words.first().map_or("", |word| base_name(&word.value));
        matches!(name, "apt-get" | "apt" | "apk" | "dnf" | "yum" | "microdnf")
    };
    let has = |words: &[Spanned<String>], names: &[&str]| words.iter().any(|word| names.contains(&word.value.as_str()));
    // What is taken out again is gone from the image only in the same step; which, is not looked into.
    if commands().filter(by_system).any(|words| has(words, &["purge", "remove", "autoremove", "del", "erase"])) {
        return;
    }
    let installs = |words: &&Vec<Spanned<String>>| has(words, &["install", "add"]);
    let mut installed = commands().filter(by_system).filter(installs).flatten();
    if let Some(word) = installed.find(|word| TOOLS.contains(&word.value.as_str())) {
        sink.report(word.span, format!("`{}` stays in the image: nothing needs it when the program runs", word.value))
            .help("install and build in a stage of its own, and copy what was built; or remove it in the same `RUN`")
            .cause("build tools", "nor this");
    }
}
