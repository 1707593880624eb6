//! Rules about Compose files.

pub(crate) mod admin_ui_public;
mod bad_boolean;
mod bad_document;
mod bad_duration;
mod bad_entry;
mod bad_extends;
mod bad_healthcheck;
mod bad_interpolation;
mod bad_key;
mod bad_number;
mod bad_port;
mod bad_restart;
mod bad_size;
mod bad_volume;
mod build_argument_lost;
mod build_missing;
mod capabilities_missing;
pub(crate) mod capability;
mod certificates_not_kept;
pub(crate) mod confinement_off;
mod contradiction;
mod data_deleted_at_start;
pub(crate) mod database_not_kept;
pub(crate) mod database_port_public;
mod default_file_ignored;
pub(crate) mod default_login;
pub(crate) mod default_password;
mod dependency_circle;
mod development_server;
pub(crate) mod docker_socket;
mod dump_client_older;
mod duplicate_container_name;
mod duplicate_item;
mod ends_at_once;
mod engine_refuses;
mod exclusive_keys;
mod file_missing;
pub(crate) mod foreign_variable;
mod healthcheck_missing;
mod healthy_without_check;
pub(crate) mod host_device;
pub(crate) mod host_namespace;
mod host_not_trusted;
pub(crate) mod host_path;
pub(crate) mod image_ended;
pub(crate) mod image_not_pinned;
pub(crate) mod init_variable_missing;
mod internal_published;
mod limit_too_small;
mod literal_secret;
mod logging_off;
mod memory_above_limit;
mod merge_drops;
mod migrated_by_several;
mod migrates_before_ready;
mod missing_part;
mod mount_mismatch;
mod mount_replaced;
mod mounted_twice;
mod nested_too_deeply;
mod no_image;
mod no_resource_limits;
mod not_hardened;
mod one_letter_volume;
mod operator_without_shell;
mod option_alone;
mod option_removed;
mod port_stays_open;
mod port_taken;
pub(crate) mod privileged;
mod read_only_lost;
mod restart_missing;
mod restarts_for_ever;
mod rewrite_after_build;
mod scheduler_in_copies;
mod secret_owner_ignored;
mod secret_tracked_by_git;
mod set_after_build;
mod setting_missing;
mod shell_takes_one_word;
mod source_missing;
mod stack_ignores;
mod stack_refuses;
mod staging_certificates;
mod swarm_only;
mod syntax;
mod undefined_reference;
mod unknown_key;
mod unknown_word;
mod user_root;
mod value_changed;
mod variable_unset;
mod variables_refused;
mod version_obsolete;
mod volume_hides_build;
mod volume_unused;
mod wrong_type;

rules! {
    bad_boolean,
    bad_document,
    bad_duration,
    bad_entry,
    bad_extends,
    bad_healthcheck,
    bad_interpolation,
    bad_key,
    bad_number,
    bad_port,
    bad_size,
    bad_volume,
    build_missing,
    contradiction,
    database_port_public,
    default_login,
    default_password,
    dependency_circle,
    development_server,
    docker_socket,
    dump_client_older,
    duplicate_container_name,
    duplicate_item,
    ends_at_once,
    engine_refuses,
    exclusive_keys,
    file_missing,
    foreign_variable,
    healthcheck_missing,
    host_device,
    host_namespace,
    image_not_pinned,
    literal_secret,
    migrated_by_several,
    merge_drops,
    missing_part,
    mounted_twice,
    nested_too_deeply,
    no_image,
    no_resource_limits,
    privileged,
    read_only_lost,
    user_root,
    syntax,
    undefined_reference,
    unknown_key,
    unknown_word,
    variable_unset,
    variables_refused,
    setting_missing,
    admin_ui_public,
    option_removed,
    option_alone,
    operator_without_shell,
    capabilities_missing,
    certificates_not_kept,
    memory_above_limit,
    limit_too_small,
    data_deleted_at_start,
    database_not_kept,
    image_ended,
    init_variable_missing,
    wrong_type,
    healthy_without_check,
    restarts_for_ever,
    port_stays_open,
    port_taken,
    internal_published,
    value_changed,
    source_missing,
    capability,
    host_path,
    host_not_trusted,
    confinement_off,
    restart_missing,
    one_letter_volume,
    migrates_before_ready,
    not_hardened,
    staging_certificates,
    bad_restart,
    mount_mismatch,
    mount_replaced,
    build_argument_lost,
    volume_hides_build,
    volume_unused,
    version_obsolete,
    default_file_ignored,
    stack_refuses,
    stack_ignores,
    swarm_only,
    scheduler_in_copies,
    secret_owner_ignored,
    secret_tracked_by_git,
    logging_off,
    set_after_build,
    shell_takes_one_word,
    rewrite_after_build,
}
