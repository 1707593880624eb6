//! `project/inner-port-shown`

use crate::model::compose::Port;
use crate::model::nginx::{Effective, Server, route};
use crate::project::Machine;
use crate::rules::prelude::*;
use crate::source::Answer;

rule! {
    /// A redirect names the port inside the container.
    ///
    /// ## Why
    /// Asked for a folder without the slash, `/guide`, nginx redirects to `/guide/` with the port that it listens on itself. In a container
    /// that is published under another port visitors are sent to one that nobody answers.
    ///
    /// ## Examples
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginxinc/nginx-unprivileged:1.29-alpine
    ///     ports: ["80:8080"]
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - pages:/usr/share/nginx/html:ro
    /// volumes: {pages: {}}
    /// ```
    /// ```nginx bad file=site.conf
    /// server {
    ///   listen 8080;
    /// # ^^^^^^^^^^^ project/inner-port-shown
    /// # | folders are redirected to port 8080, which is that of the container: nobody answers there, `/guide` is lost
    /// # | help: add `port_in_redirect off;`
    /// # >   listen 8080;
    /// # >   port_in_redirect off;
    ///   root /usr/share/nginx/html;
    ///   location / { try_files $uri $uri/ =404; }
    /// }
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///   listen 8080;
    ///   absolute_redirect off;
    ///   root /usr/share/nginx/html;
    ///   location / { try_files $uri $uri/ =404; }
    /// }
    /// ```
    ///
    /// ### An application of one page
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginxinc/nginx-unprivileged:1.29-alpine
    ///     ports: ["80:8080"]
    ///     volumes:
    ///       - ./site.conf:/etc/nginx/conf.d/default.conf:ro
    ///       - pages:/usr/share/nginx/html:ro
    /// volumes: {pages: {}}
    /// ```
    /// ```nginx good file=site.conf
    /// server {
    ///   listen 8080;
    ///   root /usr/share/nginx/html;
    ///   location / { try_files $uri $uri/ /index.html; }
    /// }
    /// ```
    "project/inner-port-shown" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_core_module.html#port_in_redirect"],
        check: Check::Server(check),
    }
}

fn check(server: &Server, ctx: &Context, sink: &mut Sink) {
    let Answer::Yes(Machine::Container(nginx)) = ctx.project.machine(server.file) else {
        return sink.not_applicable();
    };
    let off = |name| match ctx.project.in_effect(server, server.level, name) {
        Effective::Set(own) => own.iter().any(|own| own.arg(0) == Some("off")),
        Effective::Absent => false,
        Effective::Unknown => true,
    };
    let [listen] = &server.listens[..] else { return sink.not_applicable() };
    let Some(port) = listen.port.filter(|port| !listen.tls && *port != 80 && *port != 443) else {
        return sink.not_applicable();
    };
    if off("port_in_redirect") || off("absolute_redirect") || server.gap.is_some() || nginx.gap.is_some() {
        return;
    }
    let leads = |own: &&Port| own.target.get().is_some_and(|(first, last)| (*first..=*last).contains(&port));
    let published: Vec<&Port> = nginx.ports.iter().filter(leads).collect();
    let same = |own: &&Port| own.published.get().is_none_or(|(first, last)| (*first..=*last).contains(&port));
    let Some(outside) = published.first().filter(|_| !published.iter().any(same)) else { return };
    // What takes every path for a page of an application, or passes it on, seldom gets to a folder.
    let Answer::Yes(taken) = route(server, "/guide") else { return };
    let tries = ctx.project.in_effect(server, taken.level, "try_files");
    let folders = match &tries {
        Effective::Set(own) => own.iter().any(|own| {
            own.arg(1).is_some()
                && own.args.iter().any(|word| &*word.value == "$uri/")
                && own.args.last().is_some_and(|word| word.value.starts_with('='))
        }),
        Effective::Absent | Effective::Unknown => false,
    };
    if taken.pass.is_some() || taken.returns || taken.denies || !folders {
        return;
    }
    let message = format!(
        "folders are redirected to port {port}, which is that of the container: nobody answers there, `/guide` is lost"
    );
    sink.report(listen.span, message)
        .help("add `port_in_redirect off;`")
        .related(outside.span, "visitors come by this port");
}
