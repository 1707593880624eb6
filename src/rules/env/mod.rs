//! Rules about env files.

rules! {
    debug_on,
}
