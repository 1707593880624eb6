//! Rules about configurations of logrotate.

mod duplicate_log;
mod kept_open;

rules! {
    duplicate_log,
    kept_open,
}
