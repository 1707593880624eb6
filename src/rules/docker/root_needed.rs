//! `docker/root-needed`

use crate::model::image::{Base, DefaultUser, Image, RunsAs, Stage, facts, is_root};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// A package manager is called by a user who may not.
    ///
    /// ## Why
    /// Below `USER app` every `RUN` runs as that user. `apt-get` cannot open its lock file then, `apk` not its database, and there is
    /// no image.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN useradd --system shop
    /// USER shop
    /// # <-- `RUN` runs as this user from here on
    /// RUN apt-get update && apt-get install -y libpq5
    /// #   ^^^^^^^ docker/root-needed
    /// # | `apt-get` needs root, and `USER` stands above it: the image cannot be built
    /// # | help: move it above `USER`
    /// # > USER root
    /// # > RUN apt-get update && apt-get install -y libpq5
    /// # > USER shop
    /// CMD ["python", "-m", "shop"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN useradd --system shop && apt-get update && apt-get install -y libpq5
    /// USER shop
    /// RUN pip install --user httpx
    /// CMD ["python", "-m", "shop"]
    /// ```
    /// ```dockerfile good
    /// FROM node:24-alpine
    /// USER node
    /// RUN sudo apk add git
    /// USER root
    /// RUN apk add --no-cache git
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    "docker/root-needed" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#user"],
        check: Check::Image(check),
    }
}

/// What changes the system, and the words that do it; any word for none.
const OF_ROOT: [(&str, &[&str]); 9] = [
    ("apt-get", &["update", "install", "upgrade"]),
    ("apt", &["update", "install", "upgrade"]),
    ("apk", &["add", "update", "upgrade"]),
    ("yum", &["install"]),
    ("dnf", &["install"]),
    ("useradd", &[]),
    ("groupadd", &[]),
    ("adduser", &[]),
    ("addgroup", &[]),
];

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (index, stage) in image.built() {
        let mut user = begins_without_root(image, index, stage).then_some(stage.base.span);
        for instruction in stage.instructions.iter().filter(|own| !own.onbuild) {
            match instruction.keyword.value.as_str() {
                "USER" => {
                    let root = |name: &str| name.contains('$') || is_root(name);
                    let word = instruction.body.words().into_iter().next();
                    user = word.filter(|word| !root(&word.value)).map(|_| instruction.span);
                }
                "RUN" => {
                    let Some(since) = user else { continue };
                    let own = stage.runs().flat_map(|run| &run.commands);
                    let mut own =
                        own.filter(|words| words.first().is_some_and(|word| instruction.span.contains(word.span)));
                    let Some(first) = own.find(|words| is_of_root(words)).and_then(|words| words.first()) else {
                        continue;
                    };
                    if stage.decides(first.span) {
                        continue;
                    }
                    let name = base_name(&first.value);
                    let message = format!("`{name}` needs root, and `USER` stands above it: the image cannot be built");
                    sink.report(first.span, message)
                        .help("move it above `USER`")
                        .related(since, "`RUN` runs as this user from here on");
                    return;
                }
                _ => {}
            }
        }
    }
}

fn is_of_root(words: &[Spanned<String>]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    let verbs = OF_ROOT.iter().find(|(name, _)| *name == base_name(&first.value));
    verbs.is_some_and(|(_, verbs)| verbs.is_empty() || rest.iter().any(|word| verbs.contains(&word.value.as_str())))
}

/// Whether what a stage starts from runs as somebody else already.
fn begins_without_root(image: &Shipped, index: usize, stage: &Stage) -> bool {
    match (image.file.parent(index), stage.from.get()) {
        (Some(parent), _) => matches!(Image::Built(image.file, parent).runs_as(), RunsAs::Other),
        (None, Some(Base::Image(base))) => facts(base).is_some_and(|facts| facts.user == DefaultUser::Other),
        _ => false,
    }
}
