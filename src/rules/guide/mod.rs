//! Rules about what guides say, and the files do not do.

mod literal_secret;
mod network_not_made;
mod port_unanswered;
mod restore_untold;
mod schema_not_granted;
mod url_unreachable;
mod volume_not_made;

use super::{Context, Severity, Sink};
use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;

rules! {
    url_unreachable,
    volume_not_made,
    port_unanswered,
    network_not_made,
    restore_untold,
    literal_secret,
    schema_not_granted,
}

/// A network or volume from outside that a guide needs before it starts anything, and that no step makes.
fn not_made(commands: &Commands, ctx: &Context, what: &str, sink: &mut Sink) {
    if commands.kind != Kind::Guide {
        return sink.not_applicable();
    }
    for step in commands.steps {
        let Some((call, set)) = ctx.project.compose_call(step) else { continue };
        if call.verb.as_deref() != Some("up") {
            continue;
        }
        let resources = if what == "network" { &set.networks } else { &set.volumes };
        for resource in resources.iter().filter(|resource| resource.external) {
            // Docker knows it by its `name:`; one that a variable names may be any.
            let name = match resource.called.get() {
                Some(called) => called,
                None if resource.named => continue,
                None => resource.name.value.as_str(),
            };
            if ctx.project.makes_outside(commands.file, what, name) {
                continue;
            }
            // What is stopped or entered first runs already: a guide about an update.
            let running = |other: &Step| {
                let verb = ctx.project.compose_call(other).and_then(|(call, _)| call.verb.as_deref());
                matches!(verb, Some("down" | "stop" | "restart" | "exec" | "rm")) || other.is("docker", &["exec"])
            };
            if commands.before(step).any(running) {
                return;
            }
            // One service is built anew, and nothing brings the project: it runs.
            let brings =
                |other: &Step| other.is("git", &["clone"]) || matches!(other.name(), "scp" | "rsync" | "unzip");
            if !call.services.is_empty() && !commands.steps.iter().any(brings) {
                return;
            }
            let finding = sink.report(
                step.span,
                format!("{what} `{name}` is made by no step, and Compose starts nothing without it"),
            );
            finding
                .help(format!("write `docker {what} create` with its name above it"))
                .related(resource.name.span, "it has to be there already")
                .cause(name, "needed here, too");
            if commands.is_read_along() {
                finding.severity(Severity::Low);
            }
            return;
        }
    }
}
