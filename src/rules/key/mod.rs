//! Rules about private keys.

mod cert_mismatch;
mod encrypted;
mod file_has_no_key;
mod file_missing;
mod in_certificate_file;
mod in_web_root;
mod of_authority;
mod openssh_format;
mod password_beside_key;
mod readable_by_others;
mod reused;
mod several_keys;
mod tracked_by_git;
mod weak_key;

rules! {
    cert_mismatch,
    encrypted,
    file_has_no_key,
    file_missing,
    in_certificate_file,
    in_web_root,
    of_authority,
    openssh_format,
    password_beside_key,
    readable_by_others,
    reused,
    several_keys,
    tracked_by_git,
    weak_key,
}
