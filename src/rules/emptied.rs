//! What to do about a port that a file on top means to take away, in the same words whoever tells of the port.

use super::context::Context;
use super::finding::Finding;
use crate::model::compose::{Port, Service};

/// Says so where `ports: []` stands in a file on top of the one that has the port.
pub fn tell(finding: &mut Finding, port: &Port, service: &Service, ctx: &Context) {
    if let Some(at) = ctx.project.emptied(service, "ports", port.span.file) {
        let help = format!("write `ports: !reset []` in `{}`, or take the port out of the first file", ctx.path(at));
        finding.help(help).related(at, "this takes nothing away: Compose adds lists up");
    }
}
