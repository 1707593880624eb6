//! Rules about nginx.

mod alias_traversal;
mod bad_regex;
mod challenge_blocked;
mod doubled_slash;
mod duplicate;
mod escaped_variable;
mod header_dropped;
mod hsts_missing;
mod hsts_short;
mod http_not_redirected;
mod invalid_rate;
mod invalid_value;
mod listen_443_without_ssl;
mod missing_certificate;
mod missing_events;
mod size_conflict;
mod socket_conflict;
mod syntax;
mod tls_incomplete;
mod undefined_variable;
mod undefined_zone;
mod unknown_directive;
mod upstream_conflict;
mod weak_tls_protocol;
mod wrong_arguments;
mod wrong_live_file;
mod wrong_place;
mod zone_conflict;

rules! {
    alias_traversal,
    escaped_variable,
    header_dropped,
    hsts_missing,
    hsts_short,
    http_not_redirected,
    invalid_rate,
    listen_443_without_ssl,
    missing_certificate,
    missing_events,
    syntax,
    undefined_zone,
    unknown_directive,
    weak_tls_protocol,
    doubled_slash,
    challenge_blocked,
    wrong_live_file,
    bad_regex,
    duplicate,
    invalid_value,
    size_conflict,
    socket_conflict,
    tls_incomplete,
    undefined_variable,
    upstream_conflict,
    wrong_arguments,
    wrong_place,
    zone_conflict,
}

use crate::model::Tree;
use crate::model::nginx::{Config, Kind, NginxFile};
use crate::rules::{Context, Sink};
use crate::syntax::nginx::File;

/// The syntax tree of a file.
fn tree<'a>(nginx: &NginxFile, ctx: &Context<'a>) -> Option<&'a File> {
    match &ctx.project.document(nginx.file).tree {
        Tree::Nginx(file) => Some(file),
        _ => None,
    }
}

/// Reports what nginx refuses of one kind.
fn refused(kind: Kind, config: &Config, sink: &mut Sink) {
    for problem in config.problems.iter().filter(|problem| problem.kind == kind) {
        if let Some(why) = &problem.unsure {
            sink.unknown(problem.span, why.leaves("it may be defined elsewhere"));
            continue;
        }
        let finding = sink.report(problem.span, problem.message.clone());
        finding.help(problem.help.clone());
        if let Some((span, text)) = problem.related {
            finding.related(span, text);
        }
    }
}
