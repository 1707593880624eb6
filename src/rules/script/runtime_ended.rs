//! `script/runtime-ended`

use crate::model::Kind;
use crate::model::image::{ImageRef, notes};
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// A server gets a Node.js that nobody repairs any more.
    ///
    /// ## Why
    /// Holes that are found in it stay open. Packages ask for newer ones as well, so that an old one ends in an error while they are
    /// installed.
    ///
    /// ## Examples
    /// ```sh bad file=setup.sh
    /// curl -fsSL https://deb.nodesource.com/setup_16.x | bash -
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/runtime-ended
    /// # | this installs Node.js 16, which nobody has repaired since 2023-09-11
    /// # | help: install one that is maintained
    /// # > curl -fsSL https://deb.nodesource.com/setup_24.x | bash -
    /// apt-get install -y nodejs
    /// ```
    /// ```sh good file=setup.sh
    /// curl -fsSL https://deb.nodesource.com/setup_24.x | bash -
    /// apt-get install -y nodejs
    /// ```
    "script/runtime-ended" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://endoflife.date/nodejs"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    // What an image is built with is told of its base.
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    let today = ctx.at.date();
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained) {
        let installed = step.words.iter().find_map(|word| {
            let version = word.value.split("nodesource.com/setup_").nth(1)?.split('.').next()?;
            Some((word, version))
        });
        let chosen = || {
            let at = step.words.windows(2).find(|two| two[0].value == "install")?;
            let version = at[1].value.trim_start_matches('v').split('.').next()?;
            (step.name() == "nvm").then_some((&at[1], version))
        };
        let Some((word, version)) = installed.or_else(chosen) else { continue };
        let image = ImageRef::parse(&format!("node:{version}"));
        let Some((_, last)) = notes(&image).and_then(|notes| notes.ends(&image)).filter(|(_, last)| *last < today)
        else {
            continue;
        };
        let finding =
            sink.report(word.span, format!("this installs Node.js {version}, which nobody has repaired since {last}"));
        finding.help("install one that is maintained").cause(version, "the same one");
        if commands.is_read_along() || (today - last).whole_days() < 365 {
            finding.severity(Low);
        }
    }
}
