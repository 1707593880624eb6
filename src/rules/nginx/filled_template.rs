//! `nginx/filled-template`

use super::tree;
use crate::model::nginx::{NginxFile, structure};
use crate::rules::prelude::*;

rule! {
    /// Once its variables are filled in, nginx refuses a template.
    ///
    /// ## Why
    /// The official image fills in `templates/*.template` with the variables of the container each time it starts. What comes
    /// out is an ordinary configuration: a value that does not fit there, or a missing `;`, and the container stops.
    ///
    /// ## Examples
    /// ```nginx bad file=templates/shop.conf.template
    /// server {
    ///   listen 80;
    ///   client_max_body_size ${BODY_LIMIT};
    /// #                      ^^^^^^^^^^^^^ nginx/filled-template
    /// # | once it is filled in, nginx does not start: `client_max_body_size` takes a size, and this is none
    /// # | help: write a whole number of bytes, or one with `k`, `m` or `g`, like `20m`
    /// }
    /// ```
    /// ```compose bad file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./templates:/etc/nginx/templates:ro"]
    ///     environment:
    ///       BODY_LIMIT: 10mb
    /// ```
    /// ```nginx good file=templates/shop.conf.template
    /// server {
    ///   listen 80;
    ///   client_max_body_size ${BODY_LIMIT};
    ///   keepalive_timeout ${UNKNOWN};
    /// }
    /// ```
    /// ```compose good file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./templates:/etc/nginx/templates:ro"]
    ///     environment:
    ///       BODY_LIMIT: 10m
    ///       UNKNOWN: ${FROM_THE_SHELL}
    /// ```
    ///
    /// ## A missing semicolon
    /// ```nginx bad file=templates/shop.conf.template
    /// server {
    ///   listen 80
    /// #         ^ nginx/filled-template
    /// # | once it is filled in, nginx does not start: `;` is missing after `listen`
    /// # | help: add `;` at the end of the line
    ///   server_name ${NAME};
    /// }
    /// ```
    /// ```nginx good file=templates/shop.conf.template
    /// server {
    ///   listen 80;
    ///   server_name ${NAME};
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./templates:/etc/nginx/templates:ro"]
    ///     environment:
    ///       NAME: shop.de
    /// ```
    ///
    /// ## What it does not report
    /// Values that are not known here, and variables that the container does not have: nginx reads those as its own.
    "nginx/filled-template" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://github.com/docker-library/docs/tree/master/nginx#using-environment-variables-in-nginx-configuration-new-in-119"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let (Some(filled), Some(own)) = (ctx.project.filled(nginx), tree(nginx, ctx)) else {
        return sink.not_applicable();
    };
    let places = ctx.project.places(nginx);
    // What is wrong whatever is filled in is said of the file as it is.
    let told: Vec<_> = structure::problems(places, own).into_iter().map(|problem| problem.message).collect();
    for fault in filled.file.faults.iter().filter(|_| own.faults.is_empty()) {
        report(sink, filled.place(fault.span), &fault.message, fault.help.clone());
    }
    for problem in structure::problems(places, &filled.file) {
        if !told.contains(&problem.message) {
            report(sink, filled.place(problem.span), &problem.message, Some(problem.help));
        }
    }
}

fn report(sink: &mut Sink, (place, value): (Span, Option<Span>), what: &str, help: Option<String>) {
    let finding = sink.report(place, format!("once it is filled in, nginx does not start: {what}"));
    if let Some(help) = help {
        finding.help(help);
    }
    if let Some(value) = value {
        finding.related(value, "this value is put in");
    }
}
