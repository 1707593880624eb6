//! Rules about nginx.

mod alias_traversal;
mod challenge_blocked;
mod doubled_slash;
mod escaped_variable;
mod header_dropped;
mod hsts_missing;
mod hsts_short;
mod http_not_redirected;
mod invalid_rate;
mod listen_443_without_ssl;
mod missing_certificate;
mod missing_events;
mod redirect_to_unserved_name;
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
    redirect_to_unserved_name,
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
