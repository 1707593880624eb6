//! Rules about waivers: findings that somebody accepted. The policy layer reports them, because only it knows what a
//! waiver did.

rules! {
    expired,
    unknown_rule,
    unused,
    without_reason,
}
