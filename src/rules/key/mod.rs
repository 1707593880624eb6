//! Rules about private keys.

mod cert_mismatch;
mod encrypted;
mod file_has_no_key;
mod file_missing;
mod openssh_format;
mod readable_by_others;
mod reused;
mod tracked_by_git;
mod weak_key;

rules! {
    cert_mismatch,
    encrypted,
    file_has_no_key,
    file_missing,
    openssh_format,
    readable_by_others,
    reused,
    tracked_by_git,
    weak_key,
}
