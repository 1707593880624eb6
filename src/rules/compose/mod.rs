//! Rules about Compose files.

rules! {
    database_port_public,
    default_password,
    docker_socket,
    healthcheck_missing,
    host_namespace,
    image_not_pinned,
    invalid_value,
    literal_secret,
    no_resource_limits,
    privileged,
    runs_as_root,
    syntax,
    undefined_reference,
    unknown_key,
    variable_unset,
}
