//! Rules about waivers: findings that somebody accepted. The policy layer reports them, because only it knows what a
//! waiver did.

mod expired;
mod unknown_rule;
mod unused;
mod without_reason;

rules! {
    expired,
    unknown_rule,
    unused,
    without_reason,
}
