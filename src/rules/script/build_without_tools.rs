//! `script/build-without-tools`

use crate::model::starts::Step;
use crate::project::{Commands, adds_package, installs_packages, leaves_out_tools, script_run};
use crate::rules::prelude::*;

rule! {
    /// A build needs a program that the installation above it leaves out.
    ///
    /// ## Why
    /// `--omit=dev`, `--production` and `NODE_ENV=production` leave out `devDependencies`, and the programs that build the pages are
    /// among them: the build ends with "not found".
    ///
    /// ## Examples
    /// ```sh bad file=deploy.sh
    /// npm ci --omit=dev
    /// npm run build
    /// ^^^^^^^^^^^^^ script/build-without-tools
    /// | the build runs `vite`, which is among `devDependencies`, and those are not installed
    /// | help: install all of them, build, and then run `npm prune --omit=dev`
    /// ```
    /// ```json both file=package.json
    /// {"scripts": {"build": "vite build"}, "devDependencies": {"vite": "^7.0.0"}}
    /// ```
    /// ```sh good file=deploy.sh
    /// npm ci
    /// npm run build
    /// npm prune --omit=dev
    /// ```
    /// ### What `npx` does without them
    /// ```sh bad file=update.sh
    /// npm install --omit=dev && npx prisma generate
    /// #                         ^^^^^^^^^^^^^^^^^^^ script/build-without-tools
    /// # | `npx` fetches the newest `prisma` here, because `devDependencies` are not installed, and that one ends with an error
    /// # | help: move `prisma` to `dependencies`
    /// ```
    /// ```json both file=package.json
    /// {"scripts": {"start": "node server.js"}, "dependencies": {"@prisma/client": "^5.10.0"}, "devDependencies": {"prisma": "^5.10.0"}}
    /// ```
    /// ```sh good file=update.sh
    /// npm install && npx prisma generate
    /// ```
    "script/build-without-tools" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.npmjs.com/cli/v11/commands/npm-ci#omit"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let mut bare: Option<&Step> = None;
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained) {
        if installs_packages(step) {
            bare = Some(step).filter(|step| leaves_out_tools(step) && !step.flow.tested);
        }
        let together = |own: &&Step| own.shell == step.shell && own.place == step.place;
        // What only a branch leaves out is left out in that branch.
        let certain = |own: &&Step| !own.flow.branch || own.scope == step.scope;
        let Some(install) = bare.filter(together).filter(certain) else { continue };
        if let Some(tool) = ctx.project.fetched_by_npx(step, None) {
            if !commands.steps.iter().any(|own| adds_package(own, &tool.package)) {
                let message = format!(
                    "`npx` fetches the newest `{}` here, because `devDependencies` are not installed, and that one ends with an error",
                    tool.tool
                );
                let finding = sink.report(step.span, message);
                finding
                    .help(format!("move `{}` to `dependencies`", tool.package))
                    .related(install.span, "this leaves them out")
                    .related(tool.at, format!("`{}` is listed here", tool.package));
                if commands.is_read_along() {
                    finding.severity(Low);
                }
            }
            bare = None;
            continue;
        }
        let Some(script) = script_run(step).filter(|word| word.value.starts_with("build")) else { continue };
        let Some(tool) = ctx.project.tool_for_developers(step, &script.value) else { continue };
        let message =
            format!("the build runs `{}`, which is among `devDependencies`, and those are not installed", tool.tool);
        let finding = sink.report(step.span, message);
        finding
            .help("install all of them, build, and then run `npm prune --omit=dev`")
            .related(install.span, "this leaves them out")
            .related(tool.at, format!("`{}` is listed here", tool.package));
        if commands.is_read_along() {
            finding.severity(Low);
        }
        bare = None;
    }
}
