//! Rules about the commands of scripts, schedules, recipes and build servers.

mod backup_unchecked;
mod command_removed;
mod copies_live_database;
mod delete_after_failed_cd;
mod deletes_root_if_empty;
mod deletes_volumes;
mod deploys_old_image;
mod dump_failure_unnoticed;
mod firewall_before_ssh;
mod literal_secret;
mod needs_terminal;
mod no_retention;
mod replaces_crontab;
mod retention_misses_files;
mod secret_in_archive;
mod sshd_unchanged;
mod variable_never_set;

rules! {
    copies_live_database,
    dump_failure_unnoticed,
    backup_unchecked,
    retention_misses_files,
    no_retention,
    deletes_volumes,
    delete_after_failed_cd,
    deletes_root_if_empty,
    deploys_old_image,
    needs_terminal,
    replaces_crontab,
    firewall_before_ssh,
    sshd_unchanged,
    variable_never_set,
    command_removed,
    literal_secret,
    secret_in_archive,
}
