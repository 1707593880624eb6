//! Rules about env files.

mod always_true;
mod client_exposed_secret;
mod client_url_internal;
mod comment_as_value;
mod connection_unencrypted;
mod connection_without_password;
mod cors_wildcard;
mod cut_at_hash;
mod debug_on;
mod default_secret;
mod development_mode;
mod development_setting;
mod divergent_value;
mod dollar_expanded;
mod duplicate_key;
mod emptied;
mod empty_secret;
mod expired_token;
mod flag_without_secret;
mod host_unknown;
mod host_with_scheme;
mod ineffective_variable;
mod insecure_switch;
mod live_key_in_development;
mod localhost_url;
mod login_differs;
mod malformed_secret;
mod mismatched_keys;
mod missing_key;
mod not_ignored;
mod not_loaded;
mod odd_character;
mod origin_without_scheme;
mod placeholder_domain;
mod placeholder_secret;
mod plain_http_url;
mod private_key_in_value;
mod quote_ends_early;
mod quotes_in_list;
mod quotes_kept;
mod readable_by_others;
mod required_missing;
mod reused_secret;
mod secret_in_comment;
mod secret_in_template;
mod secret_shared_between_environments;
mod sqlite_without_volume;
mod template_ignored;
mod test_mode_key;
mod tls_to_plain_store;
mod tracked_by_git;
mod trailing_newline;
mod undefined_reference;
mod unparsable;
mod url_differs_from_parts;
mod url_unencoded;
mod weak_secret;
mod windows_line_ends;
mod wrong_kind_of_key;

rules! {
    client_exposed_secret,
    comment_as_value,
    connection_unencrypted,
    connection_without_password,
    cors_wildcard,
    cut_at_hash,
    debug_on,
    default_secret,
    development_mode,
    development_setting,
    divergent_value,
    dollar_expanded,
    duplicate_key,
    emptied,
    empty_secret,
    expired_token,
    flag_without_secret,
    ineffective_variable,
    insecure_switch,
    live_key_in_development,
    client_url_internal,
    localhost_url,
    host_unknown,
    login_differs,
    tls_to_plain_store,
    always_true,
    host_with_scheme,
    origin_without_scheme,
    malformed_secret,
    mismatched_keys,
    missing_key,
    not_ignored,
    not_loaded,
    odd_character,
    placeholder_domain,
    placeholder_secret,
    plain_http_url,
    private_key_in_value,
    quote_ends_early,
    quotes_in_list,
    quotes_kept,
    readable_by_others,
    required_missing,
    reused_secret,
    secret_in_comment,
    secret_in_template,
    secret_shared_between_environments,
    sqlite_without_volume,
    template_ignored,
    test_mode_key,
    tracked_by_git,
    trailing_newline,
    undefined_reference,
    unparsable,
    url_differs_from_parts,
    url_unencoded,
    weak_secret,
    windows_line_ends,
    wrong_kind_of_key,
}
