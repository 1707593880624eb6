//! Rules about Dockerfiles.

mod literal_secret;

rules! {
    literal_secret,
}
