//! How rules say what Compose refuses: one shape for all of it.

use super::{Context, Effect, Severity, Sink};
use crate::model::compose::{Composition, Fault, Is, Kind, Says, Service, is_key_of_service};

/// Longer values are not shown.
const LONGEST: usize = 40;

/// Reports the faults of one kind.
pub fn report(kind: Kind, compose: &Composition, context: &Context, sink: &mut Sink) {
    for fault in compose.faults.iter().filter(|fault| fault.kind == kind) {
        let message = match &fault.says {
            Says::Sentence(text) => text.clone(),
            Says::Expects { owner, expected, is } => {
                let shown = context.quote(fault.span);
                let there = match is {
                    Is::Shown if shown.len() <= LONGEST && !shown.contains(['\n', '`']) => {
                        format!(", but it is `{shown}`")
                    }
                    Is::Called(name) => format!(", but it is {name}"),
                    Is::Shown | Is::Hidden => String::new(),
                };
                format!("{owner} must be {expected}{there}; Compose refuses it")
            }
        };
        // What every command that starts it names and nobody has is missing once, and a name is taken once.
        let missing = matches!(kind, Kind::NoFile | Kind::ContainerName).then(|| message.clone());
        let finding = sink.report(fault.span, message);
        if let Some(message) = missing {
            finding.cause(message, "and here");
        }
        // One `include:` brings all of them.
        let brought = fault.related.as_ref().map(|(span, _)| span.file).filter(|file| *file != fault.span.file);
        if let Some(file) = brought.filter(|_| kind == Kind::Contradiction) {
            finding.cause(file, "so is this");
        }
        if let Some(help) = &fault.help {
            finding.help(help.clone());
        }
        if let Some((span, text)) = &fault.related {
            finding.related(*span, text.clone());
        }
        // `image:` among the services: the keys of one that has nothing in it slid out together.
        if is_of_service(fault, compose) && compose.services.iter().any(is_hollow) {
            finding.help("indent it below its service").cause(("slid out", fault.span.file), "this one, too");
        }
        if fault.later {
            finding.effect(Effect::BreaksAtRuntime).severity(Severity::High);
        }
    }
}

/// Whether a fault is about a key of a service that stands where services do.
fn is_of_service(fault: &Fault, compose: &Composition) -> bool {
    let Says::Expects { owner, .. } = &fault.says else { return false };
    let name = owner.trim_matches('`').strip_prefix("services.").filter(|name| is_key_of_service(name));
    name.is_some_and(|name| compose.service(name).is_some())
}

/// Whether a service has nothing in it.
fn is_hollow(service: &Service) -> bool {
    service.image.is_absent() && service.build.is_none() && !is_key_of_service(&service.name.value)
}
