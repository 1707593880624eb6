//! Rules that join files.

rules! {
    app_port_bypasses_proxy,
    certificate_file_missing,
    env_file_missing,
    env_file_served,
    image_copies_env,
    probe_tool_missing,
    timeout_mismatch,
    upload_limit_mismatch,
    upstream_unknown,
}
