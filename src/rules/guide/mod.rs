//! Rules about what guides say, and the files do not do.

mod url_unreachable;

rules! {
    url_unreachable,
}
