//! Rules about the commands of scripts, schedules, recipes and build servers.

mod apache_before_certificate;
mod asks_for_password;
mod asks_nobody;
mod backup_unchecked;
mod build_without_tools;
mod certbot_beside_container;
mod challenge_before_server;
mod clone_into_filled;
mod clone_spelt_otherwise;
mod command_removed;
mod container_missing;
mod copies_live_database;
mod database_opened;
mod delete_after_failed_cd;
mod deletes_root_if_empty;
mod deletes_volumes;
mod deploys_old_image;
mod download_unchecked;
mod dump_failure_unnoticed;
mod edit_undone;
mod file_missing;
mod firewall_before_ssh;
mod folder_given_away;
mod folder_not_made;
mod folder_of_root;
mod group_not_yet;
mod literal_secret;
mod lock_file_missing;
mod manual_certificate;
mod migration_failure_unnoticed;
mod mysql_root_refused;
mod needs_terminal;
mod nginx_before_certificate;
mod no_retention;
mod node_too_old;
mod option_alone;
mod package_nowhere;
mod peer_refused;
mod pip_refused;
mod port_not_shut;
mod profile_missing;
mod program_not_in_image;
mod proxied_port_opened;
mod redirect_taken_for_answer;
mod reload_reads_old_file;
mod reload_refused;
mod renewal_without_reload;
mod replaces_crontab;
mod restart_takes_no_change;
mod retention_misses_files;
mod run_folder_lost;
mod runtime_ended;
mod secret_in_archive;
mod secret_not_made;
mod secret_with_newline;
mod service_missing;
mod service_user_is_admin;
mod sql_refused;
mod sshd_unchanged;
mod standalone_beside_nginx;
mod standalone_port_taken;
mod start_takes_no_change;
mod sudo_redirect;
mod sudo_without_password;
mod sync_deletes_uploads;
mod tool_missing;
mod variable_never_set;
mod waits_forever;
mod web_port_taken;
mod wildcard_needs_dns;
mod world_writable;

rules! {
    copies_live_database,
    dump_failure_unnoticed,
    backup_unchecked,
    retention_misses_files,
    no_retention,
    folder_not_made,
    deletes_volumes,
    delete_after_failed_cd,
    deletes_root_if_empty,
    deploys_old_image,
    migration_failure_unnoticed,
    needs_terminal,
    replaces_crontab,
    firewall_before_ssh,
    sshd_unchanged,
    variable_never_set,
    command_removed,
    group_not_yet,
    literal_secret,
    secret_in_archive,
    secret_not_made,
    file_missing,
    asks_nobody,
    service_missing,
    profile_missing,
    proxied_port_opened,
    tool_missing,
    container_missing,
    package_nowhere,
    peer_refused,
    mysql_root_refused,
    wildcard_needs_dns,
    sudo_redirect,
    sync_deletes_uploads,
    sudo_without_password,
    folder_given_away,
    folder_of_root,
    asks_for_password,
    program_not_in_image,
    build_without_tools,
    lock_file_missing,
    runtime_ended,
    database_opened,
    world_writable,
    download_unchecked,
    secret_with_newline,
    service_user_is_admin,
    waits_forever,
    renewal_without_reload,
    standalone_beside_nginx,
    nginx_before_certificate,
    node_too_old,
    apache_before_certificate,
    manual_certificate,
    clone_into_filled,
    clone_spelt_otherwise,
    redirect_taken_for_answer,
    certbot_beside_container,
    challenge_before_server,
    run_folder_lost,
    sql_refused,
    web_port_taken,
    pip_refused,
    port_not_shut,
    option_alone,
    edit_undone,
    restart_takes_no_change,
    standalone_port_taken,
    start_takes_no_change,
    reload_reads_old_file,
    reload_refused,
}
