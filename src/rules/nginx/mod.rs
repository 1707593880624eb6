//! Rules about nginx.

mod address_fixed_at_start;
mod address_list_forgeable;
mod alias_mismatch;
mod alias_swallows_path;
mod alias_traversal;
mod allow_without_deny;
mod api_error_as_page;
mod arguments_lost;
mod auth_answer_shared;
mod auth_request_missing;
mod bad_regex;
mod balancer_taken_for_visitor;
mod cache_key_incomplete;
mod cache_shared_by_sites;
mod cache_without_buffering;
mod cache_without_key;
mod cached_cookies;
mod cannot_write;
mod capability_missing;
mod challenge_blocked;
mod check_never_asked;
mod ciphers_without_forward_secrecy;
mod condition_never_true;
mod content_type_twice;
mod cors_origin_malformed;
mod cors_with_credentials;
mod csp_allows_everything;
mod csp_keyword_unquoted;
mod daemon_twice;
mod deny_bypassed;
mod deprecated_header;
mod directory_listing;
mod docker_socket_passed;
mod doubled_slash;
mod duplicate;
mod empty_redirect;
mod error_page_unreachable;
mod errors_cached;
mod escaped_variable;
mod events_buffered;
mod exits_at_once;
mod expression_never_reached;
mod fallback_elsewhere;
mod files_hide_application;
mod filled_template;
mod forwarded_from_client;
mod grpc_without_http2;
mod guard_bypassed;
mod header_dropped;
mod header_injection;
mod header_without_always;
mod home_closed;
mod host_header_passed;
mod hsts_missing;
mod hsts_short;
mod hsts_without_tls;
mod http2_on_listen;
mod http_not_redirected;
mod if_replaces;
mod impossible_server_name;
mod include_missing;
mod invalid_rate;
mod invalid_value;
mod joined_path;
mod limit_answers_503;
mod limit_counts_cloudflare;
mod limit_key_from_client;
mod limit_shared_by_all;
mod limit_without_burst;
mod listen_443_without_ssl;
mod localhost_has_two_addresses;
mod log_folder_missing;
mod log_named_off;
mod log_not_json;
mod mail_password_readable;
mod misplaced_file;
mod missing_capture;
mod missing_certificate;
mod missing_events;
mod misspelt_header;
mod module_missing;
mod name_conflict;
mod named_location_missing;
mod never_read;
mod never_used;
mod one_path_for_all;
mod open_proxy;
mod other_version;
mod own_page_kept;
mod page_kept_too_long;
mod passes_to_itself;
mod password_file_served;
mod password_without_tls;
mod php_any_path;
mod placeholder_name;
mod platform_name_missing;
mod preflight_needs_password;
mod preflight_without_origin;
mod public_resolver;
mod query_lost;
mod real_ip_without_source;
mod redirect_to_no_name;
mod redirect_to_unserved_name;
mod redirects_to_itself;
mod referer_optional;
mod request_header_dropped;
mod resolver_missing;
mod rewrite_cycle;
mod root_repeats_location;
mod script_filename_missing;
mod secret_in_header;
mod secret_in_log;
mod security_headers_missing;
mod shadowed_location;
mod size_conflict;
mod socket_conflict;
mod socket_io_not_sticky;
mod stapling_dead;
mod status_open;
mod syntax;
mod system_root;
mod tls_incomplete;
mod trusts_any_proxy;
mod try_files_cycle;
mod types_missing;
mod undefined_variable;
mod undefined_zone;
mod unescaped_dot;
mod unknown_directive;
mod unreachable_access;
mod unused_limit;
mod upgrade_passed_on;
mod upstream_conflict;
mod user_missing;
mod version_shown;
mod weak_ciphers;
mod weak_dhparam;
mod weak_tls_protocol;
mod websocket_broken;
mod writes_open;
mod writes_repeated;
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
    log_folder_missing,
    missing_certificate,
    missing_events,
    never_used,
    shadowed_location,
    syntax,
    undefined_zone,
    unknown_directive,
    weak_dhparam,
    weak_tls_protocol,
    doubled_slash,
    challenge_blocked,
    wrong_live_file,
    redirect_to_unserved_name,
    redirects_to_itself,
    home_closed,
    misplaced_file,
    other_version,
    include_missing,
    name_conflict,
    filled_template,
    alias_mismatch,
    alias_swallows_path,
    header_injection,
    open_proxy,
    deny_bypassed,
    allow_without_deny,
    directory_listing,
    system_root,
    upgrade_passed_on,
    if_replaces,
    resolver_missing,
    request_header_dropped,
    websocket_broken,
    header_without_always,
    http2_on_listen,
    unescaped_dot,
    php_any_path,
    missing_capture,
    log_named_off,
    condition_never_true,
    public_resolver,
    version_shown,
    localhost_has_two_addresses,
    secret_in_log,
    limit_answers_503,
    trusts_any_proxy,
    cached_cookies,
    stapling_dead,
    deprecated_header,
    misspelt_header,
    unused_limit,
    status_open,
    address_fixed_at_start,
    empty_redirect,
    joined_path,
    impossible_server_name,
    placeholder_name,
    secret_in_header,
    weak_ciphers,
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
    cors_with_credentials,
    limit_key_from_client,
    password_without_tls,
    host_header_passed,
    content_type_twice,
    csp_allows_everything,
    hsts_without_tls,
    referer_optional,
    ciphers_without_forward_secrecy,
    security_headers_missing,
    cache_without_buffering,
    user_missing,
    module_missing,
    never_read,
    cannot_write,
    capability_missing,
    daemon_twice,
    exits_at_once,
    named_location_missing,
    try_files_cycle,
    unreachable_access,
    writes_open,
    check_never_asked,
    types_missing,
    grpc_without_http2,
    script_filename_missing,
    cache_key_incomplete,
    rewrite_cycle,
    auth_request_missing,
    docker_socket_passed,
    forwarded_from_client,
    password_file_served,
    page_kept_too_long,
    passes_to_itself,
    guard_bypassed,
    platform_name_missing,
    redirect_to_no_name,
    files_hide_application,
    root_repeats_location,
    arguments_lost,
    one_path_for_all,
    cors_origin_malformed,
    csp_keyword_unquoted,
    limit_without_burst,
    expression_never_reached,
    preflight_needs_password,
    fallback_elsewhere,
    errors_cached,
    writes_repeated,
    limit_shared_by_all,
    cache_shared_by_sites,
    log_not_json,
    auth_answer_shared,
    address_list_forgeable,
    preflight_without_origin,
    balancer_taken_for_visitor,
    query_lost,
    api_error_as_page,
    events_buffered,
    mail_password_readable,
    limit_counts_cloudflare,
    error_page_unreachable,
    cache_without_key,
    own_page_kept,
    socket_io_not_sticky,
    real_ip_without_source,
}

use crate::model::Tree;
use crate::model::nginx::{Config, Expanded, Kind, NginxFile, parts};
use crate::rules::{Context, Edit, Sink};
use crate::source::Span;
use crate::syntax::nginx::{Directive, File, Word};

/// The syntax tree of a file.
fn tree<'a>(nginx: &NginxFile, ctx: &Context<'a>) -> Option<&'a File> {
    match &ctx.project.document(nginx.file).tree {
        Tree::Nginx(file) => Some(file),
        _ => None,
    }
}

/// A `proxy_pass` of a location with a variable and a path in it.
struct Composed<'t> {
    /// All of it.
    word: &'t Word,
    host: &'t str,
    /// Behind the first slash.
    path: &'t str,
    /// The modifier of the location and what it is about.
    location: (&'t str, &'t str),
}

/// Those of a configuration that take requests from outside.
fn composed<'t>(tree: &'t Expanded) -> impl Iterator<Item = Composed<'t>> {
    let own = tree.named("proxy_pass").filter(|(_, node)| node.place.is_http());
    own.filter_map(|(_, node)| {
        let word = node.directive.args.first().filter(|word| word.has_variables() && !word.is_placeholder())?;
        let address = word.value.split_once("://").map_or(&*word.value, |(_, rest)| rest);
        let (host, path) = address.split_once('/')?;
        let location = tree.block(node.parent).and_then(parts)?;
        let internal = tree.own(node.parent, "internal").next().is_some();
        (!internal).then_some(Composed { word, host, path, location })
    })
}

/// Takes a directive out, with its line if it has one for itself.
fn removal(directive: &Directive, ctx: &Context) -> Edit {
    let source = ctx.project.source(directive.span.file);
    let (lines, range) = (source.lines(), directive.span.range());
    let whole = lines.whole(lines.line(directive.span.start), source.span().range().end);
    let blank = |from, to| ctx.quote(Span::new(directive.span.file, from, to)).trim().is_empty();
    let alone = whole.end >= range.end && blank(whole.start, range.start) && blank(range.end, whole.end);
    let span = if alone { Span::new(directive.span.file, whole.start, whole.end) } else { directive.span };
    Edit { span, text: String::new() }
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
        for (span, text) in &problem.related {
            finding.related(*span, *text);
        }
        // What has slipped out of a block comes in dozens.
        if kind == Kind::Place {
            finding.cause((problem.span.file, &problem.message), "here as well");
        }
    }
}
