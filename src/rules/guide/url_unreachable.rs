//! `guide/url-unreachable`

use crate::project::{Place, Project};
use crate::rules::prelude::*;

rule! {
    /// A guide names an address that does not answer as the project is configured.
    ///
    /// ## Why
    /// The program listens for this machine only, as it should behind a web server. Whoever follows the guide and opens the address of the
    /// server sees nothing, and looks for a mistake in what is right; or opens the port to make it work.
    ///
    /// ## Examples
    /// ```markdown bad
    /// Open http://your-server-ip:8000/health to see whether it runs.
    /// #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ guide/url-unreachable
    /// # | port 8000 is bound to the server itself: it does not answer from outside
    /// # | help: have people ask on the server, `curl http://127.0.0.1:8000`, or name the address of the web server
    /// # > Run `curl http://127.0.0.1:8000/health` on the server to see whether it runs.
    /// ```
    /// ```systemd both
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    /// ```
    /// ```markdown good
    /// Open https://shop.de, or http://your-server-ip:3000 for the metrics.
    /// ```
    "guide/url-unreachable" {
        severity: Low, confidence: Likely, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.gunicorn.org/en/stable/deploy.html"],
        at_first: true,
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for url in project.urls_of_guides().into_iter().filter(|url| url.is_of_server) {
        let Some(bound) = bound_to_itself(project, url.port) else { continue };
        // A variable may bind it elsewhere on the server that is meant.
        if project.source(bound.file).quote(bound).contains("${") {
            continue;
        }
        sink.report(
            url.span,
            format!("port {} is bound to the server itself: it does not answer from outside", url.port),
        )
        .help(format!(
            "have people ask on the server, `curl http://127.0.0.1:{}`, or name the address of the web server",
            url.port
        ))
        .related(bound, "bound here");
    }
}

/// Where a port of the host is bound to the host alone, and nothing else opens it.
fn bound_to_itself(project: &Project, port: u16) -> Option<Span> {
    let units = project.endpoints().iter().filter(|own| own.at == Place::Port(port));
    let units = units.map(|own| (own.span, !own.is_everywhere()));
    let confs = project.gunicorn.iter().filter(|conf| conf.port() == Some(port)).filter_map(|conf| {
        Some((conf.bind.span()?, conf.bind.get()?.starts_with("127.") || conf.bind.get()?.starts_with("localhost")))
    });
    let ports = project
        .services()
        .flat_map(|service| &service.ports)
        .filter(|own| own.published.get().is_some_and(|(first, last)| (*first..=*last).contains(&port)));
    let ports = ports.map(|own| (own.span, own.on_all_interfaces() == Some(false)));
    let runs =
        project.left_running().flat_map(|call| call.published()).filter(|(_, _, host, _)| *host == port.to_string());
    let runs = runs.map(|(word, address, ..)| (word.span, address.is_some_and(|address| address.starts_with("127."))));
    let all: Vec<(Span, bool)> = units.chain(confs).chain(ports).chain(runs).collect();
    all.iter().all(|(_, closed)| *closed).then(|| all.first().map(|(span, _)| *span)).flatten()
}
