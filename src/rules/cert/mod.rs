//! Rules about certificates as they are served.

mod ca_as_leaf;
mod cn_not_in_san;
mod der_trailing_data;
mod dev_issuer;
mod ed25519_browsers;
mod eku_no_serverauth;
mod expired;
mod expires_soon;
mod file_empty;
mod file_has_no_certificate;
mod file_is_csr;
mod key_usage;
mod many_names;
mod must_staple_without_stapling;
mod name_mismatch;
mod no_san;
mod not_yet_valid;
mod rsa_exponent;
mod san_bad_name;
mod san_bad_wildcard;
mod san_duplicate;
mod san_internal_name;
mod san_ip_as_dns;
mod self_signed;
mod serial_duplicate;
mod too_few_scts;
mod unknown_critical_extension;
mod unparseable;
mod unusual_curve;
mod validity_inverted;
mod validity_too_long;
mod version;
mod weak_signature;

rules! {
    ca_as_leaf,
    cn_not_in_san,
    der_trailing_data,
    dev_issuer,
    ed25519_browsers,
    eku_no_serverauth,
    expired,
    expires_soon,
    file_empty,
    file_has_no_certificate,
    file_is_csr,
    key_usage,
    many_names,
    must_staple_without_stapling,
    name_mismatch,
    no_san,
    not_yet_valid,
    rsa_exponent,
    san_bad_name,
    san_bad_wildcard,
    san_duplicate,
    san_internal_name,
    san_ip_as_dns,
    self_signed,
    serial_duplicate,
    too_few_scts,
    unknown_critical_extension,
    unparseable,
    unusual_curve,
    validity_inverted,
    validity_too_long,
    version,
    weak_signature,
}
