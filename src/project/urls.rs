//! Guide to the addresses that it tells people to open.

use super::Project;
use crate::model::Host;
use crate::source::{Cut, Span};

/// An address with a port in a guide.
#[derive(Clone, Debug)]
pub struct GuideUrl {
    /// All of it.
    pub span: Span,
    /// Its port.
    pub port: u16,
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
                found.push(GuideUrl { span, port, is_of_server: !here });
            }
        }
        found
    }
}
