//! `script/node-too-old`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A server gets a Node.js that is too old for what it builds.
    ///
    /// ## Why
    /// `apt install nodejs` brings what the release has: 12 on Ubuntu 22.04, 18 on 24.04. Next.js and Angular look at the version and
    /// end; Vite and its plugins end where they use what an old one does not have.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// # Deployment on Ubuntu 24.04
    ///
    /// ~~~bash
    /// sudo apt install -y nginx nodejs npm
    /// #                         ^^^^^^ script/node-too-old
    /// # | this installs Node.js 18.19, and next 16 ends at once with less than 20.9
    /// # | help: install a newer one: `curl -fsSL https://deb.nodesource.com/setup_24.x | sudo -E bash -` in front of it
    /// # > curl -fsSL https://deb.nodesource.com/setup_24.x | sudo -E bash -
    /// # > sudo apt install -y nginx nodejs
    /// ~~~
    ///
    /// ~~~bash
    /// npm ci
    /// npm run build
    /// ~~~
    /// ```
    /// ```sh bad file=setup.sh
    /// #!/bin/bash
    /// curl -fsSL https://deb.nodesource.com/setup_18.x | bash -
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/node-too-old
    /// # | this installs Node.js 18, and next 16 ends at once with less than 20.9
    /// # | help: install a newer one: `https://deb.nodesource.com/setup_24.x`
    /// # > curl -fsSL https://deb.nodesource.com/setup_24.x | bash -
    /// apt-get install -y nodejs
    /// npm ci
    /// npm run build
    /// ```
    /// ```package both file=package.json
    /// {"scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "^16.0.1"}}
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// # Deployment on Ubuntu 24.04
    ///
    /// ~~~bash
    /// curl -fsSL https://deb.nodesource.com/setup_20.x | sudo -E bash -
    /// sudo apt install -y nodejs
    /// npm ci
    /// npm run build
    /// ~~~
    /// ```
    /// ```markdown good file=docs/deployment.md
    /// # Deployment on Ubuntu 22.04 or newer
    ///
    /// ~~~bash
    /// sudo apt install -y nodejs npm
    /// npm ci
    /// npm run build
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Guides that name no release, or "or newer", or several ways to Node.js; programs that only warn.
    "script/node-too-old" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/app/getting-started/installation#system-requirements", "https://vite.dev/guide/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    let steps = ctx.project.steps_together(commands);
    let Some((at, has)) = ctx.project.installs_node(commands, &steps) else { return };
    let Some(install) = steps.iter().find(|step| step.span.contains(at)) else { return };
    let here = |step: &&&Step| {
        let machine = step.inside.is_none() && !step.contained && step.span.start > at.start;
        machine && !ctx.project.are_ways_of_a_guide(at, step.span)
    };
    let mut builds = steps.iter().filter(here);
    let Some((step, old)) = builds.find_map(|step| Some((step, ctx.project.asks_host_for_newer_node(step, has)?)))
    else {
        return;
    };
    let said = if has.1 == u32::MAX { has.0.to_string() } else { format!("{}.{}", has.0, has.1) };
    let message = format!("this installs Node.js {said}, and {} ends at once with less than {}", old.package, old.asks);
    let source = "https://deb.nodesource.com/setup_24.x";
    let finding = sink.report(at, message);
    finding.help(match install.name() {
        "nvm" => "install a newer one: `nvm install 24`".to_owned(),
        "apt" | "apt-get" => format!("install a newer one: `curl -fsSL {source} | sudo -E bash -` in front of it"),
        _ => format!("install a newer one: `{source}`"),
    });
    finding.related(step.span, "it is started here").related(old.at, "and listed here");
    if commands.is_read_along() {
        finding.severity(Low);
    }
}
