//! Rules about private keys.

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
