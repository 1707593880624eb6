//! Rules about Dockerfiles and the images that are built from them.

mod base_ended;
mod base_needs_argument;
mod base_not_pinned;
mod browsers_of_root;
mod build_tools_kept;
mod build_without_tools;
mod command_ignored;
mod compiler_missing;
mod copies_too_much;
mod copy_missing;
mod development_server;
mod entrypoint_fails;
mod foreign_command;
mod foreign_libc;
mod impossible_stage;
mod invalid_base;
mod invalid_instruction;
mod literal_secret;
mod lock_file_missing;
mod modules_left_behind;
mod no_stage;
mod node_too_old;
mod open_heredoc;
mod operator_in_exec_form;
mod package_lists_gone;
mod program_left_behind;
mod program_not_installed;
mod quotes_in_exec_form;
mod root_needed;
mod run_data_not_kept;
mod run_default_password;
mod run_exposes;
mod run_image_ended;
mod run_image_not_pinned;
mod run_owns_host;
mod run_variable_missing;
mod runs_as_root;
mod secret_argument;
mod several_commands;
mod shell_form_command;
mod single_quoted_list;
mod standalone_missing;
mod start_without_server;
mod static_not_copied;
mod tls_checks_off;
mod unknown_instruction;
mod unknown_stage;
mod update_missing;

rules! {
    unknown_instruction,
    open_heredoc,
    modules_left_behind,
    no_stage,
    node_too_old,
    invalid_instruction,
    invalid_base,
    base_needs_argument,
    impossible_stage,
    unknown_stage,
    copy_missing,
    entrypoint_fails,
    command_ignored,
    program_not_installed,
    package_lists_gone,
    program_left_behind,
    operator_in_exec_form,
    lock_file_missing,
    build_without_tools,
    compiler_missing,
    foreign_command,
    update_missing,
    root_needed,
    single_quoted_list,
    quotes_in_exec_form,
    development_server,
    browsers_of_root,
    build_tools_kept,
    copies_too_much,
    literal_secret,
    secret_argument,
    runs_as_root,
    tls_checks_off,
    several_commands,
    shell_form_command,
    base_ended,
    base_not_pinned,
    foreign_libc,
    run_data_not_kept,
    run_default_password,
    run_exposes,
    run_image_ended,
    run_image_not_pinned,
    run_owns_host,
    run_variable_missing,
    static_not_copied,
    standalone_missing,
    start_without_server,
}
