//! Rules about the order and completeness of certificate files.

rules! {
    bad_signature,
    duplicate_cert,
    intermediate_expired,
    intermediate_expires_first,
    issuer_eku,
    issuer_not_ca,
    leaf_not_first,
    missing_intermediate,
    name_constraint_violated,
    pathlen_exceeded,
    root_included,
    unrelated_cert,
    wrong_order,
}
