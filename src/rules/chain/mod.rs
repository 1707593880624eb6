//! Rules about the order and completeness of certificate files.

mod bad_signature;
mod duplicate_cert;
mod intermediate_expired;
mod intermediate_expires_first;
mod issuer_eku;
mod issuer_not_ca;
mod leaf_not_first;
mod missing_intermediate;
mod name_constraint_violated;
mod pathlen_exceeded;
mod root_included;
mod too_long;
mod unrelated_cert;
mod wrong_order;

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
    too_long,
    unrelated_cert,
    wrong_order,
}
