//! Rules about nginx.

rules! {
    syntax,
}
