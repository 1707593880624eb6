//! `docker/foreign-command`

use crate::model::image::{Image, Os};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// A build step uses a program of another distribution.
    ///
    /// ## Why
    /// Alpine has `apk` and `adduser`, Debian and Ubuntu have `apt-get` and `useradd`. When only the tag of the base image is changed,
    /// the steps below it stop: `/bin/sh: apt-get: not found`, and there is no image.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-alpine
    /// RUN apt-get update && apt-get install -y curl
    /// #   ^^^^^^^ docker/foreign-command
    /// # | `apt-get` is not in this image, which is Alpine: it cannot be built
    /// # | help: write `apk add --no-cache` and the names that Alpine has for the packages
    /// # > RUN apk add --no-cache curl
    /// RUN useradd -m shop
    /// #   ^^^^^^^ docker/foreign-command
    /// # | `useradd` is not in this image, which is Alpine: it cannot be built
    /// # | help: write `adduser -D NAME`, or install `shadow` first
    /// # > RUN adduser -D shop
    /// USER shop
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    /// ```dockerfile bad
    /// FROM node:24-slim
    /// RUN apk add --no-cache curl
    /// #   ^^^ docker/foreign-command
    /// # | `apk` is not in this image, which is Debian: it cannot be built
    /// # | help: write `apt-get update && apt-get install -y` and the names that Debian has for the packages
    /// # > RUN apt-get update && apt-get install -y curl
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-alpine
    /// RUN apk add --no-cache shadow && useradd -m shop
    /// RUN if command -v apt-get; then apt-get update; fi
    /// USER shop
    /// CMD ["gunicorn", "shop:app"]
    /// ```
    ///
    /// ## What it does not report
    /// Steps with conditions or alternatives, stages that nothing ships of, bases whose distribution is not known.
    "docker/foreign-command" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper"],
        check: Check::Image(check),
    }
}

/// What each family lacks that the others have.
const OF_DEBIAN: [&str; 3] = ["apt-get", "apt", "apt-key"];
/// Programs of the package `shadow`, which Debian has by itself.
const OF_SHADOW: [&str; 3] = ["useradd", "groupadd", "usermod"];

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (index, stage) in image.built() {
        let os = Image::Built(image.file, index).os();
        let all = || image.file.chain(index).into_iter().flat_map(|stage| stage.runs()).flat_map(|run| &run.commands);
        let shadow = || all().flatten().any(|word| word.value == "shadow");
        let mut told: Vec<&str> = Vec::new();
        for command in stage.runs().flat_map(|run| &run.commands) {
            let Some(first) = command.first() else { continue };
            let name = base_name(&first.value);
            let (is, help) = match os {
                Some(Os::Alpine) if OF_DEBIAN.contains(&name) => {
                    ("Alpine", "write `apk add --no-cache` and the names that Alpine has for the packages")
                }
                Some(Os::Alpine) if OF_SHADOW.contains(&name) && !shadow() => match name {
                    "groupadd" => ("Alpine", "write `addgroup NAME`, or install `shadow` first"),
                    "usermod" => ("Alpine", "install `shadow` first"),
                    _ => ("Alpine", "write `adduser -D NAME`, or install `shadow` first"),
                },
                Some(Os::Debian | Os::Buildpack) if name == "apk" => (
                    "Debian",
                    "write `apt-get update && apt-get install -y` and the names that Debian has for the packages",
                ),
                _ => continue,
            };
            if !told.contains(&name) && !stage.decides(first.span) {
                told.push(name);
                sink.report(first.span, format!("`{name}` is not in this image, which is {is}: it cannot be built"))
                    .help(help);
            }
        }
    }
}
