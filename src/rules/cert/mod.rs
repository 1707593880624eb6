//! Rules about certificates as they are served.

rules! {
    expired,
    expires_soon,
    not_yet_valid,
    self_signed,
}
