//! Rules about env files.

rules! {
    client_exposed_secret,
    cors_wildcard,
    debug_on,
    default_secret,
    development_mode,
    development_setting,
    duplicate_key,
    insecure_switch,
    localhost_url,
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
