//! Rules about supervisor.

mod leaves_container;

rules! {
    leaves_container,
}
