//! `docker/update-missing`

use crate::model::image::{Image, Os, Stage};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// `apt-get install` in an image that has no lists of packages.
    ///
    /// ## Why
    /// The images of Debian and Ubuntu, and all that are made from them, come without the lists of what can be installed.
    /// `apt-get install` alone says `E: Unable to locate package`, and there is no image.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN apt-get install -y --no-install-recommends libpq5
    /// #   ^^^^^^^ docker/update-missing
    /// # | nothing calls `apt-get update` before this, and the image comes without lists of packages: it cannot be built
    /// # | help: write `apt-get update && apt-get install -y ...` in one `RUN`
    /// # > RUN apt-get update && apt-get install -y --no-install-recommends libpq5
    /// USER 1000
    /// CMD ["python", "-m", "shop"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
    /// USER 1000
    /// CMD ["python", "-m", "shop"]
    /// ```
    /// ### The lists are gone again
    /// ```dockerfile bad
    /// FROM node:24-slim
    /// RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
    /// RUN apt-get install -y curl
    /// #   ^^^^^^^ docker/update-missing
    /// # | nothing calls `apt-get update` before this, and the image comes without lists of packages: it cannot be
    /// # | built
    /// # | help: write `apt-get update && apt-get install -y ...` in one `RUN`
    /// # > RUN apt-get update && apt-get install -y curl
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## What it does not report
    /// Images that are not official ones; what scripts may have called; caches that are mounted.
    "docker/update-missing" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/build/building/best-practices/#apt-get"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (index, stage) in image.built() {
        let own = Image::Built(image.file, index);
        let bare = matches!(own.os(), Some(Os::Debian | Os::Buildpack));
        if !bare || own.base().is_none_or(|(base, _)| base.official().is_none()) {
            continue;
        }
        let mut parts = own.chain();
        parts.reverse();
        if parts.iter().any(|part| mounts_a_cache(part)) {
            continue;
        }
        let mut lists = false;
        let commands = parts.iter().flat_map(|part| part.runs()).flat_map(|run| &run.commands);
        for command in commands {
            let Some(first) = command.first() else { continue };
            let has = |text: &str| command.iter().any(|word| word.value.contains(text));
            match base_name(&first.value) {
                "apt-get" | "apt" | "aptitude" if has("update") => lists = true,
                "apt-get" | "apt" if has("install") && !lists && !has(".deb") && !stage.decides(first.span) => {
                    let message = "nothing calls `apt-get update` before this, and the image comes without lists of \
                                   packages: it cannot be built";
                    sink.report(first.span, message)
                        .help("write `apt-get update && apt-get install -y ...` in one `RUN`");
                    return;
                }
                "rm" if has("/var/lib/apt/lists") || has("/var/lib/apt/*") => lists = false,
                name if may_update(name) || has("update") => lists = true,
                _ => {}
            }
        }
    }
}

/// Whether a command may call `apt-get update` where nobody sees it.
fn may_update(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "." | "source" | "eval" | "make" | "playwright" | "npx" | "python" | "python3")
        || name.ends_with(".sh")
        || name.contains('$')
}

fn mounts_a_cache(stage: &Stage) -> bool {
    let mounts = stage.instructions.iter().flat_map(|own| &own.flags).filter(|flag| flag.name == "mount");
    mounts.filter_map(|flag| flag.value.as_deref()).any(|mount| mount.contains("apt"))
}
