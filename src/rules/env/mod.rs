//! Rules about env files.

rules! {
    client_exposed_secret,
    cors_wildcard,
    debug_on,
    default_secret,
    development_mode,
    duplicate_key,
    expired_token,
    localhost_url,
    malformed_secret,
    missing_key,
    placeholder_domain,
    placeholder_secret,
    plain_http_url,
    readable_by_others,
    required_missing,
    test_mode_key,
    tracked_by_git,
    unparsable,
    weak_secret,
}
