//! Rules about crontabs.

mod bad_time;
mod compose_file_not_found;
mod log_not_writable;
mod missing_newline;
mod name_not_run;
mod percent;
mod relative_path;
mod tool_not_on_path;
mod user_given;
mod user_missing;

rules! {
    percent,
    user_missing,
    user_given,
    missing_newline,
    bad_time,
    name_not_run,
    relative_path,
    log_not_writable,
    tool_not_on_path,
    compose_file_not_found,
}
