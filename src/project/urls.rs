//! Guide to the addresses that it tells people to open.

use super::Project;
use crate::model::starts::Step;
use crate::model::{Host, Meaning};
use crate::source::{Cut, FileId, Span};

/// An address with a port in a guide.
#[derive(Clone, Debug)]
pub struct GuideUrl {
    /// All of it.
    pub span: Span,
    /// Its port.
    pub port: u16,
    /// Whether a command asks it that is typed on the server.
    pub is_typed: bool,
    /// Whether it is asked from outside: a name or address of the server, and not of the machine itself.
    pub is_of_server: bool,
}

impl Project {
    /// The addresses with a port that the guides about deployment name.
    pub fn urls_of_guides(&self) -> Vec<GuideUrl> {
        let mut found = Vec::new();
        for guide in self.guides() {
            let text = self.source(guide.file).text();
            // What is tunnelled is asked on this side of the tunnel.
            if !self.look(1 + text.len() / 64) || text.contains("ssh -L") {
                continue;
            }
            for (at, sign) in text.match_indices("http://") {
                let rest = text.cut(at + sign.len()..);
                let length = rest.find(|c: char| c.is_whitespace() || "`\"')]|".contains(c)).unwrap_or(rest.len());
                let address = rest.cut(..length);
                let host = address.split('/').next().unwrap_or_default();
                let Some((host, port)) = host.rsplit_once(':') else { continue };
                let Ok(port) = port.parse() else { continue };
                let lower = host.to_ascii_lowercase();
                let here =
                    Host::is_loopback(host) || lower == "0.0.0.0" || !lower.contains(['.', '-', '_', '<', '[', '{']);
                let span = Span::new(guide.file, at, at + sign.len() + length);
                let steps = guide.steps();
                let at = steps.partition_point(|step| step.span.end < span.end);
                let own = steps.get(at).filter(|step| step.span.start <= span.start);
                let is_typed = own.is_some_and(|step| step.inside.is_none() && !step.contained && !step.remote);
                found.push(GuideUrl { span, port, is_typed, is_of_server: !here });
            }
        }
        found
    }

    /// Whether a guide speaks of a network or volume, or a command of the project makes one.
    pub fn makes_outside(&self, guide: FileId, what: &str, name: &str) -> bool {
        let text = self.source(guide).text();
        let steps = self.meanings().filter_map(|view| view.started()).flat_map(|started| &started.steps);
        let makes = |step: &Step| step.is("docker", &[what, "create"]) || step.is("podman", &[what, "create"]);
        text.contains(name) || steps.filter(|_| self.look(1)).any(makes)
    }
}
