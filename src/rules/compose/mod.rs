//! Rules about Compose files.

mod admin_ui_public;
mod build_missing;
mod database_not_kept;
mod database_port_public;
mod default_password;
mod docker_socket;
mod healthcheck_missing;
mod host_namespace;
pub(crate) mod image_ended;
mod image_not_pinned;
mod init_variable_missing;
mod invalid_value;
mod literal_secret;
mod no_resource_limits;
mod privileged;
mod syntax;
mod undefined_reference;
mod unknown_key;
mod user_root;
mod variable_unset;

rules! {
    build_missing,
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
    user_root,
    syntax,
    undefined_reference,
    unknown_key,
    variable_unset,
    image_ended,
    database_not_kept,
    init_variable_missing,
    admin_ui_public,
}
