//! What Prometheus asks for metrics.

use crate::model::{Head, Meaning};
use crate::source::{FileId, Spanned};
use crate::syntax::prometheus;
use crate::syntax::yaml::Node;

/// One `prometheus.yml`.
#[derive(Clone, Debug)]
pub struct Prometheus {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The addresses that are written in it.
    pub targets: Vec<Target>,
}

/// An address in `static_configs`.
#[derive(Clone, Debug)]
pub struct Target {
    /// As it is written.
    pub written: Spanned<String>,
    /// The host.
    pub host: String,
    /// The port, written or that of the scheme.
    pub port: u16,
}

impl Meaning for Prometheus {}

impl Prometheus {
    /// The view of one file. Jobs that make another address of the one that is written, as those of the blackbox exporter do,
    /// are left out.
    pub fn new(head: &Head, tree: &prometheus::File) -> Self {
        let jobs = tree.root().and_then(|root| root.get("scrape_configs"));
        let mut targets = Vec::new();
        for job in jobs.iter().flat_map(|jobs| jobs.items()) {
            if job.get("relabel_configs").is_some() || job.get("params").is_some() {
                continue;
            }
            let tls = job.get("scheme").and_then(|scheme| scheme.as_str()) == Some("https");
            let lists = job.get("static_configs");
            let lists = lists.iter().flat_map(|lists| lists.items()).filter_map(|list| list.get("targets"));
            targets.extend(lists.flat_map(|list| list.items()).filter_map(|target| read(target, tls)));
        }
        Prometheus { file: head.source.id, path: head.source.path.clone(), targets }
    }
}

fn read(target: Node, tls: bool) -> Option<Target> {
    let text = target.as_str()?;
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (text, if tls { 443 } else { 80 }),
    };
    let written = Spanned::new(text.to_owned(), target.span());
    (!text.contains(['$', '{', '/'])).then(|| Target { written, host: host.to_owned(), port })
}
