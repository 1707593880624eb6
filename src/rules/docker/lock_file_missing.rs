//! `docker/lock-file-missing`

use crate::model::image::{Copy, CopyFrom, Step, covers};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::source::join;

rule! {
    /// `npm ci` in an image that gets no lock file.
    ///
    /// ## Why
    /// `npm ci` installs exactly what `package-lock.json` says and refuses to run without it: `The npm ci command can only install with
    /// an existing package-lock.json`. There is no image.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM node:24
    /// WORKDIR /app
    /// COPY package.json ./
    /// # > COPY package.json package-lock.json ./
    /// RUN npm ci
    /// #   ^^^^^^ docker/lock-file-missing
    /// # | `npm ci` needs `package-lock.json`, which is not copied before it: the image cannot be built
    /// # | help: copy it with `package.json`: `COPY package*.json ./`
    /// COPY . .
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text both file=package.json
    /// {"dependencies": {"express": "5.1.0"}}
    /// ```
    /// ```text both file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    /// ```dockerfile good
    /// FROM node:24
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text good file=package.json
    /// {"dependencies": {"express": "5.1.0"}}
    /// ```
    /// ```text good file=package-lock.json
    /// {"lockfileVersion": 3}
    /// ```
    ///
    /// ### The project has none
    /// ```dockerfile bad
    /// FROM node:24
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// #   ^^^^^^ docker/lock-file-missing
    /// # | `npm ci` needs `package-lock.json`, which the project does not have: the image cannot be built
    /// # | help: run `npm install` once and commit the file, or write `npm install` here
    /// # > RUN npm install
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text both file=package.json
    /// {"dependencies": {"express": "5.1.0"}}
    /// ```
    ///
    /// ## What it does not report
    /// Folders other than the one the context is, steps with alternatives, projects whose lock file lies elsewhere.
    "docker/lock-file-missing" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.npmjs.com/cli/v11/commands/npm-ci"],
        check: Check::Image(check),
    }
}

const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

fn check(image: &Shipped, ctx: &Context, sink: &mut Sink) {
    let [context] = &image.contexts[..] else { return sink.not_applicable() };
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (_, stage) in image.built() {
        let mut copies: Vec<&Copy> = Vec::new();
        for step in &stage.steps {
            let run = match step {
                Step::Copy(copy) => {
                    copies.push(copy);
                    continue;
                }
                Step::Run(run) => run,
            };
            let Some(ci) = run.commands.iter().find(|words| is_ci(words)) else { continue };
            let manifest = join(context, "package.json");
            let own = copies.iter().all(|copy| copy.from == CopyFrom::Context) && !copies.is_empty();
            let plain =
                run.commands.iter().all(|words| is_ci(words) || words.first().is_some_and(|word| word.value == "npm"));
            // The manifest itself must come from here, or the step works in another folder.
            if !own
                || !plain
                || ci.first().is_none_or(|word| stage.decides(word.span))
                || !ctx.project.files().is_file(&manifest)
                || !copies.iter().any(|copy| brings(copy, "package.json"))
            {
                return;
            }
            let has = |lock: &&&str| !ctx.project.is_missing(&join(context, lock));
            // Who names it has it somewhere.
            let named =
                |copy: &&Copy| copy.sources.iter().any(|source| LOCKS.iter().any(|lock| source.value.ends_with(lock)));
            if copies.iter().any(named) {
                return;
            }
            let (what, help) = match LOCKS.iter().find(has) {
                None => (
                    "which the project does not have",
                    "run `npm install` once and commit the file, or write `npm install` here".to_owned(),
                ),
                Some(lock) if !copies.iter().any(|copy| brings(copy, lock)) => {
                    ("which is not copied before it", "copy it with `package.json`: `COPY package*.json ./`".to_owned())
                }
                Some(_) => return,
            };
            let (Some(first), Some(last)) = (ci.first(), ci.get(1)) else { return };
            let message = format!("`npm ci` needs `package-lock.json`, {what}: the image cannot be built");
            sink.report(first.span.to(last.span), message).help(help);
            return;
        }
    }
}

fn is_ci(words: &[Spanned<String>]) -> bool {
    words.first().is_some_and(|word| word.value == "npm") && words.get(1).is_some_and(|word| word.value == "ci")
}

/// Whether a copy brings a file of the context's own folder.
fn brings(copy: &Copy, file: &str) -> bool {
    copy.sources.iter().any(|source| source.value.contains('$') || covers(source.value.trim_start_matches("./"), file))
}
