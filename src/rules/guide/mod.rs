//! Rules about what guides say, and the files do not do.

mod network_not_made;
mod port_unanswered;
mod url_unreachable;

rules! {
    url_unreachable,
    port_unanswered,
    network_not_made,
}
