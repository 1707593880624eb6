//! Rules about nginx.

mod alias_traversal;
mod challenge_blocked;
mod defined_twice;
mod doubled_slash;
mod escaped_variable;
mod filled_template;
mod header_dropped;
mod hsts_missing;
mod hsts_short;
mod http_not_redirected;
mod include_missing;
mod invalid_rate;
mod listen_443_without_ssl;
mod misplaced_file;
mod missing_certificate;
mod missing_events;
mod name_conflict;
mod other_version;
mod syntax;
mod undefined_zone;
mod unknown_directive;
mod weak_tls_protocol;
mod wrong_live_file;

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
    misplaced_file,
    other_version,
    include_missing,
    name_conflict,
    defined_twice,
    filled_template,
}

use crate::model::Tree;
use crate::model::nginx::NginxFile;
use crate::rules::Context;
use crate::syntax::nginx::File;

/// The syntax tree of a file.
fn tree<'a>(nginx: &NginxFile, ctx: &Context<'a>) -> Option<&'a File> {
    match &ctx.project.document(nginx.file).tree {
        Tree::Nginx(file) => Some(file),
        _ => None,
    }
}
