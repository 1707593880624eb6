//! `nginx/filled-template`

use std::collections::HashSet;

use super::tree;
use crate::model::nginx::flow::variables;
use crate::model::nginx::{NginxFile, problems_of};
use crate::project::Filled;
use crate::rules::prelude::*;
use crate::source::Cut;

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
    /// # >       BODY_LIMIT: 10m
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
    /// # >   listen 80;
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
    /// ## A variable that is not there, and a default
    /// ```nginx bad file=templates/shop.conf.template
    /// server {
    ///   listen ${PORT:-80};
    /// #        ^^^^^^^^^^^ nginx/filled-template
    /// # | once it is filled in, nginx does not start: `envsubst` knows no defaults, and leaves `${PORT...}` as it is
    /// # | help: write `${PORT}`, and give the default in Compose: `PORT: ${PORT:-...}`
    /// # >   listen ${PORT};
    ///   location / {
    ///     proxy_pass http://${API_HOST}:8000;
    /// #              ^^^^^^^^^^^^^^^^^^^^^^^ nginx/filled-template
    ///   }
    /// }
    /// ```
    /// ```nginx good file=templates/shop.conf.template
    /// server {
    ///   listen 80;
    ///   location / {
    ///     set $MODE shop;
    ///     add_header X-Mode $MODE;
    ///     proxy_pass http://${OTHER_HOST}:8000$request_uri;
    ///   }
    /// }
    /// ```
    /// ```compose both file=compose.yaml
    /// services:
    ///   web:
    ///     image: nginx:1.28
    ///     volumes: ["./templates:/etc/nginx/templates:ro"]
    ///     environment:
    ///       OTHER_HOST: 10.0.0.7
    /// # >       API_HOST: 10.0.0.7
    /// # >       PORT: ${PORT:-80}
    /// ```
    ///
    /// ## What it does not report
    /// Values that are not known here, and variables in small letters: those may be nginx's own.
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
    left_over(&filled, sink);
    // What is wrong whatever is filled in is said of the file as it is.
    let problems = |tree| problems_of(nginx.file, nginx.place, tree, ctx.project.budget());
    let told: Vec<_> = problems(own).into_iter().map(|problem| problem.message).collect();
    for fault in filled.file.faults.iter().filter(|_| own.faults.is_empty()) {
        report(sink, filled.place(fault.span), &fault.message, fault.help.clone());
    }
    for problem in problems(&filled.file) {
        if !told.contains(&problem.message) {
            report(sink, filled.place(problem.span), &problem.message, Some(problem.help));
        }
    }
}

/// Directives whose words nginx takes as they are, with a dollar sign in them or not.
const TAKES_ANY: [&str; 7] = ["server_name", "error_log", "pid", "include", "ssl_dhparam", "lock_file", "user"];

/// Variables that are still there once the template is filled in, and that only it could know.
fn left_over(filled: &Filled, sink: &mut Sink) {
    let defines = ["set", "map", "geo", "split_clients", "auth_request_set", "js_set", "perl_set"];
    let own = filled.file.directives.iter().filter(|directive| defines.iter().any(|name| directive.is(name)));
    let own: HashSet<String> = own.flat_map(|one| &one.args).map(|word| word.value.to_ascii_lowercase()).collect();
    for directive in &filled.file.directives {
        for word in &directive.args {
            let value = &*word.value;
            let default = value
                .find("${")
                .map(|at| value.cut(at + 2..))
                .and_then(|rest| rest.find([':', '-', '}']).map(|end| (rest.cut(..end), rest.cut(end..))));
            if let Some((name, rest)) = default
                && rest.starts_with([':', '-'])
                && is_shouted(name)
            {
                let what = format!("`envsubst` knows no defaults, and leaves `${{{name}...}}` as it is");
                let help = format!("write `${{{name}}}`, and give the default in Compose: `{name}: ${{{name}:-...}}`");
                // Where nginx takes any text it starts, and means something else.
                if TAKES_ANY.iter().any(|taker| directive.is(taker)) {
                    let finding = sink.report(filled.place(word.span).0, what).help(help);
                    finding.severity(High).effect(BreaksAtRuntime).confidence(Likely);
                } else {
                    report(sink, filled.place(word.span), &what, Some(help));
                }
                continue;
            }
            let left = variables(value).find(|variable| is_shouted(variable.name));
            let Some(name) = left.map(|variable| variable.name) else { continue };
            let missing = filled.missing.iter().any(|missing| missing == name);
            if missing && !directive.is("server_name") && !own.contains(&format!("${}", name.to_ascii_lowercase())) {
                report(
                    sink,
                    filled.place(word.span),
                    &format!("the container has no variable `{name}`, and nginx takes it for one of its own"),
                    Some(format!("add `{name}` to `environment:` of the service")),
                );
            }
        }
    }
}

/// `API_HOST`: nginx's own variables are written in small letters.
fn is_shouted(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
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
