//! Rules about env files.

rules! {
    client_exposed_secret,
    cors_wildcard,
    debug_on,
    default_secret,
    development_mode,
    duplicate_key,
    localhost_url,
    missing_key,
    placeholder_domain,
    placeholder_secret,
    plain_http_url,
    private_key_in_value,
    readable_by_others,
    required_missing,
    secret_in_comment,
    secret_in_template,
    test_mode_key,
    tracked_by_git,
    unparsable,
    weak_secret,
}
